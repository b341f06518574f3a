import { t } from "../base/text.ts";
import { startOfDay, type EpochMs } from "../base/time.ts";
import { EDIT_KINDS } from "../domain/actBook.ts";
import { caseRefKey, isSameCase, type CaseRef } from "../domain/caseRef.ts";
import { applyEdits, type Edit } from "../domain/edits.ts";
import type { EventBody, EventKind, LogEvent } from "../domain/events.ts";
import { intersect, total, type Interval } from "../domain/interval.ts";
import { originOf } from "../domain/origin.ts";
import type { ApprovedEntry, DraftEntry } from "../domain/timeEntry.ts";
import type { Ledger } from "../domain/ledger.ts";
import type { LedgerView } from "./ledgerView.ts";
import type { EventLog } from "../ports/eventLog.ts";

/** One change of an entry: what happened, and what it was before, where that is kept. */
export interface HistoryStep {
  readonly at: EpochMs;
  /** The person whose ledger it is, or the billing system. */
  readonly by: "person" | "billing";
  /** Who the person was: the account at the billing system that was in use then, else the one at the computer. */
  readonly name?: string;
  readonly body: EventBody;
  /** What the body replaced: the cases of moved time, the text before, the amount written down before. */
  readonly before?: string | number;
  /** It was taken back, or done again, later. */
  readonly state: "holds" | "undone";
}

const KINDS: readonly EventKind[] = [...EDIT_KINDS, "redone", "withdrawn", "refused"];
const NAMING_KINDS: readonly EventKind[] = ["person", "connected", "disconnected"];

/** What an entry, or a draft, is about: the events that touch it. */
type Subject = Pick<ApprovedEntry, "day" | "case" | "intervals"> & { readonly entryId: string | undefined };

/** Everything that a person, or the billing system's answer, changed about an entry, the oldest first. */
export async function entryHistory(
  { log, view }: { readonly log: EventLog; readonly view: LedgerView },
  subject: ApprovedEntry | DraftEntry,
): Promise<readonly HistoryStep[]> {
  await view.catchUp();
  const { ledger } = view;
  const events = await log.read({ kinds: KINDS, from: startOfDay(subject.day, subject.zone) });
  const nameAt = namesIn(await log.read({ kinds: NAMING_KINDS }));
  const off = new Set<string>();
  for (const { body } of events) {
    if (body.kind === "undone") off.add(body.eventId);
    else if (body.kind === "redone") off.delete(body.eventId);
  }
  // As the work trees' picks had it: what was moved is moved again, step by step.
  const captured = (await view.sheet(subject.day)).pieces.map((piece) => ({
    ...piece,
    case: ledger.timeline.caseAt(piece.tree, piece.start)?.ref ?? null,
  }));
  const edits: Edit[] = [];
  let description: string | undefined;
  let written = 0;
  const steps: HistoryStep[] = [];
  for (const event of events) {
    const { body } = event;
    let before: string | number | undefined;
    if (body.kind === "reassigned") {
      const moved = captured.flatMap((piece) =>
        body.intervals.flatMap((one) => {
          const inside = intersect(piece, one);
          return inside === undefined ? [] : [{ ...piece, ...inside }];
        }),
      );
      before = [...new Set(applyEdits(moved, edits).pieces.map((piece) => keyOf(ledger, piece.case)))].join(", ");
      edits.push({ id: event.id, intervals: body.intervals, change: { kind: "assign", case: body.case?.ref ?? null } });
    }
    if (!touches(event, subject)) continue;
    if (body.kind === "described") [before, description] = [description, body.description];
    if (body.kind === "writtenDown") {
      before = written;
      written = total(body.intervals) + body.declared.reduce((sum, { seconds }) => sum + seconds, 0);
    }
    if (body.kind === "undone" || body.kind === "redone") continue; // told by the state of what they take back
    const name = nameAt(event);
    steps.push({
      at: event.at,
      by: body.kind === "refused" ? "billing" : "person",
      ...(name === undefined ? {} : { name }),
      body,
      ...(before === undefined || before === "" ? {} : { before }),
      state: off.has(event.id) ? "undone" : "holds",
    });
  }
  const item = subject.entryId === undefined ? undefined : ledger.entries.get(subject.entryId);
  if (item?.delivery.state === "receipted") {
    const { at, remoteId, storedSeconds } = item.delivery;
    const stored = storedSeconds === undefined ? {} : { storedSeconds };
    const { entryId, revision } = item.entry;
    steps.push({
      at,
      by: "billing",
      body: { kind: "receipted", entryId, revision, remoteId, ...stored },
      state: "holds",
    });
  }
  return steps;
}

/** Who made an event, by what its ledger had said of that before. */
function namesIn(naming: readonly LogEvent[]): (event: LogEvent) => string | undefined {
  return ({ seq, windowId }) => {
    let account: { readonly id: string; readonly name: string } | undefined;
    let person: string | undefined;
    for (const said of naming) {
      if (said.seq > seq) break;
      if (originOf(said.windowId) !== originOf(windowId)) continue;
      const { body } = said;
      if (body.kind === "person") person = body.name;
      else if (body.kind === "connected") account = { id: body.connection.id, name: body.connection.account.name };
      else if (body.kind === "disconnected" && account?.id === body.connectionId) account = undefined;
    }
    return account === undefined || account.name === "" ? person : account.name;
  };
}

function touches({ body }: LogEvent, { entryId, day, case: of, intervals }: Subject): boolean {
  const isInside = (stretches: readonly Interval[]): boolean =>
    stretches.some((one) => intervals.some((other) => intersect(one, other) !== undefined));
  switch (body.kind) {
    case "reassigned":
    case "struck":
      return isInside(body.intervals);
    case "declared":
      return body.entryDay === day && isSameCase(body.case.ref, of.ref);
    case "split":
    case "merged":
      return body.entryDay === day && isSameCase(body.case, of.ref);
    case "writtenDown":
      return (
        body.entryDay === day &&
        isSameCase(body.case, of.ref) &&
        (body.from === undefined || isInside(body.intervals) || body.intervals.length === 0)
      );
    case "described":
    case "activitySet":
    case "withdrawn":
    case "refused":
      return body.entryId === entryId;
    case "approved":
      return body.entry.entryId === entryId;
    default:
      return false;
  }
}

function keyOf({ cases }: Ledger, ref: CaseRef | null): string {
  return ref === null ? t("no case") : (cases.get(caseRefKey(ref))?.key ?? ref.id);
}
