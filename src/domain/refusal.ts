import { CaseclockError } from "./errors.ts";

/**
 * Why a person's request cannot be carried out, with the values that its sentence needs. `ui/text/presentRefusal.ts`
 * has a sentence for each reason: a new one does not compile without.
 */
export type Refusal =
  /** The case has no such activity. */
  | { readonly reason: "activityUnknown"; readonly caseKey: string }
  | { readonly reason: "alreadyOnThatCase" }
  | { readonly reason: "correctionWithoutReason" }
  | { readonly reason: "dayInTheFuture" }
  /** It was removed, or has no time of day. */
  | { readonly reason: "declarationNotFound"; readonly id: string }
  | { readonly reason: "declarationWithoutCase" }
  | { readonly reason: "declarationWithoutReason" }
  | { readonly reason: "declarationTooLong"; readonly maxDays: number }
  | { readonly reason: "descriptionTooLong"; readonly maxCharacters: number }
  | { readonly reason: "mergeAcrossCasesOrDays" }
  | { readonly reason: "mergeOfFewerThanTwo" }
  | { readonly reason: "mergeOfNoNeighbours" }
  | { readonly reason: "notInConflict" }
  | { readonly reason: "nothingCaptured" }
  | { readonly reason: "nothingChanged" }
  | { readonly reason: "nothingStruckByHand" }
  /** A range of captured time that is empty or lies in the future. */
  | { readonly reason: "rangeEmptyOrAhead" }
  | { readonly reason: "secondsNotWholeOrPositive" }
  | { readonly reason: "splitOutsideEntry" }
  | { readonly reason: "startNotBeforeEnd" }
  | { readonly reason: "timeNotOver" }
  | { readonly reason: "timerAlreadyRunning" }
  /** The clock was set back to before the timer began. */
  | { readonly reason: "timerStartsAhead" }
  | { readonly reason: "writeDownOutOfRange"; readonly maxSeconds: number }
  | { readonly reason: "writeDownWithoutReason" };

/**
 * A person's request was refused, and nothing was changed. The message is for logs and programs: the reason and its
 * values, such as `writeDownOutOfRange maxSeconds=60`.
 */
export class Refused extends CaseclockError {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    const { reason, ...values } = refusal;
    super(
      "arguments.invalid",
      [reason, ...Object.entries(values).map(([name, value]) => `${name}=${value}`)].join(" "),
    );
    this.refusal = refusal;
  }
}

/** The refusal that an error carries, even one thrown in another bundle; undefined for every other error. */
export function refusalIn(error: unknown): Refusal | undefined {
  return CaseclockError.is(error, "arguments.invalid") && "refusal" in error ? (error as Refused).refusal : undefined;
}
