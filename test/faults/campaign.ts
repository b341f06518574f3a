import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { build } from "esbuild";
import { Service, temporaryFolder } from "../host/lib/processes.ts";
import { bundleWorker } from "../support/workerBundle.ts";
import { between, chance } from "./chance.ts";
import { EndpointProcess, type EndpointKind, type StoredRow } from "./endpoint.ts";
import { fillOutbox, readOutbox, type LedgerState } from "./outbox.ts";
import { FaultyProxy, type Moment } from "./proxy.ts";
import type { SyncerOptions } from "./syncer.ts";

/** What is tried. */
export interface CampaignOptions {
  readonly entries: number;
  readonly seed: number;
  readonly endpoint: EndpointKind;
  /** Many entries in a request, as the provider does by itself; else one by one. */
  readonly batches?: boolean;
  /** Without look-ups, to see whether the audit finds what that breaks. */
  readonly blind?: boolean;
  readonly log: (message: string) => void;
}

/** What came of it. */
export interface CampaignResult {
  readonly ledger: LedgerState;
  readonly stored: readonly StoredRow[];
  readonly proxy: FaultyProxy;
  /** Times that the syncing process and the endpoint were killed. */
  readonly kills: number;
  readonly restarts: number;
  /** Requests of one more process once all was delivered. */
  readonly afterwards: number;
  readonly seconds: number;
}

/** The transport's time limit. Answers that took half of it may have come too late. */
const TIMEOUT_MS = 500;
const LIMIT_MS = 25 * 60_000;

/** Delivers an outbox through the proxy while both ends are killed now and then, until it is empty. */
export async function runCampaign(options: CampaignOptions): Promise<CampaignResult> {
  const work = temporaryFolder("faults");
  try {
    return await new Campaign(options, work.path).run();
  } finally {
    work.remove();
  }
}

class Campaign {
  private readonly options: CampaignOptions;
  private readonly folder: string;
  private readonly kills: Appointments;
  private readonly restarts: Appointments;
  private proxy: FaultyProxy | undefined;
  private endpoint: EndpointProcess | undefined;
  private syncer: Service | undefined;
  private restarting: Promise<void> | undefined;
  private killed = 0;
  private restarted = 0;

  constructor(options: CampaignOptions, folder: string) {
    this.options = options;
    this.folder = folder;
    const { entries, seed } = options;
    // Of a batch that is lost each entry is a request later on.
    const requests = options.batches === true ? entries / 10 : entries;
    this.kills = new Appointments(seed, "kill", Math.max(6, Math.round(entries / 250)), requests);
    this.restarts = new Appointments(seed, "restart", Math.max(3, Math.round(entries / 500)), requests);
  }

  async run(): Promise<CampaignResult> {
    const { entries, seed, log } = this.options;
    const started = performance.now();
    const [worker, syncer] = [await bundleWorker(this.folder), await bundleSyncer(this.folder)];
    const ledger = path.join(this.folder, "ledger.db");
    const endpoint = await EndpointProcess.start(this.options.endpoint, path.join(this.folder, "endpoint.db"));
    this.endpoint = endpoint;
    const proxy = new FaultyProxy({
      seed,
      port: endpoint.port,
      isIdempotent: this.options.endpoint === "reference",
      slowMs: TIMEOUT_MS / 2,
      onMoment: (moment, requests) => {
        this.onMoment(moment, requests);
      },
    });
    this.proxy = proxy;
    await proxy.open();
    try {
      const url = `http://127.0.0.1:${proxy.port}/v1`;
      await fillOutbox({ file: ledger, worker, url, seed }, entries);
      log(`${entries} entries in the outbox after ${((performance.now() - started) / 1000).toFixed(1)} s`);
      const { batches = false, blind = false } = this.options;
      const start: SyncerOptions = { ledger, worker, token: endpoint.token, timeoutMs: TIMEOUT_MS, batches, blind };
      const deadline = started + LIMIT_MS;
      while (!(await this.sync(syncer, start))) {
        if (performance.now() > deadline) throw new Error("the outbox does not empty");
        dropLeases(ledger);
      }
      await this.restarting;
      await proxy.drain();
      const before = proxy.requests;
      if (!(await this.sync(syncer, start, false))) throw new Error("a last look was killed");
      return {
        ledger: await readOutbox(ledger, worker),
        stored: endpoint.rows(),
        proxy,
        kills: this.killed,
        restarts: this.restarted,
        afterwards: proxy.requests - before,
        seconds: (performance.now() - started) / 1000,
      };
    } finally {
      await this.restarting;
      await proxy.pause();
      await endpoint.kill();
    }
  }

