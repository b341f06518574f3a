import * as vscode from "vscode";
import { remindDaily, type ReminderContext } from "../app/status/remind.ts";
import type { IDisposable } from "../base/disposable.ts";
import type { Settings } from "../ports/settings.ts";
import type { VsCodeSettings } from "../adapters/vscode/settings.ts";
import { showReminder } from "../ui/status/reminderNotice.ts";

type Given = Pick<ReminderContext, "journal" | "directory" | "waitingItems" | "report">;

/** Part of the composition root: the reminder at the end of the day. */
export function startReminder(given: Given, settings: VsCodeSettings, current: () => Settings): IDisposable {
  return remindDaily({
    ...given,
    remindAt: () => current().remindAt,
    isThere: () => vscode.window.state.focused,
    show: (waiting) => {
      showReminder(waiting, given.journal.view.today(), () => settings.write({ reminder: "off" })).catch(given.report);
    },
  });
}
