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
 * Writes the worklog as JSON. Without a range it also holds every event of the ledger, so that another computer can
 * import it as a whole; first, open entries are marked to be looked up before this computer sends them, because the
 * other one may send them.
 * @throws CaseclockError `ledger.busy` when events were removed meanwhile; what was written so far is then useless
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
  writeList(sink, "entries", lines.map(toFiledEntry));
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

/** The range in the form of the file. */
function filedRange({ from, to, case: of }: WorklogRange): object {
  return {
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(of === undefined ? {} : { key: of.key, source: of.ref.source, id: of.ref.id }),
  };
}

/** Records that the ledger was copied. Without a writable log the event is only in the file: the copy works anyway. */
async function markCopied({ journal, logger }: ExportContext): Promise<Copied> {
  const { view, clock } = journal;
  await view.catchUp();
  const { id, entries } = view.ledger;
  // Exporting again without a new open entry adds no event.
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

/** The ledger's id in the file, and the `copied` event to put there, if a new one was needed. */
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

/** An event in the form of the file: without its position, which the order gives. */
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

/** A row of the worklog with its evidence, in the form of the file. */
function toFiledEntry({ row, entry }: WorklogLine): object {
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
