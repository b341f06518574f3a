import fs from "node:fs";
import { describe, expect, it } from "vitest";
import type { Case } from "../../../../src/domain/cases/case.ts";
import type { RunningTimer } from "../../../../src/domain/ledger.ts";
import type { Mismatch, Suggestion } from "../../../../src/domain/cases/suggestion.ts";
import { type ErrorCode } from "../../../../src/domain/errors.ts";
import type { SyncResult } from "../../../../src/ports/billingResults.ts";
import { COMMAND_IDS } from "../../../../src/ports/commands.ts";
import { epochMs } from "../../../../src/base/time.ts";
import {
  nameAmong,
  presentReason,
  presentStatus,
  presentMismatch,
  presentFollowTarget,
  type StatusState,
} from "../../../../src/ui/status/presentStatus.ts";
import { aCase } from "../../../support/builders.ts";
import { formatExact, formatHours, speakHours } from "../../../../src/ui/text/formatTime.ts";
import { sanitizeLabel, sanitizeMessage } from "../../../../src/ui/text/inertText.ts";
import { presentError } from "../../../../src/ui/text/presentError.ts";
import {
  presentBudget,
  presentSetAside,
  presentStepBack,
  presentSync,
} from "../../../../src/ui/text/presentNotices.ts";

describe("a length of time", () => {
  it.each([
    [0, "0:00", "0 s", "0 minutes"],
    [59, "0:00", "59 s", "0 minutes"],
    [60, "0:01", "1 min 00 s", "1 minute"],
    [3_599, "0:59", "59 min 59 s", "59 minutes"],
    [3_600, "1:00", "1 h 00 min 00 s", "1 hour 0 minutes"],
    [4_325, "1:12", "1 h 12 min 05 s", "1 hour 12 minutes"],
    [7_260, "2:01", "2 h 01 min 00 s", "2 hours 1 minute"],
    [360_000, "100:00", "100 h 00 min 00 s", "100 hours 0 minutes"],
  ])("%d s", (length, clock, exact, spoken) => {
    expect({ clock: formatHours(length), exact: formatExact(length), spoken: speakHours(length) }).toEqual({
      clock,
      exact,
      spoken,
    });
  });

  it("carried may be negative", () => {
    expect(formatExact(-30)).toBe("−30 s");
    expect(formatExact(-3_605)).toBe("−1 h 00 min 05 s");
  });
});

const MISMATCH: Mismatch = {
  picked: aCase("ACME-1234").ref,
  since: epochMs(0),
  suggestion: {
    case: aCase("ACME-2"),
    reason: { kind: "branch", branch: "fix/ACME-2" },
    since: epochMs(0),
    isAmbiguous: false,
  },
};
const TIMER: RunningTimer = { id: "t", case: aCase("ACME-3"), reason: "", startedAt: epochMs(0) };

describe("the status bar item", () => {
  const state = (more: Partial<StatusState> = {}): StatusState => ({
    show: "full",
    case: aCase("ACME-1234"),
    isGone: false,
    idle: false,
    budgetLeftSeconds: undefined,
    mismatch: undefined,
    timer: undefined,
    toApprove: 0,
    paused: false,
    workedTodaySeconds: 4_325,
    today: [],
    waiting: 0,
    refused: 0,
    billing: undefined,
    trouble: undefined,
    ...more,
  });

  it.each<[string, Partial<StatusState>, string]>([
    ["a case", {}, "$(briefcase) ACME-1234 1:12"],
    ["a pause", { paused: true }, "$(debug-pause) ACME-1234 1:12"],
    ["no case", { case: undefined }, "$(circle-slash) No case"],
    ["no case and a pause", { case: undefined, paused: true }, "$(debug-pause) No case"],
    ["refused entries", { refused: 2 }, "$(briefcase) ACME-1234 1:12 $(error)"],
    ["no case and refused entries", { case: undefined, refused: 1 }, "$(circle-slash) No case $(error)"],
    ["waiting entries, which are no trouble", { waiting: 3 }, "$(briefcase) ACME-1234 1:12"],
    ["a key that fits", { case: aCase("x".repeat(15)) }, `$(briefcase) ${"x".repeat(15)} 1:12`],
    ["a longer key", { case: aCase("x".repeat(16)) }, `$(briefcase) ${"x".repeat(14)}… 1:12`],
    ["a key of emoji", { case: aCase("\u{1F680}".repeat(21)) }, `$(briefcase) ${"\u{1F680}".repeat(14)}… 1:12`],
    ["a person who is idle", { idle: true }, "$(coffee) ACME-1234 1:12"],
    ["a pause of one who is idle", { idle: true, paused: true }, "$(debug-pause) ACME-1234 1:12"],
    ["a key that looks like an icon", { case: aCase("$(trash)") }, "$(briefcase) $\u200b(trash) 1:12"],
    [
      "ten hours and a longer key",
      { case: aCase("x".repeat(20)), workedTodaySeconds: 36_000 },
      `$(briefcase) ${"x".repeat(13)}… 10:00`,
    ],
    ["its time alone", { show: "short" }, "$(briefcase) 1:12"],
    ["a branch of another case", { mismatch: MISMATCH }, "$(briefcase) ACME-1234 1:12 $(question)"],
    ["a timer", { timer: TIMER }, "$(briefcase) ACME-1234 1:12 $(watch)"],
    ["a ledger that cannot be written", { trouble: "ledger.newer" }, "$(warning) Caseclock"],
  ])("with %s", (_name, more, text) => {
    expect(presentStatus(state(more)).text).toBe(text);
    expect(presentStatus(state(more)).warn).toBe(more.trouble !== undefined);
  });

  it("names in its sentence what its marks and icons mean", () => {
    const label = (more: Partial<StatusState>): string => presentStatus(state(more)).label;
    expect(label({ idle: true })).toMatch(/Idle: nothing is counted now\.$/);
    expect(label({ mismatch: MISMATCH })).toMatch(/Branch fix\/ACME-2 points at ACME-2\.$/);
    expect(label({ timer: TIMER })).toMatch(/A timer is running on ACME-3\.$/);
  });

  it("says as a sentence what it shows, with the whole key and no icons", () => {
    expect(presentStatus(state({ paused: true, refused: 1 })).label).toBe(
      "Caseclock: case ACME-1234, Title of ACME-1234. 1 hour 12 minutes today. Paused. 1 entry was refused.",
    );
    expect(presentStatus(state({ case: aCase("x".repeat(64)) })).label).toContain("x".repeat(64));
    expect(presentStatus(state({ case: undefined, refused: 2 })).label).toMatch(/no case.*2 entries were refused\.$/);
    const broken = presentStatus(state({ trouble: "ledger.full" })).label;
    expect(broken).toContain(presentError("ledger.full").text);
    for (const more of [{}, { case: undefined }, { trouble: "ledger.full" as const }]) {
      expect(presentStatus(state(more)).label).not.toContain("$(");
    }
  });
});

