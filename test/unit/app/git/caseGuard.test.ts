import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CaseDirectory } from "../../../../src/app/cases/caseDirectory.ts";
import type { Case } from "../../../../src/domain/cases/case.ts";
import { caseDays } from "../../../../src/domain/day/daySheet.ts";
import type { EventBody } from "../../../../src/domain/log/events.ts";
import {
  aCase,
  aConnection,
  anEntry,
  anEvent,
  aRow,
  aRowEvent,
  at,
  day,
  must,
  OTHER_TREE,
  TREE,
} from "../../../support/builders.ts";
import { FakeBilling, FakeProviders } from "../../../support/fakeBilling.ts";
import { Guarded, WORK_TREE } from "../../../support/guarded.ts";
import { ManualClock } from "../../../support/manualClock.ts";
import { collect, settle, TestWindow } from "../../../support/memoryEventLog.ts";
import type { TreeId } from "../../../../src/domain/cases/treeId.ts";

const ACME = aCase("ACME-1");
const BETA = aCase("BETA-2");

let clock: ManualClock;
let billing: FakeBilling;
let here: Guarded;
let all: Guarded[];

beforeEach(async () => {
  clock = new ManualClock("09:00");
  const window = new TestWindow(clock);
  billing = new FakeBilling();
  await window.log.writeCache("cases:connection-1", JSON.stringify([ACME, BETA]));
  await window.log.append([anEvent("connected", { kind: "connected", connection: aConnection() }, "08:00")]);
  all = [];
  here = open(window);
  await window.view.load();
});

afterEach(() => {
  for (const one of all) one.dispose();
});

function open(window: TestWindow): Guarded {
  const guarded = new Guarded(window, billing);
  all.push(guarded);
  return guarded;
}

const bodies = (): readonly EventBody[] => here.window.store.events.map(({ body }) => body);
const branches = (): readonly unknown[] => bodies().flatMap((body) => (body.kind === "branch" ? [body.branch] : []));
const picks = (): readonly unknown[] =>
  bodies().flatMap((body) => (body.kind === "pick" ? [body.case?.key ?? null] : []));
const pick = (one: Case, tree: TreeId = TREE): Promise<void> => here.current.pick(tree, one);

async function worked(): Promise<Record<string, number>> {
  const lines = caseDays(await here.window.view.sheet(day("2026-03-10")));
  return Object.fromEntries(lines.map((line) => [line.case?.id ?? "", line.observedSeconds + line.bridgedSeconds]));
}

/** Work from `from` for forty seconds. */
function work(id: string, from: string, tree: TreeId = TREE): Promise<void> {
  const rows = [aRow(`${from}:00`, `${from}:00`, { tree }), aRow(`${from}:40`, `${from}:40`, { tree })];
  return here.window.log.append(rows.map((row, n) => aRowEvent(`${id}-${String(n)}`, row)));
}

describe("the guard in suggest", () => {
  it("suggests the branch's case and picks nothing, ever", async () => {
    await here.see("fix/ACME-1-lock");
    expect({ suggested: here.suggested, branches: branches(), picks: picks(), errors: here.errors }).toEqual({
      suggested: ["ACME-1 branch"],
      branches: ["fix/ACME-1-lock"],
      picks: [],
      errors: [],
    });
    expect(here.guard.mismatch(TREE)).toBeUndefined();
    await pick(ACME);
    await here.see("BETA-2");
    expect({ suggested: here.suggested[0], picks: picks() }).toEqual({ suggested: "BETA-2 branch", picks: ["ACME-1"] });
    expect(here.guard.suggestions(OTHER_TREE)).toEqual([]);
    expect(here.guard.mismatch(OTHER_TREE)).toBeUndefined();
  });

  it("tells the contradiction since the checkout, and no more when the branch comes back", async () => {
    await here.see("ACME-1");
    await pick(ACME);
    clock.advance(600_000);
    await here.see("BETA-2");
    clock.advance(600_000);
    expect(here.guard.mismatch(TREE)).toMatchObject({ picked: ACME.ref, since: at("09:10") });
    await here.see("ACME-1");
    expect(here.guard.mismatch(TREE)).toBeUndefined();
  });

  it("tells a change each time that git does, and writes a branch down once", async () => {
    const told: unknown[] = [];
    collect(here.guard.onDidChange, told);
    await here.see("main");
    await here.see("main", { trailers: [{ key: "ACME-1", at: at("08:59") }] });
    await here.see(undefined);
    await here.see(undefined, { remote: "x" });
    expect({ toldCount: told.length, branches: branches() }).toEqual({ toldCount: 4, branches: ["main", null] });
  });

  it("follows a tree once however often it is asked to", async () => {
    here.guard.follow(TREE, WORK_TREE);
    expect(here.watching).toBe(1);
    here.guard.follow(OTHER_TREE, WORK_TREE);
    expect(here.watching).toBe(2);
    await settle();
  });

  it("reports what it could not write down", async () => {
    here.window.log.beforeAppend = () => {
      throw new Error("full");
    };
    await here.see("main");
    expect(here.errors).toEqual([new Error("full")]);
  });
});

