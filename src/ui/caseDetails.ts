import type { BudgetState } from "../app/contractUse.ts";
import type { Case } from "../domain/caseRef.ts";
import { formatExact, formatHours } from "./present.ts";

/** What is known of a case beside the case itself. */
export interface CaseFacts {
  readonly hours: BudgetState | undefined;
  readonly isGone: boolean;
}

/** A case as a page. Its texts come from a server: they stand there as they are, and do nothing. */
export function describeCase(one: Case, { hours, isGone }: CaseFacts): string {
  const { contract } = one;
  const rows: (readonly [string, string | undefined])[] = [
    ["Customer", one.customer.name],
    ["Status", one.status],
    ["Page", one.url],
    ["Activities", one.activities?.map(({ name }) => name).join(", ")],
    ["Billable", contract?.billable === false ? "no" : undefined],
    ["Counted in steps of", secondsOf(contract?.incrementSeconds)],
    ["Rounding", contract?.rounding],
    ["At least, on a day with work", secondsOf(contract?.minimumSeconds)],
    ["Idle timeout of its own", secondsOf(contract?.idleSeconds)],
    ["Agents' time is billed", contract?.agentTimeBillable === true ? "yes" : undefined],
    ["Hours bought", hours === undefined ? undefined : `${formatHours(hours.budgetSeconds)} h`],
    ["Hours used, with what is not sent yet", hours === undefined ? undefined : `${formatHours(hours.usedSeconds)} h`],
    ["Hours left", hours === undefined ? undefined : `${formatHours(Math.max(0, hours.leftSeconds))} h`],
  ];
  const table = rows
    .filter(([, value]) => value !== undefined && value !== "")
    .map(([name, value]) => `| ${name} | ${inert(value ?? "")} |`);
  return [
    `# ${inert(one.key)}`,
    inert(one.title),
    ...(isGone ? ["> This case is no longer in the list of its source. Its time is kept."] : []),
    ["| | |", "| --- | --- |", ...table].join("\n"),
    "",
  ].join("\n\n");
}

function secondsOf(value: number | undefined): string | undefined {
  return value === undefined ? undefined : formatExact(value);
}

/** As text in Markdown: every character that means something there is escaped, and lines are joined. */
export function inert(text: string): string {
  return text
    .slice(0, 2_000)
    .replaceAll(/\s+/g, " ")
    .replaceAll(/[\\`*_{}[\]()#+\-.!|<>~&$:@/^="']/g, (character) => `&#${character.codePointAt(0) ?? 0};`);
}
