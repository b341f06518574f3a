import { describe, expect, it } from "vitest";
import { CaseclockError } from "../../../../src/domain/errors.ts";
import { refusalIn, Refused, type Refusal } from "../../../../src/domain/refusal.ts";
import { presentFailure } from "../../../../src/ui/text/presentError.ts";
import { presentRefusal } from "../../../../src/ui/text/presentRefusal.ts";

/** One of each: a new reason does not compile without. */
const EACH: { readonly [R in Refusal["reason"]]: Omit<Extract<Refusal, { readonly reason: R }>, "reason"> } = {
  activityUnknown: { caseKey: "ACME-1" },
  alreadyOnThatCase: {},
  correctionWithoutReason: {},
  dayInTheFuture: {},
  declarationNotFound: { id: "call" },
  declarationTooLong: { maxDays: 7 },
  declarationWithoutCase: {},
  declarationWithoutReason: {},
  descriptionTooLong: { maxCharacters: 2_000 },
  mergeAcrossCasesOrDays: {},
  mergeOfFewerThanTwo: {},
  mergeOfNoNeighbours: {},
  notInConflict: {},
  nothingCaptured: {},
  nothingChanged: {},
  nothingStruckByHand: {},
  rangeEmptyOrAhead: {},
  secondsNotWholeOrPositive: {},
  splitOutsideEntry: {},
  startNotBeforeEnd: {},
  timeNotOver: {},
  timerAlreadyRunning: {},
  timerStartsAhead: {},
  writeDownOutOfRange: { maxSeconds: 60 },
  writeDownWithoutReason: {},
};
const refusals = Object.entries(EACH).map(([reason, values]) => ({ reason, ...values }) as Refusal);

describe("a refusal", () => {
  it.each(refusals)("has a sentence of its own, with its values ($reason)", (refusal) => {
    const text = presentRefusal(refusal);
    expect(text).toMatch(/^[A-Z0-9].*\. Nothing was changed\.$/s);
    expect(refusals.filter((other) => presentRefusal(other) === text)).toHaveLength(1);
    for (const value of "caseKey" in refusal ? [refusal.caseKey] : []) expect(text).toContain(value);
    if ("maxSeconds" in refusal) expect(text).toContain("60");
  });

  it("says by its sentence what its bounds are", () => {
    // The bounds of these two are words of their sentences: one that changes must change both.
    const sayings = [EACH.declarationTooLong.maxDays, EACH.descriptionTooLong.maxCharacters.toLocaleString("en")];
    expect(sayings).toEqual([7, "2,000"]);
    expect(presentRefusal({ reason: "descriptionTooLong", maxCharacters: 2_000 })).toContain("2,000");
  });

  it("reaches the person as its sentence, and a program as its reason", () => {
    const refused = new Refused({ reason: "writeDownOutOfRange", maxSeconds: 60 });
    expect({ code: refused.code, message: refused.message, text: presentFailure(refused).text }).toEqual({
      code: "arguments.invalid",
      message: "writeDownOutOfRange maxSeconds=60",
      text: presentRefusal({ reason: "writeDownOutOfRange", maxSeconds: 60 }),
    });
  });

  it("is known by its content, for each bundle has a class of its own", () => {
    const refusal: Refusal = { reason: "timeNotOver" };
    const foreign = Object.assign(new CaseclockError("arguments.invalid", "timeNotOver"), { refusal });
    expect({
      foreign: refusalIn(foreign),
      plain: refusalIn(new CaseclockError("arguments.invalid", "key must be text")),
      other: refusalIn(Object.assign(new Error("timeNotOver"), { refusal })),
    }).toEqual({ foreign: refusal, plain: undefined, other: undefined });
  });
});
