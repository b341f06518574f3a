import { createServer, connect, type AddressInfo, type Server, type Socket } from "node:net";
import { appendTo } from "../../src/base/collections.ts";
import { between, chance } from "./chance.ts";
import { faultOf, MAX_FAULTS, NEEDS_IDEMPOTENCY, type Fault } from "./faults.ts";
import { anAnswer, bodyStart, keysOf, MessageReader, statusesIn } from "./message.ts";

/** How one request ended, seen from the wire. `disturbed`: a process at one of its ends was killed, or was slow. */
export type Ending = "clean" | Fault | "disturbed";

/** One attempt to store an entry, alone or with others. */
export interface Write {
  /** Absent while under way. */
  ending?: Ending;
  /** What the client was told about this entry. */
  status?: number;
  /** The answer, where it was no success and nothing was spoilt. */
  said?: string;
}

/** Everything that was asked about one entry. */
export interface Passage {
  /** In the order of their arrival. */
  readonly writes: Write[];
  reads: number;
  readFaults: number;
}

/** What happens on the wire, for whoever kills processes at such moments. */
export type Moment = "request" | "forwarded" | "answered";

export interface ProxyOptions {
  readonly seed: number;
  /** Of the endpoint. */
  readonly port: number;
  /** Whether the endpoint knows a key that it has stored. */
  readonly isIdempotent: boolean;
  /** An answer that took longer may have come after the client's time limit. @format milliseconds */
  readonly slowMs: number;
  readonly onMoment: (moment: Moment, requests: number) => void;
}

/** Longer than a restart of the endpoint takes. */
const SILENCE_MS = 10_000;
const GET = Buffer.from("GET");
const PROBLEM = "application/problem+json";

/** Passes requests on over loopback, as badly as the seed says. */
export class FaultyProxy {
  readonly passages = new Map<string, Passage>();
  readonly faults = new Map<Fault, number>();
  requests = 0;
  /** Requests to which the endpoint, though up, said nothing. */
  unanswered = 0;
  private readonly options: ProxyOptions;
  private readonly clients = new Set<Socket>();
  /** Writes that are held until their entry is sent again, by entry. */
  private readonly overtaken = new Map<string, Buffer[]>();
  private readonly late = new Set<Promise<unknown>>();
  private server: Server | undefined;
  private listensOn = 0;

  constructor(options: ProxyOptions) {
    this.options = options;
  }

  /** Where the client connects to; the same after a pause. */
  get port(): number {
    return this.listensOn;
  }