describe("a failure", () => {
  /** The codes as the source lists them: the compiler does not keep them at run time. */
  const source = fs.readFileSync(new URL("../../../../src/domain/errors.ts", import.meta.url), "utf8");
  const union = source.slice(0, source.indexOf("const BRAND"));
  const codes = [...union.matchAll(/\| "([a-z]+\.[a-zA-Z]+)"/g)].map(([, code]) => code as ErrorCode);

  it("has a text of its own for each of many codes", () => {
    expect(codes.length).toBeGreaterThan(25);
    expect(new Set(codes.map((code) => presentError(code).text)).size).toBe(codes.length);
  });

  it.each(codes)("%s says what failed in sentences, without its code, and offers a command that there is", (code) => {
    const { text, action } = presentError(code);
    expect(text).toMatch(/^([A-Z]|git ).*\.$/);
    expect(text).not.toContain(code);
    if (action !== undefined) {
      expect(COMMAND_IDS).toContain(action.command);
      expect(action.label).not.toBe("");
    }
  });

  it.each(codes.filter((code) => /^billing\.(auth|offline|server|protocol|permission|rejected|cancelled)$/.test(code)))(
    "%s says that nothing is lost",
    (code) => {
      expect(presentError(code).text).toContain("safe on this computer");
    },
  );

  it("never passes by a code that it does not know", () => {
    expect(() => presentError("new.code" as ErrorCode)).toThrow("new.code");
  });
});

describe("the end of a sync", () => {
  const result = (more: Partial<SyncResult> = {}): SyncResult => ({
    pushed: 0,
    rejected: 0,
    retryLater: 0,
    unknown: 0,
    waiting: 0,
    carried: 0,
    problems: [],
    ...more,
  });
  const problem = { entryId: "e", key: "ACME-1", kind: "closed", detail: "The case is closed." };

  it.each<[Partial<SyncResult>, string]>([
    [{}, "There was nothing to sync."],
    [{ pushed: 1 }, "1 time entry arrived at Billing."],
    [{ pushed: 2, carried: 1 }, "2 time entries arrived at Billing, 1 time entry settled as carried."],
    [{ rejected: 1, problems: [problem] }, "1 was refused. ACME-1: The case is closed."],
    [
      { pushed: 3, rejected: 2, retryLater: 1, unknown: 1 },
      "3 time entries arrived at Billing, 2 were refused, 2 wait to be sent again.",
    ],
    [{ unknown: 1 }, "1 waits to be sent again."],
  ])("%j", (more, sentence) => {
    expect(presentSync(result(more), "Billing")).toBe(sentence);
  });
});

describe("a damaged ledger", () => {
  const last = epochMs(Date.parse("2026-03-10T17:59:58Z"));
  it.each([
    [undefined, "nothing in the old one could be recovered. Pick your case again."],
    [{ events: 0, fromBackup: 0 }, "nothing in the old one could be recovered. Pick your case again."],
    [
      { events: 1, fromBackup: 0, last },
      "with the 1 event that could be recovered. The last is from 2026-03-10 17:59 UTC",
    ],
    [{ events: 90, fromBackup: 7, last }, "with the 90 events that could be recovered, 7 of them from a backup."],
  ])("of which %j was saved is named with it", (salvage, sentence) => {
    const text = presentSetAside("/kept.db", salvage);
    expect(text).toContain("It was kept as /kept.db");
    expect(text).toContain(sentence);
  });
});

