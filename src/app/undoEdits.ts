import { epochMs, SECOND_MS } from "../base/time.ts";
import type { Act } from "../domain/actBook.ts";
import { isWithdrawable } from "../domain/entryBook.ts";
import { assertNever, CaseclockError } from "../domain/errors.ts";
import type { BodyOf, EventBody } from "../domain/events.ts";
import type { Interval } from "../domain/interval.ts";
import type { Ledger } from "../domain/ledger.ts";
import type { EditContext } from "./editTime.ts";
import { DECIDING } from "./syncPreview.ts";

/** What an undo must not overtake: any change by hand, and an entry on its way. */
const GUARDED = [...DECIDING, "described", "sending"] as const;

/** The latest act that can be taken back; one on which something approved rests cannot, before that is withdrawn. */
export function undoableAct(ledger: Ledger): Act | undefined {
  return ledger.acts.undoable.findLast((act) => act.parts.every((part) => canTakeBack(part, ledger)));
}

/** The act that was taken back last and can be done again. */
export function redoableAct({ acts }: Ledger): Act | undefined {
  return acts.redoable.at(-1);
}

/**
 * Takes the latest act back, whole.
 * @param expected id of the act that the person was shown
 * @throws CaseclockError `entries.stale` when another one is the latest now: nothing is changed then
 */
export async function undoAct(context: EditContext, expected?: string): Promise<Act> {
  return step(context, undoableAct, expected, (act) =>
    act.parts.toReversed().map(({ eventId, body }): EventBody => {
      const undoes = act.id;
      if (body.kind === "approved") {
        return { kind: "withdrawn", entryId: body.entry.entryId, revision: body.entry.revision, undoes };
      }
      if (body.kind === "undone") return { kind: "redone", eventId: body.eventId, undoes };
      const from = "from" in body ? body.from : undefined;
      return { kind: "undone", eventId, ...(from === undefined ? {} : { from }), undoes };
    }),
  );
}

/** Does again what was taken back last. @throws CaseclockError as `undoAct` */
export async function redoAct(context: EditContext, expected?: string): Promise<Act> {
  return step(context, redoableAct, expected, (act) =>
    act.parts.map(({ eventId, body }): EventBody => {
      const redoes = act.id;
      return body.kind === "undone"
        ? { kind: "undone", eventId: body.eventId, redoes }
        : { kind: "redone", eventId, redoes };
    }),
  );
}

async function step(
  { log, view, factory }: EditContext,
  find: (ledger: Ledger) => Act | undefined,
  expected: string | undefined,
  bodiesOf: (act: Act) => readonly EventBody[],
): Promise<Act> {
  for (;;) {
    await view.catchUp();
    const seq = Math.max(...GUARDED.map((kind) => view.ledger.lastSeqOf(kind)));
    const act = find(view.ledger);
    if (act === undefined || (expected !== undefined && act.id !== expected)) {
      throw new CaseclockError("entries.stale", "there is nothing to take back, or it is another change by now");
    }
    const events = bodiesOf(act).map((body) =>
      factory.create(body, "entryId" in body ? { entryId: body.entryId } : {}),
    );
    if (await log.appendIfLast(GUARDED, seq, events)) return act;
  }
}

function canTakeBack({ eventId, body }: Act["parts"][number], { entries, edits }: Ledger): boolean {
  const isOpen = (within: Interval): boolean => entries.claimedWithin(within).length === 0;
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
      return edits.editable(body.eventId) === undefined;
    case "reassigned":
    case "struck":
      return body.intervals.every(isOpen);
    case "writtenDown":
      return body.declared.every(({ id }) => !entries.hasDeclaration(id)) && decidedBy(body).every(isOpen);
    case "split":
      // Where both sides of a cut are open, it parts drafts.
      return isOpen({ start: epochMs(body.cut - SECOND_MS), end: epochMs(body.cut + SECOND_MS) });
    case "merged":
      return isOpen({ start: body.from, end: body.to });
    default:
      return assertNever(body);
  }
}

/** The instants of a write-down; where it says that nothing is written down, those of which it says so. */
function decidedBy({ from, to, intervals }: BodyOf<"writtenDown">): readonly Interval[] {
  return intervals.length > 0 || from === undefined || to === undefined ? intervals : [{ start: from, end: to }];
}
