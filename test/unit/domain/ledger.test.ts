import { describe, expect, it } from "vitest";
import { seconds } from "../../../src/base/time.ts";
import { caseRefKey } from "../../../src/domain/cases/case.ts";
import type { EventBody } from "../../../src/domain/log/events.ts";
import type { Ledger } from "../../../src/domain/ledger.ts";
import { replay, sumEntries } from "../../../src/domain/ledger.ts";
import {
  aCase,
  aConnection,
  aLog,
  anEntry,
  anEvent,
  at,
  day,
  must,
  OTHER_TREE,
  TREE,
  UTC,
} from "../../support/builders.ts";
import type { Delivery } from "../../../src/domain/entries/delivery.ts";
import type { CommitEvidence } from "../../../src/domain/log/approvedEntry.ts";

const POLICY = { idleTimeoutSeconds: 300, zone: UTC };
const REF = aCase("ACME-1").ref;
const PROBLEM = { kind: "closed", detail: "Closed." };

/** The ledger after the bodies, an hour apart. */
function after(...bodies: readonly EventBody[]): Ledger {
  return replay(
    aLog(...bodies.map((body, index) => anEvent(`e${String(index)}`, body, `${String(10 + index)}:00`))),
    POLICY,
  );
}

const approved = (entryId: string, more: Parameters<typeof anEntry>[1] = {}): EventBody => ({
  kind: "approved",
  entry: anEntry(entryId, more),
});
const sending: EventBody = { kind: "sending", entryId: "e", revision: 1 };
const receipted: EventBody = { kind: "receipted", entryId: "e", revision: 1, remoteId: "r", storedSeconds: 600 };
const refused: EventBody = { kind: "refused", entryId: "e", revision: 1, problem: PROBLEM };
const deferred = (outcome: "unknown" | "retryLater"): EventBody => ({
  kind: "deferred",
  entryId: "e",
  revision: 1,
  outcome,
  notBefore: at("23:00"),
  problem: PROBLEM,
});

describe("the ledger", () => {
  it("takes each event once, by its position", () => {
    const events = aLog(
      anEvent("a", { kind: "pick", tree: TREE, case: aCase("A-1") }, "09:00"),
      anEvent("b", { kind: "pick", tree: TREE, case: aCase("B-1") }, "10:00"),
    );
    const ledger = replay([...events, ...events], POLICY);
    expect(ledger.lastSeq).toBe(2);
    expect(ledger.findPick(TREE)?.key).toBe("B-1");
    expect(ledger.recentCases.map((ref) => ref.id)).toEqual(["B-1", "A-1"]);
  });

  it("knows the pick of each tree, the case that was used last first, and the snapshot picked last", () => {
    const ledger = after(
      { kind: "pick", tree: TREE, case: aCase("A-1") },
      { kind: "pick", tree: OTHER_TREE, case: aCase("B-1") },
      { kind: "pick", tree: TREE, case: aCase("A-1", { billable: false }) },
      { kind: "pick", tree: OTHER_TREE, case: null },
    );
    expect(ledger.findPick(TREE)?.contract).toEqual({ billable: false });
    expect(ledger.findPick(OTHER_TREE)).toBeUndefined();
    expect(ledger.recentCases.map((ref) => ref.id)).toEqual(["A-1", "B-1"]);
    expect(ledger.cases.get(caseRefKey(aCase("A-1").ref))?.contract).toEqual({ billable: false });
  });

  it("is paused until it is resumed", () => {
    expect(after({ kind: "pause" }).isPaused).toBe(true);
    expect(after({ kind: "pause" }, { kind: "resume" }).isPaused).toBe(false);
    expect(after().isPaused).toBe(false);
  });

  it("has one connection at a time and remembers the others", () => {
    const other = aConnection({ id: "connection-2" });
    const ledger = after({ kind: "connected", connection: aConnection() }, { kind: "connected", connection: other });
    expect(ledger.connection).toEqual(other);
    expect([...ledger.connections.keys()]).toEqual(["connection-1", "connection-2"]);
    const late = anEvent("x", { kind: "disconnected", connectionId: "connection-1" }, "12:00");
    ledger.apply({ ...late, seq: 3 }); // of one that is not active any more
    expect(ledger.connection).toEqual(other);
    ledger.apply({ ...anEvent("y", { kind: "disconnected", connectionId: "connection-2" }, "13:00"), seq: 4 });
    expect(ledger.connection).toBeUndefined();
  });

  it("knows where commits are tagged, and that they are nowhere", () => {
    const ledger = after(
      { kind: "tagging", repository: "/a", choice: "here" },
      { kind: "tagging", repository: "/a", choice: "notHere" },
    );
    expect(ledger.tagging.get("/a")).toBe("notHere");
    expect(ledger.tagsNowhere).toBe(false);
    expect(after({ kind: "tagging", repository: "/a", choice: "never" }).tagsNowhere).toBe(true);
  });

  it("knows what was told on which day", () => {
    const ledger = after({ kind: "notice", cause: "full" });
    expect(ledger.wasNoticed("full", day("2026-03-10"))).toBe(true);
    expect(ledger.wasNoticed("full", day("2026-03-11"))).toBe(false);
    expect(ledger.wasEverNoticed("full")).toBe(true);
    expect(ledger.wasEverNoticed("busy")).toBe(false);
  });
});