describe("a label of others' text", () => {
  it.each([
    ["an icon", "$(trash) $(x)", "$\u200b(trash) $\u200b(x)"],
    ["line ends", "two\r\nlines\tand more", "two lines and more"],
    ["a million characters", "x".repeat(1_000_000), "x".repeat(300)],
  ])("with %s is inert", (_name, text, expected) => {
    expect(sanitizeLabel(text)).toBe(expected);
  });
});

describe("a message with others' text", () => {
  it("has no links of theirs", () => {
    const text = sanitizeMessage("[a](command:x) [b](https://b.example) ok");
    expect(text).toBe("[a]\u200b(command:x) [b]\u200b(https://b.example) ok");
    expect(sanitizeMessage("Moved 1 h to ACME-1 (x) [y].")).toBe("Moved 1 h to ACME-1 (x) [y].");
  });
});

describe("why a case is suggested", () => {
  const of = (reason: Suggestion["reason"], isAmbiguous = false): Suggestion => ({
    case: aCase("ACME-1"),
    reason,
    since: epochMs(0),
    isAmbiguous,
  });
  it.each<[Suggestion, string, string]>([
    [of({ kind: "branch", branch: "fix/a" }), "from branch fix/a", "Branch fix/a points at ACME-1"],
    [
      of({ kind: "branch", branch: "fix/a" }, true),
      "from branch fix/a, one of several with this key",
      "Branch fix/a points at ACME-1",
    ],
    [
      of({ kind: "branchPick", branch: "fix/a" }),
      "last picked on branch fix/a",
      "On branch fix/a you last picked ACME-1",
    ],
    [of({ kind: "commit" }), "from your last commits here", "Your last commit names ACME-1"],
    [of({ kind: "remote", remote: "h:x" }), "from the remote h:x", "The remote h:x points at ACME-1"],
    [of({ kind: "folder" }), "picked in this folder before", "You picked ACME-1 here before"],
  ])("is told in words: %#", (suggestion, reason, sentence) => {
    expect(presentReason(suggestion)).toBe(reason);
    const mismatch = { picked: aCase("BETA-2").ref, suggestion, since: epochMs(0) };
    expect(presentMismatch(mismatch)).toBe(sentence);
  });
});

describe("what contradicts the pick", () => {
  const [one, other] = [aCase("ACME-1"), { ...aCase("ACME-1"), customer: { id: "o", name: "Other Ltd" } }];
  const told = (sameKey: readonly Case[] | undefined, isAmbiguous: boolean): readonly string[] => {
    const suggestion = { case: one, reason: { kind: "branch", branch: "x" } as const, since: epochMs(0), isAmbiguous };
    const mismatch = { picked: aCase("BETA-2").ref, suggestion, since: epochMs(0), ...(sameKey ? { sameKey } : {}) };
    return [presentMismatch(mismatch), presentFollowTarget(mismatch)];
  };

  it("names the customer where the key alone could be another's", () => {
    expect(told(undefined, false)).toEqual(["Branch x points at ACME-1", "ACME-1"]);
    expect(told([one, other], false)).toEqual(["Branch x points at ACME-1 (Customer)", "ACME-1 (Customer)"]);
  });

  it("names all that it may be where it cannot decide", () => {
    expect(told([one, other], true)).toEqual(["Branch x points at ACME-1 (Customer) / ACME-1 (Other Ltd)", "ACME-1…"]);
    const third = { ...one, title: "Import" };
    expect(told([one, other, third, other], true)[0]).toBe(
      "Branch x points at ACME-1 (Customer, Title of ACME-1) / ACME-1 (Other Ltd, Title of ACME-1) / ACME-1 (Customer, Import) / …",
    );
    expect(nameAmong({ ...one, customer: { id: "", name: "" }, title: "" }, [one, other])).toBe("ACME-1");
  });
});

describe("a share of bought hours", () => {
  const told = (usedSeconds: number): string =>
    presentBudget(aCase("ACME-1"), { budgetSeconds: 36_000, usedSeconds, leftSeconds: 36_000 - usedSeconds });
  it("is told with what is left", () => {
    expect(told(28_800)).toBe("8:00 h of the 10:00 h bought for ACME-1 are used; 2:00 h are left.");
    expect(told(36_000)).toBe(
      "10:00 h of the 10:00 h bought for ACME-1 are used: no hours are left. Time is still recorded.",
    );
  });
});

describe("a clock that was set back", () => {
  it("is told with what became of the time", () => {
    expect(presentStepBack({ seconds: 86_385, setAside: false })).toBe(
      "The clock of this computer was set back by about 24:00 hours. Each moment counts once; log work in the repeated stretch by hand.",
    );
    expect(presentStepBack({ seconds: 31_536_000, setAside: true })).toContain("but apart and not counted");
  });
});
