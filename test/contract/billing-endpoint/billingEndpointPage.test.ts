import { request } from "node:http";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { anEntry, CheckedClient } from "../../billing-endpoint/client.ts";
import { startEndpoint, type Endpoint } from "../../billing-endpoint/server.ts";

let endpoint: Endpoint;
let client: CheckedClient;

beforeEach(async () => {
  endpoint = await startEndpoint({ database: ":memory:", seed: true });
  client = new CheckedClient(endpoint);
});
afterEach(() => endpoint.close());

describe("the page", () => {
  const load = (path = "/", init: RequestInit = {}) => fetch(new URL(path, endpoint.pageUrl), init);

  it("shows cases and entries, and escapes what came from outside", async () => {
    const hostile = `</td><script>alert("&'")</script>`;
    const commits = [{ sha: "a".repeat(40), subject: hostile, repository: hostile }];
    const evidence = {
      commits,
      files: [hostile],
      branches: [hostile],
      spans: [{ start: "2026-03-09T09:30:05+01:00", end: "2026-03-09T10:40:06+01:00" }],
    };
    await client.post(
      anEntry({ description: hostile, caseKey: hostile, billedSeconds: 90_061, writeDownReason: hostile, evidence }),
    );
    const html = await (await load()).text();
    expect(html).not.toContain("<script>alert");
    expect(html.match(/<script/g)).toHaveLength(1);
    expect(html).toContain("&lt;/td&gt;&lt;script&gt;alert(&quot;&amp;&#39;&quot;)&lt;/script&gt;");
    for (const shown of [
      "ACME-1234",
      "Bluewater Clinic",
      "<caption>Time entries",
      "1:00:00",
      "25:01:01",
      "1:10:01",
      "1 commit, 1 span",
    ]) {
      expect(html).toContain(shown);
    }
  });

  it("shows the newest entry first, and no more than the last 200", async () => {
    const items = Array.from({ length: 100 }, (_, n) => anEntry({ externalId: `old-${n}` }));
    await client.send("POST", "/time-entries/batch", { body: { items } });
    const more = items.map((item) => ({ ...item, externalId: item.externalId.replace("old", "new") }));
    await client.send("POST", "/time-entries/batch", { body: { items: more } });
    await client.post(anEntry({ externalId: "latest" }));
    const html = await (await load()).text();
    const shown = [...html.matchAll(/<dt>External id<\/dt><dd>([^<]+)/g)].map(([, id]) => id);
    expect({ count: shown.length, first: shown[0], second: shown[1], last: shown.at(-1) }).toEqual({
      count: 200,
      first: "latest",
      second: "new-99",
      last: "old-1",
    });
    expect(html).toContain("the last 200 of 201");
  });

  it("allows its own script and style only, and needs no token", async () => {
    const answer = await load();
    const html = await answer.text();
    expect(answer.headers.get("content-security-policy")).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; script-src 'self';/,
    );
    expect(html).not.toContain(endpoint.token);
    expect(html).not.toMatch(/ style=| on\w+="/);
    const script = await load("/refresh.js");
    expect({ status: script.status, contentType: script.headers.get("content-type") }).toEqual({
      status: 200,
      contentType: "text/javascript; charset=utf-8",
    });
  });

  it("is new when something was stored, else 304", async () => {
    const tag = (await load()).headers.get("etag") ?? "";
    const known = { headers: { "If-None-Match": tag } };
    expect((await load("/", known)).status).toBe(304);
    await client.post(anEntry());
    expect((await load("/", known)).status).toBe(200);
  });

  it("only reads, and only for this host", async () => {
    expect((await load("/", { method: "POST", body: "x" })).status).toBe(405);
    expect((await load("/other")).status).toBe(404);
    expect((await load(`/time-entries?externalId=${anEntry().externalId}`)).status).toBe(404);
    const foreign = await new Promise<number | undefined>((resolve, reject) => {
      const asked = request(endpoint.pageUrl, { headers: { Host: "rebound.example.com" } }, (answer) => {
        answer.resume().on("end", () => {
          resolve(answer.statusCode);
        });
      });
      asked.on("error", reject).end();
    });
    expect(foreign).toBe(403);
  });
});
