import { t } from "../../../../base/text.ts";
import type { ConnectQuestion } from "../../../../ports/billingProvider.ts";

/**
 * Which of several activities is taken for entries that name none: a question where there is a choice, and no question where not.
 * @param fallback id of the one that is taken when nobody is asked; the first when absent
 */
export function makeActivityQuestions(
  choices: readonly { readonly id: string; readonly label: string; readonly detail?: string }[],
  fallback = choices[0]?.id,
): readonly ConnectQuestion[] {
  if (choices.length < 2 || fallback === undefined) return [];
  const prompt = t("Default activity of entries");
  return [{ id: "activity", title: t("Activity"), prompt, choices, fallback }];
}
