import { t } from "../../base/text.ts";
import type { TimesheetRow } from "../../ports/timesheet.ts";
import { formatExact } from "../shared/amounts.ts";

/** Why billed time is what it is: by the contract, then by what the billing system keeps. */
export function explainBilled({ terms = {} }: TimesheetRow, unitSeconds: number): string {
  const { incrementSeconds = 0, rounding = "none", minimumSeconds = 0, billable } = terms;
  const step = formatExact(incrementSeconds);
  const steps = {
    none: "",
    up: t("steps of {0}, rounded up", step),
    nearest: t("steps of {0}, rounded to the nearest", step),
    down: t("steps of {0}, rounded down", step),
  };
  return [
    billable === false ? t("the contract bills nothing") : "",
    minimumSeconds > 0 ? t("at least {0} on a day with work", formatExact(minimumSeconds)) : "",
    incrementSeconds > 0 ? steps[rounding] : "",
    unitSeconds > 1 ? t("the billing system keeps units of {0}", formatExact(unitSeconds)) : "",
  ]
    .filter(Boolean)
    .join(" · ");
}
