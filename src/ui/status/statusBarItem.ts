import * as vscode from "vscode";
import type { IDisposable } from "../../base/disposable.ts";
import { plural, t } from "../../base/text.ts";
import { STATUS_ITEM_ID } from "../../ports/manifest.ts";
import { presentStatus, presentMismatch, presentFollowTarget, type StatusState } from "./presentStatus.ts";
import { formatExact, formatHours } from "../text/formatTime.ts";
import { presentError } from "../text/presentError.ts";

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
    this.item.name = t("Caseclock: Case");
    this.item.command = "caseclock.pickCase";
    this.item.text = "$(briefcase)";
    this.item.accessibilityInformation = { label: t("Caseclock is starting"), role: "button" };
  }

  setVisible(visible: boolean): void {
    if (visible) this.item.show();
    else this.item.hide();
  }

  show(state: StatusState): void {
    const { text, label, warn } = presentStatus(state);
    const tooltip = makeTooltip(state);
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
function makeTooltip(state: StatusState): vscode.MarkdownString {
  const text = new vscode.MarkdownString("", true);
  text.isTrusted = { enabledCommands: TOOLTIP_COMMANDS };
  if (state.trouble !== undefined) {
    return text.appendText(presentError(state.trouble).text);
  }
  if (state.case === undefined) text.appendMarkdown(t("**No case** · time is kept, and billed once you assign it"));
  else {
    text.appendMarkdown("**").appendText(state.case.key).appendMarkdown("** ").appendText(state.case.title);
    text.appendMarkdown("  \n").appendText(state.case.customer.name);
    const { contract } = state.case;
    if (contract?.billable === false) text.appendMarkdown(` · ${t("not billable")}`);
    if (contract?.budgetSeconds !== undefined && state.budgetLeftSeconds !== undefined) {
      const percent = Math.round(
        (100 * (contract.budgetSeconds - state.budgetLeftSeconds)) / Math.max(1, contract.budgetSeconds),
      );
      text.appendMarkdown(
        ` · ${t("{0} h left of {1} h ({2} % used)", formatHours(Math.max(0, state.budgetLeftSeconds)), formatHours(contract.budgetSeconds), percent)}`,
      );
    }
    if (state.case.status === "closed") text.appendMarkdown(`\n\n${t("$(warning) This case is closed")}`);
    if (state.isGone) {
      text.appendMarkdown(`\n\n${t("$(warning) The source no longer lists this case. Its time is kept.")}`);
    }
  }
  if (state.mismatch !== undefined) {
    text.appendMarkdown("\n\n$(question) ").appendText(`${presentMismatch(state.mismatch)}. `);
    const move = t("Move the time since then to {0}", asText(presentFollowTarget(state.mismatch)));
    const keep = t("Keep {0}", asText(state.case?.key ?? ""));
    text.appendMarkdown(`[${move}](command:caseclock.followSuggestion) · [${keep}](command:caseclock.keepCase)`);
  }
  if (state.timer !== undefined) {
    const runs = t("$(watch) A timer is running on {0}", asText(state.timer.case.key));
    text.appendMarkdown(`\n\n${runs} · [${t("Stop and log")}](command:caseclock.stopTimer)`);
  }
  if (state.idle && !state.paused) text.appendMarkdown(`\n\n${t("$(coffee) Idle: nothing is counted now")}`);
  if (state.paused) text.appendMarkdown(`\n\n${t("$(debug-pause) Paused: nothing is counted")}`);
  if (state.today.length > 0) {
    text.appendMarkdown(`\n\n${t("| Today | worked | observed | bridged |")}\n|:--|--:|--:|--:|\n`);
    for (const line of state.today) {
      const worked = line.observedSeconds + line.bridgedSeconds + line.declaredSeconds;
      text.appendMarkdown("| ").appendText((line.key ?? t("No case")).replaceAll("|", "¦"));
      text.appendMarkdown(
        ` | ${formatExact(worked)} | ${formatExact(line.observedSeconds)} | ${formatExact(line.bridgedSeconds)} |\n`,
      );
    }
  }
  if (state.refused > 0) {
    const refused = plural(
      state.refused,
      "$(error) {0} refused by the billing system",
      "$(error) {0} refused by the billing system",
    );
    text.appendMarkdown(`\n\n${refused}`);
  }
  if (state.toApprove > 0) {
    text.appendMarkdown(`\n\n${t("$(circle-large-outline) {0} to approve", state.toApprove)}`);
  }
  if (state.waiting > 0) {
    const waiting = plural(
      state.waiting,
      "$(cloud-upload) {0} approved, waiting to be sent",
      "$(cloud-upload) {0} approved, waiting to be sent",
    );
    text.appendMarkdown(`\n\n${waiting}`);
  }
  const links = [
    `[${t("Pick case…")}](command:caseclock.pickCase)`,
    state.paused ? `[${t("Resume")}](command:caseclock.resume)` : `[${t("Pause")}](command:caseclock.pause)`,
    state.billing === undefined
      ? `[${t("Connect billing…")}](command:caseclock.connectBilling)`
      : `[${t("Sync time entries…")}](command:caseclock.sync)`,
  ];
  return text.appendMarkdown(`\n\n${links.join(" · ")}`);
}

/** Makes foreign text safe inside Markdown: nothing of it acts as Markdown or an icon. */
function asText(text: string): string {
  return new vscode.MarkdownString("", true).appendText(text).value;
}
