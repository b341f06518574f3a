import fc from "fast-check";
import { Temporal } from "temporal-polyfill";
import { describe, expect, it } from "vitest";
import { epochMs, formatWithOffset, type ZoneId } from "../../src/base/time.ts";

const ZONES = ["UTC", "Europe/Madrid", "America/St_Johns", "Asia/Kathmandu", "Australia/Lord_Howe", "Africa/Monrovia"];
const FIRST = Date.parse("1970-01-01T00:00:00Z");
const LAST = Date.parse("2100-01-01T00:00:00Z");
/** Near a change of clocks, one of them at a minute past midnight. */
const CHANGES = ["2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z", "2010-03-14T03:31:00Z", "2026-10-03T15:30:00Z"];

describe("formatWithOffset", () => {
  it("is what Temporal writes, at any instant of any zone", () => {
    const instant = fc.oneof(
      fc.integer({ min: FIRST, max: LAST }),
      fc
        .tuple(fc.constantFrom(...CHANGES), fc.integer({ min: -4 * 3_600_000, max: 4 * 3_600_000 }))
        .map(([change, offset]) => Date.parse(change) + offset),
    );
    fc.assert(
      fc.property(instant, fc.constantFrom(...ZONES), (at, zone) => {
        const expected = Temporal.Instant.fromEpochMilliseconds(at)
          .toZonedDateTimeISO(zone)
          .toString({ timeZoneName: "never", smallestUnit: "second" });
        expect(formatWithOffset(epochMs(at), zone as ZoneId)).toBe(expected);
      }),
      { numRuns: 3_000 },
    );
  });
});
