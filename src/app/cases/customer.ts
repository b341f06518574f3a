import type { Case } from "../../domain/cases/case.ts";

export type Customer = Case["customer"];

/** Whether two customers of one source are the same: by id, so that a new name makes no other one; by name where one has no id. */
export function isSameCustomer(a: Customer, b: Customer): boolean {
  return a.id !== "" && b.id !== "" ? a.id === b.id : a.name === b.name;
}
