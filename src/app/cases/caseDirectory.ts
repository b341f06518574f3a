import { DisposableStore, type IDisposable } from "../../base/disposable.ts";
import { Emitter, type Event } from "../../base/emitter.ts";
import { isRecord } from "../../base/json.ts";
import type { EpochMs } from "../../base/time.ts";
import { CaseIndex } from "../../domain/cases/caseKey.ts";
import { caseRefKey, HANDMADE_SOURCE, parseCaseKey, type Case, type CaseRef } from "../../domain/cases/case.ts";
import { CaseclockError } from "../../domain/errors.ts";
import type { BillingProviders } from "../../ports/billingProvider.ts";
import type { CaseSource } from "../../ports/caseSource.ts";
import type { Clock } from "../../ports/clock.ts";
import type { EventLog } from "../../ports/eventLog.ts";
import type { LedgerView } from "../ledger/ledgerView.ts";

/** A source whose list could not be fetched, or is faulty; the last one stays in use. */
export interface SourceFailure {
  readonly source: string;
  readonly label: string;
  readonly error: unknown;
}

/** The known cases of all sources. */
export interface KnownCases {
  readonly cases: readonly Case[];
  /** When the oldest of the lists was fetched; undefined when one never was, or there is none to fetch. */
  readonly fetchedAt: EpochMs | undefined;
  /** Sources whose last fetch failed. */
  readonly failures: readonly SourceFailure[];
}

/** What is held in memory for one source. */
interface Held {
  /** Cases beside the list, found by searching in this window. */
  readonly found: Map<string, Case>;
  cases: readonly Case[];
  /** The last complete list: it is restored when a fetch does not complete. */
  complete: readonly Case[] | undefined;
  fetchedAt: EpochMs | undefined;
  failure: SourceFailure | undefined;
  /** Counts the fetches: the result of one is dropped once a later one has begun. */
  turn: number;
  copying: Promise<void>;
}

/** Longest list that is fetched: a longer one is a fault of the source, and nobody could pick from it. */
const MAX_CASES = 50_000;

/**
 * The cases to pick from: those of the billing connection and of every other source, as last fetched, and those defined
 * by hand. Works offline from a copy of each list.
 */
export class CaseDirectory implements IDisposable {
  private readonly changed = new Emitter<void>();
  private readonly store = new DisposableStore();
  private readonly log: EventLog;
  private readonly view: LedgerView;
  private readonly providers: BillingProviders;
  private readonly clock: Clock;
  private readonly held = new Map<string, Held>();
  private readonly others = new Map<string, CaseSource>();
  private byRef: Map<string, Case> | undefined;
  private indexed: { readonly index: CaseIndex; readonly state: string } | undefined;

  /** Fires after a list, or whether it could be fetched, has changed. */
  readonly onDidChange: Event<void> = this.changed.event;

  constructor(log: EventLog, view: LedgerView, providers: BillingProviders, clock: Clock) {
    this.log = log;
    this.view = view;
    this.providers = providers;
    this.clock = clock;
    this.store.add(this.changed);
  }

  /**
   * Adds the cases of another source until disposed, and fetches them at once. Picks of its cases stay.
   * @param report receives failures of that first fetch, and of those after the source has changed
   */
  addSource(source: CaseSource, report: (failure: SourceFailure) => void): IDisposable {
    if (this.others.has(source.id))
      throw new CaseclockError("arguments.invalid", `source ${source.id} is there already`);
    this.others.set(source.id, source);
    const abort = new AbortController();
    const fetch = (): void => {
      this.fetch(source, abort.signal)
        .then(() => {
          const failure = this.held.get(source.id)?.failure;
          if (failure !== undefined) report(failure);
        })
        .catch((error: unknown) => {
          report({ source: source.id, label: source.label, error });
        });
    };
    const store = new DisposableStore();
    if (source.onDidChange !== undefined) store.add(source.onDidChange(fetch));
    fetch();
    return {
      dispose: () => {
        store.dispose();
        abort.abort();
        this.others.delete(source.id);
        this.held.delete(source.id);
        this.tell();
      },
    };
  }

