import * as vscode from "vscode";
import type { IDisposable } from "../base/disposable.ts";
import { STATUS_ITEM_ID } from "../ports/manifest.ts";
import { formatExact, formatHours, presentError } from "./present.ts";
import { presentStatus, sentenceOf, type StatusState } from "./presentStatus.ts";

/** Links in the tooltip may run these and nothing else. */
const TOOLTIP_COMMANDS = [
  "caseclock.pickCase",
  "caseclock.pause",
  "caseclock.resume",
  "caseclock.followSuggestion",
  "caseclock.keepCase",
  "caseclock.stopTimer",
  "caseclock.sync",
  "caseclock.connectBilling",
  "caseclock.verify",
];

/** The item in the status bar: the case and its time today. It repaints only when what it shows has changed. */
export class StatusBarItem implements IDisposable {
  private readonly item: vscode.StatusBarItem;
  private shown = "";

  constructor() {
    this.item = vscode.window.createStatusBarItem(STATUS_ITEM_ID, vscode.StatusBarAlignment.Left, 90);
    this.item.name = "Caseclock: Case";
    this.item.command = "caseclock.pickCase";
    this.item.text = "$(briefcase)";
    this.item.accessibilityInformation = { label: "Caseclock is starting", role: "button" };
  }

  setVisible(visible: boolean): void {
    if (visible) this.item.show();
    else this.item.hide();
  }

  show(state: StatusState): void {
    const { text, label, warn } = presentStatus(state);
    const tooltip = tooltipOf(state);
    const all = `${text}\n${label}\n${tooltip.value}`;
    if (all === this.shown) return;
    this.shown = all;
    this.item.text = text;
    this.item.tooltip = tooltip;
    this.item.accessibilityInformation = { label, role: "button" };
    this.item.backgroundColor = warn ? new vscode.ThemeColor("statusBarItem.warningBackground") : undefined;
  }

  dispose(): void {
    this.item.dispose();
  }
}

/** Titles come from servers: they are appended as text, never as Markdown. */
function tooltipOf(state: StatusState): vscode.MarkdownString {
  const text = new vscode.MarkdownString("", true);
  text.isTrusted = { enabledCommands: TOOLTIP_COMMANDS };
  if (state.trouble !== undefined) {
    return text.appendText(presentError(state.trouble).text);
  }
  if (state.case === undefined) text.appendMarkdown("**No case** · time is kept, and billed once you assign it");
  else {
    text.appendMarkdown("**").appendText(state.case.key).appendMarkdown("** ").appendText(state.case.title);
    text.appendMarkdown("  \n").appendText(state.case.customer.name);
    const { contract } = state.case;
    if (contract?.billable === false) text.appendMarkdown(" · not billable");
    if (contract?.budgetSeconds !== undefined && state.budgetLeft !== undefined) {
      const percent = Math.round(
        (100 * (contract.budgetSeconds - state.budgetLeft)) / Math.max(1, contract.budgetSeconds),
      );
      text.appendMarkdown(
        ` · ${formatHours(Math.max(0, state.budgetLeft))} h left of ${formatHours(contract.budgetSeconds)} h (${percent} % used)`,
      );
    }
    if (state.case.status === "closed") text.appendMarkdown("\n\n$(warning) This case is closed");
    if (state.isGone) {
      text.appendMarkdown("\n\n$(warning) This case is no longer in the list of its source. Its time is kept.");
    }
  }
  if (state.mismatch !== undefined) {
    const { key } = state.mismatch.suggestion.case;
    text.appendMarkdown("\n\n$(question) ").appendText(`${sentenceOf(state.mismatch)}. `);
    text.appendMarkdown("[Move the time since then to ").appendText(key);
    text.appendMarkdown("](command:caseclock.followSuggestion) · [Keep ").appendText(state.case?.key ?? "");
    text.appendMarkdown("](command:caseclock.keepCase)");
  }
  if (state.timer !== undefined) {
    text.appendMarkdown("\n\n$(watch) A timer runs on ").appendText(state.timer.case.key);
    text.appendMarkdown(" · [Stop and log](command:caseclock.stopTimer)");
  }
  if (state.idle && !state.paused) text.appendMarkdown("\n\n$(coffee) Idle: nothing is counted now");
  if (state.paused) text.appendMarkdown("\n\n$(debug-pause) Paused: nothing is counted");
  if (state.today.length > 0) {
    text.appendMarkdown("\n\n| Today | worked | observed | bridged |\n|:--|--:|--:|--:|\n");
    for (const line of state.today) {
      const worked = line.observedSeconds + line.bridgedSeconds + line.declaredSeconds;
      text.appendMarkdown("| ").appendText((line.key ?? "No case").replaceAll("|", "¦"));
      text.appendMarkdown(
        ` | ${formatExact(worked)} | ${formatExact(line.observedSeconds)} | ${formatExact(line.bridgedSeconds)} |\n`,
      );
    }
  }
  if (state.refused > 0) text.appendMarkdown(`\n\n$(error) ${state.refused} refused by the billing system`);
  if (state.toApprove > 0) text.appendMarkdown(`\n\n$(circle-large-outline) ${state.toApprove} to approve`);
  if (state.waiting > 0) text.appendMarkdown(`\n\n$(cloud-upload) ${state.waiting} approved, waiting to be sent`);
  const pause = state.paused ? "[Resume](command:caseclock.resume)" : "[Pause](command:caseclock.pause)";
  const billing =
    state.billing === undefined
      ? "[Connect billing…](command:caseclock.connectBilling)"
      : "[Sync time entries…](command:caseclock.sync)";
  return text.appendMarkdown(`\n\n[Pick case…](command:caseclock.pickCase) · ${pause} · ${billing}`);
}