describe("an event that was applied before", () => {
  it("is not applied again, also after later ones", () => {
    const events = aLog(anEvent("a", approved("e")), anEvent("b", sending), anEvent("c", deferred("unknown")));
    const ledger = replay([...events, ...events], POLICY);
    expect(must(ledger.entries.get("e")).delivery).toMatchObject({ state: "unknown", attempts: 1 });
    expect(ledger.lastSeq).toBe(3);
    expect(ledger.lastSeqFor("approved")).toBe(1);
  });
});

describe("an approved entry", () => {
  it.each<[string, readonly EventBody[], Delivery]>([
    ["waits", [], { state: "waiting", attempts: 0 }],
    [
      "is uncertain from the moment that it is being sent",
      [sending],
      { state: "unknown", attempts: 1, since: at("11:00") },
    ],
    [
      "is receipted with what the other side keeps",
      [sending, receipted],
      { state: "receipted", remoteId: "r", at: at("12:00"), storedSeconds: 600 },
    ],
    ["is refused with the reason", [sending, refused], { state: "refused", attempts: 1, problem: PROBLEM }],
    [
      "waits again when it was certainly not written",
      [sending, deferred("retryLater")],
      { state: "waiting", attempts: 1, notBefore: at("23:00"), problem: PROBLEM },
    ],
    [
      "stays uncertain when it was perhaps written",
      [sending, deferred("unknown"), sending, deferred("unknown")],
      { state: "unknown", attempts: 2, since: at("14:00"), notBefore: at("23:00"), problem: PROBLEM },
    ],
    [
      "stays receipted whatever comes late",
      [sending, receipted, deferred("unknown"), refused, sending],
      { state: "receipted", remoteId: "r", at: at("12:00"), storedSeconds: 600 },
    ],
    [
      "does not heed what is of another revision or entry",
      [
        { ...receipted, revision: 2 },
        { ...receipted, entryId: "other" },
      ] as EventBody[],
      { state: "waiting", attempts: 0 },
    ],
    ["is approved once", [sending, approved("e")], { state: "unknown", attempts: 1, since: at("11:00") }],
  ])("%s", (_name, bodies, expected) => {
    expect(after(approved("e"), ...bodies).entries.get("e")?.delivery).toEqual(expected);
  });

  it("of 0 units is carried and never waits", () => {
    const ledger = after(approved("e", { billedSeconds: seconds(0) }));
    expect(ledger.entries.all.map(({ delivery }) => delivery)).toEqual([{ state: "carried" }]);
  });

  it("is told as it stands now: later events do not change what was told", () => {
    const ledger = after(approved("e"));
    const before = [must(ledger.entries.get("e")), must(ledger.entries.all[0])];
    ledger.apply({ ...anEvent("x", sending), seq: 9 });
    expect(before.map(({ delivery }) => delivery.state)).toEqual(["waiting", "waiting"]);
    expect(ledger.entries.get("none")).toBeUndefined();
  });

  it("claims its intervals, whatever day it was approved for", () => {
    const ledger = after(
      approved("a", { start: at("09:00"), end: at("09:10") }),
      approved("b", { start: at("09:10"), end: at("09:20"), case: aCase("B-1") }),
      approved("c", { day: day("2026-03-11"), start: at("2026-03-11 09:00"), end: at("2026-03-11 10:00") }),
    );
    const within = (from: string, to: string) => ledger.entries.claimedWithin({ start: at(from), end: at(to) });
    expect(within("00:00", "23:59")).toEqual([{ start: at("09:00"), end: at("09:20") }]);
    expect(within("2026-03-11 08:59", "2026-03-11 09:01")).toEqual([
      { start: at("2026-03-11 09:00"), end: at("2026-03-11 09:01") },
    ]);
    expect(within("08:00", "09:00")).toEqual([]);
    expect(within("09:20", "2026-03-11 09:00")).toEqual([]);
    expect(ledger.lastSeqFor("approved")).toBe(3);
    expect(sumEntries(ledger.entries.all, (entry) => entry.billableSeconds)).toBe(4_800);
  });

  it("counts to the running totals of its case: the day's over all connections, the case's per connection", () => {
    const ledger = after(
      approved("a", {
        case: aCase("ACME-1", { incrementSeconds: 610, rounding: "up" }),
        billedSeconds: seconds(540),
        contractSeconds: seconds(610),
      }),
      approved("b", { connectionId: "connection-2", contractSeconds: seconds(590) }),
      approved("c", { day: day("2026-03-11") }),
      approved("d", { case: aCase("B-1") }),
    );
    expect(ledger.entries.approvedSoFar(REF, day("2026-03-10"), "connection-1")).toEqual({
      dayBillable: 1200,
      dayContract: 1200,
      contractTotal: 1210,
      billedTotal: 1140,
    });
  });

  it("shows agent time of its case and day once", () => {
    const ledger = after(
      approved("a", { agentSeconds: seconds(30) }),
      approved("b", { agentSeconds: seconds(5), case: aCase("B-1") }),
      approved("c", { agentSeconds: seconds(7) }),
    );
    expect(ledger.entries.agentApproved(REF, day("2026-03-10"))).toBe(37);
    expect(ledger.entries.agentApproved(REF, day("2026-03-11"))).toBe(0);
  });
});

