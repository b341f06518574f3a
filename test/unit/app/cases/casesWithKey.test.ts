import { beforeEach, describe, expect, it } from "vitest";
import { CaseDirectory } from "../../../../src/app/cases/caseDirectory.ts";
import {
  listApprovedCases,
  findApprovedByKey,
  findKeptByKey,
  requireOnlyCase,
} from "../../../../src/app/cases/casesWithKey.ts";
import type { Case } from "../../../../src/domain/cases/case.ts";
import { CaseclockError } from "../../../../src/domain/errors.ts";
import { aCase, aConnection, anEntry, anEvent, TREE } from "../../../support/builders.ts";
import { FakeBilling, FakeProviders } from "../../../support/fakeBilling.ts";
import { ManualClock } from "../../../support/manualClock.ts";
import { TestWindow } from "../../../support/memoryEventLog.ts";

let window: TestWindow;
let billing: FakeBilling;
let directory: CaseDirectory;

const OURS = aCase("#12");
const THEIRS: Case = { ...OURS, ref: { source: "connection-2", id: "12" }, title: "Of another customer" };

beforeEach(async () => {
  const clock = new ManualClock("12:00");
  window = new TestWindow(clock);
  billing = new FakeBilling();
  directory = new CaseDirectory(window.log, window.view, new FakeProviders(billing), clock);
  await window.view.load();
});

async function approved(...cases: readonly Case[]): Promise<void> {
  const entries = cases.map((one, index) => anEntry(`e${String(index)}`, { case: one }));
  await window.log.append(entries.map((entry) => window.factory.create({ kind: "approved", entry })));
}

const sourcesOf = (cases: readonly Case[]): readonly string[] => cases.map(({ ref }) => ref.source);

describe("the cases with a key", () => {
  it("are those of all sources, or of the one that is asked for", async () => {
    await approved(OURS, THEIRS, OURS, aCase("BETA-1"));
    const { view } = window;
    expect(sourcesOf(findApprovedByKey(view, directory, "#12"))).toEqual(["connection-1", "connection-2"]);
    expect(sourcesOf(findApprovedByKey(view, directory, "#12", "connection-2"))).toEqual(["connection-2"]);
    expect(findApprovedByKey(view, directory, "#1")).toEqual([]);
    expect(listApprovedCases(view, directory).map(({ key }) => key)).toEqual(["#12", "#12", "BETA-1"]);
  });

  it("are not only those with approved entries, where drafts count as well", async () => {
    await approved(OURS);
    await window.log.append([anEvent("pick", { kind: "pick", tree: TREE, case: THEIRS }, "08:00")]);
    const { view } = window;
    expect(sourcesOf(findApprovedByKey(view, directory, "#12"))).toEqual(["connection-1"]);
    expect(sourcesOf(findKeptByKey(view, directory, "#12"))).toEqual(["connection-1", "connection-2"]);
  });

  it("are found by the key that they have now, and by an old one that no other has now", async () => {
    const renamed = { ...OURS, key: "#99" };
    billing.cases = [[renamed]];
    await window.log.append([anEvent("con", { kind: "connected", connection: aConnection() }, "07:00")]);
    await directory.refresh(new AbortController().signal);
    await approved(OURS);
    const { view } = window;
    expect(findApprovedByKey(view, directory, "#99")).toEqual([renamed]);
    expect(findApprovedByKey(view, directory, "#12")).toEqual([renamed]);
    await approved(OURS, THEIRS);
    expect(sourcesOf(findApprovedByKey(view, directory, "#12"))).toEqual(["connection-2"]);
  });

  it("are named where one was meant", () => {
    expect(requireOnlyCase([OURS], "#12")).toBe(OURS);
    const failureOf = (found: readonly Case[]): unknown => {
      try {
        return requireOnlyCase(found, "#12");
      } catch (error) {
        return error instanceof CaseclockError ? [error.code, error.message] : error;
      }
    };
    expect(failureOf([])).toEqual(["cases.unknownKey", "no case with the key #12"]);
    expect(failureOf([OURS, THEIRS])).toEqual([
      "cases.ambiguousKey",
      "#12 is a key of several sources: connection-1 (Title of #12), connection-2 (Of another customer)",
    ]);
  });
});
