import { t } from "../../base/text.ts";
import { epochMs, type EpochMs } from "../../base/time.ts";
import { CaseclockError } from "../../domain/errors.ts";
import {
  EVIDENCE_KINDS,
  type Connection,
  type EventKind,
  type LogEvent,
  type NewEvent,
} from "../../domain/log/events.ts";
import { importConflicts, isUndecided, type ImportConflict } from "../../domain/day/importConflicts.ts";
import { Ledger } from "../../domain/ledger.ts";
import { toOwnEvent, toImportedEvent } from "../../domain/log/ledgerOrigin.ts";
import type { Policy } from "../../domain/capture/timeline.ts";
import type { EventLog } from "../../ports/eventLog.ts";
import type { LedgerFiles } from "../../ports/ledgerFile.ts";
import { toHeartbeatRow } from "../ledger/dayEvidence.ts";
import { readFileEvidence, readLedgerFile, isSameAccount, type LedgerFile } from "./readLedgerFile.ts";
import { originOf } from "../../domain/capture/originOf.ts";
import type { Journal } from "../ledger/journal.ts";

export interface LedgerImportContext {
  readonly journal: Journal;
  readonly initialPolicy: Policy;
}

/** What an import would add, and how. */
export interface ImportPlan {
  readonly file: LedgerFile;
  /** Events not here yet, in order, without evidence: appended in one piece. */
  readonly facts: readonly NewEvent[];
  readonly rename: Rename;
  /** Time that both have approved and sent to the billing system: nothing can be done about it here. */
  readonly conflicts: readonly ImportConflict[];
  readonly newEntries: number;
  /** Whether that ledger is imported for the first time. */
  readonly isFirst: boolean;
  /** The other ledger's active connection, under its id here. */
  readonly connection: Connection | undefined;
  /** Position of the last decision here that the plan depends on. */
  readonly seq: number;
}

/** Renames an event of the file to how it is stored here. */
interface Rename {
  (event: LogEvent): NewEvent;
  /** Whether connections keep their ids. */
  readonly isPlain: boolean;
}

/** Kinds of events after which a plan is out of date. */
const DECIDING: readonly EventKind[] = ["approved", "withdrawn", "connected", "sending", "timerStarted", "copied"];
/** Events appended at once: others wait for the file for a few milliseconds. */
const CHUNK = 2_000;

/**
 * Reads a file and finds what it would add. Changes nothing.
 * @throws CaseclockError `import.*`
 */
export async function planImport(
  context: LedgerImportContext,
  files: LedgerFiles,
  path: string,
  signal: AbortSignal,
): Promise<ImportPlan> {
  const file = await readLedgerFile(files, path, signal);
  const { view } = context.journal;
  await view.catchUp();
  const { ledger } = view;
  const rename = makeRenamer(file, ledger);
  const { ids, together } = await foldHere(context);
  const facts: NewEvent[] = [];
  // If its connections keep their ids, the fold that checked the file can be used as it is.
  const theirs = rename.isPlain ? file.ledger : new Ledger(file.policy);
  let { lastSeq } = together;
  for (const event of file.facts) {
    const renamed = rename(event);
    if (!rename.isPlain) theirs.apply({ ...renamed, seq: event.seq });
    // The event with this ledger's own initial policy was made for other computers only.
    if (ids.has(event.id) || event.id === policyId(ledger.id)) continue;
    facts.push(renamed);
    together.apply({ ...renamed, seq: (lastSeq += 1) });
  }
  const conflicts = importConflicts(theirs.entries, ledger.entries, together.entries);
  const undecided = conflicts.find(isUndecided);
  if (undecided !== undefined) throw new CaseclockError("import.conflict", explain(undecided, conflicts.length));
  const isTimed = facts.some(({ body: { kind } }) => kind === "timerStarted" || kind === "timerStopped");
  if (ledger.timer !== undefined && isTimed && theirs.timer?.id !== ledger.timer.id) {
    throw new CaseclockError("import.conflict", t("A timer is running here: stop it, then import again."));
  }
  const before = new Set(ledger.entries.all.map(({ entry }) => entry.entryId));
  return {
    file,
    facts,
    rename,
    conflicts,
    newEntries: theirs.entries.all.filter(({ entry }) => !before.has(entry.entryId)).length,
    isFirst: !ids.has(policyId(file.id)),
    connection: theirs.connection,
    seq: Math.max(...DECIDING.map((kind) => ledger.lastSeqFor(kind))),
  };
}

/** What an import has added. */
export interface ImportResult {
  /** Events that were not here before. */
  readonly added: number;
}

/**
 * Imports a file. Everything but evidence is appended in one piece, so that no entry is ever here without its receipt;
 * evidence follows in pieces. Importing the same file again continues where it ended, and changes nothing once all is
 * here.
 * @param signal stops between two pieces, with its own error
 * @throws CaseclockError `import.conflict` when something was decided here since the plan was made; `ledger.*`
 */
