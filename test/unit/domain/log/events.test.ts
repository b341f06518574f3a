import { describe, expect, it } from "vitest";
import { decodeEvent, type EventRow } from "../../../../src/domain/log/decodeEvent.ts";
import type { EventBody } from "../../../../src/domain/log/events.ts";
import { aCase, aConnection, anEntry, at, day, TREE, UTC } from "../../../support/builders.ts";

const REF = aCase("ACME-1").ref;
const PROBLEM = { kind: "closed", detail: "The case is closed." };
const COMMIT = { sha: "a".repeat(40), subject: "Fix", repository: "alpha", branch: "main" };

const HOUR = { start: at("09:00"), end: at("10:00") };

/** One valid body of each kind. */
const BODIES: { readonly [K in EventBody["kind"]]: Extract<EventBody, { kind: K }> } = {
  heartbeats: { kind: "heartbeats", tree: TREE, first: at("09:00"), last: at("09:00:02"), counts: { edit: 1 } },
  focus: { kind: "focus", focused: false },
  compacted: { kind: "compacted", text: "{}" },
  tickGap: { kind: "tickGap", from: at("09:00"), to: at("09:02") },
  pick: { kind: "pick", tree: TREE, case: aCase("ACME-1", { billable: true }) },
  pause: { kind: "pause" },
  resume: { kind: "resume" },
  policy: { kind: "policy", idleTimeoutSeconds: 300, zone: UTC },
  caseDefined: { kind: "caseDefined", case: aCase("MINE-1") },
  connected: { kind: "connected", connection: aConnection() },
  disconnected: { kind: "disconnected", connectionId: "connection-1" },
  commit: { kind: "commit", tree: TREE, commit: COMMIT, case: REF, replaces: "b".repeat(40) },
  commitFates: {
    kind: "commitFates",
    tree: TREE,
    fates: [
      { sha: "a".repeat(40), now: null },
      { sha: "b".repeat(40), now: { sha: "c".repeat(40), subject: "Fix it", repository: "alpha" } },
    ],
  },
  tagging: { kind: "tagging", repository: "/projects/alpha/.git", choice: "here" },
  activitySet: { kind: "activitySet", entryId: "e", case: REF, entryDay: day("2026-03-10"), activityId: "9" },
  split: { kind: "split", case: REF, entryDay: day("2026-03-10"), cut: at("09:30") },
  merged: { kind: "merged", case: REF, entryDay: day("2026-03-10"), from: at("09:00"), to: at("10:00") },
  writtenDown: {
    kind: "writtenDown",
    case: REF,
    entryDay: day("2026-03-10"),
    from: at("09:00"),
    to: at("10:00"),
    within: [HOUR],
    intervals: [HOUR],
    declared: [{ id: "id-2", seconds: 60 }],
    reason: "Learning",
    act: "id-1",
  },
  redone: { kind: "redone", eventId: "id-1", redoes: "id-1" },
  entryMinted: { kind: "entryMinted", entryId: "e", case: REF, entryDay: day("2026-03-10") },
  described: {
    kind: "described",
    entryId: "entry-1",
    case: aCase("ACME-1").ref,
    entryDay: day("2026-03-10"),
    description: "Read files",
  },
  approved: { kind: "approved", entry: anEntry("e") },
  withdrawn: { kind: "withdrawn", entryId: "e", revision: 1 },
  reassigned: { kind: "reassigned", from: at("09:00"), to: at("10:00"), intervals: [HOUR], case: aCase("ACME-1") },
  struck: { kind: "struck", from: at("09:00"), to: at("10:00"), intervals: [HOUR] },
  declared: {
    kind: "declared",
    case: aCase("ACME-1"),
    entryDay: day("2026-03-10"),
    from: at("09:00"),
    to: at("10:00"),
    seconds: 3_600,
    reason: "Call",
  },
  undone: { kind: "undone", eventId: "id-1", from: at("09:00") },
  sending: { kind: "sending", entryId: "e", revision: 1 },
  receipted: { kind: "receipted", entryId: "e", revision: 1, remoteId: "r", storedSeconds: 600 },
  refused: { kind: "refused", entryId: "e", revision: 1, problem: PROBLEM },
  deferred: {
    kind: "deferred",
    entryId: "e",
    revision: 1,
    outcome: "unknown",
    notBefore: at("09:00"),
    problem: PROBLEM,
  },
  branch: { kind: "branch", tree: TREE, branch: "main" },
  kept: { kind: "kept", tree: TREE, picked: REF, pointed: aCase("ACME-2").ref },
  pinned: { kind: "pinned", ref: REF, pinned: true },
  timerStarted: { kind: "timerStarted", case: aCase("ACME-1"), reason: "" },
  timerStopped: { kind: "timerStopped", timerId: "id-1" },
  person: { kind: "person", name: "noor" },
  copied: { kind: "copied", ledger: "ledger-1" },
  notice: { kind: "notice", cause: "full" },
};

