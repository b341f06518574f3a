import assert from "node:assert/strict";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Door } from "../host/lib/door.ts";
import { fakeClock, type FakeClock } from "../host/lib/fakeClock.ts";
import { filesOf, missing, OPTIONAL } from "../host/lib/optional.ts";
import { until } from "../host/lib/processes.ts";
import { openScene, type Scene, smallStage } from "../host/lib/scene.ts";
import type { Workbench } from "../host/lib/workbench.ts";
import { DAY_MS } from "../../src/base/time.ts";

interface Verified {
  readonly observed: number;
  readonly overlapSeconds: number;
  readonly lostSeconds: number;
}

/** The ways to move the clock of the extension host alone; the machine's clock stays as it is in both. */
const WAYS = [
  { name: "its own Date.now", whole: false },
  { name: "libfaketime under its process", whole: true },
];

for (const { name, whole } of WAYS)
  describe(`a clock that jumps, from outside, by ${name}`, function () {
    this.timeout(180_000);
    const [library] = filesOf(OPTIONAL.libfaketime) ?? [];
    let scene: Scene | undefined;
    let door: Door;
    let bench: Workbench;
    let storage: string;
    let clock: FakeClock | undefined;
    let offset = 0;

    before(async function () {
      if (whole) {
        if (library === undefined) {
          console.log(`    skipped: ${missing(OPTIONAL.libfaketime) ?? ""}`);
          this.skip();
        }
        clock = fakeClock(library);
      }
      scene = await openScene("e2e-clock", smallStage, clock === undefined ? {} : { forkedProgram: clock.program });
      ({ door, bench, storage } = scene);
      await door.command("caseclock.pickCase", [{ key: "ACME-1234" }]);
      await bench.openFile("README.md");
    });
    after(async () => {
      await scene?.close();
      clock?.remove();
    });

    const verify = async (): Promise<Verified> => (await door.command("caseclock.verify", [{}])) as Verified;

    /** Moves the clock and waits for the tick that finds it. */
    async function step(ms: number): Promise<void> {
      const before = tickGaps();
      await move(ms);
      await until("the tick that finds it", () => (tickGaps() > before ? true : undefined), 60_000);
    }

    /** Moves what the extension host takes for now, and what its threads do if the whole process is told. */
    async function move(ms: number): Promise<void> {
      const told = async (): Promise<number> => (await door.evaluate(() => Date.now(), undefined)) - Date.now();
      offset += ms;
      if (clock !== undefined) clock.set(offset);
      else
        await door.evaluate((_vscode, by) => {
          const now = Date.now.bind(Date);
          Date.now = () => now() + by;
        }, ms);
      assert.ok(Math.abs((await told()) - offset) < 60_000);
    }

    function tickGaps(): number {
      const database = new DatabaseSync(path.join(storage, "ledger.db"), { readOnly: true });
      try {
        return Number(database.prepare("SELECT count(*) AS n FROM event WHERE kind = 'tickGap'").get()?.["n"]);
      } finally {
        database.close();
      }
    }

    async function typeTwentyKeys(): Promise<number> {
      const before = (await verify()).observed;
      await bench.type("twenty keys of work. ", 150);
      return (await verify()).observed - before;
    }

    it("back by a day: the work goes on, on the day that the clock says, and the case that is shown gets it", async () => {
      assert.ok((await typeTwentyKeys()) >= 2);
      await step(-DAY_MS);
      await bench.waitForToast(/clock of this computer was set back by about 24:00 hours/);
      assert.ok((await typeTwentyKeys()) >= 2);
      const [line, ...others] = (await door.command("caseclock.today", [{}])) as {
        key?: string;
        observedSeconds: number;
      }[];
      assert.deepEqual({ key: line?.key, others: others.length }, { key: "ACME-1234", others: 0 });
      const report = await verify();
      assert.deepEqual(
        { overlapSeconds: report.overlapSeconds, lostSeconds: report.lostSeconds },
        { overlapSeconds: 0, lostSeconds: 0 },
      );
      await bench.clearToasts();
    });

    it("forward by a year and back: what was captured ahead is set aside, and nothing else changes", async () => {
      const before = await verify();
      await step(365 * DAY_MS);
      assert.ok((await typeTwentyKeys()) >= 2);
      await step(-365 * DAY_MS);
      assert.equal((await verify()).observed, before.observed);
      assert.ok((await typeTwentyKeys()) >= 2);
      const report = await verify();
      assert.deepEqual(
        { overlapSeconds: report.overlapSeconds, lostSeconds: report.lostSeconds },
        { overlapSeconds: 0, lostSeconds: 0 },
      );
    });
  });
