import * as v from "valibot";

/** A whole number, zero or more. */
export const count = v.pipe(v.number(), v.integer(), v.minValue(0));

/** An id of a case, an activity or a record; 255 UTF-16 units at most. */
export const identity = v.pipe(v.string(), v.minLength(1), v.maxLength(255));

/** An unknown rule in a contract makes its case unusable: billing by half a contract would be wrong. */
export const contractSchema = v.object({
  incrementSeconds: v.exactOptional(v.pipe(count, v.minValue(1))),
  rounding: v.exactOptional(v.picklist(["none", "up", "nearest", "down"])),
  minimumSeconds: v.exactOptional(count),
  budgetSeconds: v.exactOptional(count),
  usedSeconds: v.exactOptional(count),
  billable: v.exactOptional(v.boolean()),
  idleSeconds: v.exactOptional(v.pipe(count, v.maxValue(1800))),
  agentTimeBillable: v.exactOptional(v.boolean()),
});

/** A case as the server returns it; its key is not checked yet. */
export const caseSchema = v.object({
  id: identity,
  key: v.string(),
  title: v.string(),
  status: v.picklist(["open", "closed"]),
  customer: v.object({ id: v.string(), name: v.string() }),
  url: v.exactOptional(v.string()),
  activities: v.exactOptional(
    v.array(v.object({ id: identity, name: v.string(), billable: v.exactOptional(v.boolean()) })),
  ),
  contract: v.exactOptional(contractSchema),
});
