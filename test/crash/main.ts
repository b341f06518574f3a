/**
 * `npm run test:crash`: kills the extension host (SIGKILL: it gets to say nothing) at random moments of typing, switching,
 * declaring, approving and syncing, and looks each time at what is left.
 *
 *   node test/crash/main.ts [--kills 200] [--seed N] [--vsix FILE]
 *
 * Per kill: at most 5 s of observed time missing, every fact that was in the ledger still there, every declaration that was
 * acknowledged there, the database sound. At the end every approved entry is at the endpoint once, with the ledger's seconds.
 */
import assert from "node:assert/strict";
import path from "node:path";
import { parseArgs } from "node:util";
import fc from "fast-check";
import type { Page } from "playwright-core";
import { startEndpoint, type Endpoint } from "../billing-endpoint/server.ts";
import { median, quantile } from "../bench/statistics.ts";
import { bundleTestCompanion } from "../host/lib/bundle.ts";
import { killExtensionHost } from "../host/lib/crash.ts";
import type { Door } from "../host/lib/door.ts";
import { ledgerFile } from "../host/lib/heartbeats.ts";
import { startHost, type Host } from "../host/lib/host.ts";
import { sleep, temporaryFolder, until } from "../host/lib/processes.ts";
import { smallRepository } from "../host/lib/repository.ts";
import { report } from "../host/lib/summary.ts";
import { findVsix } from "../host/lib/vsix.ts";
import { whatWindowsSay, Workbench } from "../host/lib/workbench.ts";
import { factIds, lastHeartbeat, soundness } from "./ledgerFile.ts";

/** Design 1. */
const MAX_LOST_SECONDS = 5;
const TYPED_FILE = "README.md";
const CASES = ["ACME-1234", "ACME-1240"] as const;

type Moment = "typing" | "switching" | "declaring" | "approving" | "syncing";

interface Round {
  readonly moment: Moment;
  /** How long is typed before. */
  readonly typingMs: number;
  /** From the beginning of the moment to the kill. */
  readonly killAfterMs: number;
}

interface Verified {
  readonly approved: number;
  readonly receipted: number;
  readonly overlapSeconds: number;
  readonly lostSeconds: number;
}

const { values } = parseArgs({
  options: { kills: { type: "string", default: "200" }, seed: { type: "string" }, vsix: { type: "string" } },
});
const kills = Number(values.kills);
const seed = values.seed === undefined ? Date.now() % 0x7fffffff : Number(values.seed);
const log = (message: string): void => {
  console.error(`[crash] ${message}`);
};

/** Something that was begun in a host that may be killed before it ends. */
interface Going {
  readonly end: Promise<unknown>;
}

/** Its failure is expected: the host is gone. */
function going(work: Promise<unknown>): Going {
  return { end: work.catch(() => undefined) };
}

class Campaign {
  readonly lost: number[] = [];
  readonly moments = new Map<Moment, number>();
  readonly #host: Host;
  readonly #endpoint: Endpoint;
  readonly #page: Page;
  readonly #bench: Workbench;
  readonly #folder: string;
  readonly #file: string;
  #door: Door;
  #case = 0;

