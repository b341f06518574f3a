import { plural, t } from "../../base/text.ts";
import type { Salvage } from "../../ports/eventLog.ts";
import type { SyncResult } from "../../ports/billingResults.ts";
import { formatHours, formatExact } from "./formatTime.ts";

/** Time was moved by hand. @param key of its case now; undefined for no case */
export function presentMoved(seconds: number, key: string | undefined): string {
  return key === undefined
    ? t("Moved {0} to no case.", formatExact(seconds))
    : t("Moved {0} to {1}.", formatExact(seconds), key);
}

/** Time was declared. */
export function presentLogged(seconds: number, key: string): string {
  return t("Logged {0} on {1}.", formatExact(seconds), key);
}

/** What was done with a damaged ledger. @param keptAs where it is now */
export function presentSetAside(keptAs: string, salvage: Salvage | undefined): string {
  if (salvage?.last === undefined) {
    return t(
      "The ledger could not be read. It was kept as {0}, and a new one was started: nothing in the old one could be recovered. Pick your case again.",
      keptAs,
    );
  }
  const { events, fromBackup, last } = salvage;
  const until = new Date(last).toISOString().slice(0, 16).replace("T", " ");
  return fromBackup > 0
    ? plural(
        events,
        "The ledger could not be read. It was kept as {1}, and a new one was started with the {0} event that could be recovered, {2} of them from a backup. The last is from {3} UTC: check what came after it.",
        "The ledger could not be read. It was kept as {1}, and a new one was started with the {0} events that could be recovered, {2} of them from a backup. The last is from {3} UTC: check what came after it.",
        keptAs,
        fromBackup,
        until,
      )
    : plural(
        events,
        "The ledger could not be read. It was kept as {1}, and a new one was started with the {0} event that could be recovered. The last is from {2} UTC: check what came after it.",
        "The ledger could not be read. It was kept as {1}, and a new one was started with the {0} events that could be recovered. The last is from {2} UTC: check what came after it.",
        keptAs,
        until,
      );
}

/** A share of a contract's hours is reached. */
export function presentBudget(
  { key }: { readonly key: string },
  { budgetSeconds, usedSeconds, leftSeconds }: { budgetSeconds: number; usedSeconds: number; leftSeconds: number },
): string {
  const [used, bought] = [formatHours(usedSeconds), formatHours(budgetSeconds)];
  return leftSeconds > 0
    ? t("{0} h of the {1} h bought for {2} are used; {3} h are left.", used, bought, key, formatHours(leftSeconds))
    : t("{0} h of the {1} h bought for {2} are used: no hours are left. Time is still recorded.", used, bought, key);
}

/** What a step back of the clock, of a minute or more, means for the time that was captured. */
export function presentStepBack({
  seconds,
  setAside,
}: {
  readonly seconds: number;
  readonly setAside: boolean;
}): string {
  const step = t(
    "The clock of this computer was set back by about {0} hours.",
    formatHours(Math.round(seconds / 60) * 60),
  );
  const meaning = setAside
    ? t("Time captured while the clock was ahead is kept, but apart and not counted: log it by hand if it was work.")
    : t("Each moment counts once; log work in the repeated stretch by hand.");
  return `${step} ${meaning}`;
}

/** The one sentence at the end of a sync. */
export function presentSync(result: SyncResult, billing: string): string {
  const parts: string[] = [];
  const { pushed, carried, rejected } = result;
  if (pushed > 0)
    parts.push(plural(pushed, "{0} time entry arrived at {1}", "{0} time entries arrived at {1}", billing));
  if (carried > 0)
    parts.push(plural(carried, "{0} time entry settled as carried", "{0} time entries settled as carried"));
  if (rejected > 0) parts.push(plural(rejected, "{0} was refused", "{0} were refused"));
  const later = result.retryLater + result.unknown;
  if (later > 0) parts.push(plural(later, "{0} waits to be sent again", "{0} wait to be sent again"));
  if (parts.length === 0) return t("There was nothing to sync.");
  const sentence = `${parts.join(", ")}.`;
  const [first] = result.problems;
  return first === undefined ? sentence : `${sentence} ${first.key}: ${first.detail}`;
}
