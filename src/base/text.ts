/**
 * What a person reads, in the editor's language: keys are the English texts, as `vscode.l10n` has them, with `{0}` for the
 * first value (docs/adr/0011). One module for all bundles of the extension: esbuild.js keeps it a file of its own.
 * A text is a literal where `t` is called, and `t` is not called while a module is loaded: the language is not known then.
 */

/** English text (or `text#category` for a plural form that English lacks) to its translation. */
export type Bundle = Readonly<Record<string, string>>;

let bundle: Bundle = {};
let plurals = new Intl.PluralRules("en");

/** Sets the translations and the locale that decides plural forms. An empty translation is none. */
export function setTexts(locale: string, texts: Bundle): void {
  bundle = Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== ""));
  plurals = new Intl.PluralRules(locale);
}

/** The text in the editor's language, in English where no translation is, its values filled in. A value is never read as a place for another. */
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
