/** What one window has in mind, and another one does meanwhile. */
import { beforeEach, describe, expect, it } from "vitest";
import { correctEntry, makeNextRevision } from "../../../../src/app/billing/correctEntry.ts";
import { declareTime, resolveConflict } from "../../../../src/app/edits/declareTime.ts";
import { writeDownDraft } from "../../../../src/app/edits/draftEdits.ts";
import { reassign } from "../../../../src/app/edits/reassign.ts";
import { pushOutbox } from "../../../../src/app/billing/pushOutbox.ts";
import { seconds } from "../../../../src/base/time.ts";
import { aCase, anEntry, at, must } from "../../../support/builders.ts";
import { FakeBilling } from "../../../support/fakeBilling.ts";
import { ManualClock } from "../../../support/manualClock.ts";
import { TestWindow } from "../../../support/memoryEventLog.ts";
import { ACME, aReviewedDay, BETA, codeOf, TODAY, type ReviewedDay } from "../../../support/reviewedDay.ts";
import type { OutboxEntry } from "../../../../src/domain/entries/delivery.ts";
import type { ApprovedEntry } from "../../../../src/domain/log/approvedEntry.ts";
import { withdrawApproval } from "../../../../src/app/edits/withdrawApproval.ts";

let window: TestWindow;
let other: TestWindow;
let billing: FakeBilling;

beforeEach(async () => {
  window = new TestWindow(new ManualClock("12:00"));
  billing = new FakeBilling();
  await window.view.load();
  other = window.beside("window-2");
  await other.view.load();
});

async function approve(...entries: readonly ApprovedEntry[]): Promise<void> {
  await window.log.append(entries.map((entry) => window.factory.create({ kind: "approved", entry })));
}

const push = (from = window, ids: readonly string[] = ["a"]) =>
  pushOutbox(from, billing, ids, new AbortController().signal, () => undefined);

async function item(id: string): Promise<OutboxEntry> {
  await window.view.catchUp();
  return must(window.view.ledger.entries.get(id));
}

/** Has something happen right before a window's next guarded append. */
function before(overtaken: TestWindow, happens: () => Promise<unknown>): void {
  const append = overtaken.log.appendIfLast.bind(overtaken.log);
  let isOver = false;
  overtaken.log.appendIfLast = async (kind, seq, events) => {
    if (!isOver) {
      isOver = true;
      await happens();
    }
    return append(kind, seq, events);
  };
}

describe("a push is overtaken", () => {
  it("by a withdrawal and a new approval of the same entry: the old one is not sent in its place", async () => {
    await approve(anEntry("a"));
    before(other, async () => {
      await withdrawApproval(window, ["a"]);
      await approve(anEntry("a", { end: at("09:30"), description: "All of it" }));
    });
    await push(other);
    expect(billing.stored.map(({ entry }) => entry.billedSeconds)).toEqual([]);
    await push();
    expect(billing.stored.map(({ entry }) => entry.billedSeconds)).toEqual([1_800]);
    expect((await item("a")).delivery).toMatchObject({ state: "receipted", storedSeconds: 1_800 });
  });

  it("by an approval of the same entry for another connection: it goes nowhere else", async () => {
    await approve(anEntry("a", { connectionId: "connection-2" }));
    expect(await push()).toMatchObject({ pushed: 0 });
    expect(billing.requests).toEqual([]);
    expect((await item("a")).delivery.state).toBe("waiting");
  });
});

describe("a correction is overtaken", () => {
  const correct = (from: TestWindow, description: string, writtenDownSeconds = 0) =>
    correctEntry(from, "a", { description, writtenDownSeconds, reason: "agreed" }, 60);
  const part = (id: string, length: number, billed: number): ApprovedEntry =>
    anEntry(id, {
      intervals: [],
      billableSeconds: seconds(length),
      contractSeconds: seconds(length),
      billedSeconds: seconds(billed),
    });

  it("by a correction of another window: neither is lost, the later one goes on top", async () => {
    await approve(anEntry("a"));
    await push();
    before(other, () => correct(window, "first", 120));
    const made = await correct(other, "second", 120);
    expect(made).toMatchObject({ revision: 3, description: "second" });
    expect((await item("a")).entry).toMatchObject({ revision: 3, description: "second", writtenDownSeconds: 120 });
  });

  it("by an approval of the same case: it is rounded on what is true then", async () => {
    await approve(part("a", 95, 120));
    await push();
    // 95 and 100 are 195: 180 in whole minutes, of which 120 are a's.
    before(other, () => approve(part("b", 100, 60)));
    // 65 and 100 are 165: 180, of which 60 are b's.
    expect(await correct(other, "shorter", 30)).toMatchObject({ billedSeconds: 120, carriedSeconds: -15 });
  });

  it("by an approval that is taken back: it is rounded on what is true then", async () => {
    await approve(part("a", 95, 120));
    await push();
    await approve(part("b", 100, 60));
    before(other, async () => {
      await withdrawApproval(window, ["b"]);
    });
    // With b there would be 165: 180, of which b has 60.
    expect(await correct(other, "shorter", 30)).toMatchObject({ billedSeconds: 60, carriedSeconds: 5 });
  });

  describe("after it was confirmed", () => {
    const change = { writtenDownSeconds: 30, reason: "agreed" };
    const confirmed = (): ApprovedEntry => makeNextRevision(other.view, "a", change, 60);

    beforeEach(async () => {
      await approve(part("a", 95, 120));
      await push();
      await other.view.catchUp();
    });

    it("by an approval that makes its amount another one: nothing is approved", async () => {
      const shown = confirmed();
      await approve(part("b", 100, 60));
      await expect(correctEntry(other, "a", change, 60, shown)).rejects.toMatchObject({ code: "entries.stale" });
      expect((await item("a")).entry.revision).toBe(1);
    });

    it("by another correction, also one that costs the same: nothing is approved", async () => {
      const shown = confirmed();
      await correctEntry(window, "a", { description: "other words", reason: "agreed" }, 60);
      await expect(correctEntry(other, "a", change, 60, shown)).rejects.toMatchObject({ code: "entries.stale" });
      expect((await item("a")).entry).toMatchObject({ revision: 2, description: "other words" });
    });

    it("by what does not touch its amount: it is approved as it was shown", async () => {
      const shown = confirmed();
      await approve(anEntry("c", { case: aCase("OTHER-1"), intervals: [] }));
      expect(await correctEntry(other, "a", change, 60, shown)).toEqual(shown);
    });
  });
});