function aRow({ kind, ...body }: EventBody, more: Partial<EventRow> = {}): EventRow {
  return {
    seq: 7,
    id: "id",
    kind,
    version: 1,
    windowId: "w",
    day: "2026-03-10",
    caseSource: null,
    caseId: null,
    entryId: null,
    atMs: at("09:00"),
    zone: "UTC",
    body: JSON.stringify(body),
    ...more,
  };
}

/** Bodies that say the same of several entries. */
const OF_SEVERAL: readonly EventBody[] = [
  {
    kind: "sending",
    entries: [
      { entryId: "e", revision: 1 },
      { entryId: "f", revision: 2 },
    ],
  },
  {
    kind: "receipted",
    receipts: [
      { entryId: "e", revision: 1, remoteId: "r", storedSeconds: 600 },
      { entryId: "f", revision: 2, remoteId: "s" },
    ],
  },
];

const isRead = (row: EventRow): boolean => !("unreadable" in decodeEvent(row));

describe("a row of the log", () => {
  it.each([...Object.values(BODIES), ...OF_SEVERAL].map((body) => [body.kind, body] as const))(
    "%s comes back as it was",
    (_kind, body) => {
      expect(decodeEvent(aRow(body))).toEqual({
        seq: 7,
        id: "id",
        windowId: "w",
        at: at("09:00"),
        zone: "UTC",
        day: "2026-03-10",
        body,
      });
    },
  );

  it.each<[string, unknown]>([
    ["sending", { entries: "all" }],
    ["sending", { entries: [{ entryId: "e", revision: 1 }, null] }],
    ["sending", { entries: [{ entryId: "e", revision: 1 }, { entryId: "f" }] }],
    ["sending", { entries: [{ entryId: 1, revision: 1 }], entryId: "e", revision: 1 }],
    ["receipted", { receipts: {} }],
    ["receipted", { receipts: [{ entryId: "e", revision: 1 }] }],
    ["receipted", { receipts: [{ entryId: "e", revision: -1, remoteId: "r" }] }],
  ])("of several entries, one of which is damaged, is passed over: %s %j", (kind, body) => {
    expect(isRead(aRow(BODIES.pause, { kind, body: JSON.stringify(body) }))).toBe(false);
  });

  it("has its columns only where both halves are there", () => {
    expect(decodeEvent(aRow(BODIES.pause, { caseSource: "s", caseId: "c", entryId: "e" }))).toMatchObject({
      case: { source: "s", id: "c" },
      entryId: "e",
    });
    expect(decodeEvent(aRow(BODIES.pause, { caseSource: "s" }))).not.toHaveProperty("case");
  });

  it.each<[string, Partial<EventRow>]>([
    ["no position", { seq: null }],
    ["no id", { id: 5 }],
    ["no window", { windowId: null }],
    ["a newer version", { version: 2 }],
    ["a version as text", { version: "1" }],
    ["an unknown zone", { zone: "Mars/Olympus" }],
    ["no zone", { zone: null }],
    ["no real day", { day: "2026-02-30" }],
    ["a day as a number", { day: 20260310 }],
    ["an instant before 1970", { atMs: -1 }],
    ["an instant after 2200", { atMs: 7_258_118_400_000 }],
    ["a fraction of a millisecond", { atMs: 1.5 }],
    ["an instant as text", { atMs: "0" }],
    ["an unknown kind", { kind: "nonsense" }],
    ["a kind that every object has", { kind: "constructor" }],
    ["a kind of no text", { kind: 1 }],
    ["no JSON", { body: "{" }],
    ["a body of null", { body: "null" }],
    ["a body that is a list", { body: "[]" }],
    ["a body of no text", { body: 1 }],
  ])("with %s is passed over, with the position and a reason", (_name, damage) => {
    const decoded = decodeEvent(aRow(BODIES.pause, damage));
    expect(decoded).toEqual({ unreadable: expect.stringMatching(/^row .+: \S/) as string });
  });

  it("may say that no branch is checked out", () => {
    const body = JSON.stringify({ tree: TREE, branch: null });
    expect(decodeEvent(aRow(BODIES.branch, { body }))).toMatchObject({ body: { kind: "branch", branch: null } });
  });

  it("does not take its kind from its body", () => {
    expect(decodeEvent(aRow(BODIES.pause, { body: '{"kind":"resume"}' }))).toMatchObject({ body: { kind: "pause" } });
  });

  /** For each kind, members that a fold relies on and what must not stand there. */
  const damages: readonly (readonly [EventBody["kind"], string, unknown])[] = [
    ["reassigned", "intervals", [{ start: at("09:00") }]],
    ["reassigned", "case", {}],
    ["struck", "from", undefined],
    ["declared", "to", at("08:00")],
    ["declared", "to", undefined],
    ["declared", "seconds", 1.5],
    ["declared", "reason", undefined],
    ["declared", "entryDay", "2026-02-30"],
    ["undone", "eventId", undefined],
    ["undone", "undoes", 7],
    ["redone", "eventId", 7],
    ["redone", "redoes", 7],
    ["split", "case", null],
    ["split", "cut", "9:30"],
    ["split", "act", 7],
    ["merged", "from", at("10:00")],
    ["merged", "entryDay", "2026-02-30"],
    ["writtenDown", "intervals", null],
    ["writtenDown", "within", [{ start: at("09:00") }]],
    ["writtenDown", "declared", [{ id: "id-2", seconds: -1 }]],
    ["writtenDown", "reason", undefined],
    ["writtenDown", "to", undefined],
    ["activitySet", "activityId", undefined],
    ["activitySet", "entryId", null],
    ["entryMinted", "from", "9:30"],
    ["withdrawn", "revision", "1"],
    ["heartbeats", "tree", undefined],
    ["heartbeats", "first", "09:00"],
    ["heartbeats", "last", at("08:00")],
    ["heartbeats", "last", null],
    ["heartbeats", "counts", 3],
    ["heartbeats", "weak", "very"],
    ["heartbeats", "weak", true],
    ["focus", "focused", "yes"],
    ["tickGap", "from", -5],
    ["tickGap", "to", undefined],
    ["pick", "tree", 1],
    ["pick", "case", undefined],
    ["pick", "case", { ...aCase("A"), key: " A" }],
    ["pick", "case", { ...aCase("A"), key: "" }],
    ["pick", "case", { ...aCase("A"), ref: { source: "s" } }],
    ["pick", "case", { ...aCase("A"), customer: "Customer" }],
    ["pick", "case", { ...aCase("A"), title: undefined }],
    ["pick", "case", { ...aCase("A"), contract: "none" }],
    ["policy", "idleTimeoutSeconds", -1],
    ["policy", "idleTimeoutSeconds", 1.5],
    ["policy", "zone", "Nowhere"],
    ["caseDefined", "case", null],
    ["connected", "connection", { ...aConnection(), provider: 7 }],
    ["connected", "connection", { ...aConnection(), url: 1 }],
    ["connected", "connection", { ...aConnection(), account: null }],
    ["disconnected", "connectionId", undefined],
    ["commit", "commit", { subject: "x" }],
    ["commit", "commit", { sha: "x" }],
    ["commit", "case", { source: "s" }],
    ["tagging", "choice", "maybe"],
    ["tagging", "repository", undefined],
    ["entryMinted", "entryId", null],
    ["entryMinted", "case", null],
    ["approved", "entry", { ...anEntry("e"), billedSeconds: -1 }],
    ["approved", "entry", { ...anEntry("e"), billedSeconds: "600" }],
    ["approved", "entry", { ...anEntry("e"), contractSeconds: Number.NaN }],
    ["approved", "entry", { ...anEntry("e"), intervals: [{ start: 1 }] }],
    ["approved", "entry", { ...anEntry("e"), intervals: undefined }],
    ["approved", "entry", { ...anEntry("e"), commits: {} }],
    ["approved", "entry", { ...anEntry("e"), externalId: undefined }],
    ["approved", "entry", { ...anEntry("e"), case: null }],
    ["sending", "revision", "1"],
    ["receipted", "remoteId", 12],
    ["receipted", "entryId", undefined],
    ["refused", "problem", "closed"],
    ["deferred", "outcome", "never"],
    ["deferred", "notBefore", null],
    ["branch", "tree", undefined],
    ["branch", "branch", undefined],
    ["branch", "branch", 1],
    ["kept", "tree", null],
    ["kept", "picked", { source: "s" }],
    ["kept", "picked", null],
    ["kept", "pointed", undefined],
    ["pinned", "ref", null],
    ["pinned", "ref", { id: 1, source: "s" }],
    ["pinned", "pinned", undefined],
    ["pinned", "pinned", 1],
    ["timerStarted", "case", null],
    ["timerStarted", "case", { ...aCase("A"), key: "A\u202e" }],
    ["timerStarted", "reason", undefined],
    ["timerStopped", "timerId", undefined],
    ["timerStopped", "timerId", 7],
    ["person", "name", undefined],
    ["person", "name", 7],
    ["notice", "cause", undefined],
  ];
  it.each(damages)("%s with a bad %s (%j) is passed over", (kind, member, value) => {
    expect(isRead(aRow(BODIES[kind]))).toBe(true);
    expect(isRead(aRow(BODIES[kind], { body: JSON.stringify({ ...BODIES[kind], [member]: value }) }))).toBe(false);
  });
});
