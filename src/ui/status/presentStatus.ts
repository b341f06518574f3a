import type { GuardMismatch } from "../../app/git/caseGuard.ts";
import { plural, t } from "../../base/text.ts";
import type { Case } from "../../domain/cases/case.ts";
import type { ErrorCode } from "../../domain/errors.ts";
import type { RunningTimer } from "../../domain/ledger.ts";
import type { Suggestion } from "../../domain/cases/suggestion.ts";
import type { BillingState } from "../../ports/billingResults.ts";
import type { TodayLine } from "../../ports/commands.ts";
import { formatHours, speakHours } from "../text/formatTime.ts";
import { sanitizeLabel } from "../text/inertText.ts";
import { presentError } from "../text/presentError.ts";

/** What the status bar item is computed from. */
export interface StatusState {
  /** Whether the case is named, or only its time. */
  readonly show: "full" | "short";
  readonly case: Case | undefined;
  /** The case is no longer in its source's list. */
  readonly isGone: boolean;
  readonly paused: boolean;
  /** Nothing was done for longer than the idle timeout. */
  readonly idle: boolean;
  /** Observed, bridged and declared time of the case today. @format seconds */
  readonly workedTodaySeconds: number;
  readonly today: readonly (TodayLine & { readonly title: string })[];
  /** Contract hours of the case that are left; undefined without such a contract. @format seconds */
  readonly budgetLeftSeconds: number | undefined;
  /** What points at another case. */
  readonly mismatch: GuardMismatch | undefined;
  readonly timer: RunningTimer | undefined;
  /** Past days with unapproved time, counted per case. */
  readonly toApprove: number;
  /** Approved entries without a receipt. */
  readonly waiting: number;
  /** Entries that the billing system refused. */
  readonly refused: number;
  readonly billing: BillingState | undefined;
  /** Why nothing can be recorded. */
  readonly trouble: ErrorCode | undefined;
}

export interface StatusView {
  readonly text: string;
  /** The text as a sentence. */
  readonly label: string;
  readonly warn: boolean;
}

/** Longest text beside the icons, in characters. */
const MAX_CHARS = 20;

/** Text of the status bar item; its tooltip has the details. Only here a key is cut if the text would be too long. */
export function presentStatus(state: StatusState): StatusView {
  if (state.trouble !== undefined) {
    return {
      text: "$(warning) Caseclock",
      label: t("Caseclock records nothing. {0}", presentError(state.trouble).text),
      warn: true,
    };
  }
  const marks = [
    state.mismatch === undefined ? "" : " $(question)",
    state.timer === undefined ? "" : " $(watch)",
    state.refused > 0 ? " $(error)" : "",
  ].join("");
  const more = [
    state.paused ? t("Paused.") : state.idle ? t("Idle: nothing is counted now.") : "",
    state.mismatch === undefined ? "" : `${presentMismatch(state.mismatch)}.`,
    state.timer === undefined ? "" : t("A timer is running on {0}.", state.timer.case.key),
    state.refused > 0 ? plural(state.refused, "{0} entry was refused.", "{0} entries were refused.") : "",
  ].filter((text) => text !== "");
  const icon = findIcon(state);
  if (state.case === undefined) {
    return {
      text: `${icon} ${t("No case")}${marks}`,
      label: [t("Caseclock: no case is picked; time is kept but not billed."), ...more].join(" "),
      warn: false,
    };
  }
  const { key, title } = state.case;
  const hours = formatHours(state.workedTodaySeconds);
  const text =
    state.show === "short" ? hours : `${sanitizeLabel(shortened(key, MAX_CHARS - hours.length - 1))} ${hours}`;
  return {
    text: `${icon} ${text}${marks}`,
    label: [t("Caseclock: case {0}, {1}. {2} today.", key, title, speakHours(state.workedTodaySeconds)), ...more].join(
      " ",
    ),
    warn: false,
  };
}

function findIcon({ case: picked, paused, idle }: StatusState): string {
  if (paused) return "$(debug-pause)";
  if (picked === undefined) return "$(circle-slash)";
  return idle ? "$(coffee)" : "$(briefcase)";
}

function shortened(text: string, most: number): string {
  const characters = Array.from(text);
  return characters.length > most ? `${characters.slice(0, most - 1).join("")}…` : text;
}

/** Why a case is suggested: `from branch fix/ACME-1234-lock`. */
export function presentReason({ reason, isAmbiguous }: Suggestion): string {
  switch (reason.kind) {
    case "branchPick":
      return t("last picked on branch {0}", reason.branch);
    case "branch":
      return isAmbiguous
        ? t("from branch {0}, one of several with this key", reason.branch)
        : t("from branch {0}", reason.branch);
    case "commit":
      return isAmbiguous
        ? t("from your last commits here, one of several with this key")
        : t("from your last commits here");
    case "remote":
      return isAmbiguous
        ? t("from the remote {0}, one of several with this key", reason.remote)
        : t("from the remote {0}", reason.remote);
    case "folder":
      return t("picked in this folder before");
  }
}

/** A case by its key, and by its customer where others have the same; by its title too where that customer has both. */
export function nameAmong(chosen: Case, sameKey: readonly Case[] = []): string {
  if (sameKey.length < 2) return chosen.key;
  const isOnly = sameKey.filter(({ customer }) => customer.name === chosen.customer.name).length === 1;
  const more = [chosen.customer.name, ...(isOnly && chosen.customer.name !== "" ? [] : [chosen.title])]
    .filter(Boolean)
    .join(", ");
  return more === "" ? chosen.key : `${chosen.key} (${more})`;
}

/** Most cases that a sentence names. */
const MAX_NAMED = 3;

/** What contradicts the pick: `Branch fix/ACME-2 points at ACME-2`. */
export function presentMismatch({ suggestion, sameKey = [] }: GuardMismatch): string {
  const { reason } = suggestion;
  const named = suggestion.isAmbiguous && sameKey.length > 0 ? sameKey : [suggestion.case];
  const key = [
    ...named.slice(0, MAX_NAMED).map((one) => nameAmong(one, sameKey)),
    ...(named.length > MAX_NAMED ? ["…"] : []),
  ].join(" / ");
  switch (reason.kind) {
    case "branchPick":
      return t("On branch {0} you last picked {1}", reason.branch, key);
    case "branch":
      return t("Branch {0} points at {1}", reason.branch, key);
    case "commit":
      return t("Your last commit names {0}", key);
    case "remote":
      return t("The remote {0} points at {1}", reason.remote, key);
    case "folder":
      return t("You picked {0} here before", key);
  }
}

/** The case that time moves to when the sign is followed; `ACME-2…` if the person is asked which one. */
export function presentFollowTarget({ suggestion, sameKey }: GuardMismatch): string {
  return suggestion.isAmbiguous ? `${suggestion.case.key}…` : nameAmong(suggestion.case, sameKey);
}
