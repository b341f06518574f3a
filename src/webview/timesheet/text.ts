/** Texts of the panel: keys are the English texts, as `vscode.l10n` has them, with `{0}` for the first value. */

/** English text (or `text#category` for a plural form that English lacks) to its translation. */
export type Bundle = Readonly<Record<string, string>>;

let bundle: Bundle = {};
let plurals = new Intl.PluralRules("en");

/** Sets the translations and the locale that decides plural forms. */
export function setTexts(locale: string, texts: Bundle): void {
  bundle = texts;
  plurals = new Intl.PluralRules(locale);
}

/** The text in the panel's language, its values filled in. A value is never read as a place for another. */
export function t(text: string, ...values: readonly (string | number)[]): string {
  return fill(bundle[text] ?? text, values);
}

/** The form for `count`, which is value 0. A language with more forms has them under `many#few`, `many#many` and so on. */
export function plural(count: number, one: string, many: string, ...values: readonly (string | number)[]): string {
  const category = plurals.select(count);
  const form = category === "one" ? bundle[one] : bundle[`${many}#${category}`];
  return fill(form ?? bundle[many] ?? (category === "one" ? one : many), [count, ...values]);
}

function fill(text: string, values: readonly (string | number)[]): string {
  return text.replace(/\{(\d+)\}/g, (whole, index: string) => String(values[Number(index)] ?? whole));
}

const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/;
const BIDI_CONTROLS = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

/** Text of others inside a sentence: one that runs right to left, or would turn what follows, is kept to itself. */
export function isolate(text: string): string {
  return RIGHT_TO_LEFT.test(text) || BIDI_CONTROLS.test(text) ? `\u2068${text}\u2069` : text;
}

/** The first `most` characters on one line, with an ellipsis if there was more. */
export function shorten(text: string, most: number): string {
  // A long text is cut first: replacing in 100,000 characters to show 300 would be felt.
  const line = text
    .slice(0, most * 2)
    .replaceAll(/\s+/g, " ")
    .trim();
  return line.length > most || text.length > most * 2 ? `${line.slice(0, most).trimEnd()}…` : line;
}
