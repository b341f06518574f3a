import { seconds } from "../../../src/base/time.ts";
import { at } from "../../support/builders.ts";
import { describe, expect, it } from "vitest";
import { type Bench } from "./bench.ts";
import type { Capabilities } from "./systemUnderTest.ts";

/** How a later revision reaches what an earlier one has written. */
export function corrections(bench: () => Bench, can: Capabilities): void {
  describe("a correction", () => {
    it.each([
      ["longer", 90],
      ["shorter", 15],
      ["to nothing", 0],
    ])("%s", async (_, minutes) => {
      const sent = bench().entry();
      const before = await bench().receipt(sent);
      const correction = bench().revision(minutes);
      const result = await bench().correct(correction, before);
      expect(result).toMatchObject({ kind: "written", remote: { revision: 2 } });
      expect(await bench().sum()).toBe(minutes * 60);
      // A second time, as after a run that ended before its receipt was kept.
      expect(await bench().correct(correction, before, 1)).toMatchObject({ kind: "written" });
      expect(await bench().sum()).toBe(minutes * 60);
    });

    it("to nothing and back", async () => {
      const sent = bench().entry();
      const first = await bench().receipt(sent);
      const nothing = bench().revision(0);
      const second = await bench().receipt(nothing, first);
      expect(await bench().sum()).toBe(0);
      const again = bench().revision(30, { revision: 3 });
      expect(await bench().correct(again, second)).toMatchObject({ kind: "written" });
      expect(await bench().sum()).toBe(1800);
    });

    it("to nothing leaves alone what came after it", async () => {
      const first = await bench().receipt(bench().entry());
      const nothing = bench().revision(0);
      const second = await bench().receipt(nothing, first);
      // The system may give the same id a second time.
      const other = bench().entry({
        externalId: `${bench().key}-other`,
        billedSeconds: seconds(7200),
        end: at("11:00"),
      });
      await bench().receipt(other);
      const again = bench().revision(30, { revision: 3 });
      expect(await bench().correct(again, second)).toMatchObject({ kind: "written" });
      expect(await bench().sum()).toBe(1800 + 7200);
      expect(await bench().find(other)).toHaveLength(1);
    });

    it("of the text alone leaves the time", async () => {
      const sent = bench().entry();
      const before = await bench().receipt(sent);
      expect(await bench().correct(bench().revision(60, { description: "Told better" }), before)).toMatchObject({
        kind: "written",
      });
      expect(await bench().sum()).toBe(3600);
      const texts = (await bench().system.stored()).map(({ text }) => text).join("\n");
      if (can.correction === "compensate") expect(texts).toContain("Fixed the importer");
      else expect(texts).toContain("Told better");
    });

    it.runIf(can.over !== "folder")("whose answer is lost is made once", async () => {
      const sent = bench().entry();
      const before = await bench().receipt(sent);
      const correction = bench().revision(90);
      bench().faults.breakWrites({ kind: "loseAnswer" });
      expect(await bench().correct(correction, before)).toMatchObject({ kind: "unknown" });
      const [found] = await bench().find(correction, before);
      if (found === undefined) expect(await bench().correct(correction, before, 1)).toMatchObject({ kind: "written" });
      expect(await bench().sum()).toBe(5400);
    });
  });
}
