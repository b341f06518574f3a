import { DEFAULT_TEMPLATE } from "../../../../src/domain/entries/description.ts";
import { beforeEach, describe, expect, it } from "vitest";
import { CaseDirectory } from "../../../../src/app/cases/caseDirectory.ts";
import {
  listWorkedEntries,
  makeWorklog,
  type WorklogRange,
  type WorklogRow,
} from "../../../../src/app/export/exportWorklog.ts";
import { toCalendar } from "../../../../src/adapters/node/export/worklogCalendar.ts";
import { approveDrafts } from "../../../../src/app/billing/approveDrafts.ts";
import { previewSync } from "../../../../src/app/billing/syncPreview.ts";
import { toTimeclock } from "../../../../src/app/export/timeclock.ts";
import { epochMs } from "../../../../src/base/time.ts";
import type { NewEvent } from "../../../../src/domain/log/events.ts";
import type { WorkedEntry } from "../../../../src/domain/day/workedTime.ts";
import { HANDMADE_SOURCE, type Case } from "../../../../src/domain/cases/case.ts";
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
import { ManualClock } from "../../../support/manualClock.ts";
import { TestWindow } from "../../../support/memoryEventLog.ts";
import type { Share } from "../../../../src/domain/log/approvedEntry.ts";

let window: TestWindow;
let directory: CaseDirectory;

/** A case made by hand, which needs no billing system to be known. */
function handmade(key: string): Case {
  return { ...aCase(key), ref: { source: HANDMADE_SOURCE, id: key } };
}

beforeEach(async () => {
  const clock = new ManualClock("2026-03-11 18:00");
  window = new TestWindow(clock);
  directory = new CaseDirectory(window.log, window.view, new FakeProviders(new FakeBilling()), clock);
  const acme = handmade("ACME-1");
  const zeta = handmade("ZETA-9");
  await window.log.append([
    anEvent("case-1", { kind: "caseDefined", case: acme }, "08:00"),
    anEvent("case-2", { kind: "caseDefined", case: zeta }, "08:00"),
    anEvent("pick-1", { kind: "pick", tree: TREE, case: zeta }, "08:00"),
    anEvent("pick-2", { kind: "pick", tree: OTHER_TREE, case: acme }, "08:00"),
    aRowEvent("row-1", aRow("09:00:00")),
    aRowEvent("row-2", aRow("09:00:40")),
    aRowEvent("row-3", aRow("09:30:00", "09:30:00", { tree: OTHER_TREE })),
    aRowEvent("row-4", aRow("09:30:30", "09:30:30", { tree: OTHER_TREE })),
    aRowEvent("row-5", aRow("09:33:30", "09:33:30", { tree: OTHER_TREE })),
    aRowEvent("row-6", aRow("2026-03-11 10:00:00")),
    aRowEvent("row-7", aRow("2026-03-11 10:00:20")),
    anEvent(
      "commit-1",
      {
        kind: "commit",
        tree: OTHER_TREE,
        commit: { sha: "a".repeat(40), subject: "Mend the roof", repository: "beta" },
        case: acme.ref,
      },
      "09:33",
    ),
  ]);
  await window.view.load();
});

const rows = (range: WorklogRange = {}, share: Share = "commits"): Promise<readonly WorklogRow[]> =>
  makeWorklog(window.view, directory, { share, descriptionTemplate: DEFAULT_TEMPLATE }, range);

