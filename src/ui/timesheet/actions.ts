import { Refused } from "../../domain/refusal.ts";
import { correctEntry, makeNextRevision } from "../../app/billing/correctEntry.ts";
import { declareTime, resolveConflict } from "../../app/edits/declareTime.ts";
import {
  mergeDrafts,
  moveDraft,
  removeDeclared,
  setDraftActivity,
  splitDraft,
  strikeCaptured,
  writeDownDraft,
  writeDraftDescription,
  type DraftTarget,
} from "../../app/edits/draftEdits.ts";
import { reassign } from "../../app/edits/reassign.ts";
import { restoreStruck } from "../../app/edits/strikes.ts";
import { approveTimeEntries, openActiveProvider, type SyncContext } from "../../app/billing/syncTimeEntries.ts";
import type { PreviewItem, SyncPreview } from "../../app/billing/syncPreview.ts";
import { findDraftOfRow, type TimesheetContext } from "../../app/timesheet/timesheet.ts";
import { toCaseId, draftRowId, toDraftTarget } from "../../app/timesheet/timesheetRows.ts";
import { redoAct, undoAct } from "../../app/edits/undoEdits.ts";
import { plural, t } from "../../base/text.ts";
import { epochMs, seconds as brandSeconds, type LocalDate } from "../../base/time.ts";
import type { Case } from "../../domain/cases/case.ts";
import { assertNever, CaseclockError } from "../../domain/errors.ts";
import type { Interval } from "../../domain/capture/interval.ts";
import type { CaseChoice, TimesheetEdit, TimesheetRequest } from "../../ports/timesheet.ts";
import { presentAct } from "./presentActs.ts";
import type { ApprovedEntry } from "../../domain/log/approvedEntry.ts";
import { formatExact } from "../text/formatTime.ts";
import { presentLogged, presentMoved } from "../text/presentNotices.ts";
import { withdrawApproval } from "../../app/edits/withdrawApproval.ts";

export interface ActionsContext extends TimesheetContext {
  readonly sync: SyncContext;
  /** Writes the signs seen so far. */
  readonly flush: () => Promise<void>;
  /** Asks for a case; null is "no case", undefined when the question was dismissed. */
  readonly askCase: (title: string) => Promise<Case | null | undefined>;
  /** The last confirmation of an approval. */
  readonly confirm: (preview: SyncPreview) => Promise<readonly PreviewItem[] | undefined>;
  /** The last confirmation of a correction. */
  readonly confirmCorrection: (before: ApprovedEntry, next: ApprovedEntry) => Promise<boolean>;
}

/** What was done; `notice`: something is left to do. */
export interface ActionResult {
  readonly said: string;
  readonly notice?: true;
}

type Changing = Extract<TimesheetRequest, { type: "edit" | "undo" | "redo" | "approve" | "withdraw" }>;

/**
 * Carries out the panel's requests.
 * @returns what was done, in sentences; undefined when a question was dismissed
 * @throws CaseclockError of the change; then nothing was changed
 */
export async function perform(context: ActionsContext, request: Changing): Promise<ActionResult | undefined> {
  const done = await change(context, request);
  return typeof done === "string" ? { said: done } : done;
}

async function change(context: ActionsContext, request: Changing): Promise<ActionResult | string | undefined> {
  switch (request.type) {
    case "edit":
      return performEdit(context, request.edit);
    case "undo":
      return t("Undone: {0}.", presentAct(await undoAct(context, request.step)));
    case "redo":
      return t("Redone: {0}.", presentAct(await redoAct(context, request.step)));
    case "withdraw": {
      const { length } = await withdrawApproval(context, request.rows);
      return plural(length, "Withdrew the approval of {0} entry.", "Withdrew the approval of {0} entries.");
    }
    case "approve":
      return approve(context, new Set(request.rows));
    default:
      return assertNever(request);
  }
}

async function approve(context: ActionsContext, rows: ReadonlySet<string>): Promise<string | undefined> {
  await context.flush();
  const approved = await approveTimeEntries(context.sync, (preview) => {
    const items = preview.items.filter((item) => item.kind === "draft" && rows.has(draftRowId(item.draft)));
    return context.confirm({ ...preview, items, waitingElsewhere: 0 });
  });
  return approved === undefined ? undefined : plural(approved.length, "Approved {0} entry.", "Approved {0} entries.");
}