it("a correction of what was refused cannot be withdrawn: its key is known to the billing system", async () => {
  await approve(anEntry("a"));
  billing.outcome = () => "rejected";
  await push();
  await correctEntry(window, "a", { description: "other", reason: "refused" }, 60);
  await expect(withdrawApproval(window, ["a"])).rejects.toMatchObject({ code: "entries.sent" });
  expect((await item("a")).entry.revision).toBe(2);
});

it("a record that does not say its revision is taken for the first", async () => {
  await approve(anEntry("a"));
  await push();
  const { externalId, remoteId, entry } = must(billing.stored[0]);
  billing.stored[0] = { externalId, remoteId, entry };
  await correctEntry(window, "a", { description: "right", reason: "wrong" }, 1);
  billing.outcome = () => "timeout";
  await push();
  billing.outcome = () => "written";
  await push();
  expect(billing.stored).toMatchObject([{ revision: 2, entry: { description: "right" } }]);
});

describe("a change by hand is overtaken", () => {
  interface Desk extends ReviewedDay {
    /** The second window. */
    readonly beside: ReviewedDay["context"];
  }

  const desk = async (): Promise<Desk> => {
    const day = await aReviewedDay();
    const { view, journal } = day.window.beside("window-2");
    await view.load();
    return { ...day, beside: { ...day.context, journal } };
  };
  const billable = async ({ drafts, window: { view } }: Desk, key: string): Promise<number> => {
    await view.catchUp();
    const entries = view.ledger.entries.all.map(({ entry }) => entry);
    const both = [...(await drafts()), ...entries].filter((one) => one.case.key === key);
    return both.reduce((sum, one) => sum + one.billableSeconds, 0);
  };
  const turns = Array.from({ length: 30 }, (_, index) => index);
  const after = async (count: number): Promise<void> => {
    for (let turn = 0; turn < count; turn++) await Promise.resolve();
  };
  const change = (context: ReviewedDay["context"], id: string, length: number): Promise<string> =>
    codeOf(declareTime(context, BETA, { day: TODAY, seconds: length }, "Mail", { replaces: id }));

  it("by the same change in that window or another: the later one is refused", async () => {
    for (const inOther of [false, true]) {
      const day = await desk();
      const id = must((await declareTime(day.context, BETA, { day: TODAY, seconds: 60 }, "Mail")).ids[0]);
      const codes = [change(day.context, id, 120), change(inOther ? day.beside : day.context, id, 180)];
      expect((await Promise.all(codes)).sort()).toEqual(["entries.stale", "nothing"]);
      expect([120, 180]).toContain(await billable(day, "BETA-1"));
      day.window.kill();
    }
  });

  it.each(turns)("by an approval after %i turns: declared time is billed once", async (count) => {
    const day = await desk();
    const id = must((await declareTime(day.context, BETA, { day: TODAY, seconds: 60 }, "Mail")).ids[0]);
    await Promise.all([change(day.context, id, 120), after(count).then(() => day.approve().catch(() => undefined))]);
    expect([60, 120]).toContain(await billable(day, "BETA-1"));
  });

  it("by the other side of a conflict: one of the two counts where both lie", async () => {
    const day = await desk();
    const declared = async (of: typeof BETA, from: string, to: string): Promise<string> =>
      must((await declareTime(day.context, of, { interval: { start: at(from), end: at(to) } }, "Call")).ids[0]);
    const one = await declared(BETA, "10:30", "11:00");
    const two = await declared(ACME, "10:45", "11:15");
    const codes = [resolveConflict(day.context, one, "declared"), resolveConflict(day.beside, two, "declared")];
    expect((await Promise.all(codes.map(codeOf))).sort()).toEqual(["arguments.invalid", "nothing"]);
    expect({ beta: await billable(day, "BETA-1"), acme: await billable(day, "ACME-1") }).toEqual({
      beta: 1_800,
      acme: 2_400 + 900,
    });
  });

  it.each(turns)("by a write-down after %i turns: the courtesy is on what moved", async (count) => {
    const day = await desk();
    const target = await day.target("ACME-1");
    const [code] = await Promise.all([
      codeOf(writeDownDraft(day.beside, target, { percent: 50 }, "Learning")),
      after(count).then(() => reassign(day.context, { start: at("09:00"), end: at("10:00") }, BETA)),
    ]);
    expect(await billable(day, "BETA-1")).toBe(code === "nothing" ? 1_200 : 2_400);
  });
});
