import type * as vscode from "vscode";
import type { EditorActivity } from "../adapters/vscode/editorActivity.ts";
import type { ActivityRecorder } from "../app/capture/activityRecorder.ts";
import type { Clock } from "../ports/clock.ts";
import type { Logger } from "../ports/logger.ts";
import type { CaseSummary } from "../ports/commands.ts";
import type { StatusBarItem } from "../ui/status/statusBarItem.ts";

/** What `activate` has created and hands over. */
export interface Shell {
  readonly context: vscode.ExtensionContext;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly recorder: ActivityRecorder;
  readonly activity: EditorActivity;
  readonly statusBar: StatusBarItem;
  readonly showLog: () => void;
  /** Tells other extensions that the case has changed. */
  readonly onDidPick: (picked: CaseSummary | undefined) => void;
}
