import { formatWithOffset } from "../../base/time.ts";
import { EVENT_VERSION, type LogEvent, type NewEvent } from "../../domain/log/events.ts";
import { CaseclockError } from "../../domain/errors.ts";
import type { DraftingOptions } from "../../domain/entries/description.ts";
import type { Policy } from "../../domain/capture/timeline.ts";
import type { Checksum, FiledEvent, LedgerSink } from "../../ports/ledgerFile.ts";
import type { Logger } from "../../ports/logger.ts";
import type { CaseDirectory } from "../cases/caseDirectory.ts";
import { detailedWorklog, type WorklogLine, type WorklogRange } from "./exportWorklog.ts";
import type { Journal } from "../ledger/journal.ts";

export interface ExportContext {
  readonly journal: Journal;
  readonly logger: Logger;
  readonly directory: CaseDirectory;
  readonly initialPolicy: Policy;
}

/** Version of the format, `docs/worklog.schema.json`. */
export const WORKLOG_VERSION = 1;

/**
 * The worklog as JSON. Without a range it also holds every event of the ledger, so that it can be imported on another
 * computer, where then everything is as it is here; before that, what is open is marked to be looked up before it is sent
 * from here, for the other computer may send it.
 * @throws CaseclockError `ledger.busy` when events were removed meanwhile: what was written so far is of no use then
 */
export async function writeWorklog(
  context: ExportContext,
  drafting: DraftingOptions,
  range: WorklogRange,
  sink: LedgerSink,
  checksum: () => Checksum,
): Promise<void> {
  const {
    journal: { view, clock },
    directory,
  } = context;
  const isWhole = range.from === undefined && range.to === undefined && range.case === undefined;
  const copied = isWhole ? await markCopied(context) : undefined;
  const { lines, days } = await detailedWorklog(view, directory, drafting, range);
  const now = clock.now();
  const head = {
    $schema: "https://github.com/caseclock/caseclock/blob/main/docs/worklog.schema.json",
    version: WORKLOG_VERSION,
    exportedAt: formatWithOffset(now, view.ledger.timeline.policyAt(now).zone),
    ...(isWhole ? {} : { range: filedRange(range) }),
  };
  sink.write(`${JSON.stringify(head, null, 2).slice(0, -2)},\n`);
  writeList(sink, "entries", lines.map(entryOf));
  sink.write(",\n");
  writeList(
    sink,
    "days",
    days.map(({ day, cases }) => ({
      date: day,
      cases: cases.map(({ case: ref, ...figures }) => ({
        caseKey: ref === null ? null : (directory.find(ref)?.key ?? ref.id),
        ...figures,
      })),
    })),
  );
  if (copied !== undefined) {
    sink.write(",\n");
    await writeEvents(context, copied, sink, checksum());
  }
  sink.write("\n}\n");
}

/** The range as it stands in the file. */
function filedRange({ from, to, case: of }: WorklogRange): object {
  return {
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(of === undefined ? {} : { key: of.key, source: of.ref.source, id: of.ref.id }),
  };
}

/** The event that says so, also where it cannot be kept here: a ledger that cannot be written can be carried away all the same. */
async function markCopied({ journal, logger }: ExportContext): Promise<Copied> {
  const { view, clock } = journal;
  await view.catchUp();
  const { id, entries } = view.ledger;
  // Whoever exports every hour, and approves nothing in between, leaves no trace of it.
  if (id !== undefined && entries.listOpen.every(({ lookUp }) => lookUp === true)) return { id };
  const ledger = id ?? clock.newId();
  const event = journal.create({ kind: "copied", ledger });
  try {
    await journal.append([event]);
  } catch (error) {
    if (!CaseclockError.is(error, "ledger.full", "ledger.newer")) throw error;
    logger.warn("the export is not noted in the ledger", error);
  }
  return { id: ledger, event };
}

/** What the ledger is called in the file, and the event that is to be in it, if it was not there yet. */
interface Copied {
  readonly id: string;
  readonly event?: NewEvent;
}

async function writeEvents(
  { journal: { log }, initialPolicy }: ExportContext,
  { id, event: copied }: Copied,
  sink: LedgerSink,
  sum: Checksum,
): Promise<void> {
  sink.write(`  "ledger": {\n    "id": ${JSON.stringify(id)},\n    "policy": ${JSON.stringify(initialPolicy)},\n`);
  sink.write('    "events": [');
  const written = { count: 0, isNoted: false };
  const add = (event: LogEvent | NewEvent): void => {
    const line = JSON.stringify(filed(event));
    sum.add(`${line}\n`);
    sink.write(`${written.count === 0 ? "" : ","}\n${line}`);
    written.count += 1;
    if (event.id === copied?.id) written.isNoted = true;
  };
  await log.readInPages({}, (events, isFirst) => {
    if (isFirst && written.count > 0) throw new CaseclockError("ledger.busy", "events were removed during the export");
    for (const event of events) add(event);
  });
  if (copied !== undefined && !written.isNoted) add(copied);
  sink.write(`\n    ],\n    "count": ${written.count},\n    "checksum": "${sum.digest()}"\n  }`);
}

/** An event as it stands in the file: without its place in the log, which the order has. */
function filed({ id, windowId, at, zone, day, case: of, entryId, body }: LogEvent | NewEvent): FiledEvent {
  const { kind, ...rest } = body;
  return {
    id,
    kind,
    version: EVENT_VERSION,
    windowId,
    at,
    zone,
    day,
    ...(of === undefined ? {} : { case: of }),
    ...(entryId === undefined ? {} : { entryId }),
    body: rest,
  };
}

/** A row with its evidence. */
function entryOf({ row, entry }: WorklogLine): object {
  const { zone, intervals, declarations = [], commits } = entry;
  const branches = "branches" in entry ? entry.branches : [];
  return {
    ...row,
    ...("writeDownReason" in entry ? { writeDownReason: entry.writeDownReason } : {}),
    spans: intervals.map(({ start, end }) => ({
      start: formatWithOffset(start, zone),
      end: formatWithOffset(end, zone),
    })),
    declared: declarations.map(({ seconds, reason }) => ({ seconds, reason })),
    evidence: {
      commits: commits.map(({ sha, subject, repository, branch }) => ({ sha, subject, repository, branch })),
      branches,
    },
  };
}

function writeList(sink: LedgerSink, name: string, items: readonly object[]): void {
  sink.write(`  "${name}": [`);
  for (const [index, item] of items.entries()) sink.write(`${index === 0 ? "" : ","}\n    ${JSON.stringify(item)}`);
  sink.write(items.length === 0 ? "]" : "\n  ]");
}