export async function importLedger(
  context: LedgerImportContext,
  files: LedgerFiles,
  plan: ImportPlan,
  signal: AbortSignal,
  report: (done: number, total: number) => void,
): Promise<ImportResult> {
  const { journal } = context;
  const { view, log } = journal;
  const { file, facts, rename, seq } = plan;
  const early = await earlyRows(files, file);
  const events = inOrder(plan, early);
  const needed = facts.length + (await findUnknown(log, early, new Map())).length;
  if (needed > 0) {
    const framed = [...policyBefore(context, plan), ...events, ...(await settledHere(context, plan))];
    if (!(await log.appendIfLast(DECIDING, seq, framed))) {
      throw new CaseclockError("import.conflict", t("Something was decided here during the import: import again."));
    }
  }
  let added = needed;
  let done = file.facts.length;
  let chunk: LogEvent[] = [];
  const isEarly = new Set(early.map(({ id }) => id));
  const known = new Map<string, Promise<ReadonlySet<string>>>();
  const append = async (): Promise<void> => {
    const some = chunk;
    chunk = [];
    done += some.length;
    const missing = await findUnknown(log, some, known);
    added += missing.length;
    for (let from = 0; from < missing.length; from += CHUNK) {
      await journal.append(missing.slice(from, from + CHUNK).map(rename));
    }
    report(done, file.events);
  };
  const read = await readFileEvidence(
    files,
    file,
    (event) => {
      if (!isEarly.has(event.id)) chunk.push(event);
    },
    async () => {
      signal.throwIfAborted();
      if (chunk.length >= CHUNK) await append();
    },
  );
  await append();
  if (read.count !== file.events) {
    throw new CaseclockError("import.conflict", t("The file has changed in the meantime: import it again."));
  }
  await view.catchUp();
  return { added };
}

/** The ids of the facts here, and their fold. */
async function foldHere({
  journal: { log },
  initialPolicy,
}: LedgerImportContext): Promise<{ ids: Set<string>; together: Ledger }> {
  let ids = new Set<string>();
  let together = new Ledger(initialPolicy);
  await log.readInPages({ exceptKinds: EVIDENCE_KINDS }, (events, isFirst) => {
    if (isFirst) {
      ids = new Set();
      together = new Ledger(initialPolicy);
    }
    for (const event of events) {
      ids.add(event.id);
      together.apply(event);
    }
  });
  return { ids, together };
}

/**
 * Gives windows and trees of the other computer names of their own. Its connections become those here with the same
 * account, so that its cases, receipts and carried time continue ours.
 */
function makeRenamer({ id, facts }: LedgerFile, ledger: Ledger): Rename {
  const own = ledger.id ?? "";
  const connections = new Map<string, string>();
  for (const { body } of facts) {
    if (body.kind !== "connected" || ledger.connections.has(body.connection.id)) continue;
    const here = [...ledger.connections.values()].find((one) => isSameAccount(one, body.connection));
    if (here !== undefined) connections.set(body.connection.id, here.id);
  }
  const rename = (event: LogEvent): NewEvent => {
    const plain = withoutPlace(event);
    const named = id === own ? plain : toOwnEvent(toImportedEvent(plain, id), own);
    if (connections.size === 0) return named;
    // Ids are random: no other text in an event can be the same.
    let text = JSON.stringify(named);
    for (const [there, here] of connections) text = text.replaceAll(there, here);
    return JSON.parse(text) as NewEvent;
  };
  return Object.assign(rename, { isPlain: connections.size === 0 });
}

function withoutPlace({ id, windowId, at, zone, day, case: of, entryId, body }: LogEvent): NewEvent {
  return {
    id,
    windowId,
    at,
    zone,
    day,
    ...(of === undefined ? {} : { case: of }),
    ...(entryId === undefined ? {} : { entryId }),
    body,
  };
}

/** Rows that a clock was set back past after they were written: their place among the facts decides what they count. */
async function earlyRows(files: LedgerFiles, file: LedgerFile): Promise<readonly LogEvent[]> {
  const { timeline } = file.ledger;
  const early: LogEvent[] = [];
  if (!timeline.hasStepBack) return early;
  await readFileEvidence(
    files,
    file,
    (event) => {
      const row = toHeartbeatRow(event);
      if (row !== undefined && timeline.isBeforeStepBack(row)) early.push(event);
    },
    () => Promise.resolve(),
  );
  return early;
}

function inOrder({ file, facts, rename }: ImportPlan, early: readonly LogEvent[]): readonly NewEvent[] {
  if (early.length === 0) return facts;
  const places = new Map(file.facts.map(({ id, seq }) => [id, seq]));
  const placed = [
    ...facts.map((event) => ({ event, seq: places.get(event.id) ?? 0 })),
    ...early.map((event) => ({ event: rename(event), seq: event.seq })),
  ];
  return placed.sort((a, b) => a.seq - b.seq).map(({ event }) => event);
}

