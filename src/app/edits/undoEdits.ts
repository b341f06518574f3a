import { epochMs, SECOND_MS } from "../../base/time.ts";
import type { Act } from "../../domain/edits/undoStack.ts";
import { isSameCase } from "../../domain/cases/case.ts";
import { isWithdrawable } from "../../domain/entries/approvedEntries.ts";
import { assertNever, CaseclockError } from "../../domain/errors.ts";
import type { BodyOf, EventBody } from "../../domain/log/events.ts";
import type { Interval } from "../../domain/capture/interval.ts";
import type { Ledger } from "../../domain/ledger.ts";
import { listDecidedRanges } from "../../domain/edits/writeDown.ts";
import type { EditContext } from "./reassign.ts";
import { DECISION_KINDS } from "../ledger/decisionKinds.ts";

/** What an undo must not overtake: any change by hand, and sending an entry. */
const GUARDED = [...DECISION_KINDS, "described", "sending"] as const;

/** The latest act that can be undone; one that an approved entry depends on cannot, until that is withdrawn. */
export function findUndoableAct(ledger: Ledger): Act | undefined {
  return ledger.acts.undoable.findLast((act) => holdsWhole(act, ledger) && canTakeBackAll(act, ledger));
}

/** The act that was undone last and can be redone. */
export function findRedoableAct({ acts }: Ledger): Act | undefined {
  return acts.redoable.at(-1);
}

/**
 * Undoes the latest act as a whole.
 * @param expected id of the act that the person was shown
 * @throws CaseclockError `entries.stale` when another one is the latest now: nothing is changed then
 */
export async function undoAct(context: EditContext, expected?: string): Promise<Act> {
  return step(context, (ledger) => only(findUndoableAct(ledger), expected), takenBack);
}

/** Redoes what was undone last. @throws CaseclockError as `undoAct` */
export async function redoAct(context: EditContext, expected?: string): Promise<Act> {
  return step(
    context,
    (ledger) => only(findRedoableAct(ledger), expected),
    (act) =>
      act.parts.map(({ eventId, body }): EventBody => {
        const redoes = act.id;
        return body.kind === "undone"
          ? { kind: "undone", eventId: body.eventId, redoes }
          : { kind: "redone", eventId, redoes };
      }),
  );
}

/**
 * Undoes certain acts, even if there are later ones: all of them or none.
 * @param ids ids of acts, in the order they were done. @minItems 1
 * @throws CaseclockError `entries.stale` when one of them no longer holds | `entries.claimed` when an approved entry
 * depends on one
 */
export async function undoActs(context: EditContext, ids: readonly string[]): Promise<void> {
  await step(context, (ledger) => ids.toReversed().map((id) => standing(ledger, id)), takenBack);
}

/** The act of an id, if all of its parts still hold and can be undone. */
function standing(ledger: Ledger, id: string): Act {
  const act = ledger.acts.undoable.find((one) => one.id === id);
  if (act === undefined || !holdsWhole(act, ledger)) throw makeStaleError();
  if (!canTakeBackAll(act, ledger)) {
    throw new CaseclockError("entries.claimed", "an approved entry rests on it");
  }
  return act;
}

function only(act: Act | undefined, expected: string | undefined): readonly [Act] {
  if (act === undefined || (expected !== undefined && act.id !== expected)) throw makeStaleError();
  return [act];
}

function makeStaleError(): CaseclockError {
  return new CaseclockError("entries.stale", "there is nothing to take back, or it is another change by now");
}

function takenBack(act: Act): readonly EventBody[] {
  return act.parts.toReversed().map(({ eventId, body }): EventBody => {
    const undoes = act.id;
    if (body.kind === "approved") {
      return { kind: "withdrawn", entryId: body.entry.entryId, revision: body.entry.revision, undoes };
    }
    if (body.kind === "undone") return { kind: "redone", eventId: body.eventId, undoes };
    const from = "from" in body ? body.from : undefined;
    return { kind: "undone", eventId, ...(from === undefined ? {} : { from }), undoes };
  });
}

/** Undoes or redoes acts, all of them or none. @returns the first of them */
async function step(
  { journal }: EditContext,
  find: (ledger: Ledger) => readonly Act[],
  makeBodies: (act: Act) => readonly EventBody[],
): Promise<Act> {
  return journal.decide(GUARDED, (ledger) => {
    const acts = find(ledger);
    const [first] = acts;
    if (first === undefined) throw makeStaleError();
    const events = acts
      .flatMap(makeBodies)
      .map((body) => journal.create(body, "entryId" in body ? { entryId: body.entryId } : {}));
    return { events, result: first };
  });
}

/** Whether no part was undone by another act. */
function holdsWhole({ parts }: Act, { edits }: Ledger): boolean {
  return parts.every(({ eventId, body }) => {
    const isEdit = body.kind === "reassigned" || body.kind === "struck" || body.kind === "declared";
    return !isEdit || edits.findEditable(eventId) !== undefined;
  });
}

function canTakeBackAll(act: Act, ledger: Ledger): boolean {
  const acts = ledger.acts.undoable;
  const later = new Set<string>();
  for (const { parts } of acts.slice(acts.indexOf(act) + 1)) {
    for (const { body } of parts) if (body.kind === "approved") later.add(body.entry.entryId);
  }
  return act.parts.every((part) => canTakeBack(part, ledger, later));
}

/** @param approvedLater entries that were approved after the act */
function canTakeBack(
  { eventId, body }: Act["parts"][number],
  { entries, edits }: Ledger,
  approvedLater: ReadonlySet<string>,
): boolean {
  const isOpen = (within: Interval): boolean => entries.claimedWithin(within).length === 0;
  /** Whether no entry that was split or merged by it has time there. */
  const isApart = ({ case: ref, entryDay }: BodyOf<"split" | "merged">, within: Interval): boolean =>
    entries
      .claimsIn(within)
      .every(
        ({ entry }) => !approvedLater.has(entry.entryId) || entry.day !== entryDay || !isSameCase(entry.case.ref, ref),
      );
  switch (body.kind) {
    case "approved": {
      const item = entries.get(body.entry.entryId);
      return item?.entry.revision === body.entry.revision && isWithdrawable(item);
    }
    case "described":
    case "activitySet":
      return !entries.has(body.entryId);
    case "declared":
      return !entries.hasDeclaration(eventId);
    case "undone":
      // Redoing strikes or declares that time again.
      return edits.findEditable(body.eventId) === undefined && edits.findReach(body.eventId).every(isOpen);
    case "reassigned":
    case "struck":
      return body.intervals.every(isOpen);
    case "writtenDown":
      return (
        body.declared.every(({ id }) => !entries.hasDeclaration(id)) &&
        (body.intervals.length > 0 ? body.intervals : listDecidedRanges(body)).every(isOpen)
      );
    case "split":
      // While both sides of a cut are open, it splits drafts only.
      return isApart(body, { start: epochMs(body.cut - SECOND_MS), end: epochMs(body.cut + SECOND_MS) });
    case "merged":
      return isApart(body, { start: body.from, end: body.to });
    default:
      return assertNever(body);
  }
}
