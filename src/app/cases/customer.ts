import type { Case } from "../../domain/cases/case.ts";

export type Customer = Case["customer"];

/** Whether two customers of one source are the same: by id, so that a new name does not matter, else by name. */
export function isSameCustomer(a: Customer, b: Customer): boolean {
  return a.id !== "" && b.id !== "" ? a.id === b.id : a.name === b.name;
}
