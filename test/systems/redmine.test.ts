/** What the Redmine adapter relies on, as a real Redmine shows it. */
import { beforeAll, describe, expect, it } from "vitest";
import type { RedmineSeed } from "./seed.ts";
import { redmineSeed } from "./systems.ts";

/** A request. */
type Init = Pick<RequestInit, "method" | "body"> & { readonly headers?: Readonly<Record<string, string>> };

interface Entry {
  readonly id: number;
  readonly hours: number;
  readonly comments: string;
  readonly custom_fields: readonly { readonly id: number; readonly value: string | null }[];
}

const found = redmineSeed();
const MINUTE = 1 / 60;
const SECOND = 1 / 3600;
const DAY = "2026-03-10";

describe.skipIf(found === undefined)("Redmine", () => {
  let seed: RedmineSeed;
  let unused: readonly number[];

  beforeAll(() => {
    if (found === undefined) return;
    seed = found;
    // The first one has an entry of the colleague already.
    const open = seed.cases.filter((one) => one.access === "log" && !one.closed);
    unused = open.slice(1).map(({ id }) => id);
  });

  /** An issue that no other test books on. */
  const anIssue = (): number => {
    const [id, ...rest] = unused;
    if (id === undefined) throw new Error("no issue is left");
    unused = rest;
    return id;
  };
  const call = (path: string, init: Init = {}): Promise<Response> =>
    fetch(seed.baseUrl + path, {
      redirect: "manual",
      ...init,
      headers: {
        "X-Redmine-API-Key": seed.token,
        "Content-Type": "application/json",
        ...init.headers,
        // On a connection that is kept, a puma with one thread answers after 200 ms, on a new one after 20.
        Connection: "close",
      },
    });
  const book = async (fields: Record<string, unknown>): Promise<Entry> => {
    const body = JSON.stringify({ time_entry: { spent_on: DAY, ...fields } });
    const answer = await call("/time_entries.json", { method: "POST", body });
    expect(answer.status).toBe(201);
    return ((await answer.json()) as { time_entry: Entry }).time_entry;
  };
  const list = async (query: string): Promise<readonly Entry[]> => {
    const answer = await call(`/time_entries.json?limit=100&${query}`);
    expect(answer.status).toBe(200);
    return ((await answer.json()) as { time_entries: Entry[] }).time_entries;
  };
  const spentOn = async (issue: number): Promise<number> => {
    const answer = await call(`/issues/${issue}.json`);
    return ((await answer.json()) as { issue: { spent_hours: number } }).issue.spent_hours;
  };
  /** What a person reads: the texts of the entries in their order, and their sum. */
  const pageOf = async (issue: number): Promise<{ entries: readonly string[]; sum: string | undefined }> => {
    const authorization = `Basic ${Buffer.from(`${seed.user}:${seed.password}`).toString("base64")}`;
    const page = await fetch(`${seed.baseUrl}/time_entries?set_filter=1&issue_id=${issue}&sort=id`, {
      headers: { authorization },
    });
    const html = await page.text();
    return {
      entries: [...html.matchAll(/<td class="hours">([^<]*)</g)].map(([, text]) => text ?? "").sort(),
      sum: /total-for-hours.*?class="value">([^<]*)</.exec(html)?.[1],
    };
  };

  describe("unit", () => {
    it("shows an entry in hundredths of an hour by its API, and keeps what was sent: the sum of an issue is exact", async () => {
      const issue = anIssue();
      const shown: number[] = [];
      for (const hours of [MINUTE, 0.333333, 88 / 60]) shown.push((await book({ issue_id: issue, hours })).hours);
      expect(shown).toEqual([0.02, 0.33, 1.47]);
      expect(await spentOn(issue)).toBeCloseTo(MINUTE + 0.333333 + 88 / 60, 6);
    });

    it("shows a person hours and minutes, each whole minute as it was sent", async () => {
      const issue = anIssue();
      for (const hours of [MINUTE, 0.333333, 88 / 60]) await book({ issue_id: issue, hours });
      expect(await pageOf(issue)).toEqual({ entries: ["0:01", "0:20", "1:28"], sum: "1:49" });
    });

    it("every whole minute of an hour comes back from its hundredths as the same minute", async () => {
      const issue = anIssue();
      for (let minutes = 1; minutes <= 59; minutes += 1) {
        const { hours } = await book({ issue_id: issue, hours: minutes * MINUTE });
        expect(Math.round(hours * 60)).toBe(minutes);
      }
      expect(await spentOn(issue)).toBeCloseTo((59 * 60 * MINUTE) / 2, 6);
    });

    it("59 times a minute are 59 minutes, in the API and on the page", async () => {
      const issue = anIssue();
      for (let turn = 0; turn < 59; turn += 1) await book({ issue_id: issue, hours: MINUTE });
      expect(await spentOn(issue)).toBeCloseTo(59 * MINUTE, 6);
      expect((await pageOf(issue)).sum).toBe("0:59");
    });

    it("even a second survives in the sum, though the entry itself reads as nothing", async () => {
      const issue = anIssue();
      const shown = new Set<number>();
      for (let turn = 0; turn < 60; turn += 1) shown.add((await book({ issue_id: issue, hours: SECOND })).hours);
      expect([...shown]).toEqual([0]);
      expect(await spentOn(issue)).toBeCloseTo(MINUTE, 6);
      expect(await pageOf(issue)).toMatchObject({ sum: "0:01" });
    });

    it("takes a text of hours and minutes as exactly that many minutes", async () => {
      const issue = anIssue();
      expect((await book({ issue_id: issue, hours: "1:28" })).hours).toBe(1.47);
      expect(await spentOn(issue)).toBeCloseTo(88 / 60, 6);
    });

    it("keeps the exact amount when only the comment of an entry changes", async () => {
      const issue = anIssue();
      const { id } = await book({ issue_id: issue, hours: MINUTE });
      const body = JSON.stringify({ time_entry: { comments: "changed" } });
      expect((await call(`/time_entries/${id}.json`, { method: "PUT", body })).status).toBe(204);
      expect(await spentOn(issue)).toBeCloseTo(MINUTE, 6);
    });
  });

  describe("finding an entry", () => {
    const field = (value: string) => ({ custom_fields: [{ id: seed.customFields.externalId, value }] });
    const keyOf = (entry: Entry | undefined) =>
      entry?.custom_fields.find(({ id }) => id === seed.customFields.externalId)?.value;

    it("by a custom field that is a filter is exact", async () => {
      const issue = anIssue();
      const { id } = await book({ issue_id: issue, hours: 1, ...field("key-1") });
      await book({ issue_id: issue, hours: 1, ...field("key-11") });
      const hits = await list(`cf_${seed.customFields.externalId}=key-1`);
      expect(hits.map((entry) => [entry.id, keyOf(entry)])).toEqual([[id, "key-1"]]);
      expect(await list(`cf_${seed.customFields.externalId}=key-2`)).toEqual([]);
    });

    it("by a field that does not exist gives everything, without a word", async () => {
      const issue = anIssue();
      await book({ issue_id: issue, hours: 1, comments: "any" });
      expect(await list(`issue_id=${issue}&cf_99=key-1`)).toHaveLength(1);
    });

    it("by a mark in the comment works, as a part of it and without regard to case", async () => {
      const issue = anIssue();
      const { id } = await book({ issue_id: issue, hours: 1, comments: "Rotated the keys cck0123abcdefghjkmnpqr" });
      await book({ issue_id: issue, hours: 1, comments: "Rotated the keys" });
      for (const mark of ["cck0123abcdefghjkmnpqr", "CCK0123ABCDEFGHJKMNPQR", "0123abc"]) {
        expect((await list(`comments=~${mark}`)).map((entry) => entry.id)).toEqual([id]);
      }
      expect(await list("comments=~cck9999")).toEqual([]);
    });

    it("a key is not unique: what is sent twice is there twice", async () => {
      const issue = anIssue();
      for (let turn = 0; turn < 2; turn += 1) await book({ issue_id: issue, hours: 1, ...field("key-twice") });
      expect(await list(`cf_${seed.customFields.externalId}=key-twice`)).toHaveLength(2);
    });
  });

  it("drops the value of a field that does not exist, and answers 201", async () => {
    const { custom_fields } = await book({
      issue_id: anIssue(),
      hours: 1,
      custom_fields: [{ id: 99, value: "key-1" }],
    });
    expect(custom_fields.map(({ value }) => value)).not.toContain("key-1");
  });

  it("gives the id of a deleted last entry to the next one: an id alone proves nothing", async () => {
    const issue = anIssue();
    const first = await book({ issue_id: issue, hours: 1 });
    expect((await call(`/time_entries/${first.id}.json`, { method: "DELETE" })).status).toBe(204);
    expect((await book({ issue_id: issue, hours: 2 })).id).toBe(first.id);
  });

  it("refuses a wrong token with 401, and cases that cannot be booked on all alike with 422", async () => {
    expect((await call("/users/current.json", { headers: { "X-Redmine-API-Key": "wrong" } })).status).toBe(401);
    for (const access of ["read", "no-time-tracking", "closed", "none"] as const) {
      const issue = seed.cases.find((one) => one.access === access)?.id;
      const body = JSON.stringify({ time_entry: { issue_id: issue, hours: 1, spent_on: DAY } });
      const answer = await call("/time_entries.json", { method: "POST", body });
      expect({ access, status: answer.status, body: await answer.json() }).toEqual({
        access,
        status: 422,
        body: { errors: ["Issue is invalid"] },
      });
    }
  });

  it("takes time on a closed issue", async () => {
    const closed = seed.cases.find((one) => one.access === "log" && one.closed);
    expect((await book({ issue_id: closed?.id, hours: 1 })).hours).toBe(1);
  });
});
