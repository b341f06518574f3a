import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Case, CaseRef } from "../../../../src/domain/cases/case.ts";
import { caseDays } from "../../../../src/domain/day/daySheet.ts";
import { CaseclockError } from "../../../../src/domain/errors.ts";
import { aCase, aConnection, anEvent, aRow, aRowEvent, at, day, OTHER_TREE, TREE } from "../../../support/builders.ts";
import { FakeBilling } from "../../../support/fakeBilling.ts";
import { Guarded } from "../../../support/guarded.ts";
import { ManualClock } from "../../../support/manualClock.ts";
import { TestWindow } from "../../../support/memoryEventLog.ts";
import type { TreeId } from "../../../../src/domain/cases/treeId.ts";

const ACME = aCase("ACME-1");
const BETA = aCase("BETA-2");
const TWIN: Case = {
  ...BETA,
  ref: { source: "connection-1", id: "twin" },
  title: "Of the other",
  customer: { id: "customer-2", name: "Other Ltd" },
};

let here: Guarded;

beforeEach(async () => {
  const clock = new ManualClock("09:00");
  const window = new TestWindow(clock);
  await window.log.writeCache("cases:connection-1", JSON.stringify([ACME, BETA, TWIN]));
  await window.log.append([anEvent("connected", { kind: "connected", connection: aConnection() }, "08:00")]);
  here = new Guarded(window, new FakeBilling());
  await window.view.load();
  await pick(ACME);
  await here.see("fix/BETA-2-lock");
  await window.log.append(["09:20:00", "09:20:40"].map((time) => aRowEvent(time, aRow(time, time))));
  clock.set("10:00");
});

afterEach(() => {
  here.dispose();
});

const pick = (one: Case, tree: TreeId = TREE): Promise<void> => here.current.pick(tree, one);
const picked = (): string | undefined => here.window.view.ledger.findPick(TREE)?.ref.id;

async function worked(): Promise<Record<string, number>> {
  const lines = caseDays(await here.window.view.sheet(day("2026-03-10")));
  return Object.fromEntries(lines.map((line) => [line.case?.id ?? "", line.observedSeconds + line.bridgedSeconds]));
}

async function failure(chosen?: CaseRef): Promise<unknown> {
  try {
    return await here.guard.acceptSuggestion(TREE, chosen);
  } catch (error) {
    return CaseclockError.is(error) ? [error.code, error.message] : error;
  }
}

describe("following a sign whose key several cases have", () => {
  it("tells them all, and moves and picks nothing by itself", async () => {
    expect(here.guard.mismatch(TREE)).toMatchObject({ suggestion: { isAmbiguous: true }, sameKey: [BETA, TWIN] });
    expect(await failure()).toEqual([
      "cases.ambiguousKey",
      "BETA-2 is a key of several cases: connection-1 BETA-2 (Customer, Title of BETA-2), connection-1 twin (Other Ltd, Of the other)",
    ]);
    expect({ worked: await worked(), picked: picked() }).toEqual({ worked: { "ACME-1": 40 }, picked: "ACME-1" });
  });

  it("moves to the one that is chosen", async () => {
    expect(await here.guard.acceptSuggestion(TREE, TWIN.ref)).toMatchObject({ case: TWIN, movedSeconds: 40 });
    expect(await worked()).toEqual({ twin: 40 });
    expect(picked()).toBe("twin");
    expect(here.guard.mismatch(TREE)).toBeUndefined();
  });

  it("moves nothing to one that it does not point at, or no more", async () => {
    expect(await failure(ACME.ref)).toMatchObject(["entries.stale", {}]);
    await here.see("main", { trailers: [{ key: "BETA-2", at: at("09:30") }] });
    expect(here.guard.mismatch(TREE)?.sameKey).toEqual([BETA, TWIN]);
    await here.see("main", { remote: "x/GAMMA-3" });
    expect(await failure(TWIN.ref)).toBeUndefined();
    expect({ worked: await worked(), picked: picked() }).toEqual({ worked: { "ACME-1": 40 }, picked: "ACME-1" });
  });

  it("knows the others also where the last pick on the branch decides", async () => {
    await here.see("topic");
    await pick(TWIN);
    await pick(ACME, OTHER_TREE);
    await here.see("main");
    await pick(ACME);
    await here.see("topic");
    expect(here.guard.mismatch(TREE)).toMatchObject({
      suggestion: { case: TWIN, isAmbiguous: false },
      sameKey: [BETA, TWIN],
    });
    expect(await failure(BETA.ref)).toMatchObject(["entries.stale", {}]);
    expect(await here.guard.acceptSuggestion(TREE)).toMatchObject({ case: TWIN });
  });
});
