import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createBillingProviders } from "../../../src/adapters/node/billing/providers.ts";
import { SqliteEventLog } from "../../../src/adapters/node/sqlite/sqliteEventLog.ts";
import { SystemClock } from "../../../src/adapters/node/system/systemClock.ts";
import { CaseDirectory } from "../../../src/app/cases/caseDirectory.ts";
import { connectBilling, type ConnectContext } from "../../../src/app/billing/connectBilling.ts";
import { EventFactory } from "../../../src/app/ledger/eventFactory.ts";
import { Journal } from "../../../src/app/ledger/journal.ts";
import { LedgerView } from "../../../src/app/ledger/ledgerView.ts";
import {
  pushApproved,
  syncTimeEntries,
  type RunPush,
  type SyncContext,
} from "../../../src/app/billing/syncTimeEntries.ts";
import { verifyLedger } from "../../../src/app/ledger/verifyLedger.ts";
import { epochMs } from "../../../src/base/time.ts";
import { CaseclockError } from "../../../src/domain/errors.ts";
import type { SyncResult } from "../../../src/ports/billingResults.ts";
import type { Secrets } from "../../../src/ports/secrets.ts";
import { parseSettings, type SettingKey, type SettingsSource } from "../../../src/ports/settings.ts";
import { startEndpoint, type Endpoint } from "../../billing-endpoint/server.ts";
import { WORKER } from "../../support/eventLogs.ts";
import { TREE, UTC } from "../../support/builders.ts";
import { MemoryLogger } from "../../support/logger.ts";
import { checkExchange } from "../../support/openapi.ts";

const POLICY = { idleTimeoutSeconds: 300, zone: UTC };
const run: RunPush = (push) => push(new AbortController().signal, () => undefined);

let folder: string;
let endpoint: Endpoint;
let log: SqliteEventLog;
let view: LedgerView;
let sync: SyncContext;
let connect: ConnectContext;
let logger: MemoryLogger;
let settings: Map<SettingKey, unknown>;
let factory: EventFactory;

beforeEach(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "caseclock-sync-"));
  endpoint = await startEndpoint({ database: ":memory:", seed: true, record: true });
  logger = new MemoryLogger();
  const clock = new SystemClock();
  log = new SqliteEventLog(path.join(folder, "ledger.db"), WORKER, logger);
  view = new LedgerView(log, clock, logger, POLICY);
  factory = new EventFactory("window-1", clock, () => UTC);
  settings = new Map<SettingKey, unknown>();
  const source: SettingsSource = {
    current: () => parseSettings((key) => settings.get(key)),
    onDidChange: () => ({ dispose: () => undefined }),
    write: (values) => {
      for (const [key, value] of Object.entries(values)) settings.set(key as SettingKey, value);
      return Promise.resolve();
    },
  };
  const secrets = memorySecrets();
  const providers = createBillingProviders(secrets, logger);
  const directory = new CaseDirectory(log, view, providers, clock);
  const journal = new Journal(log, view, factory, clock);
  connect = { journal, providers, secrets, settings: source };
  sync = { journal, logger, directory, providers, settings: () => source.current().value };
});
afterEach(async () => {
  await log.close();
  await endpoint.close();
  fs.rmSync(folder, { recursive: true, force: true });
});

/** Tokens bound to an origin, as the editor's storage keeps them. */
function memorySecrets(): Secrets {
  const kept = new Map<string, { origin: string; token: string }>();
  return {
    tokenFor: (id, url) => {
      const found = kept.get(id);
      return Promise.resolve(found?.origin === new URL(url).origin ? found.token : undefined);
    },
    storeToken: (id, url, token) => {
      kept.set(id, { origin: new URL(url).origin, token });
      return Promise.resolve(true);
    },
    deleteToken: (id) => {
      kept.delete(id);
      return Promise.resolve();
    },
  };
}

/** Connects, picks a case, and works on it for `seconds` on an earlier day. */
async function workOn(key: string, seconds: number, minutesLater = 0): Promise<void> {
  if (view.ledger.connection === undefined) await connectBilling(connect, "rest", endpoint.url, endpoint.token);
  await sync.directory.refresh(new AbortController().signal);
  const [found] = await sync.directory.withKey(key);
  if (found === undefined) throw new Error(`no case ${key}`);
  const first = epochMs(Date.parse("2026-03-10T09:00:00Z") + minutesLater * 60_000);
  await log.append([factory.create({ kind: "pick", tree: TREE, case: found }, { at: first })]);
  const beats = Array.from({ length: Math.ceil(seconds / 30) + 1 }, (_, i) => Math.min(i * 30, seconds));
  await log.append(
    beats.map((offset) => {
      const at = epochMs(first + offset * 1000);
      return factory.create({ kind: "heartbeats", tree: TREE, first: at, last: at, counts: { edit: 1 } }, { at });
    }),
  );
}

