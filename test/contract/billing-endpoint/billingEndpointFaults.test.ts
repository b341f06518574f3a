import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { anEntry, CheckedClient, problemOf, withKey, type Reply } from "../../billing-endpoint/client.ts";
import type { Rule } from "../../billing-endpoint/misbehaviour.ts";
import type { TimeEntry } from "../../billing-endpoint/model.ts";
import { startEndpoint, type Endpoint } from "../../billing-endpoint/server.ts";
import { validateResponse } from "../../support/openapi.ts";

let endpoint: Endpoint;
let client: CheckedClient;

beforeEach(async () => {
  endpoint = await startEndpoint({ database: ":memory:", seed: true, record: true });
  client = new CheckedClient(endpoint);
});
afterEach(() => endpoint.close());

function control(method: string, path: string, body?: unknown, token = endpoint.token): Promise<Response> {
  return fetch(new URL(`/control${path}`, endpoint.url), {
    method,
    headers: { Authorization: `Bearer ${token}` },
    body: body === undefined ? null : JSON.stringify(body),
  });
}

function postUnchecked(): Promise<Reply> {
  return client.sendUnchecked("POST", "/time-entries", withKey(anEntry()));
}

describe("at once", () => {
  it("two requests with one key store one entry", async () => {
    const replies = await Promise.all(Array.from({ length: 8 }, () => client.post(anEntry())));
    const fresh = replies.filter(({ status, headers }) => status === 201 && !("idempotency-replayed" in headers));
    expect(fresh).toHaveLength(1);
    expect(new Set(replies.map(({ status }) => status))).not.toContain(422);
    expect(endpoint.entries()).toHaveLength(1);
  });

  it("a request whose key still runs is refused for now", async () => {
    endpoint.misbehave([{ kind: "hold", match: { method: "POST", path: "/time-entries" } }]);
    const first = client.post(anEntry());
    await endpoint.whenHeld(1);
    const second = await client.post(anEntry());
    expect({ status: second.status, problem: problemOf(second), retryAfter: second.headers["retry-after"] }).toEqual({
      status: 409,
      problem: "request-in-progress",
      retryAfter: "1",
    });
    expect((await client.post(anEntry({ externalId: "another" }))).status).toBe(201);
    expect(endpoint.entries().map(({ externalId }) => externalId)).toEqual(["another"]);
    endpoint.release();
    expect((await first).status).toBe(201);
    const third = await client.post(anEntry());
    expect({ status: third.status, idempotencyReplayed: third.headers["idempotency-replayed"] }).toEqual({
      status: 201,
      idempotencyReplayed: "true",
    });
  });

  it("a late POST never overwrites what was put meanwhile", async () => {
    endpoint.misbehave([{ kind: "hold" }]);
    const late = client.post(anEntry());
    await endpoint.whenHeld(1);
    await client.put(anEntry({ revision: 2, description: "Corrected" }));
    endpoint.release();
    expect(problemOf(await late)).toBe("idempotency-key-reused");
    expect(endpoint.entries()).toMatchObject([{ revision: 2, description: "Corrected" }]);
  });
});

