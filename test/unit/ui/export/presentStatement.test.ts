import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { computeChecksum } from "../../../../src/adapters/node/system/checksum.ts";
import { CaseDirectory } from "../../../../src/app/cases/caseDirectory.ts";
import { makeStatement, type Statement } from "../../../../src/app/export/statement.ts";
import { setTexts } from "../../../../src/base/text.ts";
import { seconds, type LocalDate, type ZoneId } from "../../../../src/base/time.ts";
import type { CaseRef } from "../../../../src/domain/cases/case.ts";
import type { EventBody } from "../../../../src/domain/log/events.ts";
import {
  checkSeals,
  serializeStatement,
  readSealed,
  statementHtml,
  statementMarkdown,
} from "../../../../src/ui/export/presentStatement.ts";
import { compareStatements } from "../../../../src/ui/export/presentStatementCheck.ts";
import { aCase, aConnection, anEntry, at, must } from "../../../support/builders.ts";
import { FakeBilling, FakeProviders } from "../../../support/fakeBilling.ts";
import { ManualClock } from "../../../support/manualClock.ts";
import { TestWindow } from "../../../support/memoryEventLog.ts";
import type { ApprovedEntry } from "../../../../src/domain/log/approvedEntry.ts";

const COMMIT = { sha: "3f2c9a1be0d4475c8f6a21b7e5d90c3384a1f6e2", subject: "Read in chunks", repository: "import" };

async function stated(
  entries: readonly ApprovedEntry[],
  range: { from?: LocalDate; to?: LocalDate } = {},
  left?: number,
  of: CaseRef | string = aCase("ACME-1").ref,
  before: readonly EventBody[] = [],
): Promise<Statement | undefined> {
  const clock = new ManualClock("12:00");
  const window = new TestWindow(clock);
  await window.view.load();
  const approved = entries.map((entry) => ({ kind: "approved", entry }) as const);
  await window.log.append([...before, ...approved].map((body) => window.factory.create(body)));
  const directory = new CaseDirectory(window.log, window.view, new FakeProviders(new FakeBilling()), clock);
  return makeStatement(window.view, directory, of, range, () => left);
}

const first = anEntry("b", {
  day: "2026-03-11" as LocalDate,
  start: at("2026-03-11 09:00"),
  end: at("2026-03-11 09:10"),
});
const second = anEntry("a", {
  zone: "Europe/Madrid" as ZoneId,
  commits: [COMMIT],
  declarations: [{ id: "d", seconds: seconds(120), reason: "Call" }],
  declaredSeconds: seconds(120),
  writtenDownSeconds: seconds(60),
  writeDownReason: "Courtesy",
  billableSeconds: seconds(660),
  billedSeconds: seconds(660),
  observedSeconds: seconds(600),
});
const FOREIGN = `{"version":1,"key":"X","from":"2026-01-01","to":"2026-01-02","entries":[]}`;
const sumOf = (statement: Statement): string => computeChecksum(serializeStatement(statement));
const FORMS = [
  ["Markdown", statementMarkdown],
  ["a page", statementHtml],
] as const;

afterEach(() => {
  setTexts("en", {});
});

