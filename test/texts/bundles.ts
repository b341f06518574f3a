/** The files with what a person reads: `media/l10n/bundle.l10n*.json` for the code, `package.nls*.json` for the manifest. */
import fs from "node:fs";
import path from "node:path";
import { compareTexts } from "../../src/base/collections.ts";

export type Bundle = Readonly<Record<string, string>>;

/** The languages that are complete, beside English. */
export const LANGUAGES = ["de", "es"] as const;

export type Language = (typeof LANGUAGES)[number];

/** @param language absent for English */
export function bundlePath(root: string, language?: Language): string {
  return path.join(root, "media", "l10n", `bundle.l10n${language === undefined ? "" : `.${language}`}.json`);
}

/** @param language absent for English */
export function wordsPath(root: string, language?: Language): string {
  return path.join(root, `package.nls${language === undefined ? "" : `.${language}`}.json`);
}

/** Empty where the file is not there. */
export function readBundle(file: string): Bundle {
  return fs.existsSync(file) ? (JSON.parse(fs.readFileSync(file, "utf8")) as Bundle) : {};
}

export function writeBundle(file: string, bundle: Bundle): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, `${JSON.stringify(bundle, null, 2)}\n`);
}

/** Texts in the order of their English, whatever the locale of the computer is. */
export function sorted(keys: Iterable<string>): string[] {
  return [...keys].sort(compareTexts);
}

/** The places for values, icons and links in a text: a translation has the same, each as often. */
export function placesOf(text: string): string[] {
  return [...text.matchAll(/\{\d+\}|\$\([\w-]+(?:~\w+)?\)|\]\(command:[^)]*\)|`[^`]*`|#[\w.]+#/g)]
    .map(([all]) => all)
    .sort();
}
