import fs from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { bundlePath, LANGUAGES, placesOf, readBundle, sorted, wordsPath } from "../texts/bundles.ts";
import { textsOf } from "../texts/find.ts";
import { UNREAD } from "../texts/unread.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const found = textsOf(root);

/** Properties of the manifest that VS Code shows. */
const SHOWN =
  /^(displayName|title|shortTitle|category|(markdown)?[dD]escription|(markdown)?[eE]numDescriptions|(markdown)?[dD]eprecationMessage|\w*[eE]rrorMessage|contents|name|contextualTitle|label|altText|placeholder|enumItemLabels)$/;

/** Texts in a part of the manifest that are no `%key%`, with their places. */
function bareIn(part: unknown, place = "", isShown = false): string[] {
  if (typeof part === "string") return isShown && !/^%[\w.-]+%$/.test(part) ? [`${place}: ${part}`] : [];
  if (typeof part !== "object" || part === null) return [];
  const isList = Array.isArray(part);
  return Object.entries(part).flatMap(([key, value]) =>
    bareIn(value, `${place}.${key}`, isList ? isShown : SHOWN.test(key)),
  );
}

describe("texts in the sources", () => {
  it("go through t, or are named as read by nobody", () => {
    const isUnread = ({ at, text }: { at: string; text: string }): boolean =>
      UNREAD.some(({ file, texts }) => at.startsWith(`${file}:`) && (texts?.includes(text) ?? true));
    expect(found.bare.filter((one) => !isUnread(one))).toEqual([]);
  });

  it("are literals, and asked for when the language is known", () => {
    expect(found.misused).toEqual([]);
  });

  it("that nobody reads are there", () => {
    const gone = UNREAD.filter(
      ({ file, texts }) =>
        !found.bare.some(({ at }) => at.startsWith(`${file}:`)) ||
        texts?.some((text) => !found.bare.some((one) => one.at.startsWith(`${file}:`) && one.text === text)),
    );
    expect(gone).toEqual([]);
  });
});

describe("the bundles", () => {
  it("have the English of the sources, no more and no less: `npm run texts`", () => {
    const keys = sorted(found.keys);
    expect(readBundle(bundlePath(root))).toEqual(Object.fromEntries(keys.map((key) => [key, key])));
  });

  it("have every text of the manifest", () => {
    const manifest = fs.readFileSync(`${root}/package.json`, "utf8");
    const used = new Set([...manifest.matchAll(/"%([\w.-]+)%"/g)].map(([, key = ""]) => key));
    expect(sorted(used)).toEqual(sorted(Object.keys(readBundle(wordsPath(root)))));
  });

  it("leave no text of the manifest bare", () => {
    const { displayName, description, capabilities, contributes } = JSON.parse(
      fs.readFileSync(`${root}/package.json`, "utf8"),
    ) as Record<string, unknown>;
    expect(bareIn({ displayName, description, capabilities, contributes })).toEqual([]);
    expect(bareIn({ a: [{ title: "Pick" }], enumDescriptions: ["%one%", "two"] })).toEqual([
      ".a.0.title: Pick",
      ".enumDescriptions.1: two",
    ]);
  });
});

for (const language of LANGUAGES) {
  describe(`the translation to ${language}`, () => {
    for (const [english, file] of [
      [readBundle(bundlePath(root)), bundlePath(root, language)],
      [readBundle(wordsPath(root)), wordsPath(root, language)],
    ] as const) {
      const translated = readBundle(file);

      it(`has every text and no other (${file.slice(root.length)})`, () => {
        expect(sorted(Object.keys(translated))).toEqual(sorted(Object.keys(english)));
        expect(Object.entries(translated).filter(([, text]) => text.trim() === "")).toEqual([]);
      });

      it(`keeps the values, icons and links of each text (${file.slice(root.length)})`, () => {
        const lost = Object.entries(translated).filter(
          ([key, text]) => String(placesOf(text)) !== String(placesOf(english[key] ?? "")),
        );
        expect(lost).toEqual([]);
      });
    }
  });
}
