import fc from "fast-check";
import ICAL from "ical.js";
import { describe, expect, it } from "vitest";
import { toCalendar } from "../../../../src/adapters/node/export/worklogCalendar.ts";
import { splitDraft } from "../../../../src/app/edits/draftEdits.ts";
import { epochMs, secondsBetween, seconds, type LocalDate } from "../../../../src/base/time.ts";
import {
  aCase,
  anEntry,
  anEntryInTwo,
  anEvent,
  aRow,
  aRowEvent,
  at,
  day,
  TREE,
  aWorkedEntry,
} from "../../../support/builders.ts";
import { aReviewedDay } from "../../../support/reviewedDay.ts";
import type { ApprovedEntry } from "../../../../src/domain/log/approvedEntry.ts";

function eventsOf(text: string): readonly ICAL.Event[] {
  const calendar = new ICAL.Component(ICAL.parse(text) as unknown[]);
  return calendar.getAllSubcomponents("vevent").map((one) => new ICAL.Event(one));
}

describe("the calendar", () => {
  it("has an event for each interval, and one for the day where time has no place in it", () => {
    const entry = anEntryInTwo({
      declaredSeconds: seconds(610),
      description: "Read in chunks; second try, 50 %\nand a call",
    });
    const events = eventsOf(toCalendar([aWorkedEntry(entry)]));
    expect(events.map(({ uid }) => uid)).toEqual(["a-1@caseclock", "a-2@caseclock", "a-day@caseclock"]);
    expect(events.map(({ startDate, endDate }) => endDate.toUnixTime() - startDate.toUnixTime()).slice(0, 2)).toEqual([
      1_800, 20,
    ]);
    expect(events[0]?.startDate.toJSDate().getTime()).toBe(at("08:00"));
    expect(events[0]?.summary).toBe("ACME-1 Title of ACME-1");
    expect(events[0]?.description).toBe(entry.description);
    expect({ isDate: events[2]?.startDate.isDate, date: events[2]?.startDate.toString() }).toEqual({
      isDate: true,
      date: "2026-03-10",
    });
    expect(events[2]?.summary).toMatch(/10 min 10 s/);
  });

  it("is the same each time", () => {
    const entry = anEntry("a");
    expect(toCalendar([aWorkedEntry(entry)])).toBe(toCalendar([aWorkedEntry(entry)]));
  });

  it.each(["day", "span"] as const)(
    "has an id for each event, where a day has several drafts by %s",
    async (grouping) => {
      const { window, context, drafting, drafts, target } = await aReviewedDay([
        anEvent("pick", { kind: "pick", tree: TREE, case: aCase("ACME-1") }, "08:00"),
        ...["09:00:00", "09:00:40", "10:00:00", "10:00:40"].map((at) => aRowEvent(at, aRow(at))),
        anEvent("call", {
          kind: "declared",
          case: aCase("ACME-1"),
          entryDay: day("2026-03-10"),
          seconds: 60,
          reason: "Call",
        }),
      ]);
      drafting.value = { ...drafting.value, grouping };
      if (grouping === "day") await splitDraft(context, await target("ACME-1"), at("09:30"));
      const idsOf = async (): Promise<readonly string[]> =>
        eventsOf(toCalendar((await drafts()).map(aWorkedEntry))).map(({ uid }) => uid);
      const ids = await idsOf();
      expect({ count: ids.length, different: new Set(ids).size }).toEqual({ count: 3, different: 3 });
      await window.log.append(["10:01:00", "11:00:00", "11:00:20"].map((at) => aRowEvent(at, aRow(at))));
      expect(await idsOf()).toEqual(expect.arrayContaining([...ids]));
    },
  );

  it("of no work is a calendar without events", () => {
    expect(eventsOf(toCalendar([]))).toEqual([]);
  });

  it("is read by another program, whatever stands in texts, with our seconds and lines of at most 75 octets", () => {
    const text = fc.oneof(
      fc.string({ unit: "grapheme", maxLength: 120 }),
      fc.constant("BEGIN:VEVENT\r\nEND:VCALENDAR\n;,\\:\u0000"),
    );
    const entries = fc.array(
      fc.record({
        lengths: fc.array(fc.integer({ min: 1, max: 5_000 }), { maxLength: 4 }),
        title: text,
        description: text,
      }),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(entries, (pieces) => {
        const made = pieces.map(({ lengths, title, description }, index): ApprovedEntry => {
          const intervals = lengths.map((length, place) => {
            const start = epochMs(at("2026-03-29 00:10") + place * 7_200_000);
            return { start, end: epochMs(start + length * 1_000) };
          });
          const observed = intervals.reduce((sum, { start, end }) => sum + secondsBetween(start, end), 0);
          return anEntry(`e${String(index)}`, {
            case: { ...aCase("ACME-1"), title },
            day: "2026-03-29" as LocalDate,
            description,
            intervals,
            observedSeconds: seconds(observed),
          });
        });
        const calendar = toCalendar(made.map(aWorkedEntry));
        const events = eventsOf(calendar);
        const total = events.reduce(
          (sum, { startDate, endDate }) => sum + endDate.toUnixTime() - startDate.toUnixTime(),
          0,
        );
        expect(total).toBe(made.reduce((sum, { observedSeconds }) => sum + observedSeconds, 0));
        expect(events).toHaveLength(made.reduce((sum, { intervals }) => sum + intervals.length, 0));
        for (const line of calendar.split("\r\n")) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
      }),
      { numRuns: 200 },
    );
  });
});