async function performEdit(context: ActionsContext, edit: TimesheetEdit): Promise<ActionResult | string | undefined> {
  switch (edit.kind) {
    case "describe":
      await writeDraftDescription(context, await findTarget(context, edit.row), edit.description);
      return t("Description saved.");
    case "activity":
      await setDraftActivity(context, await findTarget(context, edit.row), edit.activityId);
      return t("Activity saved.");
    case "split":
      await splitDraft(context, await findTarget(context, edit.row), epochMs(edit.at));
      return t("Split into two entries.");
    case "merge": {
      const targets: DraftTarget[] = [];
      for (const row of edit.rows) targets.push(await findTarget(context, row));
      await mergeDrafts(context, targets);
      return plural(targets.length, "Merged {0} entry into one.", "Merged {0} entries into one.");
    }
    case "move": {
      const target = await findTarget(context, edit.row);
      const to = await chooseCase(context, edit.to, t("Move the entry to which case?"));
      if (to === undefined) return undefined;
      await moveDraft(context, target, to);
      return to === null ? t("Moved to no case.") : t("Moved to {0}.", to.key);
    }
    case "moveRange": {
      const to = await chooseCase(context, edit.to, t("Move this time to which case?"));
      if (to === undefined) return undefined;
      const { movedSeconds } = await reassign(context, toInterval(edit), to);
      return presentMoved(movedSeconds, to?.key);
    }
    case "writeDown":
      await writeDownDraft(context, await findTarget(context, edit.row), edit.amount, edit.reason);
      return t("Write-down saved.");
    case "declare":
    case "changeDeclared":
      return declare(context, edit);
    case "removeDeclared":
      await removeDeclared(context, edit.id);
      return t("Removed the declared time.");
    case "resolve":
      await resolveConflict(context, edit.id, edit.keep);
      return edit.keep === "declared" ? t("The declared time counts.") : t("The captured time counts.");
    case "strike":
      return t("Struck {0}.", formatExact(await strikeCaptured(context, toInterval(edit))));
    case "restore":
      return t("{0} counts again.", formatExact(await restoreStruck(context, toInterval(edit))));
    case "correct": {
      const { unitSeconds, connection } = await openActiveProvider(context.sync);
      const item = context.journal.view.ledger.entries.get(edit.row);
      if (item?.entry.connectionId !== connection.id) {
        throw new CaseclockError("entries.unsettled", "the entry belongs to another connection");
      }
      const { row, description, activityId, writtenDownSeconds, reason } = edit;
      const change = {
        reason,
        ...(description === undefined ? {} : { description }),
        ...(activityId === undefined ? {} : { activityId }),
        ...(writtenDownSeconds === undefined ? {} : { writtenDownSeconds }),
      };
      const next = makeNextRevision(context.journal.view, row, change, unitSeconds);
      if (!(await context.confirmCorrection(item.entry, next))) return undefined;
      const entry = await correctEntry(context, row, change, unitSeconds, next);
      return t(
        "The correction is approved, billed {0}; it goes out with the next sync.",
        formatExact(entry.billedSeconds),
      );
    }
    default:
      return assertNever(edit);
  }
}

async function declare(
  context: ActionsContext,
  edit: Extract<TimesheetEdit, { kind: "declare" | "changeDeclared" }>,
): Promise<ActionResult | undefined> {
  const { time, to, reason } = edit;
  await context.flush();
  const of = await chooseCase(context, to, t("Log time on which case?"));
  if (of === undefined) return undefined;
  if (of === null) throw new Refused({ reason: "declarationWithoutCase" });
  const declared =
    "start" in time
      ? { interval: toInterval(time) }
      : { day: time.day as LocalDate, seconds: brandSeconds(time.seconds) };
  const replaces = edit.kind === "changeDeclared" ? { replaces: edit.id } : {};
  const logged = await declareTime(context, of, declared, reason, replaces);
  const said =
    edit.kind === "changeDeclared"
      ? t("Changed to {0} on {1}.", formatExact(logged.seconds), of.key)
      : presentLogged(logged.seconds, of.key);
  if (logged.conflictSeconds === 0) return { said };
  const over = formatExact(logged.conflictSeconds);
  return { said: `${said} ${t("{0} overlap other time: choose which of the two counts.", over)}`, notice: true };
}

async function findTarget(context: ActionsContext, row: string): Promise<DraftTarget> {
  const draft = await findDraftOfRow(context, row);
  if (draft === undefined) throw new CaseclockError("entries.stale", "the entry is not there any more");
  return toDraftTarget(draft);
}

/** The case that was chosen; undefined when the question was dismissed. */
async function chooseCase(
  { directory, journal: { view }, askCase }: ActionsContext,
  to: CaseChoice,
  title: string,
): Promise<Case | null | undefined> {
  if (to === "ask") return askCase(title);
  if (to.caseId === null) return null;
  const known =
    (await directory.list()).cases.find(({ ref }) => toCaseId(ref) === to.caseId) ??
    [...view.ledger.cases.values()].find(({ ref }) => toCaseId(ref) === to.caseId);
  if (known === undefined) throw new CaseclockError("cases.unknownKey", "the case is not known any more");
  return known;
}

function toInterval({ start, end }: { readonly start: number; readonly end: number }): Interval {
  return { start: epochMs(start), end: epochMs(end) };
}
