import * as v from "valibot";
import { isRecord } from "../../../../base/json.ts";
import { count, identity } from "../../cases/caseSchema.ts";

// Members that are not listed are ignored: servers gain new ones.
/** One unusable case does not spoil its page: items are validated one by one. */
export const casePageSchema = v.object({
  items: v.array(v.unknown()),
  nextCursor: v.exactOptional(v.pipe(v.string(), v.minLength(1))),
});

/** The required members of a stored entry. */
export const entrySchema = v.object({
  id: identity,
  externalId: v.string(),
  revision: v.exactOptional(count),
  billedSeconds: v.exactOptional(count),
});
export const entryPageSchema = v.object({ items: v.array(entrySchema) });
/** The results of a batch, one for each item. */
export const batchSchema = v.object({
  results: v.array(
    v.object({
      externalId: v.string(),
      status: v.pipe(v.number(), v.integer(), v.minValue(200), v.maxValue(599)),
      id: v.exactOptional(identity),
      problem: v.exactOptional(v.unknown()),
    }),
  ),
});

/** A page of stored entries, with what a comparison needs. */
export const recordPageSchema = v.object({
  items: v.array(
    v.object({
      id: identity,
      externalId: v.string(),
      date: v.pipe(v.string(), v.isoDate()),
      caseId: v.string(),
      billedSeconds: count,
      description: v.string(),
    }),
  ),
  nextCursor: v.exactOptional(v.pipe(v.string(), v.minLength(1))),
});
export const meSchema = v.object({ id: identity, name: v.string() });

/** @source RFC 9457 3.1 and its example of `errors` */
export const problemSchema = v.object({
  type: v.exactOptional(v.string()),
  title: v.exactOptional(v.string()),
  detail: v.exactOptional(v.string()),
  errors: v.exactOptional(v.array(v.object({ detail: v.string(), pointer: v.exactOptional(v.string()) }))),
});

/** An id as text; some servers send a number. */
export const idText = v.pipe(
  v.union([v.string(), v.number()]),
  v.transform((value) => `${value}`),
);
/** A number; some answers have it as text. */
export const numeric = v.pipe(
  v.union([v.string(), v.number()]),
  v.transform((value) => Number(value)),
  v.number(),
);

/** The value if it matches the schema, else undefined. Members that are null count as absent: some servers send them. */
export function parseAnswer<S extends v.GenericSchema>(schema: S, body: unknown): v.InferOutput<S> | undefined {
  const parsed = v.safeParse(schema, withoutNulls(body));
  return parsed.success ? parsed.output : undefined;
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== null)
      .map(([name, member]) => [name, withoutNulls(member)]),
  );
}
