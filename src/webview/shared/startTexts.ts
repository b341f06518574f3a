/** What a panel reads from its page before it draws. */
import { type Bundle, setTexts } from "../../base/text.ts";

/** Sets language and translations from the data attributes of the page's element, and returns the locale. */
export function startTexts(root: HTMLElement): string {
  const locale = resolveLocale(root.dataset["locale"] ?? document.documentElement.lang);
  setTexts(locale, readBundle(root.dataset["l10n"]));
  return locale;
}

function resolveLocale(name: string): string {
  try {
    return Intl.getCanonicalLocales(name)[0] ?? "en";
  } catch {
    return "en"; // RangeError is how Intl answers a name it cannot read
  }
}

function readBundle(json: string | undefined): Bundle {
  if (json === undefined || json === "") return {};
  const read: unknown = JSON.parse(json);
  if (typeof read !== "object" || read === null) return {};
  return Object.fromEntries(
    Object.entries(read).filter((each): each is [string, string] => typeof each[1] === "string"),
  );
}
