import type { ConnectQuestion } from "../../../ports/billingProvider.ts";

/**
 * Which of several is taken for entries that name none: a question where there is a choice, and no question where not.
 * @param fallback id of the one that is taken when nobody is asked; the first when absent
 */
export function oneOf(
  id: string,
  title: string,
  choices: readonly { readonly id: string; readonly label: string; readonly detail?: string }[],
  fallback = choices[0]?.id,
): readonly ConnectQuestion[] {
  if (choices.length < 2 || fallback === undefined) return [];
  return [{ id, title, prompt: `${title} of entries for which none is chosen`, choices, fallback }];
}
