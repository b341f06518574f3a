import { t } from "../../../../base/text.ts";
import { seconds, type EpochMs, type LocalDate } from "../../../../base/time.ts";
import type { Case } from "../../../../domain/cases/case.ts";
import { CaseclockError } from "../../../../domain/errors.ts";
import type { Connection } from "../../../../domain/log/events.ts";
import type {
  BillingProvider,
  Correction,
  PushHistory,
  RemoteEntry,
  RemoteRecord,
  WriteResult,
} from "../../../../ports/billingProvider.ts";
import { makeMarker, makeRecordText } from "./recordText.ts";
import { spanShares } from "./spanShares.ts";
import type { Receipt } from "../../../../domain/entries/delivery.ts";
import type { ApprovedEntry } from "../../../../domain/log/approvedEntry.ts";

/** One write to a billing system: an entry, one of its spans, or a correction. */
export interface OutgoingRecord {
  readonly entry: ApprovedEntry;
  /** Fixed before the first attempt and the same in every one. */
  readonly key: string;
  /** The key in the form that a description can hold. */
  readonly marker: string;
  /** Start of the span, or of the entry where the system keeps one record per entry. Absent for unplaced time there. */
  readonly start?: EpochMs;
  readonly end?: EpochMs;
  /** A multiple of the unit; below 0 only in a correction of a system that can only add. */
  readonly seconds: number;
  readonly text: string;
}

/** One account of one kind of billing system: the calls of its API, one request each if possible. */
export interface BillingSystem {
  readonly unitSeconds: number;
  readonly correction: Correction;
  /** It derives the duration from start and end, so each span is a record of its own. */
  readonly isPerSpan: boolean;
  /** Whether each span is a record is a setting of the account, and may have been different when an entry was sent. */
  readonly mayChangeForm?: boolean;
  listCases(signal: AbortSignal): AsyncIterable<readonly Case[]>;
  /** As `BillingProvider.searchCases`. */
  searchCases?(text: string, signal: AbortSignal): Promise<readonly Case[]>;
  create(record: OutgoingRecord, signal: AbortSignal): Promise<WriteResult>;
  /** Replaces a record's values; only with `correction: "replace"`. */
  update?(remoteId: string, record: OutgoingRecord, signal: AbortSignal): Promise<WriteResult>;
  /** Deletes a record; one that is already gone counts as deleted. Not with `correction: "compensate"`. */
  remove?(remoteId: string, record: OutgoingRecord, signal: AbortSignal): Promise<WriteResult>;
  /** What is stored under a record's key, without anything else that a search returns. @throws CaseclockError `billing.*` */
  find(record: OutgoingRecord, signal: AbortSignal): Promise<readonly RemoteEntry[]>;
  listRecords(from: LocalDate, to: LocalDate, signal: AbortSignal): AsyncIterable<readonly RemoteRecord[]>;
}

/** How long one of our requests, or a server behind a proxy, may still be working on an entry. */
const SETTLE_MS = 60_000;

/** A billing system as the outbox uses it: splits entries into records, and corrects them by what the system supports. */
export class SystemProvider implements BillingProvider {
  readonly connection: Connection;
  readonly unitSeconds: number;
  readonly correction: Correction;
  readonly settleMs = SETTLE_MS;
  readonly searchCases?: (text: string, signal: AbortSignal) => Promise<readonly Case[]>;
  private readonly system: BillingSystem;

  constructor(connection: Connection, system: BillingSystem) {
    this.connection = connection;
    this.system = system;
    this.unitSeconds = system.unitSeconds;
    this.correction = system.correction;
    if (system.searchCases !== undefined) this.searchCases = system.searchCases.bind(system);
  }

  listCases(signal: AbortSignal): AsyncIterable<readonly Case[]> {
    return this.system.listCases(signal);
  }

  listRecords(from: LocalDate, to: LocalDate, signal: AbortSignal): AsyncIterable<readonly RemoteRecord[]> {
    return this.system.listRecords(from, to, signal);
  }

  async push(entry: ApprovedEntry, signal: AbortSignal, history?: PushHistory): Promise<WriteResult> {
    const { attempts = 0, before } = history ?? {};
    if (before !== undefined) return this.correct(entry, before, attempts, signal);
    if (entry.revision > 1) return this.correctRefused(entry, signal);
    const records = this.makeRecords(entry);
    // Of several records some may exist from an attempt that ended half-way.
    return this.createAll(entry, records, attempts > 0 && records.length > 1, signal);
  }