describe("an entry's id", () => {
  const minted = (entryId: string): EventBody => ({
    kind: "entryMinted",
    entryId,
    case: REF,
    entryDay: day("2026-03-10"),
  });
  it("is the one minted last for its case and day until it is approved", () => {
    const openIn = (ledger: Ledger): string | undefined => ledger.findOpenIds(REF, day("2026-03-10"))?.entryId;
    expect(openIn(after())).toBeUndefined();
    expect(openIn(after(minted("a"), minted("b")))).toBe("b");
    // What two windows minted for the same time is one draft, and one entry.
    expect(openIn(after(minted("a"), minted("b"), approved("b")))).toBeUndefined();
    expect(
      openIn(after(minted("a"), minted("b"), approved("b"), { kind: "withdrawn", entryId: "b", revision: 1 })),
    ).toBe("b");
    expect(openIn(after(minted("a"), approved("a")))).toBeUndefined();
    expect(after(minted("a")).findOpenIds(REF, day("2026-03-11"))).toBeUndefined();
    expect(after(minted("a")).findOpenIds(aCase("B-1").ref, day("2026-03-10"))).toBeUndefined();
  });
});

describe("a commit", () => {
  const evidence = (sha: string): CommitEvidence => ({ sha, subject: `Fix ${sha}`, repository: "alpha" });
  const commit = (sha: string, more: object = {}): EventBody => ({
    kind: "commit",
    tree: TREE,
    commit: evidence(sha),
    case: REF,
    ...more,
  });
  const open = (ledger: Ledger): readonly string[] =>
    ledger.findOpenCommits(REF, day("2026-03-10")).commits.map((one) => one.sha);

  it("counts for its own case and day, once, until an entry shows it", () => {
    const ledger = after(
      commit("a"),
      commit("b"),
      commit("a"),
      commit("c", { case: aCase("B-1").ref }),
      commit("d", { case: null }),
    );
    expect(open(ledger)).toEqual(["a", "b"]);
    expect(ledger.findOpenCommits(REF, day("2026-03-11")).commits).toEqual([]);
    expect(open(after(commit("a"), commit("b"), approved("e", { commits: [evidence("a")] })))).toEqual(["b"]);
    expect(ledger.commits.has("c")).toBe(true);
    expect(ledger.commits.has("x")).toBe(false);
  });

  it("that was amended or rebased makes room for the new one", () => {
    expect(open(after(commit("a"), commit("b", { replaces: "a" }), commit("c", { replaces: "b" })))).toEqual(["c"]);
  });

  it("is followed up per work tree", () => {
    const ledger = after(commit("a"), commit("b", { tree: OTHER_TREE }));
    expect(ledger.commits.findLast(TREE)).toBe("a");
    expect(ledger.commits.findLast(OTHER_TREE)).toBe("b");
  });
});

