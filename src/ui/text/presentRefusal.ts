import { t } from "../../base/text.ts";
import { assertNever } from "../../domain/errors.ts";
import type { Refusal } from "../../domain/refusal.ts";

/** What is wrong with a person's input, as a sentence, and that nothing was changed. */
export function presentRefusal(refusal: Refusal): string {
  return `${sentence(refusal)} ${t("Nothing was changed.")}`;
}

function sentence(refusal: Refusal): string {
  switch (refusal.reason) {
    case "activityUnknown":
      return t("{0} has no such activity.", refusal.caseKey);
    case "alreadyOnThatCase":
      return t("It is already on that case.");
    case "correctionWithoutReason":
      return t("A correction needs a reason.");
    case "dayInTheFuture":
      return t("This day is in the future.");
    case "declarationNotFound":
      return t("This declared time no longer exists.");
    case "declarationTooLong":
      return t("At most seven days at once.");
    case "declarationWithoutCase":
      return t("Declared time needs a case.");
    case "declarationWithoutReason":
      return t("Declared time needs a reason.");
    case "descriptionTooLong":
      return t("A description has at most 2,000 characters.");
    case "mergeAcrossCasesOrDays":
      return t("Only entries of one case and one day can be merged.");
    case "mergeOfFewerThanTwo":
      return t("Merging takes at least two entries.");
    case "mergeOfNoNeighbours":
      return t("Only adjacent entries can be merged.");
    case "notInConflict":
      return t("This time is not in conflict.");
    case "nothingCaptured":
      return t("Nothing was captured there.");
    case "nothingChanged":
      return t("That would change nothing.");
    case "nothingStruckByHand":
      return t(
        "Nothing was struck by hand there. Time struck in favour of declared time counts again once the declared time is removed.",
      );
    case "rangeEmptyOrAhead":
      return t("The time must start before it ends and lie in the past.");
    case "secondsNotWholeOrPositive":
      return t("Seconds must be a whole number greater than 0.");
    case "splitOutsideEntry":
      return t("An entry can only be split at a time within it.");
    case "startNotBeforeEnd":
      return t("Start must be before end.");
    case "timeNotOver":
      return t("This time is not over yet.");
    case "timerAlreadyRunning":
      return t("A timer is already running.");
    case "timerStartsAhead":
      return t("The clock was set back to before the timer started, so the timer keeps running.");
    case "writeDownOutOfRange":
      return t("You can write down between 0 and {0} seconds.", refusal.maxSeconds);
    case "writeDownWithoutReason":
      return t("A write-down needs a reason.");
    default:
      return assertNever(refusal);
  }
}
