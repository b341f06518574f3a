import http, { type IncomingMessage, type ServerResponse } from "node:http";
import net, { type AddressInfo } from "node:net";
import zlib from "node:zlib";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { HttpTransport, isCertificateCode } from "../../../src/adapters/node/billing/shared/httpTransport.ts";
import { MemoryLogger } from "../../support/logger.ts";

const TOKEN = "secret-token-4711";
const NEVER = new AbortController().signal;

const servers: http.Server[] = [];
let logger: MemoryLogger;

beforeEach(() => {
  logger = new MemoryLogger();
});
afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  expect(logger.lines.join("\n")).not.toContain(TOKEN);
});

/** Starts a server for what the reference endpoint cannot do. */
async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = http.createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
}

function transport(url: string, timeoutMs?: number): HttpTransport {
  return new HttpTransport(url, TOKEN, logger, timeoutMs === undefined ? {} : { timeoutMs });
}

function json(response: ServerResponse, text: string, type = "application/json"): void {
  response.writeHead(200, { "Content-Type": type }).end(text);
}

describe("a request", () => {
  it("carries token, id and JSON, and leaves one line in the log", async () => {
    let seen: IncomingMessage | undefined;
    const url = await serve((request, response) => {
      seen = request;
      json(response, '{"a":1}');
    });
    const result = await transport(url).send({ method: "POST", path: "/time-entries?x=secret", body: { b: 2 } }, NEVER);
    expect(result).toMatchObject({ kind: "answer", status: 200, body: { a: 1 }, malformed: false });
    expect(seen?.url).toBe("/v1/time-entries?x=secret");
    expect(seen?.headers).toMatchObject({
      authorization: `Bearer ${TOKEN}`,
      "content-type": "application/json",
      "x-request-id": expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    });
    const id = String(seen?.headers["x-request-id"]);
    expect(logger.lines).toEqual([expect.stringMatching(/^POST \/time-entries status=200 ms=\d+ id=/)]);
    expect(logger.lines[0]).toContain(id);
    expect(logger.lines[0]).not.toContain("secret");
  });

  it("passes by the proxies of the environment: VS Code has its own", async () => {
    vi.stubEnv("HTTP_PROXY", "http://127.0.0.1:9");
    vi.stubEnv("http_proxy", "http://127.0.0.1:9");
    const url = await serve((_, response) => {
      json(response, "{}");
    });
    expect(await transport(url).send({ method: "GET", path: "/me" }, NEVER)).toMatchObject({ status: 200 });
  });

  it.each(["@evil.example.com/", ".evil.example.com/", "https://evil.example.com/"])(
    "never takes the token to %s",
    async (path) => {
      const sending = transport("https://billing.example.com").send({ method: "GET", path }, NEVER);
      await expect(sending).rejects.toThrow("is not a path below the base URL");
    },
  );

  it("follows no redirect, so that the token stays with its origin", async () => {
    const visits: (string | undefined)[] = [];
    const elsewhere = await serve((request, response) => {
      visits.push(request.headers.authorization);
      json(response, "{}");
    });
    const url = await serve((_, response) => {
      response.writeHead(307, { Location: `${elsewhere}/me` }).end();
    });
    const result = await transport(url).send({ method: "GET", path: "/me" }, NEVER);
    expect(result).toMatchObject({ kind: "answer", status: 307, headers: { location: `${elsewhere}/me` } });
    expect(visits).toEqual([]);
  });

  it("of more than 1 MiB is not sent", async () => {
    let requests = 0;
    const url = await serve((_, response) => {
      requests += 1;
      json(response, "{}");
    });
    const client = transport(url);
    const send = (length: number) =>
      client.send({ method: "POST", path: "/time-entries", body: "x".repeat(length) }, NEVER);
    expect(await send(1_048_575)).toEqual({ kind: "notSent", code: "REQUEST_TOO_LARGE" });
    expect(await send(1_048_574)).toMatchObject({ kind: "answer" });
    expect(requests).toBe(1);
  });
});

