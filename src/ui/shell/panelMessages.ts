import * as v from "valibot";
import { parseLocalDate } from "../../base/time.ts";

/**
 * `A` if it and `B` are the same type of plain data, else `never`: so the compiler compares a schema with a type of `ports`,
 * field by field, optional ones included.
 */
export type Same<A, B> =
  AreAssignable<A, B> extends true ? (AreAssignable<Whole<A>, Whole<B>> extends true ? A : never) : never;

type AreAssignable<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;

/** With every field: one that is absent on one side only would not keep the two from being assignable. */
type Whole<T> = T extends object ? { [K in keyof T]-?: Whole<T[K]> } : T;

/** A day of the calendar, written `YYYY-MM-DD`. */
export const day = v.pipe(
  v.string(),
  v.check((text) => parseLocalDate(text) !== undefined),
);

/** What a page sent or stored, without fields that the schema does not name; undefined when it does not match. */
export function parseMessage<T>(schema: v.GenericSchema<unknown, T>, message: unknown): T | undefined {
  const { success, output } = v.safeParse(schema, message, { abortEarly: true });
  return success ? output : undefined;
}
