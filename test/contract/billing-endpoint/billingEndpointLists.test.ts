import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { anEntry, CheckedClient, problemOf } from "../../billing-endpoint/client.ts";
import type { BillingCase, TimeEntry } from "../../billing-endpoint/model.ts";
import { startEndpoint, type Endpoint } from "../../billing-endpoint/server.ts";

let endpoint: Endpoint;
let client: CheckedClient;

beforeEach(async () => {
  endpoint = await startEndpoint({ database: ":memory:", seed: true, pageSize: 5, record: true });
  client = new CheckedClient(endpoint);
});
afterEach(() => endpoint.close());

const ID = anEntry().externalId;

async function caseItem(id: string): Promise<BillingCase | undefined> {
  const pages = await client.pages<BillingCase>("/cases");
  return pages.flat().find((each) => each.id === id);
}

describe("GET /cases", () => {
  it("gives every case once over its pages, by key", async () => {
    const pages = await client.pages<BillingCase>("/cases");
    const keys = pages.flat().map(({ key }) => key);
    expect(pages.map(({ length }) => length)).toEqual([5, 5, 5, 1]);
    expect(keys).toEqual([...keys].sort());
    expect(new Set(keys).size).toBe(16);
    expect(keys).toEqual(expect.arrayContaining(["ACME-1234", "#5127", "RT#880"]));
  });

  it("filters by status", async () => {
    const closed = (await client.pages<BillingCase>("/cases?status=closed")).flat();
    expect(closed.map(({ key }) => key)).toEqual(["#5090", "ACME-1198"]);
    expect((await client.pages("/cases?status=open")).flat()).toHaveLength(14);
  });

  it.each([
    ["acme-1234", ["ACME-1234"]],
    ["IMPORT JOB", ["ACME-1234"]],
    ["bluewater month", ["#5131"]],
    ["müller", ["MU-1"]],
    ["100%", []],
  ])("searches key, title and customer for %s", async (query, expected) => {
    const customer = { id: "mueller", name: "MÜLLER & Söhne" };
    endpoint.putCase({ id: "mu-1", key: "MU-1", title: "Till", status: "open", customer });
    const found = (await client.pages<BillingCase>(`/cases?query=${encodeURIComponent(query)}`)).flat();
    expect(found.map(({ key }) => key)).toEqual(expected);
  });

  it.each(["status=ajar", "cursor=abc", "cursor=WzFd", "cursor=", "state=open", "query=a&query=b"])(
    "refuses ?%s",
    async (query) => {
      const invalid = !/^cursor=./.test(query);
      const reply = await client.send("GET", `/cases?${query}`, { invalid });
      expect({ status: reply.status, problem: problemOf(reply) }).toEqual({
        status: 400,
        problem: "invalid-parameter",
      });
    },
  );

  it("counts what it received as used", async () => {
    const before = await caseItem("case-1234");
    await client.post(anEntry({ billedSeconds: 3601 }));
    const after = await caseItem("case-1234");
    expect((after?.contract?.usedSeconds ?? 0) - (before?.contract?.usedSeconds ?? 0)).toBe(3601);
    await client.send("DELETE", `/time-entries/${ID}`);
    expect(await caseItem("case-1234")).toEqual(before);
  });
});

describe("GET /time-entries", () => {
  it("finds one by its external id", async () => {
    const { body } = await client.post(anEntry());
    expect((await client.send("GET", `/time-entries?externalId=${ID}`)).body).toEqual({ items: [body] });
    expect((await client.send("GET", "/time-entries?externalId=another")).body).toEqual({ items: [] });
  });

  it("gives the entries of a range of days once each, both ends included, also while others come", async () => {
    const days = ["2026-03-08", "2026-03-09", "2026-03-10", "2026-03-11"];
    const entries = Array.from({ length: 44 }, (_, n) =>
      anEntry({
        externalId: `entry-${n}`,
        date: days[n % 4] ?? "",
        start: "2026-03-08T23:59:59Z",
        end: "2026-03-11T00:00:00Z",
      }),
    );
    await Promise.all(entries.map((entry) => client.post(entry)));
    const expected = entries.filter(({ date }) => date === "2026-03-09" || date === "2026-03-10");
    const path = "/time-entries?from=2026-03-09&to=2026-03-10";
    const first = (await client.send("GET", path)).body as { readonly items: TimeEntry[]; readonly nextCursor: string };
    await client.post(anEntry({ externalId: "comes-between", date: "2026-03-09" }));
    const rest = (await client.pages<TimeEntry>(path, first.nextCursor)).flat();
    const found = [...first.items, ...rest].map(({ externalId }) => externalId);
    expect([...found].sort()).toEqual([...expected.map(({ externalId }) => externalId), "comes-between"].sort());
    expect([...first.items, ...rest].map(({ date }) => date)).toEqual([
      ...Array.from({ length: 12 }, () => "2026-03-09"),
      ...Array.from({ length: 11 }, () => "2026-03-10"),
    ]);
  });

  it("ends without a cursor when the last page is full", async () => {
    for (let n = 0; n < 5; n += 1) await client.post(anEntry({ externalId: `entry-${n}` }));
    expect(await client.pages("/time-entries?from=2026-03-09&to=2026-03-09")).toHaveLength(1);
  });

  it.each([
    ["", false],
    ["?from=2026-03-09", false],
    ["?from=2026-03-10&to=2026-03-09", false],
    [`?externalId=${ID}&from=2026-03-09&to=2026-03-10`, false],
    ["?from=2026-03-09&to=2026-03-10&cursor=e30", false],
    ["?from=yesterday&to=2026-03-10", true],
    ["?externalId=a%20b", true],
    ["?limit=5", true],
  ])("refuses %s", async (query, invalid) => {
    const reply = await client.send("GET", `/time-entries${query}`, { invalid });
    expect({ status: reply.status, problem: problemOf(reply) }).toEqual({ status: 400, problem: "invalid-parameter" });
  });
});