/** Accepts everything that is ticked or can be. */
const acceptAll = (): Promise<SyncResult | undefined> =>
  syncTimeEntries(sync, (preview) => Promise.resolve(preview.items), run);

const NONE: SyncResult = { pushed: 0, rejected: 0, retryLater: 0, unknown: 0, waiting: 0, carried: 0, problems: [] };

describe("a sync with the reference endpoint", () => {
  it("delivers exactly what the preview showed, once, by requests that the API's document allows", async () => {
    await workOn("ACME-1234", 600);
    let shown = 0;
    const result = await syncTimeEntries(
      sync,
      (preview) => {
        for (const item of preview.items) if (item.kind === "draft") shown += item.billed.billedSeconds;
        return Promise.resolve(preview.items);
      },
      run,
    );
    expect(result).toEqual({ ...NONE, pushed: 1 });
    expect(endpoint.entries().map((entry) => entry.billedSeconds)).toEqual([600]);
    expect(shown).toBe(600);
    expect(await acceptAll()).toEqual(NONE);
    expect(endpoint.entries()).toHaveLength(1);
    expect(endpoint.exchanges.flatMap((exchange) => checkExchange(exchange))).toEqual([]);
    const report = await verifyLedger(log, POLICY);
    expect(report).toMatchObject({
      observed: 600,
      approved: 600,
      pushed: 600,
      receipted: 600,
      overlapSeconds: 0,
      lostSeconds: 0,
    });
    expect(logger.lines.join("\n")).not.toContain(endpoint.token);
  });

  it("nothing leaves, and nothing is approved, when the preview is put aside", async () => {
    await workOn("ACME-1234", 600);
    expect(await syncTimeEntries(sync, () => Promise.resolve(undefined), run)).toBeUndefined();
    expect(endpoint.entries()).toEqual([]);
    expect(view.ledger.entries.all).toEqual([]);
  });

  it("later work on the day is a new entry and claims no second again", async () => {
    await workOn("ACME-1234", 600);
    await acceptAll();
    await workOn("ACME-1234", 300, 60);
    expect(await acceptAll()).toEqual({ ...NONE, pushed: 1 });
    expect(
      endpoint
        .entries()
        .map((entry) => entry.billedSeconds)
        .sort((a, b) => a - b),
    ).toEqual([300, 600]);
    expect(await verifyLedger(log, POLICY)).toMatchObject({ overlapSeconds: 0, driftSeconds: 0 });
  });

  it.each(["dropAnswerAfterStoring", "status500AfterStoring", "malformedJson", "truncatedBody"] as const)(
    "finds the entry by its key after %s: one entry, one receipt",
    async (kind) => {
      await workOn("ACME-1234", 600);
      endpoint.misbehave([{ kind, match: { method: "POST", path: "/time-entries" } }]);
      expect(await acceptAll()).toMatchObject({ pushed: 0, unknown: 1, waiting: 1 });
      expect(await pushApproved(sync, undefined, run)).toEqual({ ...NONE, pushed: 1 });
      expect(endpoint.entries()).toHaveLength(1);
      const receipts = (await log.read({ kinds: ["receipted"] })).length;
      expect(receipts).toBe(1);
    },
  );

  it.each([
    ["status429", { retryLater: 1 }],
    ["status500", { unknown: 1 }],
    ["reset", { unknown: 1 }],
    ["htmlPage", { unknown: 1 }],
  ] as const)("keeps the entry after %s and delivers it the next time", async (kind, outcome) => {
    await workOn("ACME-1234", 600);
    endpoint.misbehave([{ kind, match: { method: "POST", path: "/time-entries" } }]);
    expect(await acceptAll()).toMatchObject({ pushed: 0, ...outcome });
    expect(await pushApproved(sync, undefined, run)).toEqual({ ...NONE, pushed: 1 });
    expect(endpoint.entries()).toHaveLength(1);
  });

  it("a case that was closed meanwhile is refused in the system's words, and holds up nobody else", async () => {
    await workOn("ACME-1234", 600);
    await workOn(await otherKey(), 300, 60);
    endpoint.changeCase("case-1234", { status: "closed" });
    const result = await acceptAll();
    expect(result).toMatchObject({ pushed: 1, rejected: 1 });
    expect(result?.problems[0]).toMatchObject({ key: "ACME-1234", kind: "case-closed" });
  });

  it("a token that is refused stops the run and loses nothing", async () => {
    await workOn("ACME-1234", 600);
    endpoint.misbehave([{ kind: "status401", match: { method: "POST" } }]);
    expect(await acceptAll()).toMatchObject({ pushed: 0, retryLater: 1, problems: [{ kind: "auth" }] });
    expect(await pushApproved(sync, undefined, run)).toMatchObject({ pushed: 1 });
  });

  it("an endpoint that cannot be reached keeps everything", async () => {
    await workOn("ACME-1234", 600);
    await endpoint.close();
    expect(await acceptAll()).toMatchObject({ pushed: 0, waiting: 1 });
    expect((await sync.directory.list()).cases.length).toBeGreaterThan(5); // the copy for work offline
  });

  it("a case of one server is never billed through another", async () => {
    await workOn("ACME-1234", 600);
    const other = await startEndpoint({ database: ":memory:", seed: true });
    try {
      await connectBilling(connect, "rest", other.url, other.token);
      let offered = -1;
      let elsewhere = -1;
      await syncTimeEntries(
        sync,
        (preview) => {
          offered = preview.items.length;
          elsewhere = preview.waitingElsewhere;
          return Promise.resolve(preview.items);
        },
        run,
      );
      expect({ offered, elsewhere, sent: other.entries().length }).toEqual({ offered: 0, elsewhere: 1, sent: 0 });
    } finally {
      await other.close();
    }
  });

  it("an address that was changed by hand holds everything back", async () => {
    await workOn("ACME-1234", 600);
    settings.set("billing.url", "https://evil.example.com/v1");
    const failure: unknown = await acceptAll().catch((error: unknown) => error);
    expect(CaseclockError.is(failure, "billing.urlChanged")).toBe(true);
    expect(endpoint.entries()).toEqual([]);
  });
});

