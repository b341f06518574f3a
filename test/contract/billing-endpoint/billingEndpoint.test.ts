import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { anEntry, CheckedClient, problemOf } from "../../billing-endpoint/client.ts";
import { startEndpoint, type Endpoint } from "../../billing-endpoint/server.ts";
import { ANSWERS, checkExchange } from "../../support/openapi.ts";

let endpoint: Endpoint;
let client: CheckedClient;

beforeEach(async () => {
  endpoint = await startEndpoint({ database: ":memory:", seed: true, pageSize: 5, record: true });
  client = new CheckedClient(endpoint);
});
afterEach(() => endpoint.close());

const ID = anEntry().externalId;

describe("the token", () => {
  it.each([undefined, "Bearer", "Bearer wrong", "Basic dDp0"])("is needed: %s is refused", async (Authorization) => {
    const { url, token } = endpoint;
    for (const path of ["/me", "/cases", `/time-entries?externalId=${ID}`, "/nowhere"]) {
      const reply = await client.sendUnchecked("GET", path, { headers: { Authorization } });
      expect({
        status: reply.status,
        problem: problemOf(reply),
        wwwAuthenticate: reply.headers["www-authenticate"],
      }).toEqual({ status: 401, problem: "unauthorized", wwwAuthenticate: "Bearer" });
    }
    const stranger = new CheckedClient({ url, token: `${token}x` });
    expect((await stranger.post(anEntry())).status).toBe(401);
    expect(endpoint.exchanges.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401]);
    expect(endpoint.entries()).toEqual([]);
  });

  it("belongs to a person", async () => {
    expect((await client.send("GET", "/me")).body).toMatchObject({ name: "Noor Haddad" });
  });
});

describe("the rest", () => {
  it("answers 404 and 405 with a problem", async () => {
    for (const path of ["/", "/nothing", "/time-entries/a/b"]) {
      const reply = await client.send("GET", path, { undocumented: true });
      expect({ status: reply.status, problem: problemOf(reply) }).toEqual({ status: 404, problem: "not-found" });
    }
    for (const [method, path, allow] of [
      ["DELETE", "/me", "GET"],
      ["PATCH", "/time-entries", "GET, POST"],
      ["GET", `/time-entries/${ID}`, "PUT, DELETE"],
      ["PUT", "/time-entries/batch", "POST"],
    ] as const) {
      const reply = await client.send(method, path, { undocumented: true });
      expect({ status: reply.status, problem: problemOf(reply), allow: reply.headers["allow"] }).toEqual({
        status: 405,
        problem: "method-not-allowed",
        allow,
      });
    }
  });

  it("records exchanges that keep the document", async () => {
    await client.post(anEntry());
    await client.put(anEntry({ revision: 2 }));
    await client.send("GET", "/cases?query=acme");
    await client.send("DELETE", `/time-entries/${ID}`);
    expect(endpoint.exchanges.map(({ status }) => status)).toEqual([201, 200, 200, 204]);
    expect(endpoint.exchanges.flatMap(checkExchange)).toEqual([]);
    expect(endpoint.exchanges[0]).toMatchObject({ method: "POST", url: "/v1/time-entries", requestBody: anEntry() });
  });

  it("can give every answer of the document", async () => {
    const entryPath = `/time-entries/${ID}`;
    const calls: readonly [string, string, unknown?][] = [
      ["GET", "/me"],
      ["GET", "/cases"],
      ["GET", `/time-entries?externalId=${ID}`],
      ["POST", "/time-entries", anEntry()],
      ["PUT", entryPath, anEntry()],
      ["DELETE", entryPath],
      ["POST", "/time-entries/batch", { items: [anEntry()] }],
    ];
    const headers = { "Idempotency-Key": `"${ID}"` };
    const send = (method: string, path: string, body: unknown, more = {}) =>
      client.send(method, path, { body, ...more, headers: { ...headers, ...(more as { headers?: object }).headers } });
    for (const kind of ["status401", "status429", "status500", "status503"] as const) {
      for (const [method, path, body] of calls) {
        endpoint.misbehave([{ kind }]);
        await send(method, path, body);
      }
    }
    for (const [method, path, body] of calls.filter(([, , each]) => each !== undefined)) {
      await send(method, path, body, { bytes: "{", invalid: true });
      await send(method, path, body, { bytes: " ".repeat(4 * 1024 * 1024 + 1), invalid: true });
      await send(method, path, {}, { invalid: true });
      await send(method, path, body, { headers: { "Content-Type": "text/plain" }, invalid: true });
    }
    await client.send("GET", "/cases?x=1", { invalid: true });
    await client.send("GET", "/time-entries");
    endpoint.misbehave([{ kind: "hold" }]);
    const held = client.post(anEntry());
    await endpoint.whenHeld(1);
    await client.post(anEntry());
    endpoint.release();
    await held;
    for (const [method, path, body] of calls) await send(method, path, body);
    await client.put(anEntry({ revision: 3 }));
    await client.put(anEntry({ revision: 4 }));
    await client.put(anEntry({ revision: 3 }));
    expect([...client.seen].sort()).toEqual([...ANSWERS].sort());
  });
});
