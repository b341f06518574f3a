import http, { type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createBillingProviders } from "../../../src/adapters/node/billing/providers.ts";
import type { Case } from "../../../src/domain/cases/case.ts";
import { CaseclockError } from "../../../src/domain/errors.ts";
import type { Connection } from "../../../src/domain/log/events.ts";
import type { BillingProvider, BillingProviders } from "../../../src/ports/billingProvider.ts";
import { SEED_CASES } from "../../billing-endpoint/seed.ts";
import { startEndpoint, type Endpoint } from "../../billing-endpoint/server.ts";
import { MemoryLogger } from "../../support/logger.ts";
import { checkExchange } from "../../support/openapi.ts";
import { anEntry } from "../../support/builders.ts";
import { whoIs } from "../../support/whoIs.ts";

const TOKEN = "secret-token-4711";
const NEVER = new AbortController().signal;

let endpoint: Endpoint;
let logger: MemoryLogger;
let providers: BillingProviders;
/** The one token that is stored, by origin. */
let stored: { origin: string; token: string };
const servers: http.Server[] = [];

beforeEach(async () => {
  endpoint = await startEndpoint({ database: ":memory:", seed: true, record: true, pageSize: 3, token: TOKEN });
  logger = new MemoryLogger();
  stored = { origin: new URL(endpoint.url).origin, token: TOKEN };
  const secrets = {
    tokenFor: (_: string, url: string) =>
      Promise.resolve(new URL(url).origin === stored.origin ? stored.token : undefined),
    storeToken: () => Promise.resolve(true),
    deleteToken: () => Promise.resolve(),
  };
  providers = createBillingProviders(secrets, logger);
});
afterEach(async () => {
  await endpoint.close();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  expect(logger.lines.join("\n")).not.toContain(TOKEN);
});

function open(url = endpoint.url): Promise<BillingProvider> {
  const account = { id: "u-17", name: "Noor Haddad" };
  const connection: Connection = { id: "connection-1", provider: "rest", url, account };
  return providers.open(connection);
}

