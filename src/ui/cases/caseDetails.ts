import type { BudgetState } from "../../app/cases/contractHours.ts";
import { t } from "../../base/text.ts";
import type { Case } from "../../domain/cases/case.ts";
import { formatExact, formatHours } from "../text/formatTime.ts";

/** What is known about a case beside the case itself. */
export interface CaseFacts {
  readonly hours: BudgetState | undefined;
  readonly isGone: boolean;
}

/** A case as a page. Its texts come from a server: they are shown as plain text and do nothing. */
export function describeCase(one: Case, { hours, isGone }: CaseFacts): string {
  const { contract } = one;
  const rows: (readonly [string, string | undefined])[] = [
    [t("Customer"), one.customer.name],
    [t("Status"), one.status === "closed" ? t("closed") : t("open")],
    [t("Web page"), one.url],
    [t("Activities"), one.activities?.map(({ name }) => name).join(", ")],
    [t("Billable"), contract?.billable === false ? t("no") : undefined],
    [t("Increment"), presentSeconds(contract?.incrementSeconds)],
    [t("Rounding"), describeRounding(contract?.rounding)],
    [t("Minimum on a day with work"), presentSeconds(contract?.minimumSeconds)],
    [t("Idle timeout for this case"), presentSeconds(contract?.idleSeconds)],
    [t("Agent time is billed"), contract?.agentTimeBillable === true ? t("yes") : undefined],
    [t("Hours bought"), hours === undefined ? undefined : t("{0} h", formatHours(hours.budgetSeconds))],
    [
      t("Hours used, including unsent time"),
      hours === undefined ? undefined : t("{0} h", formatHours(hours.usedSeconds)),
    ],
    [t("Hours left"), hours === undefined ? undefined : t("{0} h", formatHours(Math.max(0, hours.leftSeconds)))],
  ];
  const table = rows
    .filter(([, value]) => value !== undefined && value !== "")
    .map(([name, value]) => `| ${name} | ${escapeMarkdown(value ?? "")} |`);
  return [
    `# ${escapeMarkdown(one.key)}`,
    escapeMarkdown(one.title),
    ...(isGone ? [`> ${t("The source no longer lists this case. Its time is kept.")}`] : []),
    ["| | |", "| --- | --- |", ...table].join("\n"),
    "",
  ].join("\n\n");
}

function describeRounding(rounding: NonNullable<Case["contract"]>["rounding"]): string | undefined {
  switch (rounding) {
    case "none":
      return t("none");
    case "up":
      return t("up");
    case "nearest":
      return t("nearest");
    case "down":
      return t("down");
    case undefined:
      return undefined;
  }
}

function presentSeconds(value: number | undefined): string | undefined {
  return value === undefined ? undefined : formatExact(value);
}

/** Plain text for Markdown: every character with a meaning there is escaped, and lines are joined. */
export function escapeMarkdown(text: string): string {
  return text
    .slice(0, 2_000)
    .replaceAll(/\s+/g, " ")
    .replaceAll(/[\\`*_{}[\]()#+\-.!|<>~&$:@/^="']/g, (character) => `&#${character.codePointAt(0) ?? 0};`);
}
