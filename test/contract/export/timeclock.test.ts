import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toTimeclock } from "../../../src/app/export/timeclock.ts";
import { epochMs, secondsBetween, seconds, type LocalDate, type ZoneId } from "../../../src/base/time.ts";
import { aCase, anEntry, anEntryInTwo, at, aWorkedEntry, must } from "../../support/builders.ts";
import type { ApprovedEntry } from "../../../src/domain/log/approvedEntry.ts";
import { missing, OPTIONAL } from "../../host/lib/optional.ts";

/** Entries of some cases, with stretches on days on which clocks were changed, and time at no set time. */
const someEntries: fc.Arbitrary<readonly ApprovedEntry[]> = fc
  .array(
    fc.record({
      customer: fc.constantFrom("Harbour Foods Ltd", "Ålesund – 船舶", "A:B;C", ""),
      key: fc.constantFrom("ACME-1", "#5127", "RT: 7", "x  y"),
      day: fc.integer({ min: 1, max: 28 }),
      lengths: fc.array(fc.integer({ min: 1, max: 3_000 }), { maxLength: 4 }),
      unplaced: fc.integer({ min: 0, max: 5_000 }),
      description: fc.string({ unit: "grapheme", maxLength: 30 }),
      zone: fc.constantFrom("UTC", "Europe/Madrid", "America/New_York", "Asia/Kathmandu"),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((pieces) =>
    pieces.map((one, index) => {
      // Both changes of clocks of the year lie in these months.
      const first = at(`2026-${index % 2 === 0 ? "03" : "10"}-${String(one.day).padStart(2, "0")} 00:10`);
      const intervals = one.lengths.map((length, at) => {
        const start = epochMs(first + at * 3_600_000);
        return { start, end: epochMs(start + length * 1_000) };
      });
      const placed = intervals.reduce((sum, { start, end }) => sum + secondsBetween(start, end), 0);
      return anEntry(`e${String(index)}`, {
        case: { ...aCase(one.key), customer: { id: "c", name: one.customer } },
        zone: one.zone as ZoneId,
        intervals,
        observedSeconds: seconds(placed),
        declaredSeconds: seconds(one.unplaced),
        description: one.description,
      });
    }),
  );

const workedOf = ({ observedSeconds, declaredSeconds }: ApprovedEntry): number => observedSeconds + declaredSeconds;
const sum = (figures: readonly number[]): number => figures.reduce((total, one) => total + one, 0);

/** What a program prints of the entries, given as a timeclock file. */
function readBy(program: string, args: readonly string[], entries: readonly ApprovedEntry[]): string {
  return execFileSync(program, args, {
    input: toTimeclock(entries.map(aWorkedEntry)),
    encoding: "utf8",
    env: { ...process.env, LC_ALL: "C.UTF-8" },
  });
}

describe("timeclock", () => {
  it("has a pair of lines for each interval, in the entry's zone, and noon for what has no place", () => {
    const entry = anEntryInTwo({
      declaredSeconds: seconds(600),
      description: "Importer;  read in\nchunks",
      case: { ...aCase("ACME-1"), customer: { id: "c", name: "Acme: Foods; Ltd" } },
    });
    expect(toTimeclock([aWorkedEntry(entry)])).toBe(
      [
        "i 2026-03-10 09:00:00 Acme Foods Ltd:ACME-1  Importer; read in chunks",
        "o 2026-03-10 09:30:00",
        "i 2026-03-10 10:00:00 Acme Foods Ltd:ACME-1  Importer; read in chunks",
        "o 2026-03-10 10:00:20",
        "i 2026-03-10 12:00:00 Acme Foods Ltd:ACME-1  Importer; read in chunks (no set time)",
        "o 2026-03-10 12:10:00",
        "",
      ].join("\n"),
    );
  });

  it("is as long as the work was where clocks were changed in the middle of it", () => {
    const start = at("2026-10-25 00:30");
    const entry = anEntry("a", {
      zone: "Europe/Madrid" as ZoneId,
      day: "2026-10-25" as LocalDate,
      intervals: [{ start, end: epochMs(start + 2 * 3_600_000) }],
      observedSeconds: seconds(7_200),
    });
    expect(
      toTimeclock([aWorkedEntry(entry)])
        .split("\n")
        .slice(0, 2)
        .map((line) => line.slice(2, 21)),
    ).toEqual(["2026-10-25 02:30:00", "2026-10-25 04:30:00"]);
  });

  it("is read by hledger, whose totals are ours as far as it keeps them", ({ skip }) => {
    const reason = missing(OPTIONAL.hledger);
    skip(reason !== undefined, reason);
    fc.assert(
      fc.property(someEntries, (entries) => {
        const output = readBy("hledger", ["-f", "timeclock:-", "print", "-O", "json"], entries);
        // It keeps each session to a hundredth of an hour, midnight parting some in two: 18 s at most of each.
        const sessions = sum(entries.map(({ intervals }) => 2 * (intervals.length + 1)));
        expect(Math.abs(hoursIn(output) * 3_600 - sum(entries.map(workedOf)))).toBeLessThanOrEqual(18 * sessions);
      }),
      { numRuns: 60 },
    );
  });

  it("is read by ledger, whose totals by case are ours to the second", ({ skip }) => {
    const reason = missing(OPTIONAL.ledger);
    skip(reason !== undefined, reason);
    fc.assert(
      fc.property(someEntries, (entries) => {
        const args = ["--args-only", "-f", "-", "--base", "register", "--format", "%(account)|%(amount)\\n"];
        const found = new Map<string, number>();
        for (const line of readBy("ledger", args, entries).split("\n").filter(Boolean)) {
          const [, account = "", length] = must(/^(.*)\|(\d+)s$/.exec(line));
          found.set(account, (found.get(account) ?? 0) + Number(length));
        }
        const ours = new Map<string, number>();
        for (const entry of entries) {
          const [, account = ""] = /^i \S+ \S+ (.*?)(?: {2}|$)/m.exec(toTimeclock([aWorkedEntry(entry)])) ?? [];
          if (workedOf(entry) > 0) ours.set(account, (ours.get(account) ?? 0) + workedOf(entry));
        }
        expect(found).toEqual(ours);
      }),
      { numRuns: 60 },
    );
  });
});

/** All hours that hledger has found. */
function hoursIn(json: string): number {
  const transactions = JSON.parse(json) as readonly {
    readonly tpostings: readonly {
      readonly pamount: readonly { readonly aquantity: { readonly floatingPoint: number } }[];
    }[];
  }[];
  return transactions
    .flatMap(({ tpostings }) => tpostings)
    .flatMap(({ pamount }) => pamount)
    .reduce((sum, { aquantity }) => sum + aquantity.floatingPoint, 0);
}
