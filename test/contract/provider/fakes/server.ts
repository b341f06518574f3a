import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A request as it came in. */
export interface Call {
  readonly method: string;
  /** With its query, below the base URL. */
  readonly target: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** As it was sent, and what it is as JSON. */
  readonly text: string;
  readonly body: unknown;
}

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Answered as JSON. */
  readonly body?: unknown;
  /** Answered as it is; `headers` say what it is. */
  readonly text?: string;
}

/** What goes wrong with one request. */
export type Fault =
  /** It is done, and the answer never arrives. */
  | { readonly kind: "loseAnswer" }
  /** The connection breaks before anything is done. */
  | { readonly kind: "reset" }
  /** Nothing is done, and this is the answer. */
  | { readonly kind: "answer"; readonly reply: Reply };

export interface Faults {
  /** For the next requests that write, or that only read; undefined lets one through. */
  breakWrites(...faults: readonly (Fault | undefined)[]): void;
  breakReads(...faults: readonly (Fault | undefined)[]): void;
}

export interface FaultyServer extends Faults {
  readonly url: string;
  readonly calls: readonly Call[];
  close(): Promise<void>;
}

/** Whether a request changes something there. */
export type IsWrite = (call: Call) => boolean;

/** Serves on loopback what `answer` says, but for the faults that are set. */
export async function serve(
  answer: (call: Call) => Reply | Promise<Reply>,
  isWrite: IsWrite = ({ method }) => method !== "GET",
): Promise<FaultyServer> {
  const calls: Call[] = [];
  let writes: (Fault | undefined)[] = [];
  let reads: (Fault | undefined)[] = [];
  const exchange = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const call = await callOf(request);
    calls.push(call);
    const fault = (isWrite(call) ? writes : reads).shift();
    if (fault?.kind === "reset") {
      request.socket.destroy();
      return;
    }
    const reply = fault?.kind === "answer" ? fault.reply : await answer(call);
    if (fault?.kind === "loseAnswer") {
      request.socket.destroy();
      return;
    }
    const text = reply.text ?? (reply.body === undefined ? "" : JSON.stringify(reply.body));
    response.writeHead(reply.status, { "Content-Type": "application/json", ...reply.headers });
    response.end(text);
  };
  const server = createServer((request, response) => {
    exchange(request, response).catch((error: unknown) => {
      response.writeHead(599, { "Content-Type": "text/plain" });
      response.end(`the fake itself failed: ${String(error)}`);
    });
  });
  server.keepAliveTimeout = 120_000;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    breakWrites: (...faults) => {
      writes = [...faults];
    },
    breakReads: (...faults) => {
      reads = [...faults];
    },
    close: async () => {
      const closed = new Promise<void>((resolve) =>
        server.close(() => {
          resolve();
        }),
      );
      server.closeAllConnections();
      await closed;
    },
  };
}

/** A real server behind the same faults. */
export function forwardTo(origin: string): (call: Call) => Promise<Reply> {
  return async ({ method, target, headers, text }) => {
    const kept = Object.entries(headers).filter(
      ([name]) => !/^(host|connection|content-length|accept-encoding|transfer-encoding)$/.test(name),
    );
    const answer = await fetch(origin + target, {
      method,
      redirect: "manual",
      // On a connection that is kept, a puma with one thread answers late.
      headers: { ...Object.fromEntries(kept), Connection: "close" },
      ...(text === "" ? {} : { body: text }),
    });
    const back = [...answer.headers].filter(
      ([name]) => !/^(connection|content-length|content-encoding|transfer-encoding|keep-alive)$/.test(name),
    );
    return { status: answer.status, headers: Object.fromEntries(back), text: await answer.text() };
  };
}

async function callOf(request: IncomingMessage): Promise<Call> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString("utf8");
  const target = request.url ?? "/";
  const url = new URL(target, "http://server");
  return {
    method: request.method ?? "GET",
    target,
    path: url.pathname,
    query: url.searchParams,
    headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])),
    text,
    body: parsed(text),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The members of an object that a documentation does not name. */
export function unknownMembers(body: unknown, known: readonly string[]): readonly string[] {
  return Object.keys(recordOf(body)).filter((name) => !known.includes(name));
}

export function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

export function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