describe("misbehaviour", () => {
  it.each(["reset", "dropAnswerAfterStoring", "truncatedBody"] as const)("%s leaves no answer", async (kind) => {
    endpoint.misbehave([{ kind }]);
    await expect(postUnchecked()).rejects.toThrow();
    expect(endpoint.entries()).toHaveLength(kind === "reset" ? 0 : 1);
    expect(endpoint.exchanges).toMatchObject([{ misbehaviour: kind }]);
    expect(endpoint.exchanges[0]).not.toHaveProperty("status");
    const again = await client.post(anEntry());
    expect({ status: again.status, idempotencyReplayed: again.headers["idempotency-replayed"] }).toEqual({
      status: 201,
      idempotencyReplayed: kind === "reset" ? undefined : "true",
    });
    expect(endpoint.entries()).toHaveLength(1);
  });

  it.each([
    ["status401", 401, "unauthorized", 0],
    ["status429", 429, "rate-limited", 0],
    ["status500", 500, "internal-error", 0],
    ["status503", 503, "unavailable", 0],
    ["status500AfterStoring", 500, "internal-error", 1],
  ] as const)("%s answers so", async (kind, status, type, stored) => {
    endpoint.misbehave([{ kind }]);
    const reply = await client.post(anEntry());
    expect({ status: reply.status, problem: problemOf(reply) }).toEqual({ status, problem: type });
    expect(endpoint.entries()).toHaveLength(stored);
    expect((await client.post(anEntry())).status).toBe(201);
  });

  it("names the pause it was told", async () => {
    const date = "Wed, 21 Oct 2026 07:28:00 GMT";
    endpoint.misbehave([
      { kind: "status429" },
      { kind: "status429", retryAfter: 7 },
      { kind: "status503", retryAfter: date },
    ]);
    const pauses: unknown[] = [];
    for (let n = 0; n < 3; n += 1) pauses.push((await client.send("GET", "/me")).headers["retry-after"]);
    expect(pauses).toEqual(["1", "7", date]);
  });

  it("malformedJson stores and answers no JSON", async () => {
    endpoint.misbehave([{ kind: "malformedJson" }]);
    const reply = await postUnchecked();
    expect({ status: reply.status, bodyType: typeof reply.body }).toEqual({ status: 201, bodyType: "string" });
    expect(validateResponse("POST", "/time-entries", reply.status, reply.body)).not.toEqual([]);
    expect(endpoint.entries()).toHaveLength(1);
  });

  it("htmlPage and redirect store nothing", async () => {
    endpoint.misbehave([{ kind: "htmlPage" }, { kind: "redirect", location: "http://localhost:9/login" }]);
    const page = await postUnchecked();
    expect({ status: page.status, contentType: page.headers["content-type"] }).toEqual({
      status: 200,
      contentType: "text/html",
    });
    const redirect = await postUnchecked();
    expect({ status: redirect.status, location: redirect.headers["location"] }).toEqual({
      status: 307,
      location: "http://localhost:9/login",
    });
    expect(endpoint.entries()).toEqual([]);
  });

  it("holdAnswer stores first", async () => {
    endpoint.misbehave([{ kind: "holdAnswer" }]);
    const held = client.post(anEntry());
    await endpoint.whenHeld(1);
    expect(endpoint.entries()).toHaveLength(1);
    expect((await client.post(anEntry())).headers["idempotency-replayed"]).toBe("true");
    endpoint.release();
    expect((await held).headers).not.toHaveProperty("idempotency-replayed");
  });

  it("delay waits that long, or until it is released", async () => {
    endpoint.misbehave([
      { kind: "delay", milliseconds: 30 },
      { kind: "delay", milliseconds: 3_600_000 },
    ]);
    const start = performance.now();
    expect((await client.send("GET", "/me")).status).toBe(200);
    expect(performance.now() - start).toBeGreaterThan(28);
    const long = client.send("GET", "/me");
    await endpoint.whenHeld(1);
    endpoint.release();
    expect((await long).status).toBe(200);
  });

  it("closeCase closes the case just before", async () => {
    endpoint.misbehave([{ kind: "closeCase", caseId: "case-1234" }]);
    expect(problemOf(await client.post(anEntry()))).toBe("case-closed");
    expect(endpoint.cases().find(({ id }) => id === "case-1234")?.status).toBe("closed");
  });

  it("uses the first rule that matches, as often as it says", async () => {
    endpoint.misbehave([
      { kind: "status500", match: { method: "put", path: "/time-entries/*" }, times: 2 },
      { kind: "status429", match: { path: "/me" }, skip: 1 },
      { kind: "status503" },
    ]);
    const statuses: number[] = [];
    const next = async (reply: Promise<Reply>) => statuses.push((await reply).status);
    await next(client.put(anEntry())); // 500, the first of two
    await next(client.send("GET", "/me")); // skipped by the second rule, taken by the third
    await next(client.send("GET", "/me")); // 429
    await next(client.put(anEntry())); // 500, the second
    await next(client.put(anEntry())); // all rules are used up
    expect(statuses).toEqual([500, 503, 429, 500, 201]);
  });

  it("is not used up by a stranger", async () => {
    endpoint.misbehave([{ kind: "status500" }]);
    await new CheckedClient({ url: endpoint.url, token: "other" }).send("GET", "/me");
    expect((await client.send("GET", "/me")).status).toBe(500);
  });

  it("does not keep the endpoint from closing", async () => {
    endpoint.misbehave([{ kind: "hold" }, { kind: "delay", milliseconds: 3_600_000 }]);
    const held = [0, 1].map(() => expect(client.send("GET", "/me")).rejects.toThrow());
    await endpoint.whenHeld(2);
    await endpoint.close();
    await Promise.all(held);
    endpoint = await startEndpoint({ database: ":memory:" });
  });
});