  async find(entry: ApprovedEntry, signal: AbortSignal, before?: Receipt): Promise<readonly RemoteEntry[]> {
    // A repeated correction itself looks up what it would add: nothing has to be known beforehand.
    const isCorrection = before !== undefined || entry.revision > 1;
    if (isCorrection && (before === undefined || this.correction !== "compensate")) return [];
    if (before !== undefined) {
      const record = this.compensation(entry, before);
      const found = await this.system.find(record, signal);
      return found.map((one) =>
        this.together(entry, [{ ...one, remoteId: [...readIds(before), one.remoteId].join(",") }]),
      );
    }
    const records = this.makeRecords(entry);
    const all: RemoteEntry[] = [];
    let isWhole = true;
    for (const record of records) {
      const found = await this.system.find(record, signal);
      const [first] = found;
      if (found.length > 1) return found;
      if (first === undefined) isWhole = false;
      else all.push(first);
    }
    if (all.length === 0 && this.system.mayChangeForm === true) return this.findInOtherForm(entry, signal);
    return isWhole && all.length > 0 ? [this.together(entry, all)] : [];
  }

  /** Looks for records in the other form. @throws CaseclockError `billing.protocol` if only some of them exist */
  private async findInOtherForm(entry: ApprovedEntry, signal: AbortSignal): Promise<readonly RemoteEntry[]> {
    const { externalId, billedSeconds: billed } = entry;
    const all: RemoteEntry[] = [];
    for (const key of this.system.isPerSpan ? [externalId] : spanKeys(externalId, entry)) {
      all.push(...(await this.system.find(makeRecord(entry, key, 0, entry), signal)));
    }
    const whole = this.together(entry, all);
    if (all.length === 0 || whole.billedSeconds === billed) return all.length === 0 ? [] : [whole];
    throw new CaseclockError(
      "billing.protocol",
      t("part of the entry is there, in a different form from what entries have now"),
    );
  }

  listKeys(entry: ApprovedEntry): readonly string[] {
    const revisions = Array.from({ length: entry.revision - 1 }, (_, index) => `${entry.externalId}-r${index + 2}`);
    const bases = [entry.externalId, ...revisions];
    const keys = this.system.isPerSpan ? bases.flatMap((base) => spanKeys(base, entry)).concat(bases) : bases;
    return keys.flatMap((key) => [key, makeMarker(key)]);
  }

  /** The records of an entry, in the order of their keys. */
  private makeRecords(entry: ApprovedEntry, before?: Receipt): readonly OutgoingRecord[] {
    const base = before !== undefined && this.correction !== "replace" ? revisionKey(entry) : entry.externalId;
    if (!this.system.isPerSpan) {
      if (entry.billedSeconds === 0) return [];
      return [makeRecord(entry, base, entry.billedSeconds, entry)];
    }
    return spanShares(entry, this.unitSeconds).map((share, index) =>
      makeRecord(entry, `${base}-${index + 1}`, share.seconds, share),
    );
  }

  private compensation(entry: ApprovedEntry, before: Receipt): OutgoingRecord {
    return makeRecord(entry, revisionKey(entry), entry.billedSeconds - before.billedSeconds, entry);
  }

  private async createAll(
    entry: ApprovedEntry,
    records: readonly OutgoingRecord[],
    lookFirst: boolean,
    signal: AbortSignal,
  ): Promise<WriteResult> {
    const done: RemoteEntry[] = [];
    let warning = {};
    for (const record of records) {
      const [known] = lookFirst ? await this.system.find(record, signal) : [];
      const result: WriteResult =
        known === undefined ? await this.system.create(record, signal) : { kind: "written", remote: known };
      if (result.kind !== "written") return done.length === 0 ? result : partly(result);
      if (result.warning !== undefined) warning = { warning: result.warning };
      done.push(result.remote);
    }
    return { kind: "written", remote: this.together(entry, done), ...warning };
  }

  /** Corrects a refused entry: some of its records may exist all the same. */
  private async correctRefused(entry: ApprovedEntry, signal: AbortSignal): Promise<WriteResult> {
    const left = await this.findLeft(entry, 1, signal);
    const before = {
      remoteId: left.map(({ remoteId }) => remoteId).join(","),
      revision: entry.revision - 1,
      billedSeconds: seconds(left.reduce((sum, { billedSeconds = 0 }) => sum + billedSeconds, 0)),
    };
    return this.correct(entry, before, 1, signal);
  }

  /**
   * What exists of refused revisions: some of their records may have been written before one was refused.
   * @param first the earliest of those revisions
   */
  private async findLeft(entry: ApprovedEntry, first: number, signal: AbortSignal): Promise<readonly RemoteEntry[]> {
    const keys = new Set<string>();
    for (let revision = first; revision < entry.revision; revision += 1) {
      const isFirst = revision === 1 || this.correction === "replace";
      const base = isFirst ? entry.externalId : revisionKey({ ...entry, revision });
      for (const key of this.system.isPerSpan ? spanKeys(base, entry) : [base]) keys.add(key);
    }
    const left: RemoteEntry[] = [];
    for (const key of keys) left.push(...(await this.system.find(makeRecord(entry, key, 0, entry), signal)));
    return left;
  }

