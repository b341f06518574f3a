import type { Socket } from "node:net";

const HEAD_END = Buffer.from("\r\n\r\n");

/** Reads whole messages of HTTP/1.1 off a connection: both sides here declare the length of every body. */
export class MessageReader {
  private readonly socket: Socket;
  private buffer = Buffer.alloc(0);
  private hasEnded = false;
  private wake: () => void = () => undefined;

  constructor(socket: Socket) {
    this.socket = socket;
    const end = (): void => {
      this.hasEnded = true;
      this.wake();
    };
    socket.on("data", (data) => {
      this.buffer = Buffer.concat([this.buffer, data]);
      this.wake();
    });
    socket.on("end", end);
    socket.on("close", end);
    socket.on("error", end);
  }

  /** The next message, or undefined when the connection ends before it is whole. */
  async next(): Promise<Buffer | undefined> {
    for (;;) {
      const length = lengthOf(this.buffer);
      if (length !== undefined && this.buffer.length >= length) {
        const message = this.buffer.subarray(0, length);
        this.buffer = this.buffer.subarray(length);
        return message;
      }
      if (this.hasEnded || this.socket.destroyed) return undefined;
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }
}

/** Length of the first message in the buffer, or undefined while its head is not whole. */
function lengthOf(buffer: Buffer): number | undefined {
  const end = buffer.indexOf(HEAD_END);
  if (end === -1) return undefined;
  const body = /^content-length: *(\d+)/im.exec(buffer.subarray(0, end).toString("latin1"))?.[1] ?? "0";
  return end + HEAD_END.length + Number(body);
}

/** Where the body begins. */
export function bodyStart(message: Buffer): number {
  return message.indexOf(HEAD_END) + HEAD_END.length;
}

/** The entries that a request of the API is about, by their external ids. */
export function keysOf(request: Buffer): readonly string[] {
  const start = bodyStart(request);
  const head = request.subarray(0, start).toString("latin1");
  if (/^POST \S+\/batch /.test(head)) {
    const { items } = JSON.parse(request.subarray(start).toString()) as { items: { externalId: string }[] };
    return items.map(({ externalId }) => externalId);
  }
  const key = /^Idempotency-Key: "([^"]+)"/im.exec(head)?.[1] ?? /externalId=([\w-]+)/.exec(head)?.[1];
  return key === undefined ? [] : [key];
}

/** The status of an answer, or of each item of a batch. */
export function statusesIn(answer: Buffer): readonly number[] {
  const status = Number(answer.subarray(9, 12).toString("latin1"));
  const text = answer.subarray(bodyStart(answer)).toString();
  if (status !== 200 || !text.startsWith('{"results":')) return [status];
  return (JSON.parse(text) as { results: { status: number }[] }).results.map((result) => result.status);
}

/** An answer as a server would send it. */
export function anAnswer(status: number, type: string, body: string, headers: Readonly<Record<string, string>> = {}) {
  const all = { "Content-Type": type, "Content-Length": String(Buffer.byteLength(body)), ...headers };
  const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`HTTP/1.1 ${status} -\r\n${head.join("")}\r\n${body}`);
}