  /** One life of the syncing process. @returns whether it came to its end by itself. @throws when it failed */
  private async sync(script: string, start: SyncerOptions, mayDie = true): Promise<boolean> {
    const syncer = new Service(process.execPath, [script, JSON.stringify(start)]);
    this.syncer = mayDie ? syncer : undefined;
    if (mayDie && this.kills.isDueAtStart(this.killed)) {
      const ms = between(chance(this.options.seed, "at start", this.killed), 0, 600);
      setTimeout(() => {
        this.kill(syncer);
      }, ms);
    }
    const how = await syncer.exited;
    this.syncer = undefined;
    const { output } = syncer;
    await syncer.stop(0);
    if (how === "ended with SIGKILL") return false;
    if (how !== "ended with 0") throw new Error(`the syncing process ${how}\n${output}`);
    if (output !== "") this.options.log(output.trim().slice(0, 2_000));
    return true;
  }

  private readonly onMoment = (moment: Moment, requests: number): void => {
    const { syncer } = this;
    if (syncer !== undefined && this.kills.isDue(moment, requests)) {
      // Receipts are committed in groups of 100 ms: some die before, some after.
      const wait = moment === "answered" ? between(chance(this.options.seed, "wait", requests), 0, 150) : 0;
      setTimeout(() => {
        this.kill(syncer);
      }, wait);
    }
    if (this.restarting === undefined && this.restarts.isDue(moment, requests)) {
      this.restarting = this.restart().finally(() => (this.restarting = undefined));
    }
  };

  private kill(syncer: Service): void {
    if (this.syncer !== syncer || syncer.child.exitCode !== null) return;
    if (syncer.child.kill("SIGKILL")) this.killed += 1;
    this.syncer = undefined;
  }

  /** Kills the endpoint and starts it again; every second time nothing listens meanwhile, else connections break. */
  private async restart(): Promise<void> {
    this.restarted += 1;
    const isRefusing = this.restarted % 2 === 0;
    await this.endpoint?.kill();
    if (isRefusing) await this.proxy?.pause();
    await this.endpoint?.run();
    if (isRefusing) await this.proxy?.open();
  }
}

const MOMENTS: readonly Moment[] = ["request", "forwarded", "answered"];

/** When something is to happen: at a random moment of every so many requests. */
class Appointments {
  private readonly seed: number;
  private readonly name: string;
  private readonly gap: number;
  private readonly count: number;
  private made = 0;
  private next = 0;
  private moment: Moment = "request";

  constructor(seed: number, name: string, count: number, requests: number) {
    this.seed = seed;
    this.name = name;
    this.count = count;
    this.gap = requests / (count + 1);
    this.plan();
  }

  isDue(moment: Moment, requests: number): boolean {
    if (this.made >= this.count || moment !== this.moment || requests < this.next) return false;
    this.made += 1;
    this.plan();
    return true;
  }

  /** Every fourth time it happens soon after the start that follows, whatever is under way then. */
  isDueAtStart(turn: number): boolean {
    return turn > 0 && turn < this.count * 2 && turn % 4 === 3;
  }

  private plan(): void {
    const share = chance(this.seed, this.name, this.made);
    this.next += Math.max(1, Math.round(this.gap * (0.5 + share)));
    this.moment = MOMENTS[between(chance(this.seed, this.name, "moment", this.made), 0, 2)] ?? "request";
  }
}

/** A dead process's lease ends after a minute. That minute is passed over. */
function dropLeases(ledger: string): void {
  const database = new DatabaseSync(ledger);
  database.exec("PRAGMA busy_timeout = 5000; DELETE FROM lease");
  database.close();
}

async function bundleSyncer(folder: string): Promise<string> {
  const outfile = path.join(folder, "syncer.cjs");
  await build({
    entryPoints: [path.join(import.meta.dirname, "syncer.ts")],
    outfile,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node22",
    external: ["node:sqlite"],
  });
  return outfile;
}
