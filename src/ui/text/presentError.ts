import { t } from "../../base/text.ts";
import { assertNever, type CaseclockError, type ErrorCode } from "../../domain/errors.ts";
import { refusalIn } from "../../domain/refusal.ts";
import { presentRefusal } from "./presentRefusal.ts";

/** A failure for the user: what failed, what is safe, and at most one thing to do about it. */
export interface ErrorView {
  readonly text: string;
  readonly action?: { readonly label: string; readonly command: string };
}

type Action = NonNullable<ErrorView["action"]>;

const connect = (label = t("Connect…")): Action => ({ label, command: "caseclock.connectBilling" });

/** The action that shows the log. */
export const showLogAction = (): Action => ({ label: t("Show Log"), command: "caseclock.showLog" });

function safe(what: string): string {
  return `${what} ${t("Your time is safe on this computer and can be synced later.")}`;
}

/** The text for the error's code; where a person's own figures are refused, the reason. */
export function presentFailure(error: CaseclockError): ErrorView {
  const refusal = refusalIn(error);
  return refusal === undefined ? presentError(error.code) : { text: presentRefusal(refusal) };
}

/** Every code has a text: without one, a new code does not compile. */
export function presentError(code: ErrorCode): ErrorView {
  switch (code) {
    case "arguments.invalid":
      return { text: t("The command was called with an argument it cannot use.") };
    case "billing.auth":
      return { text: safe(t("The billing system does not accept the token.")), action: connect() };
    case "billing.busy":
      return { text: t("Another window is syncing. Nothing was sent from this one.") };
    case "billing.cancelled":
      return { text: safe(t("The sync was stopped.")) };
    case "billing.folderUnwritable":
      return {
        text: safe(t("The folder for time entries is not writable.")),
        action: connect(t("Choose a Folder…")),
      };
    case "billing.insecureUrl":
      return {
        text: t(
          "Only https is accepted, except on this computer: over http, others could read your token. Nothing was sent.",
        ),
      };
    case "billing.noConnection":
      return { text: safe(t("No billing system is connected yet.")), action: connect() };
    case "billing.noProvider":
      return { text: safe(t("The extension for this billing system is not installed or not active.")) };
    case "billing.offline":
      return { text: safe(t("The billing system cannot be reached.")) };
    case "billing.permission":
      return { text: safe(t("The billing system does not allow this with your token.")), action: connect() };
    case "billing.protocol":
      return { text: safe(t("The billing system's answer could not be read.")), action: showLogAction() };
    case "billing.rejected":
      return { text: safe(t("The billing system refused the request.")), action: showLogAction() };
    case "billing.server":
      return { text: safe(t("The billing system reported an internal error.")) };
    case "billing.unanswered":
      return { text: safe(t("The billing system cannot be reached: the connection broke before it answered.")) };
    case "billing.urlChanged":
      return {
        text: t(
          "The address of the billing system has changed. Its token was not sent there; entries wait until you connect again.",
        ),
        action: connect(),
      };
    case "billing.urlInvalid":
      return { text: t("This is not the address of a billing system: it must be a URL that begins with https://.") };
    case "cases.ambiguousKey":
      return { text: t("Several cases have this key. Pick one of them.") };
    case "cases.invalidKey":
      return { text: t("A case key has 1 to 64 printable characters and no leading or trailing spaces.") };
    case "cases.sourceFailed":
      return {
        text: t("A case source could not be read. Its last known cases are shown."),
        action: showLogAction(),
      };
    case "cases.unknownKey":
      return { text: t("No known case has this key. Refresh the cases or create a local one.") };
    case "entries.claimed":
      return {
        text: t("Part of this time is already approved. Withdraw the approval first; nothing was changed."),
        action: { label: t("Withdraw Approval…"), command: "caseclock.withdrawApproval" },
      };
    case "entries.dayFull":
      return { text: t("That much time does not fit in a day. Nothing was logged.") };
    case "entries.sent":
      return { text: t("The entry was sent to the billing system, so its approval can no longer be withdrawn.") };
    case "entries.stale":
      return {
        text: t(
          "This has changed in the meantime, in another window or through new work. Review it again; nothing was changed.",
        ),
      };
    case "entries.unsettled":
      return {
        text: t(
          "The entry cannot be corrected now: it is not approved yet, or its outcome in the billing system is unknown. Sync first.",
        ),
      };
    case "export.failed":
      return { text: t("The export could not be written. The ledger is untouched.") };
    case "git.distrusted":
      return {
        text: t(
          "git does not trust the owner of this folder (safe.directory), so its commits are neither tagged nor detected. Time is still recorded.",
        ),
      };
    case "git.failed":
      return { text: t("git did not answer as expected. Time is still recorded."), action: showLogAction() };
    case "git.missing":
      return {
        text: t("git was not found, so commits are neither tagged nor detected. Time is still recorded."),
      };
    case "git.unreachable":
      return {
        text: t(
          "The files of a remote folder cannot be reached. Time is still recorded, and its commits are looked up once it can be reached.",
        ),
        action: showLogAction(),
      };
    case "git.notARepository":
      return { text: t("This folder is not in a git repository.") };
    case "import.conflict":
      return { text: t("The file and this ledger cannot be merged as they are. Nothing was changed.") };
    case "import.newer":
      return {
        text: t(
          "The file was written by a newer version of Caseclock: update Caseclock to import it. Nothing was changed.",
        ),
      };
    case "import.partial":
      return {
        text: t(
          "The file contains only part of a worklog: some days or one case. To move to another computer, export JSON without a range. Nothing was changed.",
        ),
      };
    case "import.unreadable":
      return { text: t("The file cannot be imported. Nothing was changed."), action: showLogAction() };
    case "ledger.busy":
      return {
        text: t("The ledger is locked by another program. Time is held in memory and written when it is free."),
      };
    case "ledger.damaged":
      return { text: t("The ledger cannot be read. It was left where it is."), action: showLogAction() };
    case "ledger.full":
      return { text: t("The disk is full. Time is held in memory and written as soon as there is room.") };
    case "ledger.newer":
      return {
        text: t(
          "The ledger was written by a newer version of Caseclock. What this version understands is shown; nothing is changed. Update Caseclock to record time.",
        ),
      };
    case "ledger.unavailable":
      return {
        text: t("Caseclock cannot write to the ledger. Time is held in memory until this window closes."),
        action: showLogAction(),
      };
    case "ledger.unsupported":
      return {
        text: t("Caseclock needs SQLite from VS Code 1.103 or newer, which is missing here. Nothing is recorded."),
      };
    case "secrets.memoryOnly":
      return {
        text: t("This computer has no keyring: the token works now, and will be asked for again after a restart."),
      };
    case "tagging.hookInTheWay":
      return {
        text: t(
          "This repository has its own hooks, which are not touched. Commits are still detected and counted as evidence.",
        ),
        action: { label: t("Details"), command: "caseclock.showCommitTagging" },
      };
    case "tagging.untrusted":
      return { text: t("Commits are tagged only in trusted workspaces. Time is still recorded.") };
    case "tagging.remoteFolder":
      return {
        text: t(
          "The files of this folder cannot be written from here, so its commits are neither tagged nor detected. Time is recorded and can be synced.",
        ),
      };
    default:
      return assertNever(code);
  }
}
