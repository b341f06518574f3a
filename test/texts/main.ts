/**
 * `npm run texts`: writes the English bundle from the sources and brings the translations to its keys. A text that is new
 * is empty there until somebody translates it, which `npm test` reports; one that is used no more is taken out and printed.
 */
import process from "node:process";
import { bundlePath, LANGUAGES, readBundle, sorted, wordsPath, writeBundle, type Bundle } from "./bundles.ts";
import { textsOf } from "./find.ts";

const root = process.cwd();
const keys = sorted(textsOf(root).keys);
writeBundle(bundlePath(root), Object.fromEntries(keys.map((key) => [key, key])));
const words = Object.keys(readBundle(wordsPath(root)));
for (const language of LANGUAGES) {
  bring(bundlePath(root, language), keys);
  bring(wordsPath(root, language), words);
}

function bring(file: string, wanted: readonly string[]): void {
  const known: Bundle = readBundle(file);
  writeBundle(file, Object.fromEntries(wanted.map((key) => [key, known[key] ?? ""])));
  const isWanted = new Set(wanted);
  for (const [key, text] of Object.entries(known))
    if (!isWanted.has(key)) console.log(`${file}: taken out "${key}": "${text}"`);
  const missing = wanted.filter((key) => (known[key] ?? "") === "").length;
  console.log(`${file}: ${wanted.length} texts, ${missing} not translated`);
}
