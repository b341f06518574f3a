import * as vscode from "vscode";
import { declareTime, findGaps, type DeclaredTime, type DeclareResult } from "../../app/edits/declareTime.ts";
import { reassign, type EditContext } from "../../app/edits/reassign.ts";
import { undoActs } from "../../app/edits/undoEdits.ts";
import { plural, t } from "../../base/text.ts";
import { epochMs, formatClock, localDate, secondsBetween, type ZoneId } from "../../base/time.ts";
import type { Case } from "../../domain/cases/case.ts";
import { isWithdrawable } from "../../domain/entries/approvedEntries.ts";
import { CaseclockError, toErrorMessage } from "../../domain/errors.ts";
import { total, type Interval } from "../../domain/capture/interval.ts";
import type { Span } from "../../domain/capture/span.ts";
import type { CommandArgument, LoggedTime } from "../../ports/commands.ts";
import { handleCommands } from "../shell/handleCommands.ts";
import { askConflict, askWhichConflict, resolveOrAsk } from "./conflictPicker.ts";
import { showMessage } from "../shell/notifier.ts";
import { readTypedTime, type LocalTime, type TypedTime } from "./typedTime.ts";
import { readDay, readInstant, readSeconds, readText, readTexts } from "../shell/arguments.ts";
import type { OutboxEntry } from "../../domain/entries/delivery.ts";
import { formatExact } from "../text/formatTime.ts";
import { sanitizeLabel, sanitizeMessage } from "../text/inertText.ts";
import { presentFailure } from "../text/presentError.ts";
import { presentLogged, presentMoved } from "../text/presentNotices.ts";
import { withdrawApproval } from "../../app/edits/withdrawApproval.ts";

export interface TimeCommandsContext extends EditContext {
  /** A case by its key. @throws CaseclockError `cases.unknownKey` | `cases.ambiguousKey` */
  readonly caseWithKey: (key: string, source: string | undefined) => Promise<Case>;
  /** Asks for a case; null is "no case", undefined when the question was dismissed. */
  readonly askCase: (title: string) => Promise<Case | null | undefined>;
  /** The latest known key of a case. */
  readonly findCaseKey: (span: Span) => string;
  /** Writes the signs seen so far. */
  readonly flush: () => Promise<void>;
}

/** Time by hand: declared, moved to another case, and approvals taken back. */
export const timeCommands = handleCommands((context: TimeCommandsContext) => {
  return {
    "caseclock.logTime": async (argument, { byArgument }) => {
      await context.flush();
      return byArgument ? logByArgument(context, argument) : logByForm(context);
    },
    "caseclock.reassign": async (argument, { byArgument }) => {
      await context.flush();
      return byArgument ? reassignByArgument(context, argument) : reassignByForm(context);
    },
    "caseclock.resolveConflict": async ({ id, keep }) => {
      await context.journal.view.load();
      const of = id ?? (await askWhichConflict(context));
      return of === undefined ? false : resolveOrAsk(context, of, keep);
    },
    "caseclock.withdrawApproval": async ({ date, entryIds }, { byArgument }) => {
      await context.journal.view.catchUp();
      const ids = byArgument ? listIds(context, date, entryIds) : await askEntries(context);
      return ids === undefined || ids.length === 0 ? [] : withdrawApproval(context, ids);
    },
  };
});

function localTime({ journal: { view, clock } }: EditContext): LocalTime {
  return { today: view.today(), zone: view.ledger.timeline.policyAt(clock.now()).zone };
}

async function logByArgument(
  context: TimeCommandsContext,
  { source, date, start, end, ...argument }: CommandArgument<"caseclock.logTime">,
): Promise<LoggedTime | undefined> {
  const key = readText("key", argument.key);
  const reason = readText("reason", argument.reason);
  const seconds = readSeconds("seconds", argument.seconds);
  await context.journal.view.load();
  const { today, zone } = localTime(context);
  const day = readDay("date", date) ?? today;
  let time: DeclaredTime;
  if (start === undefined) {
    if (seconds === undefined) throw new CaseclockError("arguments.invalid", "start and end, or seconds, are needed");
    time = { day, seconds };
  } else {
    const from = readInstant("start", start, day, zone);
    if (end === undefined && seconds === undefined) throw new CaseclockError("arguments.invalid", "end is needed");
    const to = end === undefined ? epochMs(from + (seconds ?? 0) * 1000) : readInstant("end", end, day, zone);
    time = { interval: { start: from, end: to } };
  }
  // Missing members are asked for.
  const of =
    key === undefined ? await context.askCase(t("Log time on which case?")) : await context.caseWithKey(key, source);
  if (of === undefined || of === null) return undefined;
  const why = reason ?? (await askReason(of));
  if (why === undefined) return undefined;
  const logged = await declareTime(context, of, time, why);
  if (key === undefined) await tellLogged(context, logged, of);
  return toLoggedTime(logged, of);
}

