import assert from "node:assert/strict";
import path from "node:path";
import type { Endpoint } from "../billing-endpoint/server.ts";
import { crashAndReturn } from "../host/lib/crash.ts";
import type { Door } from "../host/lib/door.ts";
import type { Host } from "../host/lib/host.ts";
import { until } from "../host/lib/processes.ts";
import { openScene, type Scene } from "../host/lib/scene.ts";
import { giveFocus } from "../host/lib/window.ts";
import { Workbench } from "../host/lib/workbench.ts";

interface TodayLine {
  readonly key?: string;
  readonly observedSeconds: number;
}
interface Verified {
  readonly observed: number;
  readonly assigned: number;
  readonly pushed: number;
  readonly receipted: number;
  readonly overlapSeconds: number;
  readonly lostSeconds: number;
}

/** Design 1: killing the editor costs at most this. */
const MOST_LOST_SECONDS = 5;

/** Wall seconds of one stretch of typing. */
const TYPING_MS = 6_000;

describe("the ledger, from outside", function () {
  this.timeout(180_000);
  let scene: Scene;
  let repository: string;
  let host: Host;
  let endpoint: Endpoint;
  let door: Door;

  before(async () => {
    scene = await openScene("e2e-ledger");
    ({ host, endpoint, door, folder: repository } = scene);
  });
  after(() => scene.close());

  const today = async (from: Door): Promise<number> => {
    const lines = (await from.command("caseclock.today", [{}])) as readonly TodayLine[];
    return lines.find((line) => line.key === "ACME-1234")?.observedSeconds ?? 0;
  };
  const verify = async (from: Door): Promise<Verified> => (await from.command("caseclock.verify", [{}])) as Verified;

  /** Types for a while and gives the wall seconds between the first and the last key. */
  async function typeFor(bench: Workbench, ms: number): Promise<number> {
    const started = performance.now();
    let last = started;
    while (last - started < ms) {
      await bench.type("x", 0);
      last = performance.now();
      await bench.page.waitForTimeout(150); // the pace of typing
    }
    return (last - started) / 1000;
  }

  it("loses at most five seconds when the extension host is killed while somebody types", async () => {
    const { bench } = scene;
    await door.command("caseclock.pickCase", [{ key: "ACME-1234" }]);
    await bench.openFile("README.md");
    const before = await today(door);
    const typed = await typeFor(bench, TYPING_MS);
    door = await crashAndReturn(host, repository);
    const after = await until("the ledger after the crash", async () => {
      try {
        return await today(door);
      } catch {
        return undefined; // the extension is still starting
      }
    });
    assert.ok(after - before >= typed - MOST_LOST_SECONDS, `${typed.toFixed(1)} s typed, ${after - before} s kept`);
    assert.ok(
      after - before <= Math.ceil(typed) + 3,
      `${after - before} s for ${typed.toFixed(1)} s: more than was worked`,
    );
    const { overlapSeconds, lostSeconds } = await verify(door);
    assert.deepEqual({ overlapSeconds, lostSeconds }, { overlapSeconds: 0, lostSeconds: 0 });
  });

  it("counts no second twice when two windows of one repository are used in turns", async () => {
    const [first] = host.context.pages();
    assert.ok(first);
    const second = await host.open({ folder: repository });
    const one = new Workbench(first, path.join(repository, "..", "shots"));
    const two = new Workbench(second, path.join(repository, "..", "shots"));
    await giveFocus(host.context, second);
    await two.openFile("README.md");
    const before = await today(door);
    const started = performance.now();
    for (let turn = 0; turn < 3; turn += 1) {
      await giveFocus(host.context, second);
      await typeFor(two, 1_500);
      await giveFocus(host.context, first);
      await typeFor(one, 1_500);
    }
    const wall = (performance.now() - started) / 1000;
    const worked = (await today(door)) - before;
    // Instants are floored, and the stretch may join the one before it.
    assert.ok(worked >= Math.floor(wall) - MOST_LOST_SECONDS, `${wall.toFixed(1)} s of turns, ${worked} s counted`);
    const report = await verify(door);
    assert.equal(report.overlapSeconds, 0);
    assert.equal(report.lostSeconds, 0);
    await second.close();
  });

  it("finds the entry by its key when the endpoint stored it and its answer was lost", async () => {
    endpoint.misbehave([
      { kind: "dropAnswerAfterStoring", match: { method: "POST", path: "/time-entries" }, times: 1 },
    ]);
    const [page] = host.context.pages();
    assert.ok(page);
    await giveFocus(host.context, page);
    const bench = new Workbench(page, path.join(repository, "..", "shots"));
    const sync = async (): Promise<void> => {
      await bench.runCommand("Caseclock: Sync Time Entries");
      await bench.quickPickRows();
      await bench.tickAllRows();
      await bench.accept();
    };
    await sync();
    await bench.waitForToast(/to be sent again/);
    assert.equal((await verify(door)).pushed, 0);
    assert.equal(endpoint.entries().length, 1);
    await bench.clearToasts();
    const waiting = (await door.command("caseclock.sync", [{ dryRun: true }])) as {
      readonly preview: readonly { readonly entryId: string; readonly state: string }[];
    };
    const entryIds = waiting.preview.filter((line) => line.state === "approved").map((line) => line.entryId);
    const result = await door.command("caseclock.sync", [{ entryIds }]);
    assert.deepEqual(result, {
      pushed: 1,
      rejected: 0,
      retryLater: 0,
      unknown: 0,
      waiting: 0,
      carried: 0,
      problems: [],
    });
    const [stored, ...others] = endpoint.entries();
    assert.equal(others.length, 0);
    const report = await verify(door);
    assert.equal(report.pushed, stored?.billedSeconds);
    assert.equal(report.receipted, stored?.billedSeconds);
    const again = await door.command("caseclock.sync", [{ entryIds }]);
    assert.deepEqual(again, {
      pushed: 0,
      rejected: 0,
      retryLater: 0,
      unknown: 0,
      waiting: 0,
      carried: 0,
      problems: [],
    });
    assert.equal(endpoint.entries().length, 1);
  });
});
