import { assertNever, type ErrorCode } from "../domain/errors.ts";
import type { Salvage } from "../ports/eventLog.ts";
import type { SyncResult } from "../ports/billingResults.ts";

/** Hours and minutes as on a clock: `1:12`. Seconds are cut, not rounded: nothing is shown that was not worked. */
export function formatHours(totalSeconds: number): string {
  const minutes = Math.floor(totalSeconds / 60);
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}`;
}

/** To the second: `1 h 12 min 05 s`, `3 min 20 s`, `9 s`. */
export function formatExact(totalSeconds: number): string {
  const whole = Math.abs(Math.round(totalSeconds));
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  const rest = whole % 60;
  const sign = totalSeconds < 0 ? "−" : "";
  if (hours > 0) return `${sign}${hours} h ${String(minutes).padStart(2, "0")} min ${String(rest).padStart(2, "0")} s`;
  return minutes > 0 ? `${sign}${minutes} min ${String(rest).padStart(2, "0")} s` : `${sign}${rest} s`;
}

/** As a person says it: `1 hour 12 minutes`. */
export function speakHours(totalSeconds: number): string {
  const minutes = Math.floor(totalSeconds / 60);
  const hours = Math.floor(minutes / 60);
  const parts = [counted(hours, "hour"), counted(minutes % 60, "minute")];
  return (hours > 0 ? parts : parts.slice(1)).join(" ");
}

/** `1 entry`, `2 entries`. */
export function counted(count: number, singular: string, plural = `${singular}s`): string {
  return `${count} ${count === 1 ? singular : plural}`;
}

/**
 * Text of others as a label of a list: what would be an icon, such as `$(name)`, stays text by a zero-width space, white
 * space is one space, and no more than `most` UTF-16 units are kept.
 */
export function inertLabel(text: string, most = 300): string {
  return text.replaceAll("$(", "$\u200b(").replaceAll(/\s+/g, " ").slice(0, most);
}

/** Text of others in a message: what would be a link there, such as `[name](command:x)`, stays text by a zero-width space. */
export function inertMessage(text: string): string {
  return text.replaceAll("](", "]\u200b(");
}

/** Text of others on a page of Markdown, in which nothing of it is Markdown; empty where it is. */
export function inlineCode(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").replaceAll("`", "'").trim();
  return line === "" ? "" : `\`${line}\``;
}

/** What a failure is to the user: what failed, what is safe, and at most one thing to do about it. */
export interface ErrorView {
  readonly text: string;
  readonly action?: { readonly label: string; readonly command: string };
}

const CONNECT = { label: "Connect…", command: "caseclock.connectBilling" };
const LOG = { label: "Show Log", command: "caseclock.showLog" };
const KEPT = "Your time is safe on this computer and can be synced later.";