/** Asks what, for which case and why. The gaps of today are offered first. */
async function logByForm(context: TimeCommandsContext): Promise<LoggedTime | undefined> {
  await context.journal.view.load();
  const time = await askTime(context);
  if (time === undefined) return undefined;
  const of = await context.askCase(t("Log time on which case?"));
  if (of === undefined || of === null) return undefined;
  const reason = await askReason(of);
  if (reason === undefined) return undefined;
  const logged = await declareOrAskAgain(context, of, time, reason);
  if (logged === undefined) return undefined;
  await tellLogged(context, logged, of);
  return toLoggedTime(logged, of);
}

/** After a refusal, says why and asks for the time again, keeping case and reason. Undefined when dismissed. */
async function declareOrAskAgain(
  context: TimeCommandsContext,
  chosen: Case,
  time: DeclaredTime,
  reason: string,
): Promise<DeclareResult | undefined> {
  try {
    return await declareTime(context, chosen, time, reason);
  } catch (error) {
    if (!CaseclockError.is(error, "arguments.invalid", "entries.claimed", "entries.dayFull")) throw error;
    const { text, action } = presentFailure(error);
    showMessage("error", text, action);
  }
  const other = await askTime(context);
  return other === undefined ? undefined : declareOrAskAgain(context, chosen, other, reason);
}

/** Asks what was done; undefined when dismissed. */
export async function askReason(chosen: Case): Promise<string | undefined> {
  return vscode.window.showInputBox({
    title: t("Log time on {0}", chosen.key),
    prompt: t("What was done? The customer sees this."),
    placeHolder: t("Call with the customer about the outage"),
    ignoreFocusOut: true,
    validateInput: (text) => (text.trim() === "" ? t("Declared time needs a reason.") : undefined),
  });
}

/** Says what was logged, with Undo; asks first about time that overlaps other time. */
export async function tellLogged(context: TimeCommandsContext, logged: DeclareResult, chosen: Case): Promise<void> {
  if (logged.conflictSeconds > 0) await askConflict(context, logged, chosen);
  else {
    // Time logged across midnight has parts; the first one names the act.
    offerUndo(context, presentLogged(logged.seconds, chosen.key), logged.ids.slice(0, 1));
  }
}

async function askTime(context: TimeCommandsContext): Promise<DeclaredTime | undefined> {
  const { view } = context.journal;
  const local = localTime(context);
  const sheet = await view.sheet(local.today);
  const gaps = findGaps(sheet, view);
  const relived = total(sheet.relived ?? []);
  type Row = vscode.QuickPickItem & { readonly time?: DeclaredTime };
  const gapRows: Row[] = gaps
    .toReversed()
    .map((interval) => ({ ...makeGapRow(interval, local.zone), description: t("gap today"), time: { interval } }));
  if (relived > 0) {
    const time = { day: local.today, seconds: relived };
    gapRows.push({ label: formatExact(relived), description: t("repeated: the clock was set back"), time });
  }
  const pick = vscode.window.createQuickPick<Row>();
  pick.title = t("Log time");
  pick.placeholder = t("45m · 1h20 · 9:30-10:15 · yesterday 14:00 30m · or choose a gap");
  pick.items = gapRows;
  pick.ignoreFocusOut = true;
  return new Promise((resolve) => {
    pick.onDidChangeValue((text) => {
      const typed = readTypedTime(text, local, context.journal.clock.now());
      pick.items = text.trim() === "" ? gapRows : [{ ...typedRow(typed, local), alwaysShow: true }, ...gapRows];
    });
    pick.onDidAccept(() => {
      const typed = readTypedTime(pick.value, local, context.journal.clock.now());
      const time = pick.selectedItems[0]?.time ?? ("time" in typed ? typed.time : undefined);
      if (time === undefined) return; // the row says why; what was typed stays
      resolve(time);
      pick.dispose();
    });
    pick.onDidHide(() => {
      resolve(undefined);
      pick.dispose();
    });
    pick.show();
  });
}

/** The typed time as understood; otherwise a row that says why not, and does nothing. */
function typedRow(
  typed: TypedTime,
  { today, zone }: LocalTime,
): vscode.QuickPickItem & { readonly time?: DeclaredTime } {
  if ("refused" in typed) {
    return {
      label: `$(edit) ${typed.refused}`,
      detail: t("For example 45m, 9:30-10:15, mon 9-10, yesterday 30m"),
    };
  }
  const { time } = typed;
  const day = "interval" in time ? localDate(time.interval.start, zone) : time.day;
  const description = day === today ? t("today") : day;
  if ("interval" in time) return { ...makeGapRow(time.interval, zone), description, time };
  return { label: formatExact(time.seconds), description: t("{0}, no set time", description), time };
}

function makeGapRow({ start, end }: Interval, zone: ZoneId): vscode.QuickPickItem {
  return {
    label: t("{0} to {1}", formatClock(start, zone), formatClock(end, zone)),
    detail: formatExact(secondsBetween(start, end)),
  };
}