describe("control", () => {
  it("takes the token only", async () => {
    const refused = await Promise.all(
      ["/entries", "/misbehave"].map((path) => control("GET", path, undefined, "other")),
    );
    expect(refused.map(({ status }) => status)).toEqual([401, 401]);
  });

  it("sets, shows and resets rules", async () => {
    const rules: Rule[] = [{ kind: "hold" }, { kind: "status500", match: { path: "/me" }, times: 2 }];
    expect((await control("POST", "/misbehave", rules)).status).toBe(204);
    const held = client.post(anEntry());
    await endpoint.whenHeld(1);
    expect((await client.send("GET", "/me")).status).toBe(500);
    expect(await (await control("GET", "/misbehave")).json()).toMatchObject({
      rules: [{ kind: "status500", times: 1 }],
      held: 1,
    });
    expect((await control("DELETE", "/misbehave")).status).toBe(204);
    expect((await held).status).toBe(201);
    expect((await client.send("GET", "/me")).status).toBe(200);
  });

  it("releases without a reset", async () => {
    await control("POST", "/misbehave", [{ kind: "hold" }, { kind: "status500" }]);
    const held = client.post(anEntry());
    await endpoint.whenHeld(1);
    await control("POST", "/release");
    expect((await held).status).toBe(201);
    expect((await client.send("GET", "/me")).status).toBe(500);
  });

  it.each([[{ kind: "explode" }], [{ kind: "hold", forever: true }], [{ times: 0, kind: "reset" }]])(
    "refuses the rule %j",
    async (rule) => {
      expect((await control("POST", "/misbehave", [rule])).status).toBe(422);
      expect((await client.send("GET", "/me")).status).toBe(200);
    },
  );

  it("shows all entries, and changes cases", async () => {
    const { body } = await client.post(anEntry());
    const { items } = (await (await control("GET", "/entries")).json()) as { readonly items: readonly object[] };
    expect(items).toEqual([{ ...(body as TimeEntry), receivedAt: expect.stringMatching(/^\d{4}-.*Z$/) as string }]);
    expect((await control("PATCH", "/cases/case-1234", { status: "closed" })).status).toBe(200);
    expect(problemOf(await client.post(anEntry({ externalId: "another" })))).toBe("case-closed");
    const customer = { id: "new", name: "New" };
    const added = { key: "N-1", title: "First", status: "open", customer };
    expect((await control("PUT", "/cases/n%2F1", added)).status).toBe(200);
    expect((await client.post(anEntry({ externalId: "third", caseId: "n/1", activityId: "none" }))).status).toBe(422);
    const known = (await (await control("GET", "/cases")).json()) as {
      readonly items: readonly { readonly id: string }[];
    };
    expect(known.items.map(({ id }) => id)).toContain("n/1");
    expect((await control("PUT", "/cases/n%2F1", { ...added, key: " x" })).status).toBe(422);
    expect((await control("PATCH", "/cases/none", {})).status).toBe(404);
    expect((await control("GET", "/nothing")).status).toBe(404);
    expect(() => {
      endpoint.changeCase("none", {});
    }).toThrow("There is no case none");
  });
});