/** The events that are not here. @param known ids of the evidence here, by day: a cache of the latest days */
async function findUnknown(
  log: EventLog,
  events: readonly LogEvent[],
  known: Map<string, Promise<ReadonlySet<string>>>,
): Promise<readonly LogEvent[]> {
  const missing: LogEvent[] = [];
  for (const event of events) {
    let ids = known.get(event.day);
    if (ids === undefined) {
      ids = log.read({ kinds: EVIDENCE_KINDS, days: [event.day] }).then((own) => new Set(own.map(({ id }) => id)));
      known.set(event.day, ids);
      const [oldest] = known.size > 4 ? known.keys() : [];
      if (oldest !== undefined) known.delete(oldest);
    }
    if (!(await ids).has(event.id)) missing.push(event);
  }
  return missing;
}

function policyId(ledger: string | undefined): string {
  return `policy:${ledger ?? ""}`;
}

/** An event for the policy in force on the other computer from its first instant on, which no event there records. */
function policyBefore({ journal }: LedgerImportContext, { file }: ImportPlan): readonly NewEvent[] {
  const { view } = journal;
  const { id, policy, first } = file;
  if (id === view.ledger.id || first === undefined) return [];
  const { idleTimeoutSeconds, zone } = policy;
  const event = journal.create({ kind: "policy", idleTimeoutSeconds, zone }, { id: policyId(id), at: first });
  return [{ ...event, windowId: `${id}/import` }];
}

/** Keeps this computer's policy, pause and connection in force, and takes over the other's picks where it has none. */
async function settledHere(
  { journal }: LedgerImportContext,
  { file, facts, isFirst, connection }: ImportPlan,
): Promise<readonly NewEvent[]> {
  const { view, clock, log } = journal;
  const { ledger } = view;
  const { timeline } = file.ledger;
  if (file.id === ledger.id) return [];
  const now = clock.now();
  const events: NewEvent[] = [];
  const connects = facts.some(({ body: { kind } }) => kind === "connected" || kind === "disconnected");
  if (connects && ledger.connection !== undefined) {
    events.push(journal.create({ kind: "connected", connection: ledger.connection }));
  } else if (connects && connection !== undefined && ledger.connections.size > 0) {
    events.push(journal.create({ kind: "disconnected", connectionId: connection.id }));
  }
  for (const { tree, case: picked } of timeline.picksAfter(epochMs(-1))) {
    const isHere = ledger.timeline.caseAt(tree, epochMs(Number.MAX_SAFE_INTEGER)) !== undefined;
    if (picked === null || isHere || /^(?:window|moved):/.test(tree)) continue;
    events.push(journal.create({ kind: "pick", tree, case: picked }, { id: `pick:${file.id}:${tree}` }));
  }
  const rules = facts.filter(({ body: { kind } }) => ["policy", "pause", "resume"].includes(kind));
  if (rules.length === 0 && !isFirst) return events;
  const ruled = epochMs(Math.max(file.first ?? 0, ...rules.map(({ at }) => at)));
  const own = (await log.read({ kinds: ["heartbeats"], from: ruled })).flatMap((event) =>
    originOf(event.windowId) === "" ? (toHeartbeatRow(event) ?? []) : [],
  );
  const since = own.reduce<EpochMs | undefined>(
    (least, { first }) => (least === undefined || first < least ? first : least),
    undefined,
  );
  const policy = ledger.timeline.policyAt(since ?? now);
  const theirs = timeline.policyAt(epochMs(Number.MAX_SAFE_INTEGER));
  if (policy.idleTimeoutSeconds !== theirs.idleTimeoutSeconds || policy.zone !== theirs.zone) {
    const { idleTimeoutSeconds, zone } = policy;
    events.push(journal.create({ kind: "policy", idleTimeoutSeconds, zone }, { at: since ?? now }));
  }
  // If the other computer was left paused, that did not pause this one.
  if (since !== undefined && file.ledger.isPaused && !ledger.timeline.isPaused(since)) {
    events.push(journal.create({ kind: "resume" }, { at: since }));
  }
  return events;
}

function explain({ theirs, ours }: ImportConflict, count: number): string {
  const advice = t("Withdraw one of the two approvals, and export again if it was the other computer's.");
  return `${describeClash(theirs.entry, ours, count - 1)} ${advice}`;
}

/** @param more number of conflicts beside this one */
function describeClash(
  { case: { key }, day }: ImportConflict["theirs"]["entry"],
  { entry, delivery }: ImportConflict["ours"],
  more: number,
): string {
  const own = entry.case.key;
  if (delivery.state === "receipted") {
    return more > 0
      ? t(
          "The same time is approved twice: for {0} on {1} in the file, and in the entry of {2} that was sent from here (and {3} more).",
          key,
          day,
          own,
          more,
        )
      : t(
          "The same time is approved twice: for {0} on {1} in the file, and in the entry of {2} that was sent from here.",
          key,
          day,
          own,
        );
  }
  return more > 0
    ? t(
        "The same time is approved twice: for {0} on {1} in the file, and in the entry of {2} that is approved here (and {3} more).",
        key,
        day,
        own,
        more,
      )
    : t(
        "The same time is approved twice: for {0} on {1} in the file, and in the entry of {2} that is approved here.",
        key,
        day,
        own,
      );
}