  private async correct(
    entry: ApprovedEntry,
    before: Receipt,
    attempts: number,
    signal: AbortSignal,
  ): Promise<WriteResult> {
    const { system } = this;
    const known = readIds(before);
    if (this.correction === "compensate") {
      const record = this.compensation(entry, before);
      if (record.seconds === 0) return { kind: "written", remote: this.unchanged(entry, before) };
      const result = await this.createAll(entry, [record], attempts > 0, signal);
      if (result.kind !== "written") return result;
      const remote = { ...result.remote, remoteId: [...known, result.remote.remoteId].join(",") };
      return { ...result, remote: this.together(entry, [remote]) };
    }
    const left = await this.findLeft(entry, before.revision + 1, signal);
    const ids = [...new Set([...known, ...left.map(({ remoteId }) => remoteId)])];
    const records = this.makeRecords(entry, before);
    const kept = this.correction === "replace" ? Math.min(ids.length, records.length) : 0;
    const done: RemoteEntry[] = [];
    for (const [index, record] of records.slice(0, kept).entries()) {
      const changed = await system.update?.(ids[index] ?? "", record, signal);
      const isGone = changed?.kind === "rejected" && changed.problem.kind === "not-found";
      // Somebody deleted it there: this revision is written instead.
      const result = isGone ? await this.createAll(entry, [record], true, signal) : changed;
      if (result?.kind !== "written")
        return result ?? cannotChange(t("Entries cannot be changed in this billing system."));
      done.push(result.remote);
    }
    // First write the new records, then delete the old ones: at no moment is less there than was approved.
    const added = await this.createAll(entry, records.slice(kept), attempts > 0, signal);
    if (added.kind !== "written") return added;
    for (const id of ids.slice(kept)) {
      const result = await system.remove?.(id, makeRecord(entry, entry.externalId, 0, entry), signal);
      if (result?.kind !== "written")
        return result === undefined
          ? cannotChange(t("Entries cannot be deleted in this billing system."))
          : partly(result);
    }
    const all = [...done, ...(added.remote.remoteId === "" ? [] : [added.remote])];
    return { ...added, remote: this.together(entry, all) };
  }

  private unchanged(entry: ApprovedEntry, before: Receipt): RemoteEntry {
    const { externalId, revision, billedSeconds } = entry;
    return { externalId, revision, remoteId: before.remoteId, billedSeconds };
  }

  /** The records of an entry as one: what the system keeps of it in total, if it said so for each. */
  private together(entry: ApprovedEntry, records: readonly RemoteEntry[]): RemoteEntry {
    const kept = records.map(({ billedSeconds }) => billedSeconds);
    const isKnown = kept.every((one) => one !== undefined) && this.correction !== "compensate";
    return {
      externalId: entry.externalId,
      revision: entry.revision,
      remoteId: records.map(({ remoteId }) => remoteId).join(","),
      ...(isKnown ? { billedSeconds: seconds(kept.reduce<number>((sum, one) => sum + one, 0)) } : {}),
    };
  }
}

/** Part of the entry exists: then it is certain only that one record, not the entry, was not written. */
function partly(result: Exclude<WriteResult, { kind: "written" }>): WriteResult {
  if (result.kind !== "retryLater") return result;
  const { problem, retryAfterMs } = result;
  return { kind: "unknown", problem, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

function cannotChange(detail: string): WriteResult {
  return { kind: "rejected", problem: { kind: "validation", detail } };
}

/** The records of a receipt. */
function readIds({ remoteId }: Receipt): readonly string[] {
  return remoteId.split(",").filter((id) => id !== "");
}

/** The keys that an entry's records can have where each span is a record; unplaced time is one, too. */
function spanKeys(base: string, { intervals }: ApprovedEntry): readonly string[] {
  return Array.from({ length: Math.max(1, intervals.length) }, (_, index) => `${base}-${index + 1}`);
}

function revisionKey({ externalId, revision }: ApprovedEntry): string {
  return `${externalId}-r${revision}`;
}

function makeRecord(
  entry: ApprovedEntry,
  key: string,
  length: number,
  { start, end }: { readonly start?: EpochMs; readonly end?: EpochMs },
): OutgoingRecord {
  return {
    entry,
    key,
    marker: makeMarker(key),
    ...(start === undefined || end === undefined ? {} : { start, end }),
    seconds: length,
    text: makeRecordText(entry),
  };
}
