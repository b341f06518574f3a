import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import type { Page } from "playwright-core";
import type { Endpoint } from "../billing-endpoint/server.ts";
import { crashAndReturn } from "../host/lib/crash.ts";
import type { Door } from "../host/lib/door.ts";
import { readHeartbeats } from "../host/lib/heartbeats.ts";
import type { Host } from "../host/lib/host.ts";
import { until } from "../host/lib/processes.ts";
import { makeProfile } from "../host/lib/profiles.ts";
import { smallRepository } from "../host/lib/repository.ts";
import { openScene, type Scene, smallStage } from "../host/lib/scene.ts";
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
const MAX_LOST_SECONDS = 5;

/** Wall seconds of one stretch of typing. */
const TYPING_MS = 6_000;

/** Every ledger in a folder of user data, backups left out. */
function ledgers(user: string): readonly string[] {
  return fs
    .readdirSync(user, { recursive: true, encoding: "utf8" })
    .filter((name) => path.basename(name) === "ledger.db")
    .map((name) => path.join(user, name));
}

describe("the ledger, from outside", function () {
  this.timeout(180_000);
  let scene: Scene;
  let repository: string;
  let host: Host;
  let endpoint: Endpoint;
  let door: Door;

  before(async () => {
    scene = await openScene("e2e-ledger", smallStage, { allProfiles: true });
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
    assert.ok(after - before >= typed - MAX_LOST_SECONDS, `${typed.toFixed(1)} s typed, ${after - before} s kept`);
    assert.ok(
      after - before <= Math.ceil(typed) + 3,
      `${after - before} s for ${typed.toFixed(1)} s: more than was worked`,
    );
    const { overlapSeconds, lostSeconds } = await verify(door);
    assert.deepEqual({ overlapSeconds, lostSeconds }, { overlapSeconds: 0, lostSeconds: 0 });
  });

  /**
   * Types in a second window and the first one in turns, and compares what is counted with the wall.
   * @param folder what the second window shows, on the same case
   */
  async function useInTurns(folder: string, open: () => Promise<Page>): Promise<void> {
    const [first] = host.context.pages();
    assert.ok(first);
    const second = await open();
    const other = await host.door(folder, { notPid: door.pid });
    await other.command("caseclock.pickCase", [{ key: "ACME-1234" }]);
    const one = new Workbench(first, path.join(repository, "..", "shots"));
    const two = new Workbench(second, path.join(repository, "..", "shots"));
    await giveFocus(host.context, second);
    await two.openFile("README.md");
    await typeFor(two, 500);
    const before = await today(other); // its last key is written now, so what follows begins there
    const started = performance.now();
    for (let turn = 0; turn < 3; turn += 1) {
      await giveFocus(host.context, second);
      await typeFor(two, 1_500);
      await giveFocus(host.context, first);
      await typeFor(one, 1_500);
    }
    const wall = (performance.now() - started) / 1000;
    await today(other); // what it holds is written
    const worked = (await today(door)) - before;
    const told = `${wall.toFixed(1)} s of turns, ${worked} s counted`;
    assert.ok(worked >= Math.floor(wall) - MAX_LOST_SECONDS, told);
    assert.ok(worked <= Math.ceil(wall) + 3, told); // instants are floored, and asking takes a moment
    const report = await verify(door);
    assert.equal(report.overlapSeconds, 0);
    assert.equal(report.lostSeconds, 0);
    await second.close();
  }

  it("counts no second twice when two windows of one repository are used in turns", () =>
    useInTurns(repository, () => host.open({ folder: repository })));

  it("shares one ledger among profiles: no second twice when windows of two of them are used in turns", async () => {
    const [first] = host.context.pages();
    assert.ok(first);
    await makeProfile(first, host.server, "Second");
    // A folder is of one profile: a window of another one takes all its windows along.
    const folder = path.join(repository, "..", "other");
    await smallRepository(folder);
    await useInTurns(folder, async () => {
      const second = await host.open({ folder, profile: "Second" });
      await until("the name of the profile", async () =>
        (await second.title()).includes(" - Second - ") ? true : undefined,
      );
      assert.doesNotMatch(await first.title(), /Second/);
      return second;
    });
    const [ledger, ...others] = ledgers(host.server.dirs.user);
    assert.deepEqual({ ledger, others }, { ledger: path.join(scene.storage, "ledger.db"), others: [] });
    const trees = readHeartbeats(path.join(scene.storage, "ledger.db")).flatMap(({ tree, of }) =>
      of === "person" ? [tree] : [],
    );
    for (const each of [repository, folder]) assert.ok(trees.includes(`file://${fs.realpathSync(each)}`), each);
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
