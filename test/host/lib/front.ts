import crypto from "node:crypto";
import http from "node:http";
import net from "node:net";
import type { Duplex } from "node:stream";

/** The loopback address people and tests open; everything behind it is reached by nobody else. */
export interface Front {
  /** `http://127.0.0.1:PORT/`, useless without the token. */
  readonly url: string;
  /** `127.0.0.1:PORT` */
  readonly authority: string;
  /** The address of a page with the token of this run: once opened, a cookie replaces it. */
  link(search?: URLSearchParams): string;
  close(): Promise<void>;
}

const KEY_BYTES = 32;

/**
 * Puts a reverse proxy on a free loopback port in front of a server that listens on a unix socket. Whoever has neither
 * the token of this run (`?tkn=…`) nor the cookie it was exchanged for gets 403, so no other user of the machine gets in.
 *
 * Two paths are answered here because VS Code's own server does not know them: `POST /mint-key` gives the server's half
 * of the key that encrypts secrets in the browser (without it they are gone at each reload), and `/proxy/PORT/…`, to
 * which VS Code rewrites links to local ports, leads to that port.
 */
export async function startFront(socketPath: string, port = 0): Promise<Front> {
  const token = crypto.randomBytes(24).toString("base64url");
  const mintedKey = crypto.randomBytes(KEY_BYTES);
  const upgraded = new Set<Duplex>();
  let cookie = "";

  const server = http.createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://front");
    const offered = url.searchParams.get("tkn");
    if (offered !== null && same(offered, token)) {
      url.searchParams.delete("tkn");
      response.writeHead(302, {
        "Set-Cookie": `${cookie}=${token}; Path=/; HttpOnly; SameSite=Strict`,
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
        Location: `${url.pathname}${url.search}`,
      });
      response.end();
    } else if (!isAllowed(request, cookie, token)) {
      response.writeHead(403, { "Content-Type": "text/plain" }).end("Open the address this run printed.\n");
    } else if (request.method === "POST" && url.pathname === "/mint-key") {
      response.writeHead(200, { "Content-Type": "application/octet-stream" }).end(mintedKey);
    } else {
      const local = /^\/proxy\/(\d{1,5})(\/.*)?$/.exec(url.pathname);
      if (local) {
        response
          .writeHead(302, { Location: `http://127.0.0.1:${local[1] ?? ""}${local[2] ?? "/"}${url.search}` })
          .end();
      } else {
        forward(socketPath, request, response);
      }
    }
  });
  server.on("upgrade", (request: http.IncomingMessage, client: Duplex, head: Buffer) => {
    if (!isAllowed(request, cookie, token)) {
      client.end("HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n");
      return;
    }
    const behind = net.connect(socketPath);
    behind.write(requestHead(request));
    behind.write(head);
    for (const [from, to] of [
      [client, behind],
      [behind, client],
    ] as const) {
      upgraded.add(from);
      from.on("error", () => to.destroy());
      from.on("close", () => {
        upgraded.delete(from);
        to.destroy();
      });
      from.pipe(to);
    }
  });

  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const chosen = (server.address() as net.AddressInfo).port;
  cookie = `caseclock-${chosen}`; // cookies of one host are shared by all its ports
  const authority = `127.0.0.1:${chosen}`;
  return {
    url: `http://${authority}/`,
    authority,
    link: (search = new URLSearchParams()) => `http://${authority}/?${withToken(search, token).toString()}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
        for (const each of upgraded) each.destroy();
      }),
  };
}

function withToken(search: URLSearchParams, token: string): URLSearchParams {
  const all = new URLSearchParams(search);
  all.set("tkn", token);
  return all;
}

/** A page of another port is the same *site*, so the cookie alone does not tell its requests from ours: `Origin` does. */
function isAllowed(request: http.IncomingMessage, cookie: string, token: string): boolean {
  const offered = (request.headers.cookie ?? "")
    .split("; ")
    .find((each) => each.startsWith(`${cookie}=`))
    ?.slice(cookie.length + 1);
  if (offered === undefined || !same(offered, token)) return false;
  const { origin, host } = request.headers;
  const reads = request.method === "GET" && request.headers.upgrade === undefined;
  return reads || origin === undefined || origin === `http://${host ?? ""}`;
}

function same(a: string, b: string): boolean {
  const digest = (text: string): Buffer => crypto.createHash("sha256").update(text).digest();
  return crypto.timingSafeEqual(digest(a), digest(b));
}

function forward(socketPath: string, request: http.IncomingMessage, response: http.ServerResponse): void {
  const { method, url: path, headers } = request;
  const behind = http.request({ socketPath, method, path, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  behind.on("error", () => {
    if (!response.headersSent) response.writeHead(502);
    response.end();
  });
  response.on("close", () => behind.destroy());
  request.pipe(behind);
}

function requestHead(request: http.IncomingMessage): string {
  const lines = [`${request.method ?? "GET"} ${request.url ?? "/"} HTTP/1.1`];
  for (let i = 0; i + 1 < request.rawHeaders.length; i += 2) {
    lines.push(`${request.rawHeaders[i] ?? ""}: ${request.rawHeaders[i + 1] ?? ""}`);
  }
  return `${lines.join("\r\n")}\r\n\r\n`;
}