async function reassignByArgument(
  context: TimeCommandsContext,
  { from, to, source, ...argument }: CommandArgument<"caseclock.reassign">,
): Promise<number | undefined> {
  const key = readText("key", argument.key);
  await context.journal.view.load();
  const { today, zone } = localTime(context);
  const range = { start: readInstant("from", from, today, zone), end: readInstant("to", to, today, zone) };
  if (key !== undefined) {
    return (await reassign(context, range, key === "" ? null : await context.caseWithKey(key, source))).movedSeconds;
  }
  const of = await context.askCase(t("Move to which case?"));
  if (of === undefined) return undefined;
  const { movedSeconds, eventId } = await reassign(context, range, of);
  offerUndo(context, presentMoved(movedSeconds, of?.key), eventId === undefined ? [] : [eventId]);
  return movedSeconds;
}

/** Stretches of the last days, those without a case first; ticked ones go to the chosen case. */
async function reassignByForm(context: TimeCommandsContext): Promise<number | undefined> {
  const { view } = context.journal;
  await view.load();
  const days = (await view.days()).slice(-DAYS_OFFERED).reverse();
  const rows: (vscode.QuickPickItem & { readonly span: Span })[] = [];
  for (const day of days) {
    const { spans } = await view.sheet(day);
    for (const span of spans.toReversed()) {
      if (view.ledger.entries.claimedWithin(span).length > 0) continue;
      const { zone } = view.ledger.timeline.policyAt(span.start);
      const { label } = makeGapRow(span, zone);
      const key = span.case === null ? t("no case") : sanitizeLabel(context.findCaseKey(span));
      rows.push({
        label: `${label}  ${key}`,
        description: day,
        detail: formatExact(span.observed + span.bridged),
        span,
      });
    }
  }
  if (rows.length === 0) {
    void vscode.window.showInformationMessage(t("There is no captured time to move."));
    return undefined;
  }
  rows.sort((a, b) => Number(a.span.case !== null) - Number(b.span.case !== null));
  const chosen = await vscode.window.showQuickPick(rows, {
    title: t("Move captured time to another case"),
    placeHolder: t("Tick the stretches to move"),
    canPickMany: true,
    ignoreFocusOut: true,
    matchOnDescription: true,
  });
  if (chosen === undefined || chosen.length === 0) return undefined;
  const of = await context.askCase(t("Move to which case?"));
  if (of === undefined) return undefined;
  let moved = 0;
  const acts: string[] = [];
  for (const { span } of chosen) {
    const { movedSeconds, eventId } = await reassign(context, span, of);
    moved += movedSeconds;
    if (eventId !== undefined) acts.push(eventId);
  }
  offerUndo(context, presentMoved(moved, of?.key), acts);
  return moved;
}

const DAYS_OFFERED = 14;

/** Says what was done, with Undo if anything was; does not wait for an answer. */
function offerUndo(context: EditContext, text: string, acts: readonly string[]): void {
  const undo = t("Undo");
  const ways = acts.length === 0 ? [] : [undo];
  void vscode.window.showInformationMessage(sanitizeMessage(text), ...ways).then(async (chosen) => {
    if (chosen !== undo) return;
    try {
      await undoActs(context, acts);
    } catch (error) {
      const reason = CaseclockError.is(error) ? presentFailure(error).text : toErrorMessage(error);
      showMessage("error", `${t("The change could not be undone.")} ${reason}`);
    }
  });
}

function listIds(
  { journal: { view } }: EditContext,
  date: string | undefined,
  entryIds: readonly string[] | undefined,
): readonly string[] {
  const ids = readTexts("entryIds", entryIds);
  if (ids !== undefined) return ids;
  const day = readDay("date", date);
  if (day === undefined) throw new CaseclockError("arguments.invalid", "date must be YYYY-MM-DD, or entryIds be given");
  return withdrawable(view.ledger.entries.all)
    .filter(({ entry }) => entry.day === day)
    .map(({ entry }) => entry.entryId);
}

function withdrawable(entries: readonly OutboxEntry[]): readonly OutboxEntry[] {
  return entries.filter(isWithdrawable);
}

async function askEntries({ journal: { view } }: EditContext): Promise<readonly string[] | undefined> {
  const open = withdrawable(view.ledger.entries.all).slice(-200).reverse();
  if (open.length === 0) {
    void vscode.window.showInformationMessage(t("There is no approval to withdraw: nothing is waiting to be sent."));
    return undefined;
  }
  const rows = open.map(({ entry }) => ({
    label: `${sanitizeLabel(entry.case.key)}  ${entry.day}`,
    description: formatExact(entry.billableSeconds),
    detail: sanitizeLabel(entry.description),
    entryId: entry.entryId,
  }));
  const chosen = await vscode.window.showQuickPick(rows, {
    title: t("Withdraw approvals: their time is open again"),
    placeHolder: plural(rows.length, "{0} entry not sent yet", "{0} entries not sent yet"),
    canPickMany: true,
    ignoreFocusOut: true,
  });
  return chosen?.map((row) => row.entryId);
}

function toLoggedTime({ ids, day, seconds, conflictSeconds }: DeclareResult, chosen: Case): LoggedTime {
  return { ids, key: chosen.key, day, seconds, conflictSeconds };
}