describe("the guard that is switched off", () => {
  it("tells no contradiction, and suggests what was picked here before, only", async () => {
    here.followBranch = "off";
    await pick(BETA);
    await here.see("ACME-1");
    expect({ suggested: here.suggested, mismatch: here.guard.mismatch(TREE), picks: picks() }).toEqual({
      suggested: ["BETA-2 folder"],
      mismatch: undefined,
      picks: ["BETA-2"],
    });
    expect(await here.guard.acceptSuggestion(TREE)).toBeUndefined();
  });
});

describe("the guard that follows the branch", () => {
  beforeEach(() => {
    here.followBranch = "switch";
  });

  it("picks the branch's case when it is checked out, and what was picked on it before when it is again", async () => {
    await here.see("ACME-1");
    await here.see("BETA-2");
    await here.see("ACME-1");
    expect(picks()).toEqual(["ACME-1", "BETA-2", "ACME-1"]);
    await pick(BETA);
    await here.see("main");
    await here.see("ACME-1");
    expect(picks().slice(3)).toEqual(["BETA-2"]);
  });

  it("keeps the pick when the branch names no case, or stays what it is", async () => {
    await pick(ACME);
    await here.see("main");
    await here.see("BETA-2");
    await pick(ACME);
    await here.see("BETA-2", { trailers: [{ key: "BETA-2", at: at("10:00") }], remote: "x/BETA-2" });
    expect(picks()).toEqual(["ACME-1", "BETA-2", "ACME-1"]);
  });

  it("does not decide between two cases of the same key, nor by commits or the remote", async () => {
    const twin: Case = { ...ACME, ref: { source: "connection-1", id: "77" } };
    billing.cases = [[ACME, twin, BETA]];
    await new CaseDirectory(here.window.log, here.window.view, new FakeProviders(billing), clock).refreshAll();
    const other = open(here.window.beside("window-2"));
    other.followBranch = "switch";
    here.followBranch = "off";
    await other.see("ACME-1", { trailers: [{ key: "BETA-2", at: at("09:00") }], remote: "x/BETA-2" });
    expect(other.suggested).toEqual(["ACME-1 branch", "ACME-1 branch", "BETA-2 commit"]);
    expect(picks()).toEqual([]);
  });
});

describe("two windows on one tree", () => {
  it("come to one branch and one pick, whoever is first", async () => {
    const there = open(here.window.beside("window-2"));
    await there.window.view.load();
    here.followBranch = there.followBranch = "switch";
    await Promise.all([here.see("ACME-1"), there.see("ACME-1")]);
    clock.advance(1_000);
    await settle();
    const { trees } = here.window.view.ledger;
    const { trees: theirs } = there.window.view.ledger;
    expect(trees.checkedOut(TREE)).toEqual({ branch: "ACME-1", since: at("09:00") });
    expect(theirs.checkedOut(TREE)).toEqual(trees.checkedOut(TREE));
    expect({ pickedAt: trees.pickedAt(TREE), picks: trees.listPicks(TREE) }).toEqual({
      pickedAt: at("09:00"),
      picks: [ACME.ref],
    });
    expect(there.current.state.value.case).toBeUndefined();
    there.current.setActiveTree(TREE);
    expect(there.current.state.value.case).toEqual(ACME);
  });

  it("share a contradiction and what was decided of it", async () => {
    const there = open(here.window.beside("window-2"));
    await pick(ACME);
    await here.see("BETA-2");
    clock.advance(1_000);
    await there.see("BETA-2");
    expect({ branches: branches(), pointed: there.guard.mismatch(TREE)?.suggestion.case.key }).toEqual({
      branches: ["BETA-2"],
      pointed: "BETA-2",
    });
    await here.guard.keep(TREE);
    clock.advance(1_000);
    expect({ here: here.guard.mismatch(TREE), there: there.guard.mismatch(TREE) }).toEqual({
      here: undefined,
      there: undefined,
    });
    await here.guard.keep(TREE);
    expect(bodies().filter(({ kind }) => kind === "kept")).toHaveLength(1);
  });
});

