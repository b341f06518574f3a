import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { anEntry, CheckedClient, pointersOf, problemOf } from "../../billing-endpoint/client.ts";
import type { TimeEntry } from "../../billing-endpoint/model.ts";
import { startEndpoint, type Endpoint } from "../../billing-endpoint/server.ts";

let endpoint: Endpoint;
let client: CheckedClient;

beforeEach(async () => {
  endpoint = await startEndpoint({ database: ":memory:", seed: true, pageSize: 5, record: true });
  client = new CheckedClient(endpoint);
});
afterEach(() => endpoint.close());

const ID = anEntry().externalId;

describe("POST /time-entries", () => {
  it("stores an entry and gives it an id", async () => {
    const { status, body, headers } = await client.post(anEntry());
    expect(status).toBe(201);
    expect(body).toEqual({ ...anEntry(), id: expect.stringMatching(/./) as string });
    expect(headers["location"]).toBe(`/v1/time-entries/${ID}`);
    expect(headers).not.toHaveProperty("idempotency-replayed");
    expect(endpoint.entries()).toEqual([body]);
  });

  it("gives the same answer to the same key and payload, in any order of members", async () => {
    const first = await client.post(anEntry());
    const turned = Object.fromEntries(Object.entries(anEntry()).reverse());
    const second = await client.post(anEntry(), { body: turned });
    expect({ status: second.status, body: second.body }).toEqual({ status: first.status, body: first.body });
    expect(second.headers["idempotency-replayed"]).toBe("true");
    expect(endpoint.entries()).toHaveLength(1);
  });

  it("replays also after the case was closed, the entry replaced and deleted, and stores nothing by it", async () => {
    const first = await client.post(anEntry());
    endpoint.changeCase("case-1234", { status: "closed" });
    expect((await client.post(anEntry())).body).toEqual(first.body);
    await client.put(anEntry({ revision: 2, description: "Corrected" }));
    expect((await client.post(anEntry())).body).toEqual(first.body);
    expect(endpoint.entries()).toMatchObject([{ revision: 2, description: "Corrected" }]);
    await client.send("DELETE", `/time-entries/${ID}`);
    expect((await client.post(anEntry())).body).toEqual(first.body);
    expect(endpoint.entries()).toEqual([]);
  });

  it("refuses the key with another payload, however it was stored", async () => {
    await client.put(anEntry());
    const reply = await client.post(anEntry({ description: "Other" }));
    expect({ status: reply.status, problem: problemOf(reply), pointers: pointersOf(reply) }).toEqual({
      status: 422,
      problem: "idempotency-key-reused",
      pointers: ["#/externalId"],
    });
    expect(endpoint.entries()).toMatchObject([{ description: anEntry().description }]);
  });

  it("does not remember a refusal", async () => {
    const refused = await client.post(anEntry({ caseId: "case-9" }));
    expect({ status: refused.status, problem: problemOf(refused), pointers: pointersOf(refused) }).toEqual({
      status: 422,
      problem: "unknown-case",
      pointers: ["#/caseId"],
    });
    expect((await client.post(anEntry())).status).toBe(201);
  });

  it.each([undefined, ID, `"${ID}`, '""', '"a b"', '"batch"'])("needs a quoted key: %s is refused", async (key) => {
    const reply = await client.post(anEntry(), { headers: { "Idempotency-Key": key }, invalid: key !== '"batch"' });
    expect({ status: reply.status, problem: problemOf(reply) }).toEqual({
      status: 400,
      problem: "idempotency-key-missing",
    });
    expect(endpoint.entries()).toEqual([]);
  });

  it("refuses a key that is not the external id", async () => {
    const reply = await client.post(anEntry(), { headers: { "Idempotency-Key": '"another-key"' } });
    expect({ status: reply.status, problem: problemOf(reply) }).toEqual({
      status: 422,
      problem: "idempotency-key-mismatch",
    });
  });

  it.each([
    ["a closed case", { caseId: "case-1198", caseKey: "ACME-1198" }, "case-closed", "#/caseId"],
    ["an activity of no such name", { activityId: "gardening" }, "unknown-activity", "#/activityId"],
    ["an end before start", { end: "2026-03-09T09:30:04+01:00" }, "validation", "#/end"],
    ["a zone that is none", { timeZone: "Europe/Atlantis" }, "validation", "#/timeZone"],
    ["too much billable time", { billableSeconds: 3601 }, "validation", "#/billableSeconds"],
    ["too little billable time", { billableSeconds: 3599 }, "validation", "#/billableSeconds"],
  ])("refuses %s", async (_, change, type, pointer) => {
    const reply = await client.post(anEntry(change));
    expect({ status: reply.status, problem: problemOf(reply), pointers: pointersOf(reply) }).toEqual({
      status: 422,
      problem: type,
      pointers: [pointer],
    });
    expect(endpoint.entries()).toEqual([]);
  });

  it.each([
    [{ observedSeconds: -1 }, "#/observedSeconds"],
    [{ bridgedSeconds: 0.5 }, "#/bridgedSeconds"],
    [{ agentSeconds: 1e300 }, "#/agentSeconds"],
    [{ revision: 0 }, "#/revision"],
    [{ revision: 2 }, "#/revision"],
    [{ date: "2026-02-30" }, "#/date"],
    [{ start: "2026-03-09T09:30:05" }, "#/start"],
    [{ end: undefined }, "#/end"],
    [{ caseKey: " ACME" }, "#/caseKey"],
    [{ description: undefined }, "#/description"],
    [{ externalId: "" }, "#/externalId"],
    [{ note: "a~b" }, "#/note"],
    [{ "a/b~c d": 1 }, "#/a~1b~0c%20d"],
    [{ evidence: { commits: [{ sha: "3f2c9a1", subject: "" }] } }, "#/evidence/commits/0/sha"],
    [{ evidence: { commits: [], authors: [] } }, "#/evidence/authors"],
  ])("refuses %o", async (change, pointer) => {
    const reply = await client.post(anEntry(), { body: { ...anEntry(), ...change }, invalid: true });
    expect({ status: reply.status, problem: problemOf(reply) }).toEqual({ status: 422, problem: "validation" });
    expect(new Set(pointersOf(reply))).toEqual(new Set([pointer]));
  });

  it("takes time without a place in the day, and agent time that is billed", async () => {
    const unplaced = Object.entries(anEntry()).filter(
      ([name]) => !["start", "end", "activityId", "evidence"].includes(name),
    );
    expect((await client.post(anEntry(), { body: Object.fromEntries(unplaced) })).status).toBe(201);
    const other = anEntry({ externalId: "other", agentSeconds: 60, writtenDownSeconds: 30, billableSeconds: 3630 });
    expect((await client.post(other)).status).toBe(201);
  });

  it.each([
    ["text that is no JSON", "{", 400, "malformed-request"],
    ["no UTF-8", new Uint8Array([0x22, 0xff, 0x22]), 400, "malformed-request"],
    ["null", "null", 422, "validation"],
    ["a list", "[]", 422, "validation"],
    ["more than a MiB", `"${"x".repeat(1024 * 1024)}"`, 413, "payload-too-large"],
  ])("refuses %s", async (_, bytes, status, type) => {
    const reply = await client.post(anEntry(), { bytes, invalid: true });
    expect({ status: reply.status, problem: problemOf(reply) }).toEqual({ status, problem: type });
  });

  it("refuses another media type", async () => {
    const reply = await client.post(anEntry(), { headers: { "Content-Type": "text/json" }, invalid: true });
    expect({ status: reply.status, problem: problemOf(reply) }).toEqual({
      status: 415,
      problem: "unsupported-media-type",
    });
    const named = await client.post(anEntry(), { headers: { "Content-Type": "application/json; charset=utf-8" } });
    expect(named.status).toBe(201);
  });
});

