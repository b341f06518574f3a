import { beforeEach, describe, expect, it } from "vitest";
import { CaseDirectory } from "../../../../src/app/cases/caseDirectory.ts";
import type { Customer } from "../../../../src/app/cases/customer.ts";
import {
  findCustomersIn,
  listStatementCustomers,
  makeStatement,
  type Statement,
} from "../../../../src/app/export/statement.ts";
import type { LocalDate } from "../../../../src/base/time.ts";
import type { Case } from "../../../../src/domain/cases/case.ts";
import { compareStatements } from "../../../../src/ui/export/presentStatementCheck.ts";
import { aCase, anEntry, must, TREE } from "../../../support/builders.ts";
import { FakeBilling, FakeProviders } from "../../../support/fakeBilling.ts";
import { ManualClock } from "../../../support/manualClock.ts";
import { TestWindow } from "../../../support/memoryEventLog.ts";

const OLD = aCase("ACME-1");
const NEW: Case = { ...OLD, title: "As the other calls it", customer: { id: "customer-2", name: "Other Ltd" } };

let window: TestWindow;
let directory: CaseDirectory;

beforeEach(async () => {
  const clock = new ManualClock("12:00");
  window = new TestWindow(clock);
  directory = new CaseDirectory(window.log, window.view, new FakeProviders(new FakeBilling()), clock);
  await window.view.load();
});

/** An entry, approved when the case was as it is given. */
async function approve(id: string, day: string, of: Case): Promise<void> {
  const entry = anEntry(id, { case: of, day: day as LocalDate });
  await window.log.append([window.factory.create({ kind: "approved", entry })]);
}

/** What is known of the case from now on. */
async function know(of: Case): Promise<void> {
  await window.log.append([window.factory.create({ kind: "pick", tree: TREE, case: of })]);
}

const stated = (range: { from?: string; to?: string } = {}, customers?: readonly Customer[]): Statement | undefined =>
  makeStatement(window.view, directory, OLD.ref, range as { from?: LocalDate; to?: LocalDate }, () => 3_600, customers);
const seen = (statement: Statement | undefined): readonly unknown[] => {
  const { customer, title, entries, totals, leftSeconds } = must(statement);
  return [customer, title, entries.map(({ externalId }) => externalId), totals.billedSeconds, leftSeconds];
};

describe("the statement of a case that went to another customer", () => {
  it("is for whom its entries were approved, without what is the other's of the case", async () => {
    await approve("a", "2026-03-02", OLD);
    await know(NEW);
    expect(seen(stated())).toEqual(["Customer", OLD.title, ["a"], 600, undefined]);
  });

  it("has the entries of the customer of now, or of the one that is chosen, never of both", async () => {
    await approve("a", "2026-03-02", OLD);
    await approve("b", "2026-03-04", NEW);
    await approve("c", "2026-03-05", OLD);
    await know(NEW);
    expect(seen(stated())).toEqual(["Other Ltd", NEW.title, ["b"], 600, 3_600]);
    expect(seen(stated({}, [OLD.customer]))).toEqual(["Customer", OLD.title, ["a", "c"], 1_200, undefined]);
    expect(seen(stated({ to: "2026-03-03" }))[0]).toBe("Customer");
    const customers = listStatementCustomers(window.view, directory, OLD.ref, {});
    expect(customers.map(({ customer, entries }) => [customer.name, entries.length])).toEqual([
      ["Other Ltd", 1],
      ["Customer", 2],
    ]);
  });

  it("is for the customer of the last entry where the one of now has none", async () => {
    await approve("a", "2026-03-02", OLD);
    await approve("b", "2026-03-04", NEW);
    await know({ ...OLD, customer: { id: "customer-3", name: "Third" } });
    expect(seen(stated())[0]).toBe("Other Ltd");
  });

  it("is compared with the ledger's entries of its customer, and one of an earlier version with all it has", async () => {
    await approve("a", "2026-03-02", OLD);
    const before = must(stated({ to: "2026-03-31" }));
    await approve("b", "2026-03-04", NEW);
    await know(NEW);
    const differences = (statement: Statement): readonly string[] =>
      compareStatements(statement, stated(statement, findCustomersIn(window.view, statement)));
    expect(differences(before)).toEqual([]);
    expect(differences(must(stated()))).toEqual([]);
    const mixed = must(stated({}, [OLD.customer, NEW.customer]));
    expect(mixed.entries.map(({ externalId }) => externalId)).toEqual(["a", "b"]);
    expect(differences(mixed)).toEqual([]);
    await approve("c", "2026-03-03", OLD);
    expect(differences(before)).toEqual(["2026-03-03: an entry has been approved since."]);
    expect(findCustomersIn(window.view, { ...before, entries: [] })).toEqual([]);
  });
});

describe("the statement for a customer whose name is another now", () => {
  it("has all entries, under the new name, where there is an id", async () => {
    await approve("a", "2026-03-02", OLD);
    const renamed = { ...OLD, customer: { ...OLD.customer, name: "Customer & Sons" } };
    await approve("b", "2026-03-04", renamed);
    await know({ ...OLD, customer: { ...OLD.customer, name: "Sons" } });
    expect(seen(stated())).toEqual(["Sons", OLD.title, ["a", "b"], 1_200, 3_600]);
  });

  it("goes by the name where there is no id", async () => {
    const of = (id: string, name: string): Case => ({ ...OLD, customer: { id, name } });
    await approve("a", "2026-03-02", of("", "Acme"));
    await approve("b", "2026-03-03", of("7", "Acme"));
    await approve("c", "2026-03-04", of("", "Globex"));
    await know(of("", "Acme"));
    expect(seen(stated())[2]).toEqual(["a", "b"]);
  });
});
