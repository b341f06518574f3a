/**
 * Texts that people read, in the editor's language. Keys are the English texts, as in `vscode.l10n`, with `{0}` for the
 * first value (docs/adr/0011). All bundles of the extension share this module: esbuild.js keeps it a file of its own.
 * Pass literals to `t`, and do not call it while a module loads: the language is not known then.
 */

/** English text (or `text#category` for a plural form that English lacks) to its translation. */
export type Bundle = Readonly<Record<string, string>>;

let bundle: Bundle = {};
let plurals = new Intl.PluralRules("en");

/** Sets the translations and the locale that decides plural forms. Empty translations are ignored. */
export function setTexts(locale: string, texts: Bundle): void {
  bundle = Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== ""));
  plurals = new Intl.PluralRules(locale);
}

/** The text in the editor's language, else in English, with its values filled in. A `{0}` inside a value stays. */
export function t(text: string, ...values: readonly (string | number)[]): string {
  return fill(bundle[text] ?? text, values);
}

/** The form for `count`, which is value 0. Languages with more forms have them under `many#few`, `many#many` etc. */
export function plural(count: number, one: string, many: string, ...values: readonly (string | number)[]): string {
  const category = plurals.select(count);
  const form = category === "one" ? bundle[one] : bundle[`${many}#${category}`];
  return fill(form ?? bundle[many] ?? (category === "one" ? one : many), [count, ...values]);
}

function fill(text: string, values: readonly (string | number)[]): string {
  return text.replace(/\{(\d+)\}/g, (whole, index: string) => String(values[Number(index)] ?? whole));
}
