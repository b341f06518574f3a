import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createBillingProviders } from "../../../src/adapters/node/billing/providers.ts";
import { seconds, type LocalDate } from "../../../src/base/time.ts";
import type { Connection } from "../../../src/domain/log/events.ts";
import type { BillingProvider } from "../../../src/ports/billingProvider.ts";
import { startEndpoint } from "../../billing-endpoint/server.ts";
import { aCase, anEntry, at } from "../../support/builders.ts";
import { MemoryLogger } from "../../support/logger.ts";
import { checkExchange } from "../../support/openapi.ts";
import { whoIs } from "../../support/whoIs.ts";
import type { ApprovedEntry } from "../../../src/domain/log/approvedEntry.ts";

const NEVER = new AbortController().signal;

interface Stored {
  readonly externalId: string;
  readonly revision: number;
  readonly billedSeconds: number;
  readonly description: string;
}

/** A provider with what it writes to. */
interface Fixture {
  readonly provider: BillingProvider;
  /** What is stored, by key. */
  stored(): readonly Stored[];
  /** @throws Error when something was sent or written that its document does not allow */
  close(): Promise<void>;
}

/** One approved entry of an hour on the seed's case ACME-1234. */
function anApprovedEntry(connection: Connection, change: Partial<ApprovedEntry> = {}): ApprovedEntry {
  return anEntry("entry-1", {
    externalId: "8e03978e-40d5-43dd-bc93-6894a57f9324",
    connectionId: connection.id,
    case: { ...aCase("ACME-1234"), ref: { source: connection.id, id: "case-1234" } },
    end: at("10:10"),
    intervals: [
      { start: at("09:00"), end: at("09:30") },
      { start: at("09:40"), end: at("10:10") },
    ],
    observedSeconds: seconds(3000),
    bridgedSeconds: seconds(600),
    share: "full",
    commits: [{ sha: "3f2c9a1be0d4475c8f6a21b7e5d90c3384a1f6e2", subject: "Read in chunks", repository: "import" }],
    branches: ["main"],
    ...change,
  });
}

async function overHttp(): Promise<Fixture> {
  const endpoint = await startEndpoint({ database: ":memory:", seed: true, record: true });
  const logger = new MemoryLogger();
  const secrets = {
    tokenFor: () => Promise.resolve(endpoint.token),
    storeToken: () => Promise.resolve(true),
    deleteToken: () => Promise.resolve(),
  };
  const providers = createBillingProviders(secrets, logger);
  const account = await whoIs(providers, "rest", endpoint.url, endpoint.token);
  const provider = await providers.open({ id: "connection-1", provider: "rest", url: endpoint.url, account });
  return {
    provider,
    stored: () => endpoint.entries(),
    close: async () => {
      await endpoint.close();
      expect(endpoint.exchanges.flatMap((exchange) => checkExchange(exchange))).toEqual([]);
      expect(logger.lines.join("\n")).not.toContain(endpoint.token);
    },
  };
}

async function inFolder(): Promise<Fixture> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "caseclock-bills-"));
  const noSecrets = () => Promise.reject(new Error("a folder has no token"));
  const secrets = { tokenFor: noSecrets, storeToken: noSecrets, deleteToken: noSecrets };
  const providers = createBillingProviders(secrets, new MemoryLogger());
  const url = pathToFileURL(folder).href;
  const account = await whoIs(providers, "local", url, undefined);
  const provider = await providers.open({ id: "connection-1", provider: "local", url, account });
  return {
    provider,
    stored: () =>
      fs
        .readdirSync(folder)
        .filter((name) => name.endsWith(".json"))
        .flatMap((name) => {
          const file = JSON.parse(fs.readFileSync(path.join(folder, name), "utf8")) as { entries: Stored[] };
          return file.entries;
        })
        .sort((a, b) => (a.externalId < b.externalId ? -1 : 1)),
    close: () => {
      fs.rmSync(folder, { recursive: true });
      return Promise.resolve();
    },
  };
}

