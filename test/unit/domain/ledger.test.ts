import { describe, expect, it } from "vitest";
import { seconds } from "../../../src/base/time.ts";
import { caseRefKey } from "../../../src/domain/caseRef.ts";
import type { EventBody } from "../../../src/domain/events.ts";
import type { Ledger } from "../../../src/domain/ledger.ts";
import { replay, sumOf } from "../../../src/domain/ledger.ts";
import type { CommitEvidence, Delivery } from "../../../src/domain/timeEntry.ts";
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
    expect(ledger.pickOf(TREE)?.key).toBe("B-1");
    expect(ledger.recentCases.map((ref) => ref.id)).toEqual(["B-1", "A-1"]);
  });

  it("knows the pick of each tree, the case that was used last first, and the snapshot picked last", () => {
    const ledger = after(
      { kind: "pick", tree: TREE, case: aCase("A-1") },
      { kind: "pick", tree: OTHER_TREE, case: aCase("B-1") },
      { kind: "pick", tree: TREE, case: aCase("A-1", { billable: false }) },
      { kind: "pick", tree: OTHER_TREE, case: null },
    );
    expect(ledger.pickOf(TREE)?.contract).toEqual({ billable: false });
    expect(ledger.pickOf(OTHER_TREE)).toBeUndefined();
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
    expect([ledger.lastSeq, ledger.lastSeqOf("approved")]).toEqual([3, 1]);
  });
});

describe("an approved entry", () => {
  it.each<[string, readonly EventBody[], Delivery]>([
    ["waits", [], { state: "waiting", attempts: 0 }],
    ["is uncertain from the moment that it is being sent", [sending], { state: "unknown", attempts: 1 }],
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
      { state: "unknown", attempts: 2, notBefore: at("23:00"), problem: PROBLEM },
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
    ["is approved once", [sending, approved("e")], { state: "unknown", attempts: 1 }],
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
    expect([within("08:00", "09:00"), within("09:20", "2026-03-11 09:00")]).toEqual([[], []]);
    expect(ledger.lastSeqOf("approved")).toBe(3);
    expect(sumOf(ledger.entries.all, (entry) => entry.billableSeconds)).toBe(4_800);
  });

  it("counts to the running totals of its case: the day's over all connections, the case's per connection", () => {
    const ledger = after(
      approved("a", { billedSeconds: seconds(540), contractSeconds: seconds(610) }),
      approved("b", { connectionId: "connection-2" }),
      approved("c", { day: day("2026-03-11") }),
      approved("d", { case: aCase("B-1") }),
    );
    expect(ledger.entries.approvedSoFar(REF, day("2026-03-10"), "connection-1")).toEqual({
      dayBillable: 1200,
      dayContract: 1210,
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
    const openIn = (ledger: Ledger): string | undefined => ledger.openEntryId(REF, day("2026-03-10"));
    expect(openIn(after())).toBeUndefined();
    expect(openIn(after(minted("a"), minted("b")))).toBe("b");
    expect(openIn(after(minted("a"), minted("b"), approved("b")))).toBe("a");
    expect(openIn(after(minted("a"), approved("a")))).toBeUndefined();
    expect(after(minted("a")).openEntryId(REF, day("2026-03-11"))).toBeUndefined();
    expect(after(minted("a")).openEntryId(aCase("B-1").ref, day("2026-03-10"))).toBeUndefined();
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
  const open = (ledger: Ledger): readonly string[] => ledger.openCommits(REF, day("2026-03-10")).map((one) => one.sha);

  it("counts for its own case and day, once, until an entry shows it", () => {
    const ledger = after(
      commit("a"),
      commit("b"),
      commit("a"),
      commit("c", { case: aCase("B-1").ref }),
      commit("d", { case: null }),
    );
    expect(open(ledger)).toEqual(["a", "b"]);
    expect(ledger.openCommits(REF, day("2026-03-11"))).toEqual([]);
    expect(open(after(commit("a"), commit("b"), approved("e", { commits: [evidence("a")] })))).toEqual(["b"]);
    expect(ledger.hasCommit("c")).toBe(true);
    expect(ledger.hasCommit("x")).toBe(false);
  });

  it("that was amended or rebased makes room for the new one", () => {
    expect(open(after(commit("a"), commit("b", { replaces: "a" }), commit("c", { replaces: "b" })))).toEqual(["c"]);
  });

  it("is followed up per work tree", () => {
    const ledger = after(commit("a"), commit("b", { tree: OTHER_TREE }));
    expect([ledger.lastCommitOf(TREE), ledger.lastCommitOf(OTHER_TREE)]).toEqual(["a", "b"]);
  });
});