describe("following a sign", () => {
  it("moves this tree's time on the picked case since the contradiction began, and picks", async () => {
    await pick(ACME);
    await pick(ACME, OTHER_TREE);
    await here.see("ACME-1");
    await work("before", "09:05");
    clock.advance(600_000);
    await here.see("BETA-2");
    await work("after", "09:20");
    await work("other", "09:30", OTHER_TREE);
    await work("approved", "09:40");
    await here.window.log.append([
      anEvent("a", { kind: "approved", entry: anEntry("a", { start: at("09:40"), end: at("09:40:20") }) }, "09:45"),
    ]);
    clock.set("10:00");
    const followed = must(await here.guard.acceptSuggestion(TREE));
    expect({
      movedSeconds: followed.movedSeconds,
      span: followed.span,
      pointed: followed.mismatch.suggestion.case.key,
    }).toEqual({ movedSeconds: 60, span: 3_000, pointed: "BETA-2" });
    // 40 s before, 40 s of the other tree and 20 s that are approved stay.
    expect(await worked()).toEqual({ "ACME-1": 100, "BETA-2": 60 });
    expect(here.window.view.ledger.findPick(TREE)?.key).toBe("BETA-2");
    expect(here.window.view.ledger.findPick(OTHER_TREE)?.key).toBe("ACME-1");
    expect(await here.guard.acceptSuggestion(TREE)).toBeUndefined();
  });

  it("moves nothing where nothing was done, or all began just now, and picks all the same", async () => {
    await pick(ACME);
    await here.see("BETA-2");
    expect(await here.guard.acceptSuggestion(TREE)).toMatchObject({ movedSeconds: 0, eventId: undefined, span: 0 });
    await pick(ACME);
    clock.advance(60_000);
    expect(await here.guard.acceptSuggestion(TREE)).toMatchObject({ movedSeconds: 0, eventId: undefined, span: 60 });
    expect(picks()).toEqual(["ACME-1", "BETA-2", "ACME-1", "BETA-2"]);
  });

  it("leaves to another case what was moved there by hand meanwhile", async () => {
    await pick(ACME);
    await here.see("BETA-2");
    await work("w", "09:20");
    await here.window.log.append([
      anEvent(
        "moved",
        {
          kind: "reassigned",
          from: at("09:20"),
          to: at("09:20:30"),
          intervals: [{ start: at("09:20"), end: at("09:20:30") }],
          case: aCase("GAMMA-3"),
        },
        "09:25",
      ),
    ]);
    clock.set("10:00");
    expect((await here.guard.acceptSuggestion(TREE))?.movedSeconds).toBe(10);
    expect(await worked()).toEqual({ "GAMMA-3": 30, "BETA-2": 10 });
  });
});

describe("keeping the picked case", () => {
  it("silences this contradiction in this tree, not another one", async () => {
    const told = (): string | undefined => here.guard.mismatch(TREE)?.suggestion.case.key;
    await pick(ACME);
    await here.see("BETA-2");
    await here.guard.keep(TREE);
    expect({ told: told(), picks: picks(), suggested: here.suggested[0] }).toEqual({
      told: undefined,
      picks: ["ACME-1"],
      suggested: "BETA-2 branch",
    });
    await pick(BETA);
    await here.see("ACME-1");
    expect(told()).toBe("ACME-1");
  });

  it("says nothing when nothing contradicts", async () => {
    await pick(ACME);
    await here.see("ACME-1");
    await here.guard.keep(TREE);
    expect(bodies().some(({ kind }) => kind === "kept")).toBe(false);
  });
});
