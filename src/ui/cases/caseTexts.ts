import { compareTexts } from "../../base/collections.ts";
import { t } from "../../base/text.ts";
import type { Case } from "../../domain/cases/case.ts";
import { formatHours } from "../text/formatTime.ts";

/** How a case is shown in a list. */
export interface CaseLook {
  readonly isCurrent: boolean;
  readonly isPinned: boolean;
  /** Contract hours left; negative when overdrawn. @format seconds */
  readonly secondsLeft: number | undefined;
  /** Why it is suggested. */
  readonly why: string | undefined;
}

/** What to know before picking a case: closed, not billable, hours left. */
export function listMarks({ status, contract }: Case, left: number | undefined): readonly string[] {
  const marks = [
    status === "closed" ? t("closed") : "",
    contract?.billable === false ? t("not billable") : "",
    left === undefined ? "" : left > 0 ? t("{0} h left", formatHours(left)) : t("no hours left"),
  ];
  return marks.filter((mark) => mark !== "");
}

/** Open cases by the customer's name, in the order of names. */
export function groupOpenByCustomer(
  cases: readonly Case[],
): readonly (readonly [name: string, cases: readonly Case[]])[] {
  const open = cases.filter(({ status }) => status !== "closed");
  const customers = Map.groupBy(open, ({ customer }) => (customer.name === "" ? t("No customer") : customer.name));
  return [...customers].sort(([a], [b]) => compareTexts(a, b));
}
