import { Emitter, type Event } from "../base/emitter.ts";
import { isRecord } from "../base/json.ts";
import type { EpochMs } from "../base/time.ts";
import { caseRefKey, parseCaseKey, type Case, type CaseRef } from "../domain/caseRef.ts";
import { CaseclockError } from "../domain/errors.ts";
import type { BillingProviders } from "../ports/billingProvider.ts";
import type { Clock } from "../ports/clock.ts";
import type { EventLog } from "../ports/eventLog.ts";
import type { LedgerView } from "./ledgerView.ts";

/** What is known of the cases of the active connection. */
export interface KnownCases {
  readonly cases: readonly Case[];
  /** When the list was fetched; undefined when it never was. */
  readonly fetchedAt: EpochMs | undefined;
}

/** Longest list that is fetched: more is a mistake of the source, and would not be picked from either. */
const MOST_CASES = 50_000;

/** The cases to pick from: the connection's, as last fetched, and those made by hand. Works offline from the copy. */
export class CaseDirectory {
  private readonly changed = new Emitter<void>();
  private readonly log: EventLog;
  private readonly view: LedgerView;
  private readonly providers: BillingProviders;
  private readonly clock: Clock;
  private readonly byRef = new Map<string, Case>();
  private known: KnownCases = { cases: [], fetchedAt: undefined };
  private knownOf: string | undefined;
  private copying: Promise<void> = Promise.resolve();

  readonly onDidChange: Event<void> = this.changed.event;

  constructor(log: EventLog, view: LedgerView, providers: BillingProviders, clock: Clock) {
    this.log = log;
    this.view = view;
    this.providers = providers;
    this.clock = clock;
  }

  /** The last known list, from memory or the local copy; never from the network. */
  async list(): Promise<KnownCases> {
    await this.view.load();
    const connectionId = this.view.ledger.connection?.id;
    if (connectionId !== this.knownOf) {
      this.keep(connectionId, { cases: [], fetchedAt: undefined });
      this.copying = connectionId === undefined ? Promise.resolve() : this.readCopy(connectionId);
    }
    await this.copying; // whoever else asks meanwhile gets the copy too
    return { ...this.known, cases: [...this.known.cases, ...this.view.ledger.handmadeCases.values()] };
  }

  /**
   * Fetches the list anew. A connection without cases of its own (`local`) has the handmade ones only.
   * @param onPage called with everything so far after each page
   * @throws CaseclockError `billing.*`; the last list stays
   */
  async refresh(signal: AbortSignal, onPage?: (cases: readonly Case[]) => void): Promise<KnownCases> {
    await this.view.load();
    const { connection } = this.view.ledger;
    if (connection === undefined || connection.provider === "local") return this.list();
    const provider = await this.providers.open(connection);
    const cases: Case[] = [];
    for await (const page of provider.listCases(signal)) {
      cases.push(...page);
      if (cases.length > MOST_CASES) throw new CaseclockError("billing.protocol", `more than ${MOST_CASES} cases`);
      onPage?.(cases);
    }
    await this.log.writeCache(cacheName(connection.id), JSON.stringify(cases));
    this.keep(connection.id, { cases, fetchedAt: this.clock.now() });
    return this.list();
  }

  /** The latest snapshot of a case: the list's, else the one that was picked. */
  find(ref: CaseRef): Case | undefined {
    const key = caseRefKey(ref);
    return this.byRef.get(key) ?? this.view.ledger.handmadeCases.get(key) ?? this.view.ledger.cases.get(key);
  }

  /** Every known case with that key, in all sources or one. */
  async withKey(key: string, source?: string): Promise<readonly Case[]> {
    const { cases } = await this.list();
    return cases.filter((one) => one.key === key && (source === undefined || one.ref.source === source));
  }

  private async readCopy(connectionId: string): Promise<void> {
    const copy = await this.log.readCache(cacheName(connectionId)).catch((error: unknown) => {
      this.knownOf = undefined; // tried again by the next who asks
      throw error;
    });
    // What was fetched meanwhile is newer than the copy.
    if (copy !== undefined && connectionId === this.knownOf && this.known.fetchedAt === undefined) {
      this.keep(connectionId, { cases: parseCopy(copy.text), fetchedAt: copy.at });
    }
  }

  private keep(connectionId: string | undefined, known: KnownCases): void {
    this.knownOf = connectionId;
    this.known = known;
    this.byRef.clear();
    for (const one of known.cases) this.byRef.set(caseRefKey(one.ref), one);
    this.changed.fire();
  }
}

function cacheName(connectionId: string): string {
  return `cases:${connectionId}`;
}

/** The copy was written by us, but it lies on a disk: what does not look like a case is passed over. */
function parseCopy(text: string): readonly Case[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return []; // a damaged copy is fetched again at the next refresh
  }
  if (!Array.isArray(parsed)) return [];
  return parsed.filter(
    (one): one is Case =>
      isRecord(one) &&
      isRecord(one["ref"]) &&
      isRecord(one["customer"]) &&
      typeof one["key"] === "string" &&
      parseCaseKey(one["key"]) !== undefined &&
      typeof one["title"] === "string",
  );
}
