import { t } from "../../base/text.ts";
import { assertNever } from "../../domain/errors.ts";
import type { Refusal } from "../../domain/refusal.ts";

/** What is wrong with what a person entered, as a sentence, and that nothing was changed. */
export function presentRefusal(refusal: Refusal): string {
  return `${sentence(refusal)} ${t("Nothing was changed.")}`;
}

function sentence(refusal: Refusal): string {
  switch (refusal.reason) {
    case "activityUnknown":
      return t("{0} has no such activity.", refusal.caseKey);
    case "alreadyOnThatCase":
      return t("It is there already.");
    case "correctionWithoutReason":
      return t("A correction needs a reason.");
    case "dayInTheFuture":
      return t("This day has not come yet.");
    case "declarationTooLong":
      return t("More than seven days at once.");
    case "declarationWithoutCase":
      return t("Declared time belongs to a case.");
    case "declarationWithoutReason":
      return t("Declared time needs a reason.");
    case "descriptionTooLong":
      return t("A description has at most 2,000 characters.");
    case "mergeAcrossCasesOrDays":
      return t("Only entries of one case and one day can be merged.");
    case "mergeOfFewerThanTwo":
      return t("At least two entries can be merged.");
    case "mergeOfNoNeighbours":
      return t("Only neighbouring entries can be merged.");
    case "notInConflict":
      return t("It is in no conflict.");
    case "nothingCaptured":
      return t("Nothing was captured there.");
    case "nothingChanged":
      return t("Nothing is different.");
    case "nothingStruckByHand":
      return t(
        "Nothing was struck by hand there. What was struck in favour of declared time counts again once that is removed.",
      );
    case "rangeEmptyOrAhead":
      return t("The time must begin before it ends, and be over.");
    case "secondsNotWholeOrPositive":
      return t("Seconds must be whole and more than 0.");
    case "splitOutsideEntry":
      return t("An entry is split at a time inside it.");
    case "startNotBeforeEnd":
      return t("Start must be before end.");
    case "timeNotOver":
      return t("This time is not over yet.");
    case "timerAlreadyRunning":
      return t("A timer is already running.");
    case "timerStartsAhead":
      return t("The clock was set back to before the timer began, so the timer runs on.");
    case "writeDownOutOfRange":
      return t("Between 0 and {0} seconds can be written down.", refusal.maxSeconds);
    case "writeDownWithoutReason":
      return t("A write-down needs a reason.");
    default:
      return assertNever(refusal);
  }
}
