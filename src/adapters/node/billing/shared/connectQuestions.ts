import { t } from "../../../../base/text.ts";
import type { ConnectQuestion } from "../../../../ports/billingProvider.ts";

/**
 * Asks which activity is used for entries that name none; no question where there is no choice.
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
