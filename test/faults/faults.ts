import { chance } from "./chance.ts";

/** What becomes of one request on its way. */
export type Fault =
  /** The connection is reset when the request has come; nobody got it. */
  | "resetBefore"
  /** It is reset when half of the request has reached the endpoint. */
  | "resetDuring"
  /** The endpoint answers; the connection is reset before the first byte of that comes back. */
  | "lostAnswer"
  /** A part of the answer comes back, then a reset. */
  | "resetInAnswer"
  /** A part of the answer comes back, then a proper end. */
  | "truncated"
  /** The answer's body is no JSON any more. */
  | "malformed"
  /** A page for people with status 200 instead of passing it on. */
  | "htmlPage"
  | "status429"
  | "status500"
  | "status502"
  | "status503"
  /** The endpoint gets it; what comes back is a 502. */
  | "errorAfterStoring"
  /** The endpoint gets it; the answer comes after the client has given up. */
  | "lateAnswer"
  /** The request reaches the endpoint shortly after the client has given up. */
  | "lateRequest"
  /** It reaches the endpoint only when the client has sent the entry again. */
  | "overtaken"
  /** The endpoint gets it twice at the same time. */
  | "duplicate";

type Weights = Readonly<Partial<Record<Fault, number>>>;

/** Share of writes that meet each fault. Together about a third of all. */
const OF_WRITES: Weights = {
  resetBefore: 0.03,
  resetDuring: 0.03,
  lostAnswer: 0.04,
  resetInAnswer: 0.02,
  truncated: 0.02,
  malformed: 0.02,
  htmlPage: 0.01,
  status429: 0.03,
  status500: 0.02,
  status502: 0.01,
  status503: 0.02,
  errorAfterStoring: 0.03,
  lateAnswer: 0.01,
  lateRequest: 0.01,
  overtaken: 0.01,
  duplicate: 0.03,
};

const OF_READS: Weights = {
  resetBefore: 0.005,
  lostAnswer: 0.005,
  resetInAnswer: 0.005,
  truncated: 0.01,
  malformed: 0.02,
  htmlPage: 0.01,
  status429: 0.01,
  status500: 0.01,
  status503: 0.01,
  lateAnswer: 0.002,
};

/** With these an endpoint without idempotency holds an entry twice, whatever the client does. */
export const NEEDS_IDEMPOTENCY: ReadonlySet<Fault> = new Set(["lateRequest", "overtaken", "duplicate"]);

/** Faults of one entry at most, of its writes and of its look-ups each: then the network is kind to it. */
export const MAX_FAULTS = 6;

/** A batch is spoilt so many times as often as a single write: there are few of them, and each is a hundred entries. */
const BATCH_FACTOR = 2.5;

/**
 * The fault of a request, or undefined: the same for the same seed, in whatever order the entries are sent.
 * @param key of the entry, or of the first one of a batch
 * @param attempt 1 for the key's first request of this kind
 */
export function faultOf(
  seed: number,
  key: string,
  kind: "read" | "write" | "batch",
  attempt: number,
): Fault | undefined {
  let rest = chance(seed, key, kind, attempt) / (kind === "batch" ? BATCH_FACTOR : 1);
  for (const [fault, share] of Object.entries(kind === "read" ? OF_READS : OF_WRITES)) {
    if (rest < share) return fault as Fault;
    rest -= share;
  }
  return undefined;
}
