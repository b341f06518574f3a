import { t } from "../../base/text.ts";

/**
 * What is wrong with what a person entered, from the message of an `arguments.invalid`, which is English for programs: in
 * the editor's language, or the message as a sentence where it is not known here.
 */
export function presentRefused(message: string): string {
  const said = wordsOf(message) ?? `${message.charAt(0).toUpperCase()}${message.slice(1)}.`;
  return `${said} ${t("Nothing was changed.")}`;
}

/** Undefined for a message that is not known. */
export function wordsOf(message: string): string | undefined {
  const [, most] = /^between 0 and (\d+) seconds can be written down$/.exec(message) ?? [];
  if (most !== undefined) return t("Between 0 and {0} seconds can be written down.", most);
  const [, key] = /^(.+) has no (?:such activity|activity .*)$/s.exec(message) ?? [];
  if (key !== undefined) return t("{0} has no such activity.", key);
  switch (message) {
    case "a correction needs a reason":
      return t("A correction needs a reason.");
    case "a description has at most 2,000 characters":
      return t("A description has at most 2,000 characters.");
    case "nothing is different":
      return t("Nothing is different.");
    case "from must be before to, and past":
      return t("The time must begin before it ends, and be over.");
    case "declared time needs a reason":
      return t("Declared time needs a reason.");
    case "declared time belongs to a case":
      return t("Declared time belongs to a case.");
    case "it is in no conflict":
      return t("It is in no conflict.");
    case "start must be before end":
      return t("Start must be before end.");
    case "this time is not over yet":
      return t("This time is not over yet.");
    case "more than seven days at once":
      return t("More than seven days at once.");
    case "seconds must be whole and more than 0":
      return t("Seconds must be whole and more than 0.");
    case "this day has not come yet":
      return t("This day has not come yet.");
    case "an entry is split at a time inside it":
      return t("An entry is split at a time inside it.");
    case "at least two entries can be merged":
      return t("At least two entries can be merged.");
    case "only entries of one case and one day can be merged":
      return t("Only entries of one case and one day can be merged.");
    case "only neighbouring entries can be merged":
      return t("Only neighbouring entries can be merged.");
    case "it is there already":
      return t("It is there already.");
    case "a write-down needs a reason":
      return t("A write-down needs a reason.");
    case "nothing was struck by hand there":
      return t(
        "Nothing was struck by hand there. What was struck in favour of declared time counts again once that is removed.",
      );
    case "the clock was set back to before the timer began":
      return t("The clock was set back to before the timer began, so the timer runs on.");
    case "nothing was captured there":
      return t("Nothing was captured there.");
    default:
      return undefined;
  }
}
