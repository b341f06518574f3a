import { t } from "../../base/text.ts";
import type { TimesheetRow } from "../../ports/timesheet.ts";
import { formatExact } from "../shared/amounts.ts";

/** Why billed time is what it is: by the contract, then by what the billing system keeps. */
export function explainBilled({ terms = {} }: TimesheetRow, unitSeconds: number): string {
  const { incrementSeconds = 0, rounding = "none", minimumSeconds = 0, billable } = terms;
  const step = formatExact(incrementSeconds);
  const steps = {
    none: "",
    up: t("increments of {0}, rounded up", step),
    nearest: t("increments of {0}, rounded to the nearest", step),
    down: t("increments of {0}, rounded down", step),
  };
  return [
    billable === false ? t("not billable under the contract") : "",
    minimumSeconds > 0 ? t("at least {0} on a day with work", formatExact(minimumSeconds)) : "",
    incrementSeconds > 0 ? steps[rounding] : "",
    unitSeconds > 1 ? t("the billing system stores units of {0}", formatExact(unitSeconds)) : "",
  ]
    .filter(Boolean)
    .join(" · ");
}