describe("the worklog", () => {
  it("lists drafts by day and case, with their figures apart", async () => {
    const all = await rows();
    expect(all.map((row) => [row.date, row.caseKey, row.state, row.observedSeconds, row.bridgedSeconds])).toEqual([
      ["2026-03-10", "ACME-1", "draft", 30, 180],
      ["2026-03-10", "ZETA-9", "draft", 40, 0],
      ["2026-03-11", "ZETA-9", "draft", 20, 0],
    ]);
    expect(all[0]).toEqual({
      entryId: "",
      state: "draft",
      date: "2026-03-10",
      timeZone: "UTC",
      start: "2026-03-10T09:30:00+00:00",
      end: "2026-03-10T09:33:30+00:00",
      caseKey: "ACME-1",
      caseTitle: "Title of ACME-1",
      customer: "Customer",
      observedSeconds: 30,
      bridgedSeconds: 180,
      declaredSeconds: 0,
      agentSeconds: 0,
      writtenDownSeconds: 0,
      billableSeconds: 210,
      billedSeconds: 0,
      description: "Mend the roof",
      commits: "a".repeat(40),
      goneCommits: "",
      remoteId: "",
    });
  });

  it("takes days at both ends of the range, and one case", async () => {
    expect((await rows({ from: day("2026-03-11") })).map((row) => row.date)).toEqual(["2026-03-11"]);
    expect((await rows({ to: day("2026-03-10") })).map((row) => row.caseKey)).toEqual(["ACME-1", "ZETA-9"]);
    expect((await rows({ case: handmade("ZETA-9") })).map((row) => row.date)).toEqual(["2026-03-10", "2026-03-11"]);
    expect(await rows({ case: handmade("NONE") })).toEqual([]);
  });

  it("shows an approved entry as it was approved, and no second draft of the same time", async () => {
    const entry = anEntry("entry-1", {
      case: handmade("ACME-1"),
      start: at("09:30:00"),
      end: at("09:33:30"),
      description: "As approved",
    });
    await window.log.append([
      anEvent("approved", { kind: "approved", entry }, "17:00"),
      anEvent("sending", { kind: "sending", entryId: "entry-1", revision: 1 }, "17:01"),
      anEvent("receipt", { kind: "receipted", entryId: "entry-1", revision: 1, remoteId: "77" }, "17:01"),
    ]);
    const ofCase = await rows({ case: handmade("ACME-1") });
    expect(
      ofCase.map(({ entryId, state, remoteId, billedSeconds, description }) => [
        entryId,
        state,
        remoteId,
        billedSeconds,
        description,
      ]),
    ).toEqual([["entry-1", "receipted", "77", 210, "As approved"]]);
  });

  it("drafts no description from commits when none may leave", async () => {
    expect((await rows({ case: handmade("ACME-1") }, "none"))[0]?.description).toBe("Title of ACME-1");
  });
});

describe("worked time, as a timeclock and a calendar have it", () => {
  const AGENT = aCase("AGENT-1", { agentTimeBillable: true });
  const TODAY = day("2026-03-10");
  const drafting = { share: "commits", descriptionTemplate: DEFAULT_TEMPLATE } as const;
  const shown = async (of: WorklogRange = {}): Promise<readonly WorkedEntry[]> =>
    listWorkedEntries(window.view, directory, drafting, of);

  async function approveAll(): Promise<void> {
    const { view, journal } = window;
    const preview = await previewSync(view, directory, aConnection(), 1, drafting);
    const drafts = preview.items.flatMap((item) => (item.kind === "draft" ? [item.draft] : []));
    expect(await approveDrafts({ journal }, preview, drafts)).toHaveLength(1);
  }

  /** Ten minutes of work, ten of an agent that the contract bills, and a call. */
  beforeEach(async () => {
    const clock = new ManualClock("18:00");
    window = new TestWindow(clock);
    directory = new CaseDirectory(window.log, window.view, new FakeProviders(new FakeBilling()), clock);
    const rows = (start: string, agent: boolean): readonly NewEvent[] =>
      Array.from({ length: 16 }, (_, index) => {
        const first = epochMs(at(start) + index * 40_000);
        return aRowEvent(`${start}-${String(index)}`, {
          ...aRow(start),
          first,
          last: first,
          ...(agent ? { agent } : {}),
        });
      });
    await window.log.append([
      anEvent("pick", { kind: "pick", tree: TREE, case: AGENT }, "08:00"),
      ...rows("09:00", false),
      ...rows("10:00", true),
      anEvent("call", { kind: "declared", case: AGENT, entryDay: TODAY, seconds: 300, reason: "Call" }),
    ]);
    await window.view.load();
  });

  it.each(["drafted", "approved", "approved, and evidence came late"])(
    "has no agent's time that is billed, and has the call that is at no time of day: %s",
    async (when) => {
      if (when !== "drafted") await approveAll();
      // From another window: a person was there, where an agent was approved.
      if (when.endsWith("late"))
        await window.log.append([aRowEvent("late", aRow("10:02:00")), aRowEvent("later", aRow("10:02:30"))]);
      const [only, ...others] = await shown();
      expect(others).toEqual([]);
      const { entry, intervals, unplacedSeconds } = must(only);
      expect(entry).toMatchObject({ observedSeconds: 600, billableSeconds: 1_500 });
      expect({ intervals, unplacedSeconds }).toEqual({
        intervals: [{ start: at("09:00"), end: at("09:10") }],
        unplacedSeconds: 300,
      });
      const times = [...toTimeclock([must(only)]).matchAll(/^[io] \S+ (\S+)/gm)].map((match) => match[1]);
      expect(times).toEqual(["09:00:00", "09:10:00", "12:00:00", "12:05:00"]);
      expect(toCalendar([must(only)])).toContain("5 min 0 s\\, no set time");
    },
  );

  it("is of the days and the case that are asked for", async () => {
    expect(await shown({ case: AGENT, from: TODAY, to: TODAY })).toHaveLength(1);
    expect(await shown({ from: day("2026-03-11") })).toEqual([]);
    expect(await shown({ case: { ...AGENT, ref: { source: "connection-2", id: "AGENT-1" } } })).toEqual([]);
  });
});