describe("what the ledger knows of work trees", () => {
  const branch = (name: string | null): EventBody => ({ kind: "branch", tree: TREE, branch: name });
  const pick = (key: string | null): EventBody => ({
    kind: "pick",
    tree: TREE,
    case: key === null ? null : aCase(key),
  });

  it("is the branch since it was seen, null for none", () => {
    expect(after(branch("main"), branch("main")).trees.checkedOut(TREE)).toEqual({
      branch: "main",
      since: at("10:00"),
    });
    expect(after(branch("main"), branch(null)).trees.checkedOut(TREE)).toEqual({
      branch: undefined,
      since: at("11:00"),
    });
    expect(after(branch("main")).trees.checkedOut(OTHER_TREE)).toBeUndefined();
  });

  it("is what was picked on which branch, and when", () => {
    const { trees } = after(pick("A-1"), branch("main"), pick("B-1"), branch("other"), pick("A-1"), pick(null));
    expect(trees.lastPickOn(TREE, "main")).toEqual(aCase("B-1").ref);
    expect(trees.lastPickOn(TREE, "other")).toEqual(aCase("A-1").ref);
    expect(trees.listPicks(TREE).map(({ id }) => id)).toEqual(["A-1", "B-1"]);
    expect(trees.pickedAt(TREE)).toBeUndefined();
    expect(after(branch("main"), pick("A-1")).trees.pickedAt(TREE)).toBe(at("11:00"));
  });

  it("is what the person decided", () => {
    const pointed = aCase("B-1").ref;
    const { trees } = after({ kind: "kept", tree: TREE, picked: REF, pointed });
    expect(trees.isKept(TREE, REF, pointed)).toBe(true);
    expect(trees.isKept(TREE, pointed, REF)).toBe(false);
    expect(trees.isKept(OTHER_TREE, REF, pointed)).toBe(false);
  });
});

describe("pins", () => {
  const pin = (key: string, pinned: boolean): EventBody => ({ kind: "pinned", ref: aCase(key).ref, pinned });
  it("are there once, the oldest first, until they are taken away", () => {
    const pins = (...bodies: readonly EventBody[]): readonly string[] => after(...bodies).pinned.map(({ id }) => id);
    expect(pins(pin("A-1", true), pin("B-1", true), pin("A-1", true))).toEqual(["A-1", "B-1"]);
    expect(pins(pin("A-1", true), pin("B-1", true), pin("A-1", false), pin("A-1", false))).toEqual(["B-1"]);
    expect(pins(pin("A-1", false))).toEqual([]);
    expect(pins(pin("A-1", true), pin("A-1", false), pin("A-1", true))).toEqual(["A-1"]);
  });
});

