import * as v from "valibot";
import { t } from "../../../base/text.ts";
import { parseCaseKey, type Case } from "../../../domain/cases/case.ts";
import { caseSchema } from "./caseSchema.ts";

/** A case as the API has it, except that a person may leave members out. */
const writtenSchema = v.object({
  ...caseSchema.entries,
  id: v.exactOptional(caseSchema.entries.id),
  title: v.exactOptional(v.string(), ""),
  status: v.exactOptional(caseSchema.entries.status, "open"),
  customer: v.exactOptional(v.union([v.string(), caseSchema.entries.customer]), ""),
});

/**
 * Reads a list of cases that a person or another program wrote. A mistake costs only the case it is in.
 * @param seen ids that are taken; those of the list are added
 * @param problems what is wrong, one sentence each, is added
 */
export function readCases(
  list: readonly unknown[],
  source: string,
  seen: Set<string>,
  problems: string[],
): readonly Case[] {
  const cases: Case[] = [];
  for (const [index, item] of list.entries()) {
    const made = parseCase(item, source);
    if (typeof made === "string") problems.push(`cases[${index}]: ${made}`);
    else if (seen.has(made.ref.id)) problems.push(t("cases[{0}]: {1} is a duplicate", index, made.ref.id));
    else {
      seen.add(made.ref.id);
      cases.push(made);
    }
  }
  return cases;
}

/** The case, or what is wrong with it. */
function parseCase(item: unknown, source: string): Case | string {
  const parsed = v.safeParse(writtenSchema, item);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    const place = v.getDotPath(issue);
    return place === null ? t("the case: {0}", issue.message) : `${place}: ${issue.message}`;
  }
  const { id, customer, ...written } = parsed.output;
  if (parseCaseKey(written.key) === undefined)
    return t("key: 1 to 64 printable characters, no leading or trailing spaces");
  return {
    ...written,
    ref: { source, id: id ?? written.key },
    customer: typeof customer === "string" ? { id: customer, name: customer } : customer,
  };
}