describe("PUT and DELETE /time-entries/{externalId}", () => {
  it("creates, replaces by an equal or later revision, and refuses an earlier one", async () => {
    const created = await client.put(anEntry({ revision: 2 }));
    expect({ status: created.status, location: created.headers["location"] }).toEqual({
      status: 201,
      location: `/v1/time-entries/${ID}`,
    });
    expect((await client.put(anEntry({ revision: 2 }))).status).toBe(200);
    const later = anEntry({ revision: 3, date: "2026-03-10", description: "Later" });
    const replaced = await client.put(later);
    expect({ status: replaced.status, body: replaced.body }).toEqual({
      status: 200,
      body: { ...later, id: (created.body as TimeEntry).id },
    });
    const stale = await client.put(anEntry({ revision: 2 }));
    expect({ status: stale.status, problem: problemOf(stale) }).toEqual({ status: 409, problem: "stale-revision" });
    expect(endpoint.entries()).toEqual([replaced.body]);
  });

  it("corrects an entry of a closed case, but puts none on it", async () => {
    await client.put(anEntry());
    endpoint.changeCase("case-1234", { status: "closed" });
    expect((await client.put(anEntry({ revision: 2 }))).status).toBe(200);
    const moved = await client.put(anEntry({ revision: 3, caseId: "case-1198" }));
    expect({ status: moved.status, problem: problemOf(moved) }).toEqual({ status: 422, problem: "case-closed" });
    expect(problemOf(await client.put(anEntry({ externalId: "another" })))).toBe("case-closed");
    expect(endpoint.entries()).toMatchObject([{ revision: 2, caseId: "case-1234" }]);
  });

  it("refuses a body of another entry, and a path that is no external id", async () => {
    const other = await client.send("PUT", "/time-entries/another-id", { body: anEntry() });
    expect({ status: other.status, pointers: pointersOf(other) }).toEqual({ status: 422, pointers: ["#/externalId"] });
    for (const path of ["/time-entries/a%20b", "/time-entries/%", `/time-entries/${"x".repeat(65)}`]) {
      const reply = await client.send("PUT", path, { body: anEntry(), invalid: true });
      expect({ status: reply.status, problem: problemOf(reply) }).toEqual({
        status: 400,
        problem: "invalid-parameter",
      });
    }
  });

  it("deletes, also what is gone", async () => {
    await client.post(anEntry());
    expect((await client.send("DELETE", `/time-entries/${ID}`)).status).toBe(204);
    expect((await client.send("DELETE", `/time-entries/${ID}`)).status).toBe(204);
    expect((await client.send("DELETE", "/time-entries/a%20b", { invalid: true })).status).toBe(204);
    expect(endpoint.entries()).toEqual([]);
  });

  it("gives an entry that comes back a new id", async () => {
    const first = await client.put(anEntry());
    await client.send("DELETE", `/time-entries/${ID}`);
    const again = await client.put(anEntry({ revision: 2 }));
    expect(again.status).toBe(201);
    expect((again.body as TimeEntry).id).not.toBe((first.body as TimeEntry).id);
  });
});