/** Every code has its text: a new one does not compile without. */
export function presentError(code: ErrorCode): ErrorView {
  switch (code) {
    case "arguments.invalid":
      return { text: "The command was called with an argument it cannot use." };
    case "billing.auth":
      return { text: `The billing system does not accept the token. ${KEPT}`, action: CONNECT };
    case "billing.busy":
      return { text: "Another window is syncing just now. Nothing was sent from here." };
    case "billing.cancelled":
      return { text: `The sync was stopped. ${KEPT}` };
    case "billing.folderUnwritable":
      return {
        text: `The folder for time entries cannot be written. ${KEPT}`,
        action: { ...CONNECT, label: "Choose a Folder…" },
      };
    case "billing.insecureUrl":
      return {
        text: "Only https is used, but for this computer itself: over http, others could read your token. Nothing was sent.",
      };
    case "billing.noConnection":
      return { text: `No billing system is connected yet. ${KEPT}`, action: CONNECT };
    case "billing.noProvider":
      return { text: `The extension that speaks to the billing system is not there, or not active. ${KEPT}` };
    case "billing.offline":
      return { text: `The billing system cannot be reached. ${KEPT}` };
    case "billing.permission":
      return { text: `The billing system does not allow this with your token. ${KEPT}`, action: CONNECT };
    case "billing.protocol":
      return { text: `The billing system gave an answer that cannot be read. ${KEPT}`, action: LOG };
    case "billing.rejected":
      return { text: `The billing system refused the request. ${KEPT}`, action: LOG };
    case "billing.server":
      return { text: `The billing system has trouble of its own. ${KEPT}` };
    case "billing.unanswered":
      return { text: `The billing system cannot be reached: the connection broke before it had answered. ${KEPT}` };
    case "billing.urlChanged":
      return {
        text: "The address of the billing system has changed. Its token was not sent there; entries wait until you connect again.",
        action: CONNECT,
      };
    case "billing.urlInvalid":
      return { text: "This is not the address of a billing system: it must be a URL that begins with https://." };
    case "cases.ambiguousKey":
      return { text: "Several cases have this key. Pick one of them." };
    case "cases.invalidKey":
      return { text: "A case key has 1 to 64 printable characters and no spaces at its ends." };
    case "cases.sourceFailed":
      return { text: "A source of cases could not be read. Its last known cases are shown.", action: LOG };
    case "cases.unknownKey":
      return { text: "No case with this key is known. Refresh the cases, or make a local one." };
    case "entries.claimed":
      return {
        text: "Part of this time is approved already and stays as it is. Withdraw the approval first; nothing was changed.",
        action: { label: "Withdraw Approval…", command: "caseclock.withdrawApproval" },
      };
    case "entries.dayFull":
      return { text: "A day has no room for that much time. Nothing was logged." };
    case "entries.sent":
      return { text: "The entry was sent to the billing system, so its approval cannot be withdrawn any more." };
    case "entries.stale":
      return {
        text: "This has changed meanwhile, in another window or by new work. Look at it again; nothing was changed.",
      };
    case "entries.unsettled":
      return {
        text: "The entry cannot be corrected now: it is not approved yet, or it is not certain what became of it. Sync first.",
      };
    case "export.failed":
      return { text: "The export could not be written. The ledger is untouched." };
    case "git.distrusted":
      return {
        text: "git does not trust the owner of this folder (safe.directory), so its commits are neither tagged nor seen. Time is recorded all the same.",
      };
    case "git.failed":
      return { text: "git did not answer as expected. Time is recorded all the same.", action: LOG };
    case "git.missing":
      return {
        text: "No git program was found, so commits are neither tagged nor seen. Time is recorded all the same.",
      };
    case "git.unreachable":
      return {
        text: "The files of a remote folder cannot be reached. Time is recorded all the same, and its commits are looked up when they can be.",
        action: LOG,
      };
    case "git.notARepository":
      return { text: "This folder is not in a git repository." };
    case "ledger.busy":
      return { text: "The ledger is locked by another program. Time is held in memory and written when it is free." };
    case "ledger.damaged":
      return { text: "The ledger cannot be read. It was left where it is.", action: LOG };
    case "ledger.full":
      return { text: "The disk is full. Time is held in memory and written as soon as there is room." };
    case "ledger.newer":
      return {
        text: "The ledger was written by a newer Caseclock. It is shown as far as it is understood, and not changed: update this one to record time.",
      };
    case "ledger.unavailable":
      return { text: "The ledger cannot be written. Time is held in memory until this window closes.", action: LOG };
    case "ledger.unsupported":
      return {
        text: "Caseclock needs the SQLite of VS Code 1.103 or newer, which is missing here. Nothing is recorded.",
      };
    case "secrets.memoryOnly":
      return {
        text: "This computer has no keyring: the token works now, and will be asked for again after a restart.",
      };
    case "tagging.hookInTheWay":
      return {
        text: "This repository has hooks of its own, which are not touched. Commits are still seen and counted as evidence.",
        action: { label: "Details", command: "caseclock.showCommitTagging" },
      };
    case "tagging.untrusted":
      return { text: "Commits are tagged in trusted workspaces only. Time is recorded all the same." };
    case "tagging.remoteFolder":
      return {
        text: "The files of this folder cannot be written from here, so its commits are neither tagged nor seen. Time is recorded and can be synced.",
      };
    default:
      return assertNever(code);
  }
}

/** What became of a damaged ledger. @param keptAs where it lies now */
export function presentSetAside(keptAs: string, salvage: Salvage | undefined): string {
  const kept = `The ledger could not be read. It was kept as ${keptAs}, and a new one was begun`;
  if (salvage?.last === undefined) return `${kept}: nothing in it could be read. Pick your case again.`;
  const from = salvage.fromBackup > 0 ? `, ${salvage.fromBackup} of them from a backup` : "";
  const until = new Date(salvage.last).toISOString().slice(0, 16).replace("T", " ");
  return `${kept} with the ${counted(salvage.events, "event")} that could be saved${from}. The last is of ${until} UTC: check what came after it.`;
}

/** A share of a contract's hours is reached. */
export function presentBudget(
  { key }: { readonly key: string },
  { budgetSeconds, usedSeconds, leftSeconds }: { budgetSeconds: number; usedSeconds: number; leftSeconds: number },
): string {
  const used = `${formatHours(usedSeconds)} h of the ${formatHours(budgetSeconds)} h bought for ${key} are used`;
  return leftSeconds > 0
    ? `${used}; ${formatHours(leftSeconds)} h are left.`
    : `${used}: no hours are left. Time is recorded all the same.`;
}

/** What a step back of the clock, of a minute or more, means for the time that was captured. */
export function presentStepBack({
  seconds,
  setAside,
}: {
  readonly seconds: number;
  readonly setAside: boolean;
}): string {
  const step = `The clock of this computer was set back by about ${formatHours(Math.round(seconds / 60) * 60)} hours.`;
  return setAside
    ? `${step} Time captured while it was ahead is kept, but set aside and not counted: log it by hand if it was work.`
    : `${step} Each instant counts once; what you work in the repeated stretch can be logged by hand.`;
}

/** The one sentence at the end of a sync. */
export function presentSync(result: SyncResult, billing: string): string {
  const parts: string[] = [];
  if (result.pushed > 0) parts.push(`${counted(result.pushed, "time entry", "time entries")} arrived at ${billing}`);
  if (result.carried > 0) parts.push(`${counted(result.carried, "time entry", "time entries")} settled as carried`);
  if (result.rejected > 0) parts.push(`${counted(result.rejected, "was", "were")} refused`);
  const later = result.retryLater + result.unknown;
  if (later > 0) parts.push(`${counted(later, "waits", "wait")} to be sent again`);
  if (parts.length === 0) return "There was nothing to sync.";
  const sentence = `${parts.join(", ")}.`;
  const [first] = result.problems;
  return first === undefined ? sentence : `${sentence} ${first.key}: ${first.detail}`;
}
