import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { anEntry, CheckedClient } from "../../billing-endpoint/client.ts";
import type { TimeEntry, TimeEntryInput } from "../../billing-endpoint/model.ts";
import { startEndpoint, type Endpoint } from "../../billing-endpoint/server.ts";

let endpoint: Endpoint;
let client: CheckedClient;

beforeEach(async () => {
  endpoint = await startEndpoint({ database: ":memory:", seed: true });
  client = new CheckedClient(endpoint);
});
afterEach(() => endpoint.close());

describe("any valid entry", () => {
  const seconds = fc.integer({ min: 0, max: 90_000 });
  const instant = fc
    .record({
      at: fc.date({ min: new Date("2000-01-01"), max: new Date("2099-12-31"), noInvalidDate: true }),
      offset: fc.constantFrom("+05:45", "-03:30", "Z"),
    })
    .map(({ at, offset }) => at.toISOString().slice(0, 19) + offset);
  const text = fc.string({ unit: "binary", maxLength: 80 });
  const entries: fc.Arbitrary<TimeEntryInput> = fc
    .record({
      externalId: fc.uuid(),
      observedSeconds: seconds,
      bridgedSeconds: seconds,
      declaredSeconds: seconds,
      agentSeconds: seconds,
      date: fc
        .date({ min: new Date("0001-01-01"), max: new Date("9999-12-31"), noInvalidDate: true })
        .map((at) => at.toISOString().slice(0, 10)),
      timeZone: fc.constantFrom("Europe/Vienna", "America/Argentina/Buenos_Aires", "Etc/GMT+5", "UTC"),
      description: text,
      caseKey: fc.string({ unit: "grapheme-composite", minLength: 1, maxLength: 10 }).map((key) => `K${key}1`),
      evidence: fc.record({
        commits: fc.array(
          fc.record(
            { sha: fc.stringMatching(/^[0-9a-f]{40}$/), subject: text, repository: text },
            { requiredKeys: ["sha", "subject"] },
          ),
          { maxLength: 3 },
        ),
        files: fc.array(text, { maxLength: 3 }),
        branches: fc.array(text, { maxLength: 3 }),
        spans: fc.array(fc.record({ start: instant, end: instant, observedSeconds: seconds }), { maxLength: 3 }),
      }),
      written: fc.nat({ max: 100 }),
    })
    .map(({ written, ...parts }) => {
      const worked = parts.observedSeconds + parts.bridgedSeconds + parts.declaredSeconds;
      const writtenDownSeconds = Math.floor((worked * written) / 100);
      const billableSeconds = worked - writtenDownSeconds;
      return anEntry({
        ...parts,
        writtenDownSeconds,
        writeDownReason: "x",
        billableSeconds,
        billedSeconds: billableSeconds,
      });
    });

  it("comes back as it went, by POST, PUT and batch alike", async () => {
    await fc.assert(
      fc.asyncProperty(entries, fc.constantFrom("POST", "PUT", "batch"), async (drawn, way) => {
        // A key is for life: drawn ones may repeat, and shrinking repeats them by design.
        const entry = { ...drawn, externalId: randomUUID() };
        if (way === "POST") await client.post(entry);
        else if (way === "PUT") await client.put(entry);
        else await client.send("POST", "/time-entries/batch", { body: { items: [entry] } });
        const found = await client.send("GET", `/time-entries?externalId=${entry.externalId}`);
        const { items } = found.body as { readonly items: readonly TimeEntry[] };
        expect(items).toEqual([{ ...entry, id: items[0]?.id }]);
        expect(items[0]?.id).toMatch(/./);
        const replayed = await client.post(entry);
        expect({ body: replayed.body, idempotencyReplayed: replayed.headers["idempotency-replayed"] }).toEqual({
          body: items[0],
          idempotencyReplayed: "true",
        });
      }),
      { numRuns: 60 },
    );
  });
});
