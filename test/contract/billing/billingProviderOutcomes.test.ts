import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { RestProvider } from "../../../src/adapters/node/billing/rest/rest.ts";
import {
  HttpTransport,
  type HttpRequest,
  type HttpResult,
} from "../../../src/adapters/node/billing/shared/httpTransport.ts";
import { seconds } from "../../../src/base/time.ts";
import type { Connection } from "../../../src/domain/log/events.ts";
import type { Rule } from "../../billing-endpoint/misbehaviour.ts";
import { startEndpoint, type Endpoint } from "../../billing-endpoint/server.ts";
import { aCase, anEntry, at } from "../../support/builders.ts";
import { MemoryLogger } from "../../support/logger.ts";
import { checkExchange, validateRequest } from "../../support/openapi.ts";
import type { ApprovedEntry } from "../../../src/domain/log/approvedEntry.ts";

const NEVER = new AbortController().signal;
const KEY = "8e03978e-40d5-43dd-bc93-6894a57f9324";

let endpoint: Endpoint;
let provider: RestProvider;
let logger: MemoryLogger;

beforeEach(async () => {
  endpoint = await startEndpoint({ database: ":memory:", seed: true, record: true });
  logger = new MemoryLogger();
  provider = connect(endpoint.token);
});
afterEach(async () => {
  await endpoint.close();
  expect(logger.lines.join("\n")).not.toContain(endpoint.token);
});

function connect(token: string): RestProvider {
  const account = { id: "u-17", name: "Noor Haddad" };
  const connection: Connection = { id: "connection-1", provider: "rest", url: endpoint.url, account };
  return new RestProvider(connection, new HttpTransport(endpoint.url, token, logger), logger);
}

/** Every request, whatever was answered, has to keep to the API's document. */
function requestViolations(): string[] {
  return endpoint.exchanges.flatMap(({ method, url, requestBody, requestHeaders }) =>
    validateRequest(method, url.replace(/^\/v1/, ""), requestBody, requestHeaders),
  );
}

function anApprovedEntry(change: Partial<ApprovedEntry> = {}): ApprovedEntry {
  return anEntry("entry-1", {
    externalId: KEY,
    case: { ...aCase("ACME-1234"), ref: { source: "connection-1", id: "case-1234" } },
    end: at("10:00"),
    observedSeconds: seconds(3000),
    bridgedSeconds: seconds(600),
    ...change,
  });
}

const push = (change: Partial<ApprovedEntry> = {}, signal = NEVER) => provider.push(anApprovedEntry(change), signal);

describe("the outcome of a write follows its certainty", () => {
  it.each<[string, Rule, object, number]>([
    ["429", { kind: "status429" }, { kind: "retryLater", stop: false, retryAfterMs: 1000 }, 0],
    ["503 with a pause", { kind: "status503", retryAfter: 7 }, { kind: "unknown", retryAfterMs: 7000 }, 0],
    ["500", { kind: "status500" }, { kind: "unknown", problem: { kind: "internal-error" } }, 0],
    ["500 after it stored", { kind: "status500AfterStoring" }, { kind: "unknown" }, 1],
    ["401", { kind: "status401" }, { kind: "retryLater", stop: true, problem: { kind: "auth" } }, 0],
    ["a redirect", { kind: "redirect" }, { kind: "retryLater", stop: true, problem: { kind: "auth" } }, 0],
    ["a login page", { kind: "htmlPage" }, { kind: "unknown", problem: { kind: "protocol" } }, 0],
    ["JSON that breaks off", { kind: "malformedJson" }, { kind: "unknown", problem: { kind: "protocol" } }, 1],
    ["a body that breaks off", { kind: "truncatedBody" }, { kind: "unknown", problem: { kind: "offline" } }, 1],
    ["no answer", { kind: "dropAnswerAfterStoring" }, { kind: "unknown", problem: { kind: "offline" } }, 1],
    ["a reset", { kind: "reset" }, { kind: "unknown", problem: { kind: "offline" } }, 0],
  ])("%s", async (_, rule, outcome, stored) => {
    endpoint.misbehave([rule]);
    const result = await push();
    expect(result).toMatchObject(outcome);
    expect(result).toHaveProperty("problem.detail", expect.stringMatching(/\S/));
    expect(endpoint.entries()).toHaveLength(stored);
    expect(await provider.find(anApprovedEntry({ externalId: KEY }), NEVER)).toHaveLength(stored);
    // Whatever it was, the same key may be sent again and gives one entry.
    expect(await push()).toMatchObject({ kind: "written" });
    expect(endpoint.entries()).toHaveLength(1);
    expect(requestViolations()).toEqual([]);
  });

  it("a pause may be a date", async () => {
    const date = new Date(Date.now() + 60_000).toUTCString();
    endpoint.misbehave([{ kind: "status429", retryAfter: date }]);
    const result = await push();
    const wait = result.kind === "retryLater" ? (result.retryAfterMs ?? 0) : 0;
    expect(wait).toBeGreaterThan(50_000);
    expect(wait).toBeLessThanOrEqual(60_000);
  });

  it("a redirect is told with its origin only", async () => {
    endpoint.misbehave([{ kind: "redirect", location: "https://login.example.com/?session=secret" }]);
    const result = await push();
    expect(result).toHaveProperty("problem.detail", expect.stringContaining("https://login.example.com,"));
    expect(JSON.stringify(result)).not.toContain("session");
  });

  it("a request with the same key that still runs: perhaps written, after the server's pause", async () => {
    endpoint.misbehave([{ kind: "hold" }]);
    const first = push();
    await endpoint.whenHeld(1);
    expect(await push()).toMatchObject({
      kind: "unknown",
      retryAfterMs: 1000,
      problem: { kind: "request-in-progress" },
    });
    endpoint.release();
    expect(await first).toMatchObject({ kind: "written" });
  });

  it("stopped while the server works on it: perhaps written", async () => {
    const stop = new AbortController();
    endpoint.misbehave([{ kind: "hold" }]);
    const pushed = push({}, stop.signal);
    await endpoint.whenHeld(1);
    stop.abort();
    expect(await pushed).toMatchObject({ kind: "unknown", problem: { kind: "cancelled" } });
    endpoint.release();
  });

  it("nobody there: certainly not written, and the run ends", async () => {
    const elsewhere = await startEndpoint({ database: ":memory:" });
    await elsewhere.close();
    const http = new HttpTransport(elsewhere.url, "token-token", logger);
    const lost = new RestProvider({ ...provider.connection, url: elsewhere.url }, http, logger);
    expect(await lost.push(anApprovedEntry(), NEVER)).toMatchObject({
      kind: "retryLater",
      stop: true,
      problem: { kind: "offline", detail: `${new URL(elsewhere.url).host} refuses connections.` },
    });
  });

  it("a token of somebody else: certainly not written, and the run ends", async () => {
    const result = await connect("token-of-nobody").push(anApprovedEntry(), NEVER);
    expect(result).toMatchObject({ kind: "retryLater", stop: true, problem: { kind: "auth" } });
  });
});

