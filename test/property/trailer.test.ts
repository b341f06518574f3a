import fc from "fast-check";
import { expect, test } from "vitest";
import { parseCaseKey } from "../../src/domain/cases/case.ts";
import { parseCaseKeys, isTrailerName, formatTrailer } from "../../src/domain/git/trailer.ts";

/** Any key that a case may have, most of them hostile. */
const key = fc
  .string({
    unit: fc.oneof(fc.constantFrom(...Array.from("#:/\\'\"$`%=-<>|&; aZ9")), fc.string({ unit: "grapheme" })),
    maxLength: 64,
  })
  .filter((text) => parseCaseKey(text) !== undefined);

const trailer = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9-]{0,20}$/).filter(isTrailerName);

/** Messages of many lines, some of which look like trailers. */
const message = fc
  .array(fc.oneof(fc.string({ unit: "grapheme" }), fc.constantFrom("", "---", "# comment", "A: b", "  indented: yes")))
  .map((lines) => lines.join("\n"));

test("what is written as a trailer is read back, wherever it stands and however it is indented", () => {
  fc.assert(
    fc.property(
      key,
      trailer,
      message,
      message,
      fc.constantFrom("", "    ", "\t"),
      (caseKey, name, above, below, by) => {
        const before = parseCaseKeys(above, name);
        const read = parseCaseKeys(`${above}\n${by}${formatTrailer(name, caseKey)}\n${below}`, name);
        expect(read).toContain(caseKey);
        expect(read.slice(0, before.length)).toEqual(before);
      },
    ),
  );
});

test("a message that names no case gets exactly the one that is added, in any letters", () => {
  fc.assert(
    fc.property(key, trailer, message, (caseKey, name, text) => {
      fc.pre(parseCaseKeys(text, name).length === 0);
      expect(parseCaseKeys(`${text}\n\n${formatTrailer(name.toUpperCase(), caseKey)}\n`, name)).toEqual([caseKey]);
    }),
  );
});

test("what is read is a key, each once", () => {
  fc.assert(
    fc.property(message, trailer, (text, name) => {
      const keys = parseCaseKeys(text, name);
      expect(new Set(keys).size).toBe(keys.length);
      for (const read of keys) expect(parseCaseKey(read)).toBe(read);
    }),
  );
});
