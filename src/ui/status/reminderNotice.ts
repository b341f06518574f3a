import * as vscode from "vscode";
import type { WaitingCounts } from "../../app/status/remind.ts";
import { t } from "../../base/text.ts";
import type { LocalDate } from "../../base/time.ts";
import { presentReminder } from "./presentReminder.ts";

/** Shows the reminder; whatever the answer, it does not come back until tomorrow. @param turnOff changes the setting */
export async function showReminder(
  waiting: WaitingCounts,
  today: LocalDate,
  turnOff: () => Promise<void>,
): Promise<void> {
  const { text, canReview, canSync, canList } = presentReminder(waiting);
  const [review, sync, show, off] = [t("Review Today"), t("Sync…"), t("Show"), t("Turn Off")];
  const actions = [...(canReview ? [review] : []), ...(canSync ? [sync] : []), ...(canList ? [show] : [])];
  switch (await vscode.window.showInformationMessage(text, ...actions, t("Not Today"), off)) {
    case review:
      await vscode.commands.executeCommand("caseclock.openTimesheet", { date: today });
      break;
    case sync:
      await vscode.commands.executeCommand("caseclock.sync");
      break;
    case show:
      await vscode.commands.executeCommand("caseclock.waiting.focus");
      break;
    case off:
      await turnOff();
      break;
    default:
      break;
  }
}
