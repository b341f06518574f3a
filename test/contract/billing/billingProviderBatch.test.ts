import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { RestProvider } from "../../../src/adapters/node/billing/rest/rest.ts";
import { HttpTransport } from "../../../src/adapters/node/billing/shared/httpTransport.ts";
import type { Connection } from "../../../src/domain/log/events.ts";
import type { Rule } from "../../billing-endpoint/misbehaviour.ts";
import { startEndpoint, type Endpoint } from "../../billing-endpoint/server.ts";
import { aCase, anEntry, at } from "../../support/builders.ts";
import { MemoryLogger } from "../../support/logger.ts";
import { checkExchange } from "../../support/openapi.ts";
import type { ApprovedEntry } from "../../../src/domain/log/approvedEntry.ts";

const NEVER = new AbortController().signal;

let endpoint: Endpoint;
let provider: RestProvider;

beforeEach(async () => {
  endpoint = await startEndpoint({ database: ":memory:", seed: true, record: true });
  const account = { id: "u-17", name: "Noor Haddad" };
  const connection: Connection = { id: "connection-1", provider: "rest", url: endpoint.url, account };
  const logger = new MemoryLogger();
  provider = new RestProvider(connection, new HttpTransport(endpoint.url, endpoint.token, logger), logger);
});
afterEach(() => endpoint.close());

const anApproved = (index: number, caseId = "case-1234", change: Partial<ApprovedEntry> = {}): ApprovedEntry =>
  anEntry(`entry-${index}`, {
    externalId: `8e03978e-40d5-43dd-bc93-${String(index).padStart(12, "0")}`,
    case: { ...aCase("ACME-1234"), ref: { source: "connection-1", id: caseId } },
    end: at("10:00"),
    ...change,
  });
const some = (count: number): readonly ApprovedEntry[] =>
  Array.from({ length: count }, (_, index) => anApproved(index));
const kinds = async (entries: readonly ApprovedEntry[]): Promise<readonly string[]> =>
  (await provider.pushBatch(entries, NEVER)).map(({ kind }) => kind);
const paths = (): readonly string[] =>
  endpoint.exchanges.map(({ method, url }) => `${method} ${url.replace("/v1", "")}`);

describe("a batch", () => {
  it("is one request, with an outcome for each entry", async () => {
    const entries = some(100);
    const results = await provider.pushBatch(entries, NEVER);
    expect(results.map((result) => result.kind === "written" && result.remote.externalId)).toEqual(
      entries.map(({ externalId }) => externalId),
    );
    expect(paths()).toEqual(["POST /time-entries/batch"]);
    expect(endpoint.entries()).toHaveLength(100);
    expect(endpoint.exchanges.flatMap((exchange) => checkExchange(exchange))).toEqual([]);
  });

  it("that comes again stores nothing twice", async () => {
    await kinds(some(5));
    expect(await kinds(some(7))).toEqual(Array.from({ length: 7 }, () => "written"));
    expect(endpoint.entries()).toHaveLength(7);
  });

  it("is not held up by one that is refused", async () => {
    const results = await provider.pushBatch([anApproved(1), anApproved(2, "no-such-case"), anApproved(3)], NEVER);
    expect(results.map(({ kind }) => kind)).toEqual(["written", "rejected", "written"]);
    expect(results[1]).toMatchObject({ problem: { kind: "unknown-case" } });
  });

  it("carries corrections as well", async () => {
    await kinds(some(2));
    expect(await kinds([anApproved(0, "case-1234", { revision: 2, description: "Corrected" })])).toEqual(["written"]);
    expect(endpoint.entries().map(({ description }) => description)).toContain("Corrected");
  });

  it.each<[string, Rule, string]>([
    ["whose answer is lost after storing", { kind: "dropAnswerAfterStoring" }, "unknown"],
    ["that ends in 500", { kind: "status500" }, "unknown"],
    ["that comes too often", { kind: "status429" }, "retryLater"],
    ["that is answered with something else", { kind: "malformedJson" }, "unknown"],
    ["whose answer is cut", { kind: "truncatedBody" }, "unknown"],
  ])("%s leaves each entry as certain as it is", async (_, rule, kind) => {
    endpoint.misbehave([rule]);
    expect(await kinds(some(3))).toEqual([kind, kind, kind]);
  });

  it("that the server has no path for goes one by one, now and from then on", async () => {
    endpoint.misbehave([{ kind: "status404" }]);
    expect(await kinds(some(2))).toEqual(["written", "written"]);
    expect(provider.maxBatchSize).toBe(1);
    expect(await kinds([anApproved(5), anApproved(6)])).toEqual(["written", "written"]);
    expect(paths().filter((path) => path.endsWith("/batch"))).toHaveLength(1);
    expect(endpoint.entries()).toHaveLength(4);
  });

  it("that is too large as a whole goes one by one", async () => {
    const long = "x".repeat(2_000);
    const commits = Array.from({ length: 400 }, (_, index) => ({
      sha: String(index).padStart(40, "0"),
      subject: long.slice(0, 900),
      repository: "r",
    }));
    const entries = Array.from({ length: 5 }, (_, index) => anApproved(index, "case-1234", { commits }));
    expect(await kinds(entries)).toEqual(Array.from({ length: 5 }, () => "written"));
    expect(endpoint.entries()).toHaveLength(5);
  });
});