describe("POST /time-entries/batch", () => {
  it("treats each item as if it came alone", async () => {
    await client.post(anEntry({ externalId: "known" }));
    await client.put(anEntry({ externalId: "corrected", revision: 3 }));
    const items = [
      anEntry({ externalId: "new" }),
      anEntry({ externalId: "known" }),
      anEntry({ externalId: "known", description: "Other" }),
      anEntry({ externalId: "lost", caseId: "nowhere" }),
      anEntry({ externalId: "corrected", revision: 4 }),
      anEntry({ externalId: "corrected", revision: 2 }),
      anEntry({ externalId: "first-seen-late", revision: 2 }),
      anEntry({ externalId: "new" }),
      { ...anEntry({ externalId: "broken" }), date: "today" },
    ];
    const reply = await client.send("POST", "/time-entries/batch", { body: { items }, invalid: true });
    const { results } = reply.body as {
      readonly results: readonly { readonly externalId: string; readonly status: number }[];
    };
    expect(reply.status).toBe(200);
    expect(
      results.map((result) => [result.externalId, result.status, problemOf({ ...reply, body: problemIn(result) })]),
    ).toEqual([
      ["new", 201, undefined],
      ["known", 200, undefined],
      ["known", 422, "idempotency-key-reused"],
      ["lost", 422, "unknown-case"],
      ["corrected", 200, undefined],
      ["corrected", 409, "stale-revision"],
      ["first-seen-late", 201, undefined],
      ["new", 200, undefined],
      ["broken", 422, "validation"],
    ]);
    expect(pointersOf({ ...reply, body: problemIn(results[8]) })).toEqual(["#/date"]);
    expect(endpoint.entries().map(({ externalId }) => externalId)).toEqual([
      "known",
      "corrected",
      "new",
      "first-seen-late",
    ]);
  });

  it("takes 100 large items, and a single POST of one of them is a replay", async () => {
    const items = Array.from({ length: 100 }, (_, n) =>
      anEntry({ externalId: `item-${n}`, description: "x".repeat(10_000) }),
    );
    const reply = await client.send("POST", "/time-entries/batch", { body: { items } });
    expect(reply.status).toBe(200);
    expect(endpoint.entries()).toHaveLength(100);
    expect((await client.post(items[7] ?? anEntry())).headers["idempotency-replayed"]).toBe("true");
  });

  it.each([
    ["101 items", { items: Array.from({ length: 101 }, (_, n) => anEntry({ externalId: `item-${n}` })) }, "#/items"],
    ["no items", { items: [] }, "#/items"],
    ["no list", {}, "#/items"],
    ["an unknown member", { items: [anEntry()], atomic: true }, "#/atomic"],
    ["an item that is no object", { items: [anEntry(), 7] }, "#/items/1"],
    [
      "an item without an external id",
      { items: [anEntry(), { ...anEntry(), externalId: undefined }] },
      "#/items/1/externalId",
    ],
  ])("refuses %s as a whole", async (_, body, pointer) => {
    const reply = await client.send("POST", "/time-entries/batch", { body, invalid: true });
    expect({ status: reply.status, problem: problemOf(reply), pointers: pointersOf(reply) }).toEqual({
      status: 422,
      problem: "validation",
      pointers: [pointer],
    });
    expect(endpoint.entries()).toEqual([]);
  });
});

function problemIn(result: unknown): unknown {
  return (result as { readonly problem?: unknown } | undefined)?.problem;
}