describe("an answer", () => {
  it.each([
    ["a login page", "<!doctype html><title>Sign in</title>", "text/html", undefined, true],
    ["JSON that is declared as text", '{"a":1}', "text/plain", undefined, true],
    ["JSON that breaks off", '{"a":', "application/json", undefined, true],
    ["JSON", ' {"a":1}\n', "application/json; charset=utf-8", { a: 1 }, false],
    ["a problem", '{"a":1}', "application/problem+json", { a: 1 }, false],
    ["nothing", "", "application/json", undefined, false],
    ["null", "null", "application/json", null, false],
  ])("that is %s", async (_, text, type, body, malformed) => {
    const url = await serve((_request, response) => {
      json(response, text, type);
    });
    const result = await transport(url).send({ method: "GET", path: "/me" }, NEVER);
    expect(result).toMatchObject({ kind: "answer", status: 200, malformed });
    expect(result).toHaveProperty("body", body);
  });

  it("of 300 MB is broken off at the limit", async () => {
    const chunk = Buffer.alloc(1_000_000, 32);
    let sent = 0;
    const url = await serve((_, response) => {
      response.writeHead(200, { "Content-Type": "application/json", "Content-Length": 300 * chunk.length });
      const more = (): void => {
        while (sent < 300) {
          sent += 1;
          if (!response.write(chunk)) {
            response.once("drain", more);
            return;
          }
        }
        response.end();
      };
      more();
    });
    const result = await transport(url).send({ method: "GET", path: "/cases" }, NEVER);
    expect(result).toEqual({ kind: "lost", code: "ANSWER_TOO_LARGE" });
    expect(sent).toBeLessThan(300);
  });

  it("that unfolds to more than the limit is broken off too", async () => {
    const bomb = zlib.gzipSync(Buffer.alloc(20_000_000));
    const url = await serve((_, response) => {
      response.writeHead(200, { "Content-Type": "application/json", "Content-Encoding": "gzip" }).end(bomb);
    });
    const result = await transport(url).send({ method: "GET", path: "/cases" }, NEVER);
    expect(result).toEqual({ kind: "lost", code: "ANSWER_TOO_LARGE" });
  });

  it("that only trickles in ends at the time limit", async () => {
    const timers: NodeJS.Timeout[] = [];
    const url = await serve((_, response) => {
      response.writeHead(200, { "Content-Type": "application/json" });
      timers.push(setInterval(() => response.write(" "), 5));
    });
    const result = await transport(url, 500).send({ method: "POST", path: "/time-entries", body: {} }, NEVER);
    expect(result).toEqual({ kind: "lost", code: "ETIMEDOUT" });
    timers.forEach(clearInterval);
  });

  it.each([
    ["before it began", (response: ServerResponse) => response.destroy()],
    ["in its middle", (response: ServerResponse) => response.write("{", () => response.destroy())],
  ])("that breaks off %s is lost", async (_, end) => {
    const url = await serve((_request, response) => {
      response.setHeader("Content-Type", "application/json");
      end(response);
    });
    const result = await transport(url).send({ method: "POST", path: "/time-entries", body: {} }, NEVER);
    expect(result).toEqual({ kind: "lost", code: "ECONNRESET" });
  });
});

describe("what was certainly not sent", () => {
  it("is known of a server that refuses connections", async () => {
    const url = await serve(() => undefined);
    await new Promise((resolve) => servers.pop()?.close(resolve));
    const result = await transport(url).send({ method: "POST", path: "/time-entries", body: {} }, NEVER);
    expect(result).toEqual({ kind: "notSent", code: "ECONNREFUSED" });
    expect(logger.lines).toEqual([expect.stringMatching(/^POST \/time-entries notSent=ECONNREFUSED ms=\d+ id=/)]);
  });

  it("is known of a name that does not exist", async () => {
    const result = await transport("https://nobody.invalid/v1").send({ method: "GET", path: "/me" }, NEVER);
    expect(result).toMatchObject({ kind: "notSent", code: expect.stringMatching(/^(ENOTFOUND|EAI_AGAIN)$/) as string });
  });

  it("is known when no connection comes about in time", async () => {
    // A machine behind a closed firewall: no answer to the first packet.
    const agent = http.globalAgent as unknown as { createConnection(): net.Socket };
    vi.spyOn(agent, "createConnection").mockImplementation(() => Object.assign(new net.Socket(), { connecting: true }));
    const url = await serve(() => undefined);
    const result = await transport(url, 50).send({ method: "POST", path: "/time-entries", body: {} }, NEVER);
    expect(result).toEqual({ kind: "notSent", code: "ETIMEDOUT" });
  });

  it.each([
    ["CERT_HAS_EXPIRED", true],
    ["DEPTH_ZERO_SELF_SIGNED_CERT", true],
    ["SELF_SIGNED_CERT_IN_CHAIN", true],
    ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", true],
    ["ERR_TLS_CERT_ALTNAME_INVALID", true],
    ["ECONNRESET", false],
    ["EPROTO", false],
    ["ETIMEDOUT", false],
  ])("is known of a handshake that ends with %s: %s", (code, expected) => {
    expect(isCertificateCode(code)).toBe(expected);
  });

  it("is known of a request that was stopped before it began", async () => {
    const url = await serve(() => {
      throw new Error("it was sent");
    });
    expect(await transport(url).send({ method: "GET", path: "/me" }, AbortSignal.abort())).toEqual({ kind: "aborted" });
  });

  it("is not known of a request that was stopped while it waited", async () => {
    const stop = new AbortController();
    const url = await serve(() => {
      stop.abort();
    });
    const result = await transport(url).send({ method: "POST", path: "/time-entries", body: {} }, stop.signal);
    expect(result).toEqual({ kind: "lost", code: "ABORTED" });
  });
});

describe("redaction", () => {
  it("takes the token out of any text", () => {
    expect(transport("https://billing.example.com").redact(`Token ${TOKEN} is unknown`)).toBe("Token ••• is unknown");
  });

  it("leaves words alone when the token is too short to be one", () => {
    expect(new HttpTransport("https://billing.example.com", "a", logger).redact("a case")).toBe("a case");
  });
});
