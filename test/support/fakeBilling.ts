import { seconds, type LocalDate } from "../../src/base/time.ts";
import type { Case } from "../../src/domain/cases/case.ts";
import { CaseclockError, type ErrorCode } from "../../src/domain/errors.ts";
import type { Connection } from "../../src/domain/log/events.ts";
import type {
  BillingProvider,
  BillingProviders,
  ConnectionProbe,
  ConnectRequest,
  Correction,
  RemoteEntry,
  RemoteRecord,
  WriteResult,
} from "../../src/ports/billingProvider.ts";
import { aConnection } from "./builders.ts";
import type { ApprovedEntry } from "../../src/domain/log/approvedEntry.ts";

/**
 * How one write ends. `lost`: it arrived and the answer did not; `timeout`: neither did; `late`: the caller gave up, and it
 * arrives afterwards (`arriveLater`).
 */
export type Outcome = "written" | "lost" | "timeout" | "late" | "rejected" | "server" | "offline";

interface Stored extends RemoteEntry {
  readonly entry: ApprovedEntry;
}

/**
 * A billing system without idempotency: whatever arrives twice is there twice, so that only the client can prevent it.
 */
export class FakeBilling implements BillingProvider {
  readonly connection: Connection;
  unitSeconds = 1;
  correction: Correction = "replace";
  settleMs = 0;
  readonly stored: Stored[] = [];
  /** What was asked, in order: `push <externalId>` or `find <externalId>`. */
  readonly requests: string[] = [];
  cases: readonly (readonly Case[])[] = [];
  /** What listing cases or a look-up throws. */
  failure: ErrorCode | undefined;
  /** Decides each write. */
  outcome: (entry: ApprovedEntry, attempt: number) => Outcome = () => "written";
  /** When a late request arrives. */
  arriveLater: (arrive: () => void) => void = (arrive) => {
    arrive();
  };
  /** Called at the start of each request. */
  onRequest: (request: string) => void | Promise<void> = () => undefined;
  maxBatchSize?: number;
  pushBatch?: NonNullable<BillingProvider["pushBatch"]>;
  /** Requests that write. */
  mostInFlight = 0;
  /** Cases of which two writes were in flight at once. */
  readonly collisions: string[] = [];
  private readonly inFlight: (readonly string[])[] = [];
  private readonly attempts = new Map<string, number>();

  constructor(connection: Connection = aConnection()) {
    this.connection = connection;
  }

  async *listCases(): AsyncIterable<readonly Case[]> {
    for (const page of this.cases) {
      await Promise.resolve();
      yield page;
    }
    if (this.failure !== undefined) throw new CaseclockError(this.failure, "told to fail");
  }

  /** From now on it takes so many entries in a request, each of which ends for itself. */
  takeBatches(most: number): void {
    this.maxBatchSize = most;
    this.pushBatch = (entries, signal) =>
      this.write(entries, signal, `batch ${entries.map(({ externalId }) => externalId).join(",")}`);
  }

  async push(entry: ApprovedEntry, signal: AbortSignal): Promise<WriteResult> {
    const [result] = await this.write([entry], signal, `push ${entry.externalId}`);
    if (result === undefined) throw new Error("a write has a result");
    return result;
  }

  async find({ externalId }: ApprovedEntry): Promise<readonly RemoteEntry[]> {
    await this.request(`find ${externalId}`);
    if (this.failure !== undefined) throw new CaseclockError(this.failure, "told to fail");
    return this.stored.filter((one) => one.externalId === externalId);
  }

  async *listRecords(from: LocalDate, to: LocalDate): AsyncIterable<readonly RemoteRecord[]> {
    await this.request(`list ${from} ${to}`);
    if (this.failure !== undefined) throw new CaseclockError(this.failure, "told to fail");
    yield this.stored
      .filter(({ entry }) => entry.day >= from && entry.day <= to)
      .map(({ remoteId, externalId, billedSeconds, entry }) => ({
        remoteId,
        key: externalId,
        day: entry.day,
        caseId: entry.case.ref.id,
        billedSeconds: billedSeconds ?? entry.billedSeconds,
        description: entry.description,
      }));
  }

  listKeys({ externalId }: ApprovedEntry): readonly string[] {
    return [externalId];
  }

  private async write(
    entries: readonly ApprovedEntry[],
    signal: AbortSignal,
    name: string,
  ): Promise<readonly WriteResult[]> {
    const lanes = [...new Set(entries.map((entry) => entry.case.ref.id))];
    this.collisions.push(...lanes.filter((lane) => this.inFlight.some((other) => other.includes(lane))));
    this.inFlight.push(lanes);
    this.mostInFlight = Math.max(this.mostInFlight, this.inFlight.length);
    try {
      await this.request(name);
      if (signal.aborted) return entries.map(() => CUT_OFF);
      return entries.map((entry) => {
        const attempt = (this.attempts.get(entry.externalId) ?? 0) + 1;
        this.attempts.set(entry.externalId, attempt);
        return this.end(entry, this.outcome(entry, attempt));
      });
    } finally {
      this.inFlight.splice(this.inFlight.indexOf(lanes), 1);
    }
  }

  private async request(name: string): Promise<void> {
    this.requests.push(name);
    await this.onRequest(name);
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve(); // long enough for others to begin
  }

  private end(entry: ApprovedEntry, outcome: Outcome): WriteResult {
    const problem = { kind: outcome, detail: `ended as ${outcome}` };
    switch (outcome) {
      case "written":
      case "lost": {
        const remote: Stored = {
          externalId: entry.externalId,
          remoteId: `remote-${String(this.stored.length + 1)}`,
          revision: entry.revision,
          billedSeconds: seconds(entry.billedSeconds),
          entry,
        };
        const earlier = this.stored.findIndex((one) => one.externalId === entry.externalId);
        // A correction changes what is there; a first revision that comes twice is there twice.
        if (entry.revision > 1 && earlier >= 0) this.stored[earlier] = remote;
        else this.stored.push(remote);
        return outcome === "written" ? { kind: "written", remote } : { kind: "unknown", problem };
      }
      case "late":
        this.arriveLater(() => void this.end(entry, "lost"));
        return { kind: "unknown", problem };
      case "timeout":
        return { kind: "unknown", problem };
      case "rejected":
        return { kind: "rejected", problem };
      case "server":
        return { kind: "retryLater", problem, stop: false };
      case "offline":
        return { kind: "retryLater", problem, stop: true };
    }
  }
}

const CUT_OFF: WriteResult = { kind: "unknown", problem: { kind: "cancelled", detail: "cut off" } };

/** Makes the one fake. */
export class FakeProviders implements BillingProviders {
  readonly billing: FakeBilling;
  /** What opening or asking who we are throws. */
  failure: ErrorCode | undefined;
  account: Connection["account"] = { id: "account-1", name: "Ann" };
  options: ConnectionProbe["options"] = {};
  questions: ConnectionProbe["questions"] = [];
  notes: ConnectionProbe["notes"] = [];
  readonly asked: string[] = [];

  constructor(billing: FakeBilling) {
    this.billing = billing;
  }

  async open(): Promise<BillingProvider> {
    await Promise.resolve();
    if (this.failure !== undefined) throw new CaseclockError(this.failure, "told to fail");
    return this.billing;
  }

  async probe({ provider, url, token }: ConnectRequest): Promise<ConnectionProbe> {
    await Promise.resolve();
    this.asked.push([provider, url, token ?? ""].join(" "));
    if (this.failure !== undefined) throw new CaseclockError(this.failure, "told to fail");
    const { account, options, questions, notes } = this;
    return { account, options, questions, notes };
  }
}