  async open(): Promise<void> {
    const server = createServer({ noDelay: true }, (client) => void this.serve(client));
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(this.listensOn, "127.0.0.1", resolve);
    });
    this.listensOn = (server.address() as AddressInfo).port;
    this.server = server;
  }

  /** Resets all connections and refuses new ones until `open`. */
  async pause(): Promise<void> {
    const { server } = this;
    if (server === undefined) return;
    this.server = undefined;
    const closed = new Promise<void>((resolve) => {
      server.close(() => {
        resolve();
      });
    });
    for (const client of this.clients) client.resetAndDestroy();
    await closed;
  }

  /** Lets everything arrive that is still held. */
  async drain(): Promise<void> {
    for (const held of this.overtaken.values()) for (const request of held) this.keep(this.forward(request));
    this.overtaken.clear();
    await Promise.all(this.late);
  }

  private async serve(client: Socket): Promise<void> {
    this.clients.add(client);
    client.on("close", () => this.clients.delete(client));
    client.on("error", () => undefined); // a client that was killed; "close" follows
    const requests = new MessageReader(client);
    for (let request = await requests.next(); request !== undefined; request = await requests.next()) {
      await this.exchange(client, request);
      if (client.destroyed) return;
    }
    client.destroy();
  }

  private async exchange(client: Socket, request: Buffer): Promise<void> {
    this.requests += 1;
    const { requests } = this;
    this.options.onMoment("request", requests);
    const isWrite = !request.subarray(0, 3).equals(GET);
    const keys = keysOf(request);
    const passages = keys.map((key) => this.passageOf(key));
    const writes = passages.map((passage) => {
      const write: Write = {};
      if (isWrite) passage.writes.push(write);
      else passage.reads += 1;
      return write;
    });
    const fault = this.choose(keys[0] ?? "", passages, isWrite);
    if (fault !== undefined) {
      this.faults.set(fault, (this.faults.get(fault) ?? 0) + 1);
      if (!isWrite) for (const passage of passages) passage.readFaults += 1;
    }
    const started = performance.now();
    const answer =
      fault === undefined ? await this.passOn(client, request) : await this.spoil(fault, client, request, keys);
    const isSlow = performance.now() - started > this.options.slowMs;
    const ending = fault ?? (answer === undefined || isSlow ? "disturbed" : "clean");
    const told = answer === undefined ? undefined : statusesIn(answer);
    for (const [index, write] of writes.entries()) {
      write.ending = ending;
      // Of what was spoilt the client knows nothing; sent twice, it was told the truth.
      const status = told?.length === 1 ? told[0] : told?.[index];
      if (status !== undefined) write.status = status;
      if (ending === "clean" && status !== undefined && status >= 300)
        write.said = answer?.toString().slice(-200) ?? "";
    }
    if (isWrite && fault !== "overtaken") for (const key of keys) this.release(key);
    this.options.onMoment("answered", requests);
  }

  private choose(first: string, passages: readonly Passage[], isWrite: boolean): Fault | undefined {
    const { seed, isIdempotent } = this.options;
    const met = passages.map(({ writes, readFaults }) =>
      isWrite ? writes.filter(({ ending }) => isInjected(ending)).length : readFaults,
    );
    if (Math.max(...met) >= MAX_FAULTS) return undefined;
    const { writes, reads } = this.passageOf(first);
    const kind = !isWrite ? "read" : passages.length > 1 ? "batch" : "write";
    const fault = faultOf(seed, first, kind, isWrite ? writes.length : reads);
    return fault !== undefined && !isIdempotent && NEEDS_IDEMPOTENCY.has(fault) ? undefined : fault;
  }

  /** @returns the answer as the client got it, or undefined */
  private async passOn(client: Socket, request: Buffer): Promise<Buffer | undefined> {
    const forwarded = this.forward(request);
    this.keep(forwarded);
    // A client that gives up meanwhile has no answer, whatever comes of the request.
    const answer = await Promise.race([forwarded, gone(client).then(() => undefined)]);
    if (answer === undefined) client.resetAndDestroy();
    else if (await written(client, answer)) return answer;
    return undefined;
  }

  /** @returns the answer, if the client got it whole and true */
  private async spoil(
    fault: Fault,
    client: Socket,
    request: Buffer,
    keys: readonly string[],
  ): Promise<Buffer | undefined> {
    const { seed } = this.options;
    const [key = ""] = keys;
    const share = chance(seed, key, fault, this.requests);
    const say = async (status: number, headers: Readonly<Record<string, string>> = {}): Promise<undefined> => {
      await written(client, anAnswer(status, PROBLEM, JSON.stringify({ status }), headers));
      return undefined;
    };
    switch (fault) {
      case "resetBefore":
        client.resetAndDestroy();
        return undefined;
      case "resetDuring":
        await this.forwardPart(request, between(share, 1, request.length - 1));
        client.resetAndDestroy();
        return undefined;
      case "status429":
        return say(429, { "Retry-After": share < 0.5 ? "0" : "1" });
      case "status500":
        return say(500);
      case "status502":
        return say(502);
      case "status503":
        return say(503, share < 0.5 ? { "Retry-After": "1" } : {});
      case "htmlPage":
        await written(client, anAnswer(200, "text/html", "<!doctype html><title>Sign in</title>"));
        return undefined;
      case "lateRequest":
        await gone(client);
        this.keep(later(between(share, 0, 100)).then(() => this.forward(request)));
        return undefined;
      case "overtaken":
        appendTo(this.overtaken, key, request);
        await gone(client);
        return undefined;
      case "duplicate": {
        const both = [this.forward(request), this.forward(request)] as const;
        for (const each of both) this.keep(each);
        const answer = await Promise.race(both);
        if (answer === undefined) client.resetAndDestroy();
        return answer !== undefined && (await written(client, answer)) ? answer : undefined;
      }
      default:
        return this.spoilAnswer(fault, client, await this.forward(request), share);
    }
  }

  private async spoilAnswer(
    fault: Fault,
    client: Socket,
    answer: Buffer | undefined,
    share: number,
  ): Promise<undefined> {
    if (answer === undefined || fault === "lostAnswer") {
      client.resetAndDestroy();
      return;
    }
    const part = answer.subarray(0, between(share, 1, answer.length - 1));
    const body = bodyStart(answer);
    switch (fault) {
      case "resetInAnswer":
        if (await written(client, part)) client.resetAndDestroy();
        return;
      case "truncated":
        if (await written(client, part)) client.destroySoon();
        return;
      case "malformed": {
        const text = answer
          .subarray(body)
          .toString("latin1")
          .replace(/[{}[\]]/g, "?");
        await written(client, Buffer.concat([answer.subarray(0, body), Buffer.from(text, "latin1")]));
        return;
      }
      case "errorAfterStoring":
        await written(client, anAnswer(502, "text/html", "<h1>Bad gateway</h1>"));
        return;
      case "lateAnswer":
        await gone(client);
        return;
      default:
        throw new Error(`no fault of an answer: ${fault}`);
    }
  }

  /** The endpoint's answer, or undefined: it is down, or went down. */
  private async forward(request: Buffer): Promise<Buffer | undefined> {
    const upstream = connect({ port: this.options.port, host: "127.0.0.1", noDelay: true });
    upstream.on("error", () => undefined); // "close" follows
    const answers = new MessageReader(upstream);
    upstream.setTimeout(SILENCE_MS, () => {
      this.unanswered += 1;
      upstream.destroy();
    });
    upstream.write(request);
    this.options.onMoment("forwarded", this.requests);
    const answer = await answers.next();
    upstream.resetAndDestroy();
    return answer;
  }

  private async forwardPart(request: Buffer, length: number): Promise<void> {
    const upstream = connect({ port: this.options.port, host: "127.0.0.1", noDelay: true });
    upstream.on("error", () => undefined);
    await written(upstream, request.subarray(0, length));
    upstream.resetAndDestroy();
  }

  /** What was overtaken arrives now. */
  private release(key: string): void {
    for (const request of this.overtaken.get(key) ?? []) this.keep(this.forward(request));
    this.overtaken.delete(key);
  }

  private keep(work: Promise<unknown>): void {
    const kept = work.finally(() => this.late.delete(kept));
    this.late.add(kept);
  }

  private passageOf(key: string): Passage {
    let passage = this.passages.get(key);
    if (passage === undefined) this.passages.set(key, (passage = { writes: [], reads: 0, readFaults: 0 }));
    return passage;
  }
}

/** Whether the proxy itself spoilt it. */
export function isInjected(ending: Ending | undefined): boolean {
  return ending !== undefined && ending !== "clean" && ending !== "disturbed";
}

/** Whether all of it was handed to the connection. */
function written(socket: Socket, data: Buffer): Promise<boolean> {
  if (socket.destroyed) return Promise.resolve(false);
  return new Promise((resolve) => {
    const onClose = (): void => {
      resolve(false);
    };
    socket.once("close", onClose);
    socket.write(data, (error) => {
      socket.off("close", onClose);
      resolve(error === undefined || error === null);
    });
  });
}

/** One promise a connection, which may serve thousands of requests. */
const ends = new WeakMap<Socket, Promise<void>>();

function gone(socket: Socket): Promise<void> {
  if (socket.destroyed) return Promise.resolve();
  const known = ends.get(socket);
  if (known !== undefined) return known;
  const end = new Promise<void>((resolve) => {
    socket.once("close", () => {
      resolve();
    });
  });
  ends.set(socket, end);
  return end;
}

function later(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