describe.each([
  ["rest", overHttp],
  ["local", inFolder],
])("a billing provider: %s", (_, open) => {
  let fixture: Fixture;
  let provider: BillingProvider;

  beforeEach(async () => {
    fixture = await open();
    provider = fixture.provider;
  });
  afterEach(() => fixture.close());

  it("keeps whole seconds", () => {
    expect(provider.unitSeconds).toBe(1);
    expect(provider.connection.account.name).not.toBe("");
  });

  it.each(["none", "commits", "full"] as const)(
    "writes an entry that shares %s, and tells what it keeps",
    async (share) => {
      const entry = anApprovedEntry(provider.connection, { share });
      const result = await provider.push(entry, NEVER);
      expect(result).toMatchObject({
        kind: "written",
        remote: { externalId: entry.externalId, revision: 1, billedSeconds: 3600 },
      });
      expect(fixture.stored()).toMatchObject([
        { externalId: entry.externalId, revision: 1, billedSeconds: 3600, description: entry.description },
      ]);
    },
  );

  it("writes it once, however often it is pushed", async () => {
    const entry = anApprovedEntry(provider.connection);
    const first = await provider.push(entry, NEVER);
    const again = await Promise.all([provider.push(entry, NEVER), provider.push(entry, NEVER)]);
    expect(again.filter((result) => result.kind === "rejected")).toEqual([]);
    expect(await provider.push(entry, NEVER)).toEqual(first);
    expect(fixture.stored()).toHaveLength(1);
  });

  it("loses none of many that are pushed at once", async () => {
    const keys = Array.from({ length: 20 }, (__, index) => `key-${String(index).padStart(2, "0")}`);
    const pushes = keys.map((externalId) => provider.push(anApprovedEntry(provider.connection, { externalId }), NEVER));
    expect((await Promise.all(pushes)).map((result) => result.kind)).toEqual(keys.map(() => "written"));
    expect(
      fixture
        .stored()
        .map(({ externalId }) => externalId)
        .sort(),
    ).toEqual(keys);
  });

  it("finds what is stored under a key, in the words of the push", async () => {
    const result = await provider.push(anApprovedEntry(provider.connection), NEVER);
    const found = await provider.find(
      anApprovedEntry(provider.connection, { externalId: "8e03978e-40d5-43dd-bc93-6894a57f9324" }),
      NEVER,
    );
    expect(result).toEqual({ kind: "written", remote: found[0] });
    expect(found).toHaveLength(1);
  });

  it("finds nothing under a key that is not stored", async () => {
    expect(await provider.find(anApprovedEntry(provider.connection, { externalId: "unknown" }), NEVER)).toEqual([]);
    await provider.push(anApprovedEntry(provider.connection), NEVER);
    expect(await provider.find(anApprovedEntry(provider.connection, { externalId: "unknown" }), NEVER)).toEqual([]);
  });

  it("replaces an entry by its correction, also of another month", async () => {
    const first = await provider.push(anApprovedEntry(provider.connection), NEVER);
    const correction = anApprovedEntry(provider.connection, {
      revision: 3,
      day: "2026-04-01" as LocalDate,
      description: "Corrected",
    });
    const second = await provider.push(correction, NEVER);
    expect(first.kind).toBe("written");
    expect(second).toMatchObject({ kind: "written", remote: { revision: 3 } });
    expect(await provider.push(correction, NEVER)).toEqual(second);
    expect(fixture.stored()).toMatchObject([{ revision: 3, description: "Corrected" }]);
  });

  it("does not write when it was stopped before", async () => {
    const result = await provider.push(anApprovedEntry(provider.connection), AbortSignal.abort());
    expect(result).toMatchObject({ kind: "retryLater", stop: false, problem: { kind: "cancelled" } });
    expect(fixture.stored()).toEqual([]);
  });

  it("refuses a revision that is overtaken", async () => {
    await provider.push(anApprovedEntry(provider.connection, { revision: 3 }), NEVER);
    const late = await provider.push(anApprovedEntry(provider.connection, { revision: 2 }), NEVER);
    expect(late).toMatchObject({ kind: "rejected", problem: { kind: "stale-revision" } });
    expect(fixture.stored()).toMatchObject([{ revision: 3 }]);
  });

  it("lists only cases that are open", async () => {
    const cases = [];
    for await (const page of provider.listCases(NEVER)) cases.push(...page);
    expect(new Set(cases.map(({ status }) => status))).toEqual(
      new Set(provider.connection.provider === "rest" ? ["open"] : []),
    );
    expect(cases.every(({ ref }) => ref.source === provider.connection.id)).toBe(true);
  });
});