describe("the timer", () => {
  const start: EventBody = { kind: "timerStarted", case: aCase("ACME-1"), reason: "Call" };
  const stop = (timerId: string): EventBody => ({ kind: "timerStopped", timerId });

  it("runs from its start until it is stopped, and its case is known", () => {
    const ledger = after(start);
    expect(ledger.timer).toEqual({ id: "e0", case: aCase("ACME-1"), reason: "Call", startedAt: at("10:00") });
    expect(ledger.cases.get(caseRefKey(REF))).toEqual(aCase("ACME-1"));
    expect(ledger.recentCases).toEqual([]);
    expect(after(start, stop("e0")).timer).toBeUndefined();
  });

  it("is not stopped by what stopped another one", () => {
    expect(after(start, stop("e9")).timer?.id).toBe("e0");
    expect(after(start, stop("e0"), start, stop("e0")).timer?.id).toBe("e2");
  });
});

describe("what entries add to what was there at an instant", () => {
  const receipt = (entryId: string, revision = 1): EventBody => ({
    kind: "receipted",
    entryId,
    revision,
    remoteId: "r",
  });
  const addedIn = (ledger: Ledger, time: string | undefined): readonly (readonly [string, number])[] =>
    ledger.entries
      .addedSince(time === undefined ? undefined : at(time))
      .map(({ entry, seconds: added }) => [entry.entryId, added]);

  it("is what is open, and what was receipted later, each once", () => {
    const ledger = after(approved("a"), approved("b"), approved("c"), receipt("b"), receipt("a"), receipt("a"));
    const idsSince = (time: string | undefined): readonly string[] => addedIn(ledger, time).map(([id]) => id);
    expect(idsSince("12:59")).toEqual(["c", "a", "b"]);
    expect(idsSince("13:00")).toEqual(["c", "a"]);
    expect(idsSince("14:00")).toEqual(["c"]);
    expect(idsSince(undefined)).toEqual(["c"]);
  });

  it("does not hide behind a receipt of a clock that went wrong", () => {
    const events = aLog(
      anEvent("1", approved("a"), "10:00"),
      anEvent("2", approved("b"), "10:00"),
      anEvent("3", receipt("a"), "12:00"),
      anEvent("4", receipt("b"), "11:00"),
    );
    expect(addedIn(replay(events, POLICY), "11:30").map(([id]) => id)).toEqual(["a"]);
  });

  it("is of a correction only the difference to the revision that was there", () => {
    const revised = (revision: number, billed: number): EventBody => ({
      kind: "approved",
      entry: anEntry("a", { revision, billedSeconds: seconds(billed) }),
    });
    const first = [revised(1, 600), receipt("a"), revised(2, 500)]; // receipted at 11:00, corrected at 12:00
    const second = [...first, receipt("a", 2), revised(3, 700)]; // receipted at 13:00, corrected at 14:00
    const addedSince = (bodies: readonly EventBody[], ...times: readonly string[]): unknown =>
      Object.fromEntries(times.map((time) => [time, addedIn(after(...bodies), time)[0]?.[1]]));
    expect(addedSince(first, "10:59", "11:00")).toEqual({ "10:59": 500, "11:00": -100 });
    expect(addedIn(after(...first), undefined)).toEqual([["a", -100]]);
    expect(addedSince(second, "10:59", "12:59", "13:00")).toEqual({ "10:59": 700, "12:59": 100, "13:00": 200 });
    const sent = [...second, receipt("a", 3)];
    expect(addedSince(sent, "12:59", "13:00")).toEqual({ "12:59": 100, "13:00": 200 });
    expect(addedIn(after(...sent), "15:00")).toEqual([]);
    expect(addedIn(after(...sent), "10:59")).toEqual([["a", 700]]);
  });
});