/** A server whose answers break the API's document, opened as a connection. @param answer gives the body by the query */
async function openServer(answer: (query: URLSearchParams) => unknown, status = 200): Promise<BillingProvider> {
  const server = http.createServer((request, response: ServerResponse) => {
    const body = answer(new URL(request.url ?? "/", "http://localhost").searchParams);
    response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  stored = { ...stored, origin: new URL(url).origin };
  return open(url);
}

async function listAll(provider: BillingProvider, signal = NEVER): Promise<Case[]> {
  const cases: Case[] = [];
  for await (const page of provider.listCases(signal)) cases.push(...page);
  return cases;
}

/** The code and text that it fails with. */
async function failure(attempt: Promise<unknown>): Promise<{ code: string; message: string }> {
  try {
    await attempt;
  } catch (error) {
    if (CaseclockError.is(error)) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error("nothing was thrown");
}

const aCase = (change: object = {}) => ({
  id: "1",
  key: "A-1",
  title: "First",
  status: "open",
  customer: { id: "c", name: "Customer" },
  ...change,
});

describe("listCases", () => {
  it("gives the open cases of all pages, each as the API has it", async () => {
    const cases = await listAll(await open());
    const expected = SEED_CASES.filter(({ status }) => status === "open");
    expect(cases.map(({ ref }) => ref.id).sort()).toEqual(expected.map(({ id }) => id).sort());
    expect(new Set(cases.map(({ ref }) => ref.source))).toEqual(new Set(["connection-1"]));
    const { id, ...seed } = SEED_CASES[0] ?? aCase();
    expect(cases.find(({ ref }) => ref.id === id)).toEqual({ ...seed, ref: { source: "connection-1", id } });
    expect(endpoint.exchanges.length).toBeGreaterThan(3);
    expect(endpoint.exchanges.flatMap((exchange) => checkExchange(exchange))).toEqual([]);
  });

  it("takes members that it does not know, and null for absent ones", async () => {
    const given = { ...aCase({ url: null, contract: { billable: true, colour: "red" } }), owner: 5 };
    const provider = await openServer(() => ({ items: [given], nextCursor: null, total: 1 }));
    expect(await listAll(provider)).toEqual([
      {
        ref: { source: "connection-1", id: "1" },
        key: "A-1",
        title: "First",
        status: "open",
        customer: { id: "c", name: "Customer" },
        contract: { billable: true },
      },
    ]);
  });

  it("passes over cases that cannot be used, and counts them in the log", async () => {
    const unusable = [
      aCase({ key: " A-1" }),
      aCase({ key: "A\n1" }),
      aCase({ key: "x".repeat(65) }),
      aCase({ id: "" }),
      aCase({ customer: null }),
      aCase({ contract: { rounding: "bankers" } }),
      "case",
    ];
    const provider = await openServer(() => ({
      items: [...unusable, aCase({ id: "2" }), aCase({ status: "closed" })],
    }));
    expect((await listAll(provider)).map(({ ref }) => ref.id)).toEqual(["2"]);
    expect(logger.lines).toContain("passed over cases that cannot be used count=7");
  });

  it("keeps addresses of web pages only", async () => {
    const urls = ["https://cases.example.com/1", "command:workbench.action.quit", "file:///etc/passwd"];
    const provider = await openServer(() => ({
      items: urls.map((url, index) => aCase({ id: String(index + 1), url })),
    }));
    expect((await listAll(provider)).map(({ url }) => url)).toEqual([
      "https://cases.example.com/1",
      undefined,
      undefined,
    ]);
  });

  it("ends when the pages begin anew", async () => {
    const provider = await openServer((query) => ({ items: [], nextCursor: query.get("cursor") === "a" ? "b" : "a" }));
    expect(await failure(listAll(provider))).toMatchObject({ code: "billing.protocol" });
  });

  it("ends when it is stopped", async () => {
    const stop = new AbortController();
    endpoint.misbehave([{ kind: "hold", skip: 1 }]);
    const listing = failure(listAll(await open(), stop.signal));
    await endpoint.whenHeld(1);
    stop.abort();
    expect((await listing).code).toBe("billing.cancelled");
  });
});

describe("a read that fails", () => {
  it.each([
    ["status401", "billing.auth"],
    ["redirect", "billing.auth"],
    ["status429", "billing.server"],
    ["status500", "billing.server"],
    ["status503", "billing.server"],
    ["htmlPage", "billing.protocol"],
    ["malformedJson", "billing.protocol"],
    ["truncatedBody", "billing.unanswered"],
    ["reset", "billing.unanswered"],
  ] as const)("by %s throws %s from every call", async (kind, code) => {
    endpoint.misbehave([{ kind, times: 3 }]);
    const provider = await open();
    expect((await failure(provider.find(anEntry("entry-1", { externalId: "key-1" }), NEVER))).code).toBe(code);
    expect((await failure(listAll(provider))).code).toBe(code);
    expect((await failure(whoIs(providers, "rest", endpoint.url, TOKEN))).code).toBe(code);
  });

  it.each([
    [403, "billing.permission"],
    [404, "billing.protocol"],
    [400, "billing.rejected"],
  ])("by status %d throws %s", async (status, code) => {
    const provider = await openServer(() => undefined, status);
    expect((await failure(provider.find(anEntry("entry-1", { externalId: "key-1" }), NEVER))).code).toBe(code);
  });

  it("tells the server's words, but not the token that it put into them", async () => {
    const provider = await openServer(() => ({ title: `No right for ${TOKEN}` }), 403);
    expect((await failure(provider.find(anEntry("entry-1", { externalId: "key-1" }), NEVER))).message).toBe(
      "No right for •••",
    );
  });

  it.each([
    ["other entries than were asked for", { items: [{ id: "te-1", externalId: "key-2" }], nextCursor: "2" }],
    ["an entry without its id", { items: [{ externalId: "key-1" }] }],
    ["no list", {}],
  ])("takes %s for no answer", async (_, body) => {
    const provider = await openServer(() => body);
    expect((await failure(provider.find(anEntry("entry-1", { externalId: "key-1" }), NEVER))).code).toBe(
      "billing.protocol",
    );
  });

  it("reports every entry that is stored under a key", async () => {
    const twice = ["te-1", "te-2"].map((id) => ({ id, externalId: "key-1" }));
    const provider = await openServer(() => ({ items: twice }));
    expect(await provider.find(anEntry("entry-1", { externalId: "key-1" }), NEVER)).toEqual([
      { externalId: "key-1", remoteId: "te-1" },
      { externalId: "key-1", remoteId: "te-2" },
    ]);
  });
});

describe("connecting", () => {
  it("tells whom the token belongs to, also with a line end behind it", async () => {
    const expected = { id: "u-17", name: "Noor Haddad" };
    expect(await whoIs(providers, "rest", `${endpoint.url}/`, `${TOKEN}\n`)).toEqual(expected);
  });

  it.each([
    ["no token", undefined, "billing.auth"],
    ["an empty token", " ", "billing.auth"],
    ["a token with a line in it", "secret\r\nX-Evil: 1", "billing.auth"],
    ["a token of somebody else", "other-token", "billing.auth"],
  ])("with %s", async (_, token, code) => {
    expect((await failure(whoIs(providers, "rest", endpoint.url, token))).code).toBe(code);
  });

  it.each([
    ["http://billing.example.com/v1", "billing.insecureUrl"],
    ["billing.example.com", "billing.urlInvalid"],
    ["https://user:password@billing.example.com", "billing.urlInvalid"],
  ])("to %s fails before anything is sent", async (url, code) => {
    expect((await failure(whoIs(providers, "rest", url, TOKEN))).code).toBe(code);
    expect((await failure(open(url))).code).toBe(code);
    expect(logger.lines).toEqual([]);
  });

  it("opens nothing for whose origin there is no token", async () => {
    stored = { ...stored, origin: "https://billing.example.com" };
    expect((await failure(open())).code).toBe("billing.urlChanged");
    expect(endpoint.exchanges).toEqual([]);
  });
});