  /** The last known lists, from memory or the local copies; never from the network. */
  async list(): Promise<KnownCases> {
    await this.view.load();
    const connectionId = this.connectionId;
    const ids = [...(connectionId === undefined ? [] : [connectionId]), ...this.others.keys()];
    for (const id of ids) await this.open(id).copying;
    return this.now();
  }

  /**
   * Fetches all lists again, independently: a slow or failing source holds back no other.
   * @param onPage called with everything known so far after each page of any source
   */
  async refresh(signal: AbortSignal, onPage?: (known: KnownCases) => void): Promise<KnownCases> {
    await this.list();
    const { connection } = this.view.ledger;
    const sources = [...this.others.values()];
    if (connection !== undefined && connection.id === this.connectionId) {
      const { providers } = this;
      sources.unshift({
        id: connection.id,
        label: connection.account.name,
        listCases: async function* (abort) {
          yield* (await providers.open(connection)).listCases(abort);
        },
      });
    }
    await Promise.all(sources.map((source) => this.fetch(source, signal, () => onPage?.(this.now()))));
    return this.now();
  }

  /**
   * Fetches all lists again, for a caller who wants to know about failures.
   * @throws what the first failed source threw, such as `billing.offline`; the lists of the others are updated
   */
  async refreshAll(): Promise<KnownCases> {
    const known = await this.refresh(new AbortController().signal);
    const [failure] = known.failures;
    if (failure !== undefined) throw failure.error;
    return known;
  }

  /** Whether there is a connection that may have more cases than its list. */
  get canSearch(): boolean {
    return this.connectionId !== undefined;
  }

  /**
   * Searches the cases of the active connection by key or words of the title. Cases found can be picked from then on.
   * @throws CaseclockError `billing.*`
   */
  async search(text: string, signal: AbortSignal): Promise<readonly Case[]> {
    await this.list();
    const { connection } = this.view.ledger;
    if (connection === undefined || connection.id !== this.connectionId || text.trim() === "") return [];
    const provider = await this.providers.open(connection);
    const found = ((await provider.searchCases?.(text, signal)) ?? []).map(fitted);
    const held = this.open(connection.id);
    for (const one of found) held.found.set(caseRefKey(one.ref), one);
    this.forget();
    return found;
  }

  /** The latest snapshot of a case: from a list or search, else from the ledger. */
  find(ref: CaseRef): Case | undefined {
    const key = caseRefKey(ref);
    return this.refs().get(key) ?? this.view.ledger.handmadeCases.get(key) ?? this.view.ledger.cases.get(key);
  }

  /** Whether a case is no longer in its source's list. Its time stays. */
  isGone(ref: CaseRef): boolean {
    return (
      ref.source !== HANDMADE_SOURCE &&
      this.held.get(ref.source)?.fetchedAt !== undefined &&
      !this.refs().has(caseRefKey(ref))
    );
  }

  /** When the list of a source was fetched. */
  fetchedAt(source: string): EpochMs | undefined {
    return this.held.get(source)?.fetchedAt;
  }

  /** Every known case with that key, in all sources or one. */
  async withKey(key: string, source?: string): Promise<readonly Case[]> {
    const { cases } = await this.list();
    return cases.filter((one) => one.key === key && (source === undefined || one.ref.source === source));
  }

  /** An index of the open cases known now. */
  index(): CaseIndex {
    const state = `${this.view.ledger.lastSeqFor("caseDefined")} ${this.connectionId ?? ""}`;
    if (this.indexed?.state !== state) this.indexed = { index: new CaseIndex(this.now().cases), state };
    return this.indexed.index;
  }

  dispose(): void {
    this.store.dispose();
  }

  /** Undefined for a connection without cases of its own (`local`). */
  private get connectionId(): string | undefined {
    const { connection } = this.view.ledger;
    return connection?.provider === "local" ? undefined : connection?.id;
  }