describe("a refusal is final and in words for a person", () => {
  const onCase = (id: string) => ({ case: { ...aCase("ACME-1198"), ref: { source: "connection-1", id } } });

  it.each<[string, Partial<ApprovedEntry>, string, string]>([
    ["a closed case", onCase("case-1198"), "case-closed", "ACME-1198 is closed. (caseId)"],
    ["an unknown case", onCase("x"), "unknown-case", "There is no case x. (caseId)"],
    [
      "an unknown activity",
      { activityId: "dancing" },
      "unknown-activity",
      "ACME-1234 has no activity dancing. (activityId)",
    ],
    [
      "a description that is too long",
      { description: "x".repeat(10_001) },
      "validation",
      "The request is not valid: description must NOT have more than 10000 characters",
    ],
    [
      "an entry that is too large to be sent",
      { description: "x".repeat(1_100_000) },
      "payload-too-large",
      "The entry is larger than 1 MiB, the most that can be sent at once.",
    ],
  ])("%s", async (_, change, kind, detail) => {
    expect(await push(change)).toEqual({ kind: "rejected", problem: { kind, detail } });
    expect(endpoint.entries()).toEqual([]);
  });

  it("the same key with another payload", async () => {
    await push({ description: "Read large files in chunks" });
    expect(await push({ description: "Something else" })).toMatchObject({
      kind: "rejected",
      problem: { kind: "idempotency-key-reused" },
    });
    expect(endpoint.entries()).toMatchObject([{ description: "Read large files in chunks" }]);
  });

  it("a revision that is overtaken", async () => {
    await push({ revision: 3 });
    expect(await push({ revision: 2 })).toMatchObject({
      kind: "rejected",
      problem: { kind: "stale-revision", detail: "Revision 3 is stored, 2 came. (revision)" },
    });
  });
});

describe("a conflict that the API does not have", () => {
  const stored = (revision: number) => ({ items: [{ id: "te-1", externalId: KEY, revision }] });

  it.each([
    ["is no conflict when the entry is stored", 200, stored(1), { kind: "written", remote: { remoteId: "te-1" } }],
    ["refuses when an older revision is stored", 200, stored(0), { kind: "rejected", problem: { kind: "conflict" } }],
    ["refuses when nothing is stored", 200, { items: [] }, { kind: "rejected", problem: { kind: "conflict" } }],
    ["leaves it open when that cannot be seen", 500, {}, { kind: "unknown", problem: { kind: "conflict" } }],
  ])("%s", async (_, status, body, outcome) => {
    const answer = { kind: "answer", headers: {}, malformed: false } as const;
    const send = vi.fn(({ method }: HttpRequest): Promise<HttpResult> => {
      return Promise.resolve({
        ...answer,
        ...(method === "POST" ? { status: 409, body: undefined } : { status, body }),
      });
    });
    const http = new HttpTransport(endpoint.url, "token-token", logger);
    http.send = send;
    expect(await new RestProvider(provider.connection, http, logger).push(anApprovedEntry(), NEVER)).toMatchObject(
      outcome,
    );
    expect(send.mock.calls.map(([{ method }]) => method)).toEqual(["POST", "GET"]);
  });
});

describe("requests", () => {
  it("are POST with the quoted key first, PUT for a correction", async () => {
    await push();
    await push({ revision: 2 });
    expect(endpoint.exchanges.map(({ method, url }) => `${method} ${url}`)).toEqual([
      "POST /v1/time-entries",
      `PUT /v1/time-entries/${KEY}`,
    ]);
    expect(endpoint.exchanges.map(({ requestHeaders }) => requestHeaders?.["idempotency-key"])).toEqual([
      `"${KEY}"`,
      undefined,
    ]);
    expect(endpoint.exchanges.flatMap((exchange) => checkExchange(exchange))).toEqual([]);
  });
});
