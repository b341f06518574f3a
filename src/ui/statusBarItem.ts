import * as vscode from "vscode";
import type { IDisposable } from "../base/disposable.ts";
import { STATUS_ITEM_ID } from "../ports/manifest.ts";
import { formatExact, formatHours, presentError, presentStatus, type StatusState } from "./present.ts";

/** Links in the tooltip may run these and nothing else. */
const TOOLTIP_COMMANDS = [
  "caseclock.pickCase",
  "caseclock.pause",
  "caseclock.resume",
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
    if (contract?.budgetSeconds !== undefined) {
      const left = contract.budgetSeconds - (contract.usedSeconds ?? 0);
      text.appendMarkdown(` · ${formatHours(Math.max(0, left))} h left of ${formatHours(contract.budgetSeconds)} h`);
    }
  }
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
  if (state.waiting > 0) text.appendMarkdown(`\n\n$(cloud-upload) ${state.waiting} approved, waiting to be sent`);
  const pause = state.paused ? "[Resume](command:caseclock.resume)" : "[Pause](command:caseclock.pause)";
  const billing =
    state.billing === undefined
      ? "[Connect billing…](command:caseclock.connectBilling)"
      : "[Sync time entries…](command:caseclock.sync)";
  return text.appendMarkdown(`\n\n[Pick case…](command:caseclock.pickCase) · ${pause} · ${billing}`);
}
