import * as vscode from "vscode";
import type { Waiting } from "../app/remind.ts";
import { t } from "../base/text.ts";
import { presentReminder } from "./presentReminder.ts";

/** Shows the reminder; it is gone until tomorrow whatever is answered. @param turnOff changes the setting */
export async function showReminder(waiting: Waiting, turnOff: () => Promise<void>): Promise<void> {
  const { text, canSync } = presentReminder(waiting);
  const [sync, show, off] = [t("Sync…"), t("Show"), t("Turn Off")];
  const actions = canSync ? [sync, show] : [show];
  switch (await vscode.window.showInformationMessage(text, ...actions, t("Not Today"), off)) {
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