  constructor(host: Host, endpoint: Endpoint, page: Page, folder: string, door: Door) {
    this.#host = host;
    this.#endpoint = endpoint;
    this.#page = page;
    this.#folder = folder;
    this.#door = door;
    this.#file = ledgerFile(path.join(host.server.dirs.user, "User", "globalStorage"));
    this.#bench = new Workbench(
      page,
      path.join(process.env["CASECLOCK_TEST_SHOTS"] ?? path.dirname(folder), "shots", "crash"),
    );
  }

  async begin(): Promise<void> {
    const { url, token } = this.#endpoint;
    await this.#door.command("caseclock.connectBilling", [{ provider: "rest", url, token }]);
    await this.#door.command("caseclock.pickCase", [{ key: CASES[0] }]);
    await this.#bench.openFile(TYPED_FILE);
  }

  async round({ moment, typingMs, killAfterMs }: Round): Promise<void> {
    this.moments.set(moment, (this.moments.get(moment) ?? 0) + 1);
    const acknowledged: string[] = [];
    const typed = await this.#type(typingMs);
    const doing = await this.#begin(moment, acknowledged);
    await sleep(killAfterMs); // the random moment itself: nothing is waited for
    const before = factIds(this.#file);
    await killExtensionHost(this.#door);
    await doing.end;
    this.#check(before, acknowledged, typed);
    await this.#return();
  }

  /** Sends what is approved; then the endpoint has each entry once. */
  async end(): Promise<Verified> {
    await this.#settleOutbox();
    const report = (await this.#door.command("caseclock.verify", [{}])) as Verified;
    const entries = this.#endpoint.entries();
    assert.equal(new Set(entries.map((entry) => entry.externalId)).size, entries.length, "an entry is there twice");
    const stored = entries.reduce((sum, entry) => sum + entry.billedSeconds, 0);
    assert.equal(stored, report.approved, "the endpoint's seconds are not the ledger's");
    assert.equal(report.receipted, report.approved);
    assert.deepEqual(
      { overlapSeconds: report.overlapSeconds, lostSeconds: report.lostSeconds },
      { overlapSeconds: 0, lostSeconds: 0 },
    );
    return report;
  }

  /** The moments of the first and the last key. */
  async #type(ms: number): Promise<{ readonly first: number; readonly last: number }> {
    const started = Date.now();
    let last = started;
    while (last - started < ms) {
      await this.#page.keyboard.type("x");
      last = Date.now();
      await this.#page.waitForTimeout(120); // the pace of typing
    }
    return { first: started, last };
  }

  /** Brings the window to the moment; gives what then goes on by itself. */
  async #begin(moment: Moment, acknowledged: string[]): Promise<Going> {
    switch (moment) {
      case "typing":
        return going(Promise.resolve());
      case "switching":
        this.#case = 1 - this.#case;
        return going(this.#door.command("caseclock.pickCase", [{ key: CASES[this.#case] }]));
      case "declaring": {
        const argument = { key: CASES[0], seconds: 1, reason: "Call" };
        const logged = this.#door.command("caseclock.logTime", [argument]);
        return going(logged.then((result) => acknowledged.push(...(result as { readonly ids: string[] }).ids)));
      }
      case "approving":
      case "syncing":
        if (moment === "syncing") {
          this.#endpoint.misbehave([
            { kind: "delay", milliseconds: 700, match: { method: "POST", path: "/time-entries*" }, times: 3 },
          ]);
        }
        await this.#bench.runCommand("Caseclock: Sync Time Entries");
        await this.#bench.tickAllRows();
        await this.#page.locator(".quick-input-widget:visible .quick-input-box input").focus();
        await this.#page.keyboard.press("Enter"); // the approval; the push goes on
        return going(Promise.resolve());
    }
  }

  #check(
    before: ReadonlySet<string>,
    acknowledged: readonly string[],
    { first, last }: { readonly first: number; readonly last: number },
  ): void {
    assert.equal(soundness(this.#file), "ok");
    const after = factIds(this.#file);
    for (const id of [...before, ...acknowledged]) assert.ok(after.has(id), `a fact is gone: ${id}`);
    // Instants are floored to the second, so up to one second of the difference is no loss.
    const kept = Math.max(first, lastHeartbeat(this.#file) + 1_000);
    const lost = Math.max(0, last - kept) / 1_000;
    this.lost.push(lost);
    assert.ok(lost <= MAX_LOST_SECONDS, `${lost.toFixed(1)} s of typing are gone`);
  }

  async #return(): Promise<void> {
    const { pid } = this.#door;
    await this.#page.reload();
    await this.#page.locator(".monaco-workbench .part.statusbar").waitFor({ timeout: 60_000 });
    this.#door = await this.#host.door(this.#folder, { notPid: pid });
    await until("the extension", async () => {
      try {
        return await this.#door.command("caseclock.today", [{}]);
      } catch {
        return undefined; // still starting
      }
    });
    // A reload right after a key, before VS Code has a backup of the file, forgets which editors were open.
    await this.#bench.openFile(TYPED_FILE);
  }

  async #settleOutbox(): Promise<void> {
    await until(
      "an empty outbox",
      async () => {
        const { preview } = (await this.#door.command("caseclock.sync", [{ dryRun: true }])) as {
          readonly preview: readonly { readonly entryId: string; readonly state: string }[];
        };
        const entryIds = preview.filter((line) => line.state === "approved").map((line) => line.entryId);
        if (entryIds.length === 0) return true;
        try {
          await this.#door.command("caseclock.sync", [{ entryIds }]);
        } catch {
          // A host that was killed while it pushed still holds the lease; it runs out.
        }
        return undefined;
      },
      120_000,
    );
  }
}

/** An approval takes milliseconds, a push as long as the endpoint does: the kill has to fall into it. */
const LONGEST_MS: Readonly<Record<Moment, number>> = {
  typing: 2_500,
  switching: 300,
  declaring: 300,
  approving: 300,
  syncing: 1_800,
};
const ROUND: fc.Arbitrary<Round> = fc
  .record({
    moment: fc.constantFrom<Moment>("typing", "typing", "switching", "declaring", "approving", "syncing"),
    typingMs: fc.integer({ min: 800, max: 3_500 }),
    share: fc.nat({ max: 1_000 }),
  })
  .map(({ moment, typingMs, share }) => ({ moment, typingMs, killAfterMs: (LONGEST_MS[moment] * share) / 1_000 }));

async function main(): Promise<number> {
  log(`seed ${String(seed)}, ${String(kills)} kills`);
  const vsix = await findVsix(values.vsix, log);
  const work = temporaryFolder("crash");
  const folder = path.join(work.path, "sample");
  await smallRepository(folder);
  const endpoint = await startEndpoint({ database: ":memory:", seed: true });
  const host = await startHost({
    vsix: [vsix],
    companions: [await bundleTestCompanion()],
    settings: { "caseclock.allowUnattended": true, "caseclock.commits.tagging": "off" },
  });
  let passed = 0;
  try {
    const page = await host.open({ folder });
    page.on("dialog", (dialog) => void dialog.accept());
    const campaign = new Campaign(host, endpoint, page, folder, await host.door(folder));
    await campaign.begin();
    for (const round of fc.sample(ROUND, { seed, numRuns: kills })) {
      await campaign.round(round);
      passed += 1;
      if (passed % 10 === 0) log(`${String(passed)} kills, at most ${Math.max(...campaign.lost).toFixed(1)} s missing`);
    }
    const { approved } = await campaign.end();
    const moments = [...campaign.moments].map(([moment, count]) => `${moment} ${String(count)}`).join(", ");
    console.log(`kills ${String(passed)} (${moments}), seed ${String(seed)}`);
    console.log(
      `observed seconds missing per kill: median ${median(campaign.lost).toFixed(1)}, p99 ${quantile(campaign.lost, 0.99).toFixed(1)}, most ${Math.max(...campaign.lost).toFixed(1)}`,
    );
    console.log(
      `entries at the endpoint ${String(endpoint.entries().length)}, seconds ${String(approved)} on both sides`,
    );
    return 0;
  } catch (error) {
    log(`after ${String(passed)} kills: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    log(await whatWindowsSay());
    return 1;
  } finally {
    report({ passed, failed: passed < kills ? 1 : 0, skipped: 0 });
    await host.close();
    await endpoint.close();
    work.remove();
  }
}

process.exit(await main());
