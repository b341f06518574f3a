/**
 * What every billing provider has to do, whatever it writes to. A provider under test says how to open it, and how to read
 * what its system has: by the system's own means, never by the adapter.
 */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { seconds, type LocalDate } from "../../../src/base/time.ts";
import type { Case } from "../../../src/domain/cases/case.ts";
import { CaseclockError } from "../../../src/domain/errors.ts";
import type { RemoteRecord } from "../../../src/ports/billingProvider.ts";
import { at } from "../../support/builders.ts";
import { Bench, DAY, LOGIN_PAGE, NEVER, written } from "./bench.ts";
import { corrections } from "./corrections.ts";
import { searches } from "./searches.ts";
import type { Capabilities, SystemUnderTest } from "./systemUnderTest.ts";
import { troubles } from "./troubles.ts";
import type { ApprovedEntry } from "../../../src/domain/log/approvedEntry.ts";

/** Runs the suite. @param open a fresh system, or a running one with a case of which only later records are looked at */
export function conformance(name: string, can: Capabilities, open: () => Promise<SystemUnderTest>): void {
  describe(`a billing provider: ${name}`, () => {
    let opened: Bench;
    const bench = (): Bench => opened;

    beforeEach(async () => {
      opened = await Bench.open(await open());
    });
    afterEach(() => bench().close());

    describe("connecting", () => {
      it("names the account, and what the system can", () => {
        expect(bench().provider.connection.account).toMatchObject({ id: bench().system.account.id });
        expect(bench().provider.connection.account.name).not.toBe("");
        expect({ unitSeconds: bench().provider.unitSeconds, correction: bench().provider.correction }).toEqual({
          unitSeconds: can.unitSeconds,
          correction: can.correction,
        });
      });

      it.runIf(can.over !== "folder")("tells a token that is not accepted", async () => {
        const probe = bench().probe(bench().system.badToken);
        await expect(probe).rejects.toSatisfy((error) => CaseclockError.is(error, "billing.auth"));
      });

      it.runIf(can.over !== "folder")("tells a login page from the system", async () => {
        bench().faults.breakReads({ kind: "answer", reply: LOGIN_PAGE });
        const probe = bench().probe();
        await expect(probe).rejects.toSatisfy((error) => CaseclockError.is(error, "billing.protocol"));
      });
    });

    it.runIf(can.over === "folder")("has no cases of its own", async () => {
      const pages: (readonly Case[])[] = [];
      for await (const page of bench().provider.listCases(NEVER)) pages.push(page);
      expect(pages.flat()).toEqual([]);
    });

    it.runIf(can.over !== "folder")("lists the open cases with key, title, customer and address", async () => {
      const cases: Case[] = [];
      for await (const page of bench().provider.listCases(NEVER)) cases.push(...page);
      const found = cases.filter(({ ref }) => ref.id === bench().system.openCase.id);
      expect(found).toMatchObject([
        {
          key: bench().system.openCase.key,
          title: bench().system.openCase.title,
          customer: { name: bench().system.openCase.customer },
          status: "open",
        },
      ]);
      expect(cases.every(({ ref }) => ref.source === bench().provider.connection.id)).toBe(true);
      expect(cases.filter(({ url }) => url !== undefined && !/^https?:$/.test(new URL(url).protocol))).toEqual([]);
      expect(new Set(cases.map(({ ref }) => ref.id)).size).toBe(cases.length);
      expect(cases.map(({ ref }) => ref.id)).not.toContain(bench().system.closedCaseId ?? "no such case");
    });

    describe("a push", () => {
      it("writes once, and tells what is kept", async () => {
        const sent = bench().entry();
        const result = await bench().push(sent);
        expect(result).toMatchObject({ kind: "written", remote: { externalId: bench().key } });
        expect(result).not.toHaveProperty("warning");
        if (written(result).billedSeconds !== undefined) expect(written(result).billedSeconds).toBe(3600);
        const stored = await bench().system.stored();
        expect(stored.map((one) => one.seconds)).toEqual([3600]);
        expect(stored[0]?.text).toContain("Fixed the importer");
        expect(stored[0]?.day ?? DAY).toBe(DAY);
        expect(stored[0]?.start ?? at("09:00")).toBe(at("09:00"));
        expect(written(result).remoteId).toBe(stored[0]?.id);
      });

      it("is found by its key and by no other", async () => {
        expect(await bench().find(bench().entry())).toEqual([]);
        await bench().push(bench().entry({ externalId: `${bench().key}0` }));
        await bench().push(bench().entry({ externalId: bench().key.slice(0, -1) }));
        expect(await bench().find(bench().entry())).toEqual([]);
        const result = await bench().push(bench().entry());
        const found = await bench().find(bench().entry());
        expect(found.map(({ remoteId }) => remoteId)).toEqual([written(result).remoteId]);
      });

      it("of time without a place is of its day", async () => {
        const length = seconds(1800);
        const sums = {
          declaredSeconds: length,
          billableSeconds: length,
          contractSeconds: length,
          billedSeconds: length,
        };
        const rest = unplaced(bench().entry({ intervals: [], ...sums }));
        expect(await bench().push(rest)).toMatchObject({ kind: "written" });
        const stored = await bench().system.stored();
        expect(stored.map((one) => one.seconds)).toEqual([1800]);
        expect(stored[0]?.day ?? DAY).toBe(DAY);
        expect(await bench().find(rest)).toHaveLength(1);
      });

      it("keeps a text with quotes, marks, other scripts and an emoji", async () => {
        const description = `Größe – ночь 船舶 🚢 <b>&amp;"' \\ {x}`;
        expect(await bench().push(bench().entry({ description }))).toMatchObject({ kind: "written" });
        expect((await bench().system.stored())[0]?.text).toContain(description);
        expect(await bench().find(bench().entry({ description }))).toHaveLength(1);
      });

      it("takes a text of several lines", async () => {
        const description = "First line\nSecond line";
        expect(await bench().push(bench().entry({ description }))).toMatchObject({ kind: "written" });
        const text = (await bench().system.stored())[0]?.text ?? "";
        expect(text).toMatch(can.keepsLines === false ? /First line\s+Second line/ : /First line\nSecond line/);
        expect(await bench().find(bench().entry({ description }))).toHaveLength(1);
      });

      it("cuts a text that is too long, and never its key", async () => {
        const description = "Ein sehr langer Text über 船舶 ".repeat(120);
        expect(await bench().push(bench().entry({ description }))).toMatchObject({ kind: "written" });
        const text = (await bench().system.stored())[0]?.text ?? "";
        if (can.mostText === undefined) expect(text).toContain(description.trim());
        else expect(Array.from(text).length).toBeLessThanOrEqual(can.mostText);
        expect(await bench().find(bench().entry({ description }))).toHaveLength(1);
      });

      it("that is refused says so in the system's words", async () => {
        for (const [why, id] of Object.entries(bench().system.refusing)) {
          const ref = { source: bench().provider.connection.id, id };
          const result = await bench().push(
            bench().entry({ case: { ...bench().case, ref }, externalId: `${bench().key}-${why}` }),
          );
          expect(result, why).toMatchObject({
            kind: "rejected",
            problem: { kind: expect.stringMatching(/\S/) as string },
          });
          expect(result, why).toHaveProperty("problem.detail", expect.not.stringMatching(/HTTP status/));
        }
        expect(await bench().system.stored()).toEqual([]);
      });
    });

    describe("several spans", () => {
      it("add up to what is billed, in records that do not overlap", async () => {
        const result = await bench().push(bench().inPieces());
        const stored = await bench().system.stored();
        expect(stored.map((one) => one.seconds)).toEqual(can.isPerSpan ? [1800, 900, 2700] : [5400]);
        if (can.isPerSpan) {
          const starts = stored.map(({ start }) => start);
          expect(starts).toEqual([at("09:00"), at("11:00"), at("13:00")]);
          expect(written(result).remoteId).toBe(stored.map(({ id }) => id).join(","));
        }
        expect((await bench().find(bench().inPieces())).map(({ remoteId }) => remoteId)).toEqual([
          written(result).remoteId,
        ]);
      });

      it.runIf(can.isPerSpan)("half of which was written are completed, not doubled", async () => {
        bench().faults.breakWrites(undefined, { kind: "reset" });
        expect(await bench().push(bench().inPieces())).toMatchObject({ kind: "unknown" });
        expect(await bench().find(bench().inPieces())).toEqual([]);
        bench().faults.breakWrites(undefined, { kind: "loseAnswer" });
        expect(await bench().push(bench().inPieces(), 1)).toMatchObject({ kind: "unknown" });
        expect(await bench().push(bench().inPieces(), 2)).toMatchObject({ kind: "written" });
        expect(await bench().lengths()).toEqual([1800, 900, 2700]);
      });

      it.runIf(can.isPerSpan)("become fewer and more by corrections", async () => {
        const sent = bench().inPieces();
        const one = bench().revision(60);
        const second = await bench().receipt(one, await bench().receipt(sent));
        expect(await bench().lengths()).toEqual([3600]);
        const three = bench().inPieces({ revision: 3 });
        await bench().correct(three, second);
        expect(await bench().lengths()).toEqual([1800, 900, 2700]);
        await bench().correct(three, second, 1);
        expect(await bench().lengths()).toEqual([1800, 900, 2700]);
      });
    });

    describe("a search", () => {
      searches(bench);
    });
    troubles(bench, can);
    corrections(bench, can);

    it("lists one's own records of a range of days, to the last page", async () => {
      const days = ["2026-03-09", "2026-03-10", "2026-03-11", "2026-03-12"];
      const perDay = 26;
      const all = days.flatMap((day, number) =>
        Array.from({ length: perDay }, (_, index) => {
          const start = at(`${day} 0${Math.floor(index / 6)}:${(index % 6) * 10 || "00"}`);
          const end = (start + 360_000) as typeof start;
          return bench().entry({
            externalId: `${bench().key}-${number}-${index}`,
            day: day as LocalDate,
            start,
            end,
            intervals: [{ start, end }],
          });
        }),
      );
      for (const one of all) expect(await bench().push(one)).toMatchObject({ kind: "written" });
      const listed: RemoteRecord[] = [];
      for await (const page of bench().provider.listRecords(
        "2026-03-10" as LocalDate,
        "2026-03-11" as LocalDate,
        NEVER,
      )) {
        listed.push(...page);
      }
      const wanted = all.filter(({ day }) => day === "2026-03-10" || day === "2026-03-11");
      for (const one of wanted) {
        const hits = listed.filter((record) =>
          bench()
            .provider.listKeys(one)
            .includes(record.key ?? ""),
        );
        expect(hits).toMatchObject([{ day: one.day, billedSeconds: 360, caseId: bench().system.openCase.id }]);
      }
      const outside = all
        .filter(({ day }) => day === "2026-03-09" || day === "2026-03-12")
        .flatMap((one) => bench().provider.listKeys(one));
      expect(listed.filter(({ key: its }) => its !== undefined && outside.includes(its))).toEqual([]);
    });
  });
}

function unplaced(entry: ApprovedEntry): ApprovedEntry {
  const { start, end, ...rest } = entry;
  expect([start, end]).not.toContain(undefined);
  return rest;
}