  private now(): KnownCases {
    const { connectionId } = this;
    const shown = [...this.held].filter(([id]) => id === connectionId || this.others.has(id)).map(([, held]) => held);
    const cases = shown.flatMap((held) => held.cases);
    const times = shown.map((held) => held.fetchedAt);
    const known = times.filter((at) => at !== undefined);
    return {
      cases: [...cases, ...this.view.ledger.handmadeCases.values()],
      fetchedAt: known.length === 0 || known.length < times.length ? undefined : (Math.min(...known) as EpochMs),
      failures: shown.flatMap((held) => held.failure ?? []),
    };
  }

  private refs(): Map<string, Case> {
    if (this.byRef === undefined) {
      this.byRef = new Map();
      for (const { cases, found } of this.held.values()) {
        for (const one of [...found.values(), ...cases]) this.byRef.set(caseRefKey(one.ref), one);
      }
    }
    return this.byRef;
  }

  private open(id: string): Held {
    let held = this.held.get(id);
    if (held === undefined) {
      held = {
        found: new Map(),
        cases: [],
        complete: undefined,
        fetchedAt: undefined,
        failure: undefined,
        turn: 0,
        copying: Promise.resolve(),
      };
      this.held.set(id, held);
      held.copying = this.readCopy(id, held);
    }
    return held;
  }

  /** On failure keeps the error beside the last list; an aborted fetch changes nothing. */
  private async fetch(source: CaseSource, signal: AbortSignal, onPage?: () => void): Promise<void> {
    const held = this.open(source.id);
    await held.copying;
    const turn = ++held.turn;
    const isLatest = (): boolean => turn === held.turn && !signal.aborted && this.held.get(source.id) === held;
    try {
      const cases: Case[] = [];
      for await (const page of source.listCases(signal)) {
        for (const one of page) cases.push(fitted(one));
        if (cases.length > MAX_CASES) throw new CaseclockError("billing.protocol", `more than ${MAX_CASES} cases`);
        if (!isLatest()) return;
        // While pages arrive, only a list longer than the known one replaces it.
        if (cases.length <= held.cases.length) continue;
        held.cases = [...cases];
        this.forget();
        onPage?.();
      }
      if (!isLatest()) return;
      await this.log.writeCache(cacheName(source.id), JSON.stringify(cases));
      if (!isLatest()) return;
      held.cases = held.complete = cases;
      held.fetchedAt = this.clock.now();
      const { problem } = source;
      const error = problem === undefined ? undefined : new CaseclockError("cases.sourceFailed", problem);
      held.failure = error === undefined ? undefined : { source: source.id, label: source.label, error };
    } catch (error) {
      if (!isLatest()) return;
      held.failure = { source: source.id, label: source.label, error };
    } finally {
      if (turn === held.turn && held.complete !== undefined && held.cases !== held.complete) {
        held.cases = held.complete;
        this.forget();
      }
    }
    this.tell();
  }

  private async readCopy(id: string, held: Held): Promise<void> {
    const copy = await this.log.readCache(cacheName(id)).catch((error: unknown) => {
      this.held.delete(id); // the next caller retries
      throw error;
    });
    // A list fetched meanwhile is newer than the copy.
    if (copy === undefined || held.fetchedAt !== undefined) return;
    held.cases = held.complete = parseCopy(copy.text);
    held.fetchedAt = copy.at;
    this.tell();
  }

  private forget(): void {
    this.byRef = undefined;
    this.indexed = undefined;
  }

  private tell(): void {
    this.forget();
    this.changed.fire();
  }
}

/** Cuts overlong titles and names, because each pick and entry stores a snapshot. */
function fitted(one: Case): Case {
  const { title, customer } = one;
  if (title.length <= MAX_TITLE_CHARS && customer.name.length <= MAX_TITLE_CHARS) return one;
  const name = cut(customer.name);
  return { ...one, title: cut(title), customer: { ...customer, name } };
}

const MAX_TITLE_CHARS = 500;

/** Cuts between characters, never within one. */
function cut(text: string): string {
  if (text.length <= MAX_TITLE_CHARS) return text;
  return `${text.slice(0, MAX_TITLE_CHARS - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}

function cacheName(source: string): string {
  return `cases:${source}`;
}

/** Caseclock wrote the copy, but it was on a disk: anything that does not look like a case is skipped. */
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
