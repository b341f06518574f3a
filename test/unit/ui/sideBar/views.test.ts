import { beforeEach, describe, expect, it } from "vitest";
import { CaseDirectory } from "../../../../src/app/cases/caseDirectory.ts";
import type { WaitingItem } from "../../../../src/app/status/waiting.ts";
import { seconds } from "../../../../src/base/time.ts";
import type { Case } from "../../../../src/domain/cases/case.ts";
import type { EventBody } from "../../../../src/domain/log/events.ts";
import type { Suggestion } from "../../../../src/domain/cases/suggestion.ts";
import type { CaseListModel } from "../../../../src/ui/cases/caseItems.ts";
import { caseRows } from "../../../../src/ui/sideBar/casesView.ts";
import { todayRows } from "../../../../src/ui/sideBar/todayView.ts";
import type { TreeRow } from "../../../../src/ui/sideBar/treeView.ts";
import { waitingRows } from "../../../../src/ui/sideBar/waitingView.ts";
import {
  aCase,
  anEntry,
  anEvent,
  aRow,
  aRowEvent,
  at,
  day,
  must,
  OTHER_TREE,
  TREE,
  UTC,
} from "../../../support/builders.ts";
import { FakeBilling, FakeProviders } from "../../../support/fakeBilling.ts";
import { ManualClock } from "../../../support/manualClock.ts";
import { TestWindow } from "../../../support/memoryEventLog.ts";
import type { Delivery } from "../../../../src/domain/entries/delivery.ts";

const ACME = aCase("ACME-1");
const BETA = aCase("BETA-2");
const CLOSED: Case = { ...aCase("OLD-9"), status: "closed" };
const HOSTILE: Case = { ...aCase("$(trash)"), title: "$(bug)\n[x](command:y)", customer: { id: "h", name: "$(x)" } };

/** The rows as an outline: label, description and context of each. */
function outline(rows: readonly TreeRow[], indent = ""): readonly string[] {
  return rows.flatMap((row) => [
    `${indent}${[row.label, row.description?.trimEnd(), `<${row.context}>`].filter(Boolean).join(" | ")}`,
    ...outline(row.children ?? [], `${indent}  `),
  ]);
}

describe("the rows of Cases", () => {
  const model = (more: Partial<CaseListModel> = {}): CaseListModel => ({
    current: undefined,
    suggestions: [],
    recent: [],
    pinned: [],
    findSecondsLeft: () => undefined,
    offeredFile: undefined,
    canSearch: false,
    explain: () => "",
    ...more,
  });
  const suggestion = (one: Case): Suggestion => ({
    case: one,
    reason: { kind: "branch", branch: "fix/x" },
    since: at("09:00"),
    isAmbiguous: false,
  });
  const rows = (cases: readonly Case[], more: Partial<CaseListModel> = {}): readonly TreeRow[] =>
    caseRows(model(more), { cases, fetchedAt: undefined, failures: [] });

  it("are none without cases, so that the welcome text is shown", () => {
    expect(rows([])).toEqual([]);
    expect(rows([CLOSED])).toEqual([]);
  });

  it("are what is suggested, pinned and recent, then the open ones by customer", () => {
    const other: Case = { ...BETA, customer: { id: "b", name: "Beta & Co" } };
    const nobody: Case = { ...aCase("GAMMA-3"), customer: { id: "", name: "" } };
    const found = rows([ACME, other, nobody, CLOSED], {
      current: ACME.ref,
      suggestions: [suggestion(other)],
      pinned: [CLOSED.ref, ACME.ref, aCase("UNKNOWN-1").ref],
      recent: [ACME.ref],
    });
    expect(outline(found)).toEqual([
      "Suggested | 1 | <group>",
      "  BETA-2 | Title of BETA-2 | <case.unpinned>",
      "Pinned | 2 | <group>",
      "  OLD-9 | Title of OLD-9 · closed | <case.pinned>",
      "  ACME-1 | Title of ACME-1 · picked | <case.pinned>",
      "Recent | 1 | <group>",
      "  ACME-1 | Title of ACME-1 · picked | <case.pinned>",
      "Beta & Co | 1 | <group>",
      "  BETA-2 | Title of BETA-2 | <case.unpinned>",
      "Customer | 1 | <group>",
      "  ACME-1 | Title of ACME-1 · picked | <case.pinned>",
      "No customer | 1 | <group>",
      "  GAMMA-3 | Title of GAMMA-3 | <case.unpinned>",
    ]);
    expect(found.map((row) => row.expanded)).toEqual([true, true, false, false, false, false]);
    expect(must(found[0]?.children?.[0])).toMatchObject({
      key: "BETA-2",
      source: "connection-1",
      command: "caseclock.pickCase",
      spoken: "BETA-2, Title of BETA-2, Beta & Co, from branch fix/x",
    });
  });

  it("say what a contract leaves, and that a case has a page", () => {
    const paged: Case = { ...aCase("ACME-1", { billable: false }), url: "https://x.example" };
    const [group] = rows([paged], { findSecondsLeft: () => 5_400 });
    expect(outline(must(group).children ?? [])).toEqual([
      "ACME-1 | Title of ACME-1 · not billable · 1:30 h left | <case.unpinned.url>",
    ]);
    const [over] = rows([ACME], { findSecondsLeft: () => -5 });
    expect(must(over?.children?.[0]).description).toContain("no hours left");
  });

  it("show no icons of others' texts, and hold 5,000 cases", () => {
    const [group] = rows([HOSTILE]);
    expect(outline([must(group)])).toEqual([
      "$\u200b(x) | 1 | <group>",
      "  $\u200b(trash) | $\u200b(bug) [x](command:y) | <case.unpinned>",
    ]);
    const many = rows(Array.from({ length: 5_000 }, (_, n) => aCase(`A-${String(n)}`)));
    expect(must(many[0]).children).toHaveLength(5_000);
  });
});

