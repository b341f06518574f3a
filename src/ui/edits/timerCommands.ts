import * as vscode from "vscode";
import type { DeclareResult } from "../../app/edits/declareTime.ts";
import { dropTimer, isBeforeStart, isForgotten, startTimer, stopTimer } from "../../app/edits/timer.ts";
import { t } from "../../base/text.ts";
import { formatClock, secondsBetween, type EpochMs, type LocalDate, type ZoneId } from "../../base/time.ts";
import type { RunningTimer } from "../../domain/ledger.ts";
import type { CommandArgument, LoggedTime, TimerState } from "../../ports/commands.ts";
import { handleCommands } from "../shell/handleCommands.ts";
import { showMessage } from "../shell/notifier.ts";
import { readFlag, readInstant, readText } from "../shell/arguments.ts";
import { askReason, tellLogged, type TimeCommandsContext } from "./timeCommands.ts";
import { formatExact } from "../text/formatTime.ts";

/** A timer for calls and meetings: its time is logged like any time by hand. */
export const timerCommands = handleCommands((context: TimeCommandsContext) => {
  return {
    "caseclock.startTimer": async ({ key, source, reason }, { byPerson }) => {
      const why = readText("reason", reason) ?? "";
      const of =
        key === undefined
          ? await context.askCase(t("Start a timer on which case?"))
          : await context.caseWithKey(key, source);
      if (of === undefined || of === null) return undefined;
      await context.journal.view.catchUp();
      // Nothing is lost: the running timer is logged before another one starts.
      if (context.journal.view.ledger.timer !== undefined && (await stop(context, {}, byPerson)) === "goesOn")
        return undefined;
      const timer = await startTimer(context, of, why);
      if (byPerson) showMessage("info", t("A timer is running on {0}.", of.key), stopAction());
      return toTimerState(timer);
    },
    "caseclock.stopTimer": async (argument, { byPerson }) => {
      await context.journal.view.catchUp();
      const { timer } = context.journal.view.ledger;
      if (timer === undefined) {
        if (byPerson) showMessage("info", t("No timer is running."));
        return undefined;
      }
      const stopped = await stop(context, argument, byPerson);
      return stopped === "goesOn" || stopped === undefined ? undefined : toLogged(stopped, timer);
    },
  };
});

const stopAction = () => ({ label: t("Stop and Log"), command: "caseclock.stopTimer" });

/** Stops the timer. `goesOn`: the question was dismissed. */
async function stop(
  context: TimeCommandsContext,
  { reason, discard }: CommandArgument<"caseclock.stopTimer">,
  byPerson: boolean,
): Promise<DeclareResult | "goesOn" | undefined> {
  const { timer } = context.journal.view.ledger;
  if (timer === undefined) return undefined;
  if (readFlag("discard", discard) === true) {
    await dropTimer(context);
    return undefined;
  }
  const given = readText("reason", reason) ?? timer.reason;
  if (!byPerson) return stopTimer(context, given === "" ? t("Timer on {0}", timer.case.key) : given);
  const until = await askAbout(context, timer);
  if (until === "goesOn") return "goesOn";
  if (until === "discard") {
    await dropTimer(context);
    return undefined;
  }
  const why = given === "" ? await askReason(timer.case) : given;
  if (why === undefined) return "goesOn";
  const logged = await stopTimer(context, why, until);
  if (logged !== undefined) await tellLogged(context, logged, timer.case);
  return logged;
}

type Answer = "goesOn" | "discard" | EpochMs | undefined;

/** Asks only if the clock alone cannot tell how long a timer ran. */
async function askAbout(context: TimeCommandsContext, timer: RunningTimer): Promise<Answer> {
  const now = context.journal.clock.now();
  if (isBeforeStart(timer, now)) return askSetBack(context, timer);
  return isForgotten(timer, now) ? askForgotten(context, timer) : undefined;
}

/** No time passed between the timer's start and now: it can be dropped, and its time logged by hand. */
async function askSetBack({ journal: { view, clock } }: TimeCommandsContext, timer: RunningTimer): Promise<Answer> {
  const { zone } = view.ledger.timeline.policyAt(clock.now());
  const ways = [
    {
      label: t("Keep it running"),
      detail: t("You can stop it once it is later than {0}.", formatClock(timer.startedAt, zone)),
      answer: "goesOn" as const,
    },
    { label: t("Discard"), detail: t("Nothing is logged."), answer: "discard" as const },
  ];
  const chosen = await vscode.window.showQuickPick(ways, {
    title: t("The clock was set back to before the timer on {0} started", timer.case.key),
    ignoreFocusOut: true,
  });
  return chosen?.answer ?? "goesOn";
}

/** A timer of more than four hours was probably forgotten: only the person knows when the work ended. */
async function askForgotten({ journal: { view, clock } }: TimeCommandsContext, timer: RunningTimer): Promise<Answer> {
  const ran = formatExact(secondsBetween(timer.startedAt, clock.now()));
  const ways = [
    { label: t("It ended earlier…"), detail: t("You choose when."), way: "earlier" as const },
    { label: t("Log the full time: {0}", ran), way: "all" as const },
    { label: t("Discard"), detail: t("Nothing is logged."), way: "drop" as const },
  ];
  const chosen = await vscode.window.showQuickPick(ways, {
    title: t("The timer on {0} has been running for {1}. Did you forget it?", timer.case.key, ran),
    ignoreFocusOut: true,
  });
  if (chosen === undefined) return "goesOn";
  if (chosen.way === "drop") return "discard";
  return chosen.way === "all"
    ? undefined
    : askEnd(timer, view.ledger.timeline.policyAt(clock.now()).zone, view.today());
}

async function askEnd(timer: RunningTimer, zone: ZoneId, day: LocalDate): Promise<"goesOn" | EpochMs> {
  const read = (text: string): EpochMs | string => {
    try {
      const end = readInstant("end", text, day, zone);
      return end > timer.startedAt ? end : t("The timer started at {0}.", formatClock(timer.startedAt, zone));
    } catch {
      return t("Write a time such as 14:30, or 2026-03-09T14:30:00Z for another day.");
    }
  };
  const text = await vscode.window.showInputBox({
    title: t("The timer on {0} started at {1}", timer.case.key, formatClock(timer.startedAt, zone)),
    prompt: t("When did the work end?"),
    placeHolder: "14:30",
    ignoreFocusOut: true,
    validateInput: (value) => {
      const found = read(value);
      return typeof found === "string" ? found : undefined;
    },
  });
  const end = text === undefined ? "" : read(text);
  return typeof end === "string" ? "goesOn" : end;
}

function toTimerState({ case: of, startedAt }: RunningTimer): TimerState {
  return { key: of.key, source: of.ref.source, startedAt: new Date(startedAt).toISOString() };
}

function toLogged({ ids, day, seconds, conflictSeconds }: DeclareResult, { case: of }: RunningTimer): LoggedTime {
  return { ids, key: of.key, day, seconds, conflictSeconds };
}