describe("a statement", () => {
  it("has what was approved on the case in the range, oldest first, and its sums", async () => {
    const other = anEntry("x", { case: aCase("BETA-1") });
    const late = anEntry("z", { day: "2026-04-01" as LocalDate });
    const statement = must(await stated([first, second, other, late], { to: "2026-03-31" as LocalDate }, -30));
    expect(statement.entries.map(({ externalId }) => externalId)).toEqual(["a", "b"]);
    expect(statement).toMatchObject({
      key: "ACME-1",
      from: "2026-03-10",
      to: "2026-03-31",
      leftSeconds: -30,
      totals: { workedSeconds: 1_320, writtenDownSeconds: 60, exactSeconds: 1_260, billedSeconds: 1_260 },
    });
    expect(await stated([other])).toBeUndefined();
  });

  it("is of one case, also where another source has the same key", async () => {
    const ours = aCase("#12");
    const theirs = { ...ours, ref: { source: "connection-2", id: "#12" }, customer: { id: "9", name: "Globex" } };
    const entries = [anEntry("a", { case: ours }), anEntry("b", { case: theirs, description: "Work for Globex" })];
    const statements = [await stated(entries, {}, 0, ours.ref), await stated(entries, {}, 0, theirs.ref)].map(must);
    expect(
      statements.map(({ key, customer, entries: [one, more] }) => [key, customer, one?.description, more]),
    ).toEqual([
      ["#12", "Customer", "Work of a", undefined],
      ["#12", "Globex", "Work for Globex", undefined],
    ]);
    expect(statements.map((one) => one.case)).toEqual([ours.ref, theirs.ref]);
  });

  it("of an earlier version says no case, and is compared with all that its key stood for", async () => {
    const ours = anEntry("a");
    const theirs = anEntry("b", { case: { ...aCase("ACME-1"), ref: { source: "connection-2", id: "1" } } });
    const old = must(await stated([ours, theirs], {}, undefined, "ACME-1"));
    expect(old.case).toBeUndefined();
    expect(old.entries.map(({ externalId }) => externalId)).toEqual(["a", "b"]);
  });

  it.each([
    ["none", [], false],
    ["commits", [{ sha: COMMIT.sha, subject: COMMIT.subject }], false],
    ["full", [COMMIT], true],
  ] as const)("shows of the evidence what was shared: %s", async (share, commits, hasSpans) => {
    const { entries } = must(await stated([{ ...second, share }]));
    expect(entries[0]?.commits).toEqual(commits);
    expect(entries[0]?.spans !== undefined).toBe(hasSpans);
  });

  it("says when, what, how much, why not all of it, and what is left", async () => {
    const statement = must(await stated([second], {}, 7_200));
    for (const text of [statementMarkdown(statement, computeChecksum), statementHtml(statement, computeChecksum)]) {
      for (const part of [
        "10:00 to 10:10, UTC+01:00",
        "Read in chunks",
        "2 min 00 s Call",
        "1 min 00 s Courtesy",
        "2 h 00 min 00 s",
      ]) {
        expect(text).toContain(part);
      }
      expect(text).toContain("not a signature");
    }
  });

  it("says on which day it was stated and by whom, as far as the billing system has a name", async () => {
    const connected = (name: string): EventBody => ({
      kind: "connected",
      connection: aConnection({ account: { id: "7", name } }),
    });
    const named = must(await stated([second], {}, undefined, undefined, [connected("Ann <b>")]));
    expect(named.issued).toEqual({ on: "2026-03-10", by: "Ann <b>" });
    expect(statementMarkdown(named, computeChecksum)).toContain("Issued on 2026-03-10 by `Ann <b>`");
    expect(statementHtml(named, computeChecksum)).toContain('<p dir="auto">Issued on 2026-03-10 by Ann &lt;b&gt;</p>');
    for (const unnamed of [await stated([second]), await stated([second], {}, undefined, undefined, [connected("")])]) {
      expect(statementMarkdown(must(unnamed), computeChecksum)).toMatch(/^Issued on 2026-03-10$/m);
    }
  });

  it("made on another day by somebody else says the same of the ledger", async () => {
    const now = must(await stated([second]));
    expect(compareStatements({ ...now, issued: { on: "2026-04-01", by: "Bea" } }, now)).toEqual([]);
    const old = Object.fromEntries(Object.entries(now).filter(([name]) => name !== "issued")) as unknown as Statement;
    expect(compareStatements(old, now)).toEqual([]);
    expect(must(readSealed(statementHtml(old, computeChecksum))).statement).toEqual(old);
  });

  it("comes back from both forms, and fits its checksum, whatever stands in it", async () => {
    const base = must(await stated([second]));
    const hostile = fc.oneof(
      fc.string({ unit: "grapheme", maxLength: 60 }),
      fc.constantFrom(
        "--> <!-- </script><script>alert(1)</script>",
        "\\u002d\\u003c",
        "a|b `c` [d](command:e)",
        "--",
        "---",
        "\u2028‮",
      ),
    );
    fc.assert(
      fc.property(
        hostile,
        hostile,
        fc.option(fc.integer({ min: -99_999, max: 99_999 }), { nil: undefined }),
        (title, text, left) => {
          const statement: Statement = {
            ...base,
            title,
            customer: text,
            issued: { on: "2026-03-31", by: text },
            entries: base.entries.map((entry) => ({
              ...entry,
              description: text,
              commits: [{ ...COMMIT, subject: title }],
            })),
            ...(left === undefined ? {} : { leftSeconds: left }),
          };
          const checksum = sumOf(statement);
          for (const form of [
            statementMarkdown(statement, computeChecksum),
            statementHtml(statement, computeChecksum),
          ]) {
            const found = must(readSealed(form));
            expect({ statement: found.statement, checksum: found.checksum }).toEqual({ statement, checksum });
            expect(checkSeals(found, computeChecksum)).toEqual({ figures: "intact", text: "intact" });
          }
          const page = statementHtml(statement, computeChecksum);
          expect(page.match(/<script/g)).toHaveLength(1);
          expect(page).not.toMatch(/<script(?![^>]*application\/json)/);
        },
      ),
      { numRuns: 300 },
    );
  });

  it("made in one language is verified in another", async () => {
    const english = must(await stated([first, second], {}, 7_200));
    setTexts("de", {
      Total: "Summe",
      Declared: "Angegeben",
      "**Billed {0}** of {1} exact.": "**Berechnet {0}** von {1}.",
    });
    const german = must(await stated([first, second], {}, 7_200));
    const forms = FORMS.map(([, form]) => form(german, computeChecksum));
    expect(forms.map((form) => /Berechnet|Summe/.exec(form)?.[0])).toEqual(["Berechnet", "Summe"]);
    expect(forms.every((form) => form.includes("Angegeben"))).toBe(true);

    setTexts("en", {});
    for (const form of forms) {
      const found = must(readSealed(form));
      expect(computeChecksum(serializeStatement(found.statement))).toBe(found.checksum);
      expect(found.checksum).toBe(sumOf(english));
      expect(compareStatements(found.statement, english)).toEqual([]);
    }
  });

  it.each(FORMS)("as %s is as it was made, whatever mail and git do to its lines", async (_name, form) => {
    const text = form(must(await stated([first, second], {}, 7_200)), computeChecksum);
    for (const one of [text, text.replaceAll("\n", "\r\n"), `\n${text.trimEnd()}`, text.replaceAll("\n", " \n")]) {
      expect(checkSeals(must(readSealed(one)), computeChecksum)).toEqual({ figures: "intact", text: "intact" });
    }
  });

  it.each(FORMS)("as %s shows that a figure was changed in the text that is read", async (_name, form) => {
    const text = form(must(await stated([anEntry("a")])), computeChecksum);
    const forged = text.replaceAll("10 min 00 s", "50 min 00 s");
    expect(forged).not.toBe(text);
    expect(checkSeals(must(readSealed(forged)), computeChecksum)).toEqual({ figures: "intact", text: "changed" });
  });

  it.each(FORMS)("as %s has its text covered unless an earlier version made it", async (_name, form) => {
    const statement = must(await stated([second]));
    const without = (text: string): string =>
      text.replace(/ data-text-checksum="\w+"/, "").replace(/(<!-- \S+ \w{64}) \w{64}/, "$1");
    const now = must(readSealed(without(form(statement, computeChecksum))));
    expect(checkSeals(now, computeChecksum)).toEqual({ figures: "intact", text: "changed" });
    const old = must(await stated([second], {}, undefined, statement.key));
    const found = must(readSealed(without(form(old, computeChecksum)).replace("10 min 00 s", "50 min 00 s")));
    expect(found.textChecksum).toBeUndefined();
    expect(checkSeals(found, computeChecksum)).toEqual({ figures: "intact", text: "notCovered" });
  });

  it("whose figures were changed does not fit its checksum any more", async () => {
    const text = statementHtml(must(await stated([second])), computeChecksum);
    const changed = must(readSealed(text.replaceAll('"billedSeconds":660', '"billedSeconds":3660')));
    expect(checkSeals(changed, computeChecksum)).toEqual({ figures: "changed", text: "intact" });
  });

  it.each([
    `id="caseclock-statement" data-checksum="${"0".repeat(64)}">${FOREIGN}</script>`,
    `<script type="application/json" id="caseclock-statement" data-checksum="${"0".repeat(64)}">${FOREIGN}</script></body></html>`,
    `<!-- caseclock-statement ${"0".repeat(64)} ${FOREIGN} -->`,
    `<!doctype html>`,
  ])("is read from its own data, not from a text in it that looks like data: %s", async (description) => {
    const statement = must(await stated([{ ...second, description }]));
    for (const text of [statementMarkdown(statement, computeChecksum), statementHtml(statement, computeChecksum)]) {
      expect(readSealed(text)?.statement).toEqual(statement);
      const withoutData = text.slice(0, text.lastIndexOf(text.startsWith("<") ? "<script" : "<!--"));
      expect(readSealed(withoutData)).toBeUndefined();
    }
  });

  it.each([
    ["from", "yesterday"],
    ["to", "2026-02-30"],
    ["from", "2026-03-10](command:x)"],
    ["date", "[2026-03-10](command:x)"],
    ["case", "1"],
    ["billedSeconds", 1.5],
    ["revision", null],
    ["issued", { on: "yesterday" }],
    ["issued", { on: "2026-03-10", by: 5 }],
  ])("is not read where a part is not what it should be: %s %s", async (name, value) => {
    const statement = must(await stated([second]));
    const entry = must(statement.entries[0]);
    const broken = {
      ...statement,
      ...(name in entry ? { entries: [{ ...entry, [name]: value }] } : { [name]: value }),
    };
    expect(readSealed(statementHtml(broken, computeChecksum))).toBeUndefined();
  });

  it.each(["", "# nothing", '<script type="application/json" id="caseclock-statement" data-checksum="0">{}</script>'])(
    "is not found in %j",
    (text) => {
      expect(readSealed(text)).toBeUndefined();
    },
  );

  it("is compared with the ledger entry by entry", async () => {
    const old = must(await stated([first, second]));
    expect(compareStatements(old, await stated([first, second]))).toEqual([]);
    const now = await stated([{ ...second, revision: 2, billedSeconds: seconds(600) }, anEntry("new")]);
    expect([...compareStatements(old, now)].sort()).toEqual([
      "2026-03-10: an entry has been approved since.",
      "2026-03-10: the entry has been corrected since. Billed: 11 min 00 s in the statement, 10 min 00 s now.",
      "2026-03-11: the ledger no longer has this entry.",
    ]);
    expect(compareStatements(old, undefined)).toHaveLength(2);
  });

  it("has each part named in which it differs from the ledger", async () => {
    const now = must(await stated([second]));
    const differing = (change: object): string =>
      compareStatements({ ...now, entries: now.entries.map((entry) => ({ ...entry, ...change })) }, now).join("\n");
    const otherwise = "2026-03-10: the ledger differs.";
    const other = "[a](command:x) `b`";
    expect(differing({ date: "2026-03-09" })).toBe(
      "2026-03-09: the ledger differs. Day: `2026-03-09` in the statement, `2026-03-10` now.",
    );
    expect(differing({ description: other })).toBe(
      `${otherwise} Work: \`[a](command:x) 'b'\` in the statement, \`Work of a\` now.`,
    );
    expect(differing({ billedSeconds: 4_260, workedSeconds: 780 })).toBe(
      `${otherwise} Worked: 13 min 00 s in the statement, 12 min 00 s now. Billed: 1 h 11 min 00 s in the statement, 11 min 00 s now.`,
    );
    expect(differing({ writeDownReason: undefined })).toBe(
      `${otherwise} Reason for the write-down: – in the statement, \`Courtesy\` now.`,
    );
    expect(differing({ start: undefined, end: undefined })).toContain(
      "When: no set time in the statement, `2026-03-10T10:00:00",
    );
    expect(differing({ declared: [{ seconds: 60, reason: "Mail" }] })).toContain(
      "Declared: 1 min 00 s `Mail` in the statement, 2 min 00 s `Call` now.",
    );
    expect(differing({ commits: [] })).toContain(
      "Commit: – in the statement, `3f2c9a1be0d4475c8f6a21b7e5d90c3384a1f6e2 Read",
    );
    for (const odd of [null, 5, "x", {}, [null], [5], [{}]]) {
      const change = { description: odd, declared: odd, commits: odd, spans: odd, exactSeconds: odd, start: odd };
      expect(differing(change)).toContain(otherwise);
    }
  });

  it("whose sums alone are others differs from the ledger", async () => {
    const now = must(await stated([second]));
    const sums = { ...now.totals, billedSeconds: 3_600 };
    expect(compareStatements({ ...now, totals: sums }, now)).toEqual([
      "The totals differ from the ledger. Billed: 1 h 00 min 00 s in the statement, 11 min 00 s now.",
    ]);
  });
});

describe("a statement in another language", () => {
  afterEach(() => {
    setTexts("en", {});
  });

  it("has its words in that language, and the same data and checksum", async () => {
    const statement = must(await stated([first, second]));
    const english = [statementHtml, statementMarkdown].map((form) => form(statement, computeChecksum));
    setTexts("de", {
      en: "de",
      Total: "Summe",
      Billed: "Berechnet",
      "**Billed {0}** of {1} exact.": "**{0}** von {1}.",
    });
    const [page = "", note = ""] = [statementHtml, statementMarkdown].map((form) => form(statement, computeChecksum));
    expect(page).toMatch(/<html lang="de">.*>Berechnet<.*>Summe</s);
    expect(note).toContain("** von ");
    setTexts("en", {});
    for (const text of [...english, page, note]) {
      const found = must(readSealed(text));
      expect({ statement: found.statement, checksum: found.checksum }).toEqual({
        statement,
        checksum: sumOf(statement),
      });
      expect(checkSeals(found, computeChecksum)).toEqual({ figures: "intact", text: "intact" });
    }
  });
});