describe("connecting", () => {
  it.each([
    ["a wrong token", () => connectBilling(connect, "rest", endpoint.url, "wrong"), "billing.auth"],
    [
      "http to another machine",
      () => connectBilling(connect, "rest", "http://billing.example.com/v1", "t"),
      "billing.insecureUrl",
    ],
    ["no URL", () => connectBilling(connect, "rest", "billing", "t"), "billing.urlInvalid"],
    ["nobody there", () => connectBilling(connect, "rest", "http://127.0.0.1:9/v1", "t"), "billing.offline"],
    [
      "a missing folder",
      () => connectBilling(connect, "local", "file:///nowhere/at/all", undefined),
      "billing.folderUnwritable",
    ],
  ] as const)("with %s changes nothing", async (_name, attempt, code) => {
    const failure: unknown = await attempt().catch((error: unknown) => error);
    expect(CaseclockError.is(failure, code)).toBe(true);
    expect(view.ledger.connection).toBeUndefined();
    expect(settings.size).toBe(0);
  });

  it("again to the same account is the same connection", async () => {
    const first = await connectBilling(connect, "rest", endpoint.url, endpoint.token);
    const second = await connectBilling(connect, "rest", `${endpoint.url}/`, endpoint.token);
    expect(second.connection.id).toBe(first.connection.id);
  });
});

describe("a sync into a folder", () => {
  it("writes each entry once into files of its month", async () => {
    await workOn("ACME-1234", 600);
    const target = path.join(folder, "bills");
    fs.mkdirSync(target);
    await connectBilling(connect, "local", new URL(`file://${target}`).href, undefined);
    expect(await acceptAll()).toEqual({ ...NONE, pushed: 1 });
    expect(await acceptAll()).toEqual(NONE);
    expect(fs.readdirSync(target).sort()).toEqual(["caseclock-2026-03.csv", "caseclock-2026-03.json"]);
    const { entries } = JSON.parse(fs.readFileSync(path.join(target, "caseclock-2026-03.json"), "utf8")) as {
      entries: { billedSeconds: number; caseKey: string }[];
    };
    expect(entries.map(({ billedSeconds, caseKey }) => [caseKey, billedSeconds])).toEqual([["ACME-1234", 600]]);
    expect(fs.readFileSync(path.join(target, "caseclock-2026-03.csv"), "utf8").split("\r\n")).toHaveLength(3);
  });
});

/** An open case other than the first that is billed. */
async function otherKey(): Promise<string> {
  const { cases } = await sync.directory.list();
  const other = cases.find(
    ({ key, status, contract }) => key !== "ACME-1234" && status === "open" && contract?.billable !== false,
  );
  if (other === undefined) throw new Error("the seed has no second case");
  return other.key;
}
