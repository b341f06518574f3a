import * as vscode from "vscode";
import { t } from "../../base/text.ts";
import { CaseclockError, toErrorMessage, type ErrorCode } from "../../domain/errors.ts";
import type { Logger } from "../../ports/logger.ts";
import { sanitizeMessage } from "../text/inertText.ts";
import { presentError } from "../text/presentError.ts";
import type { Journal } from "../../app/ledger/journal.ts";

/** The action for a setting that cannot be used. */
export function openSettings(): { readonly label: string; readonly command: string } {
  return { label: t("Open Settings"), command: "workbench.action.openSettingsJson" };
}

/** Shows messages of background work: each cause at most once a day, over all windows. */
export class Notifier {
  private readonly journal: Journal;
  private readonly logger: Logger;
  /** Causes shown by this window, for when the ledger itself is the trouble. */
  private readonly shown = new Map<string, string>();

  constructor(journal: Journal, logger: Logger) {
    this.journal = journal;
    this.logger = logger;
  }

  /** A failure in the background. It is logged each time, and shown to the person once a day. */
  trouble(error: unknown): void {
    const code: ErrorCode | undefined = CaseclockError.is(error) ? error.code : undefined;
    this.logger.error(code ?? "failure", error);
    if (code === undefined) return;
    const { text, action } = presentError(code);
    this.tell(code, "warning", text, action);
  }

  /** @param cause stable name: the same cause is not shown again that day */
  tell(
    cause: string,
    level: "info" | "warning" | "error",
    text: string,
    action?: { readonly label: string; readonly command: string },
    once = false,
  ): void {
    const today = this.journal.view.today();
    if (this.shown.get(cause) === today || this.journal.view.ledger.wasNoticed(cause, today)) return;
    if (once && this.journal.view.ledger.wasEverNoticed(cause)) return;
    this.shown.set(cause, today);
    this.journal.append([this.journal.create({ kind: "notice", cause })]).catch((error: unknown) => {
      this.logger.debug(`notice not kept: ${toErrorMessage(error)}`); // told again by another window at worst
    });
    showMessage(level, text, action);
  }
}

/** Shows a message with at most one action; does not wait for an answer. */
export function showMessage(
  level: "info" | "warning" | "error",
  text: string,
  action?: { readonly label: string; readonly command: string },
): void {
  const show = {
    info: vscode.window.showInformationMessage,
    warning: vscode.window.showWarningMessage,
    error: vscode.window.showErrorMessage,
  }[level];
  const labels = action === undefined ? [] : [action.label];
  void show(sanitizeMessage(text), ...labels).then((chosen) => {
    if (chosen !== undefined && action !== undefined) void vscode.commands.executeCommand(action.command);
  });
}
