import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { OPTIONAL, type Optional } from "../host/lib/optional.ts";
import { atExit, Service, temporaryFolder } from "../host/lib/processes.ts";
import { freePort } from "../support/freePort.ts";
import type { RedmineSeed, RequestTrackerSeed } from "./seed.ts";

/** A system on loopback with a database of its own. */
export interface RunningSystem<Seed> {
  readonly baseUrl: string;
  /** The engineer's. */
  readonly token: string;
  readonly seed: Seed;
  /** Ends the server and removes its folder. That also happens when this process ends. */
  stop(): Promise<void>;
}

/** Building the template included. */
const START_MS = 180_000;
const STOP_MS = 30_000;

/** A system by the script that starts and stops it. */
export interface System {
  readonly installed: Optional;
  readonly script: string;
  /** Names the file of `seed.json` of a running instance to the tests. */
  readonly variable: string;
}

export const REDMINE: System = {
  installed: OPTIONAL.redmine,
  script: path.join(import.meta.dirname, "redmine.sh"),
  variable: "CASECLOCK_REDMINE",
};
export const REQUEST_TRACKER: System = {
  installed: OPTIONAL.requestTracker,
  script: path.join(import.meta.dirname, "rt.sh"),
  variable: "CASECLOCK_RT",
};

/** Starts a fresh Redmine. @throws when it is not installed or does not answer */
export async function startRedmine(): Promise<RunningSystem<RedmineSeed>> {
  return (await start(REDMINE)) as RunningSystem<RedmineSeed>;
}

/** Starts a fresh Request Tracker. @throws when it is not installed or does not answer */
export async function startRequestTracker(): Promise<RunningSystem<RequestTrackerSeed>> {
  return (await start(REQUEST_TRACKER)) as RunningSystem<RequestTrackerSeed>;
}

/** The seed of the Redmine that runs for this run's tests, or undefined: then they are skipped. */
export function redmineSeed(): RedmineSeed | undefined {
  return seedOf(REDMINE) as RedmineSeed | undefined;
}

/** The seed of the Request Tracker that runs for this run's tests, or undefined: then they are skipped. */
export function requestTrackerSeed(): RequestTrackerSeed | undefined {
  return seedOf(REQUEST_TRACKER) as RequestTrackerSeed | undefined;
}

function seedOf({ variable }: System): unknown {
  const file = process.env[variable];
  return file === undefined ? undefined : JSON.parse(fs.readFileSync(file, "utf8"));
}

/** A running instance with the file that holds its seed. */
export type SeedFile = RunningSystem<RedmineSeed | RequestTrackerSeed> & { readonly seedFile: string };

/** Starts a fresh instance. @throws when it is not installed or does not answer */
export async function start({ installed, script }: System): Promise<SeedFile> {
  const work = temporaryFolder("system");
  const folder = path.join(work.path, "instance");
  let isStopped = false;
  const stop = (): void => {
    if (isStopped) return;
    isStopped = true;
    spawnSync("bash", [script, "stop", folder], { stdio: "ignore", timeout: STOP_MS });
    work.remove();
  };
  // In this order: at an early end the starting script goes first, then what it had started.
  const forget = atExit(stop);
  const starting = new Service("bash", [script, "start", folder, String(await freePort())]);
  try {
    await starting.match(/ answers \(pid \d+\)/, START_MS);
    await starting.exited;
  } catch (error) {
    await starting.stop();
    stop();
    throw new Error(`${installed.name} does not start`, { cause: error });
  }
  await starting.stop();
  const seedFile = path.join(folder, "seed.json");
  const seed = JSON.parse(fs.readFileSync(seedFile, "utf8")) as RedmineSeed | RequestTrackerSeed;
  return {
    baseUrl: seed.baseUrl,
    token: seed.token,
    seed,
    seedFile,
    stop: () => {
      forget();
      stop();
      return Promise.resolve();
    },
  };
}