describe("the rows of Waiting", () => {
  const entry = (delivery: Delivery, more: Parameters<typeof anEntry>[1] = {}): WaitingItem => ({
    kind: "entry",
    outbox: { entry: anEntry("e", more), delivery },
  });

  it("are by what is to be done, each with what its commands take", () => {
    const problem = { kind: "closed", detail: "The case is closed." };
    const found = waitingRows([
      {
        kind: "mismatch",
        tree: TREE,
        picked: ACME,
        mismatch: {
          picked: ACME.ref,
          since: at("09:00"),
          suggestion: { case: BETA, reason: { kind: "commit" }, since: at("09:00"), isAmbiguous: false },
        },
      },
      {
        kind: "timer",
        timer: { id: "t", case: BETA, reason: "", startedAt: at("05:00") },
        seconds: seconds(18_000),
      },
      {
        kind: "unassigned",
        day: day("2026-03-10"),
        start: at("09:00"),
        end: at("09:30"),
        zone: UTC,
        seconds: seconds(1_800),
      },
      { kind: "draft", day: day("2026-03-09"), case: ACME, seconds: seconds(65) },
      entry({ state: "waiting", attempts: 0 }),
      entry({ state: "refused", attempts: 1, problem }),
    ]);
    expect(outline(found)).toEqual([
      "To decide now | 2 | <group>",
      "  Your last commit names BETA-2 | picked: ACME-1 | <mismatch>",
      "  A timer has been running for 5 h 00 min 00 s | BETA-2 | <timer>",
      "Time without a case | 1 | <group>",
      "  2026-03-10  09:00 to 09:30 | 30 min 00 s | <stretch>",
      "To approve | 1 | <toApprove>",
      "  2026-03-09 ACME-1 | 1 min 05 s | <draft>",
      "To send | 1 | <toSend>",
      "  2026-03-10 ACME-1 | 10 min 00 s | <approved>",
      "Refused | 1 | <group>",
      "  2026-03-10 ACME-1 | 10 min 00 s The case is closed. | <refused>",
    ]);
    const children = found.flatMap((row) => row.children ?? []);
    expect(children.map((row) => ({ ...row }))).toMatchObject([
      { folder: TREE },
      {},
      { command: "caseclock.reassign", from: "2026-03-10T09:00:00.000Z", to: "2026-03-10T09:30:00.000Z" },
      {},
      { entryIds: ["e"] },
      { entryIds: ["e"] },
    ]);
    expect(found.every((row) => row.expanded === true)).toBe(true);
  });

  it("are none when nothing waits, and inert", () => {
    expect(waitingRows([])).toEqual([]);
    const [group] = waitingRows([
      entry(
        { state: "refused", attempts: 1, problem: { kind: "x", detail: "$(x)\n\n[y](command:z)" } },
        { case: HOSTILE },
      ),
    ]);
    const row = must(group?.children?.[0]);
    for (const text of [row.label, row.description, row.tooltip]) expect(text).not.toMatch(/\$\(|\n/);
  });
});

describe("the rows of Today", () => {
  let window: TestWindow;
  let directory: CaseDirectory;
  let events = 0;

  beforeEach(() => {
    const clock = new ManualClock("12:00");
    window = new TestWindow(clock);
    directory = new CaseDirectory(window.log, window.view, new FakeProviders(new FakeBilling()), clock);
  });

  const append = (body: EventBody): Promise<void> => {
    events += 1;
    return window.log.append([anEvent(`e${String(events)}`, body, "08:00")]);
  };
  const work = async (from: string, to: string, tree = TREE): Promise<void> => {
    for (const time of [from, to]) {
      events += 1;
      await window.log.append([aRowEvent(`e${String(events)}`, aRow(time, time, { tree }))]);
    }
  };

  it("are none on a day without time", async () => {
    expect(await todayRows(window.view, directory)).toEqual([]);
  });

  it("are the cases with their stretches and what was logged, then the gaps", async () => {
    await append({ kind: "pick", tree: TREE, case: ACME });
    await work("09:00:00", "09:00:40");
    await work("10:00:00", "10:00:30", OTHER_TREE);
    const declared = { kind: "declared", case: ACME, entryDay: day("2026-03-10"), reason: "Call" } as const;
    await append({ ...declared, seconds: 600 });
    await append({ ...declared, seconds: 60, from: at("11:00"), to: at("11:01") });
    const rows = await todayRows(window.view, directory);
    expect(outline(rows).map((line) => line.replaceAll(/(?<=\S) +/g, " "))).toEqual([
      "ACME-1 | 0:11 Title of ACME-1 | <case>",
      "  09:00 to 09:00 | 40 s | <stretch>",
      "  no set time | 10 min 00 s Call | <declared>",
      "  11:00 to 11:01 | 1 min 00 s Call | <declared>",
      "No case | 0:00 | <noCase>",
      "  10:00 to 10:00 | 30 s | <stretch>",
      "09:00 to 10:00 | gap of 59 min 20 s | <gap>",
      "10:00 to 11:00 | gap of 59 min 30 s | <gap>",
    ]);
    expect(rows[0]).toMatchObject({ key: "ACME-1", source: "connection-1" });
    expect(rows[1]).toMatchObject({ key: "" });
    expect(must(rows[0]?.children?.[0])).toMatchObject({
      from: "2026-03-10T09:00:00.000Z",
      to: "2026-03-10T09:00:40.000Z",
    });
    expect(rows.at(-1)).toMatchObject({ start: "2026-03-10T10:00:30.000Z", end: "2026-03-10T11:00:00.000Z" });
    expect(must(rows[0]).spoken).toBe("ACME-1, 11 minutes: 40 s observed, 0 s bridged, 11 min 00 s declared");
  });

  it("mark what is in conflict, and are inert", async () => {
    await append({ kind: "pick", tree: TREE, case: HOSTILE });
    await work("09:00:00", "09:00:40");
    await append({
      kind: "declared",
      case: HOSTILE,
      entryDay: day("2026-03-10"),
      seconds: 600,
      from: at("09:00:20"),
      to: at("09:10:20"),
      reason: "$(x)\nCall",
    });
    const [row] = await todayRows(window.view, directory);
    const { label, description, children = [] } = must(row);
    expect({ label, description }).toEqual({
      label: "$\u200b(trash)",
      description: "0:00 $\u200b(bug) [x](command:y)",
    });
    expect(children.map((child) => [child.icon, child.description])).toEqual([
      ["watch", "40 s"],
      ["warning", "10 min 00 s in conflict: not counted yet"],
    ]);
  });
});
