import * as vscode from "vscode";
import type { Waiting } from "../app/remind.ts";
import { presentReminder } from "./presentReminder.ts";

const SYNC = "Sync…";
const SHOW = "Show";
const NOT_TODAY = "Not Today";
const TURN_OFF = "Turn Off";

/** Shows the reminder; it is gone until tomorrow whatever is answered. @param turnOff changes the setting */
export async function showReminder(waiting: Waiting, turnOff: () => Promise<void>): Promise<void> {
  const { text, canSync } = presentReminder(waiting);
  const actions = canSync ? [SYNC, SHOW] : [SHOW];
  switch (await vscode.window.showInformationMessage(text, ...actions, NOT_TODAY, TURN_OFF)) {
    case SYNC:
      await vscode.commands.executeCommand("caseclock.sync");
      break;
    case SHOW:
      await vscode.commands.executeCommand("caseclock.waiting.focus");
      break;
    case TURN_OFF:
      await turnOff();
      break;
    default:
      break;
  }
}
