import { expect, it } from "vitest";
import type { Case } from "../../../src/domain/cases/case.ts";
import { CaseclockError } from "../../../src/domain/errors.ts";
import { must } from "../../support/builders.ts";
import { LOGIN_PAGE, NEVER, type Bench } from "./bench.ts";

const MARKS = ['"', "'", "%", "_", "\\", "&", "#", "(", "*"];
/** What would end a text, turn a condition round or name a column; none of it is in a title. */
const NOTHING = [
  "qqxnosuchword",
  "qqx%",
  "' OR Subject LIKE '",
  "\\' OR id > 0 OR Subject LIKE \\'",
  'qqx") OR key != "X',
  "CF.{qqx}",
  "CF.qqx",
  "qqx AND OR NOT",
  "qqx-987654",
  "#987654321",
  "987654321",
  "qqx/none#987654",
  "船舶qqx 🚢",
];

/** What a search for cases has to do where a provider has one. */
export function searches(bench: () => Bench): void {
  const search = async (text: string): Promise<readonly Case[]> => {
    const found = await bench().provider.searchCases?.(text, NEVER);
    return must(found);
  };

  it("is there where the system has more cases than it lists", () => {
    expect(bench().provider.searchCases !== undefined).toBe(bench().system.search !== undefined);
  });

  it("finds a case that the list has not, by its key and by words of its title", async ({ skip }) => {
    const { search: wanted } = bench().system;
    if (wanted === undefined) return skip();
    const listed: string[] = [];
    for await (const page of bench().provider.listCases(NEVER)) listed.push(...page.map(({ ref }) => ref.id));
    const { id, key, title, customer } = wanted.unlisted;
    expect(listed.includes(id)).toBe(wanted.isListed === true);
    const shown = { ref: { source: bench().provider.connection.id, id }, key, title, customer: { name: customer } };
    for (const text of [...wanted.keys, wanted.words, wanted.words.toUpperCase(), ` ${wanted.words} `]) {
      const found = await search(text);
      expect(
        found.filter(({ ref }) => ref.id === id),
        text,
      ).toMatchObject([{ ...shown, status: "open" }]);
    }
    for (const text of wanted.keys) expect(await search(text), text).toHaveLength(1);
  });

  it("finds nothing that is closed", async ({ skip }) => {
    const { search: wanted } = bench().system;
    if (wanted === undefined) return skip();
    for (const text of [...wanted.closed.keys, wanted.closed.words]) {
      const ids = (await search(text)).map(({ ref }) => ref.id);
      expect(ids, text).not.toContain(wanted.closed.id);
    }
  });

  it("that cannot be made says so, and is not taken for one that found nothing", async ({ skip }) => {
    const { search: wanted } = bench().system;
    if (wanted === undefined) return skip();
    const { server } = bench();
    const troubles = [
      ["billing.protocol", { kind: "answer", reply: LOGIN_PAGE }],
      ["billing.auth", { kind: "answer", reply: { status: 401 } }],
      ["billing.server", { kind: "answer", reply: { status: 503 } }],
    ] as const;
    for (const [code, trouble] of troubles) {
      for (const text of [...wanted.keys, wanted.words]) {
        server.breakReads(trouble);
        await expect(search(text), `${code} ${text}`).rejects.toSatisfy((error) => CaseclockError.is(error, code));
      }
    }
  });

  it("takes a mark for itself, and a text that no title has for none", async ({ skip }) => {
    const { search: wanted } = bench().system;
    if (wanted === undefined) return skip();
    for (const text of MARKS) {
      const found = await search(text);
      expect(
        found.filter(({ key, title, customer }) => !`${key} ${title} ${customer.name}`.includes(text)),
        text,
      ).toEqual([]);
      expect(found.length, text).toBeLessThanOrEqual(100);
    }
    for (const text of NOTHING) expect(await search(text), text).toEqual([]);
  });
}
