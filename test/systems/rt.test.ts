/** What the Request Tracker adapter relies on, as a real RT shows it. */
import { beforeAll, describe, expect, it } from "vitest";
import type { RequestTrackerSeed } from "./seed.ts";
import { requestTrackerSeed } from "./systems.ts";

/** A request. */
type Init = Pick<RequestInit, "method" | "body"> & { readonly headers?: Readonly<Record<string, string>> };

interface Transaction {
  readonly id: string;
  readonly Type: string;
  readonly TimeTaken: string;
  readonly ObjectId: string;
  readonly CustomFields: readonly { readonly name: string; readonly values: readonly string[] }[];
}

const found = requestTrackerSeed();

describe.skipIf(found === undefined)("Request Tracker", () => {
  let seed: RequestTrackerSeed;
  let unused: readonly number[];

  beforeAll(() => {
    if (found === undefined) return;
    seed = found;
    unused = seed.cases.filter((one) => one.access === "log" && !one.closed).map(({ id }) => id);
  });

  /** A ticket that no other test books on. */
  const aTicket = (): number => {
    const [id, ...rest] = unused;
    if (id === undefined) throw new Error("no ticket is left");
    unused = rest;
    return id;
  };
  const ticketWith = (more: Partial<RequestTrackerSeed["cases"][number]>): number => {
    const one = seed.cases.find((each) => Object.entries(more).every(([k, v]) => each[k as keyof typeof each] === v));
    if (one === undefined) throw new Error("the seed has no such ticket");
    return one.id;
  };
  const call = (path: string, init: Init = {}): Promise<Response> =>
    fetch(seed.restUrl + path, {
      redirect: "manual",
      ...init,
      headers: { Authorization: `token ${seed.token}`, "Content-Type": "application/json", ...init.headers },
    });
  const comment = async (
    ticket: number,
    fields: Record<string, unknown>,
  ): Promise<{ status: number; messages: unknown; transaction: string | undefined }> => {
    const body = JSON.stringify({ Content: "Work", ContentType: "text/plain", ...fields });
    const answer = await call(`/ticket/${ticket}/comment`, { method: "POST", body });
    const transaction = /\/transaction\/(\d+)$/.exec(answer.headers.get("location") ?? "")?.[1];
    return { status: answer.status, messages: await answer.json(), transaction };
  };
  const search = async (query: string): Promise<readonly Transaction[]> => {
    const parameters = new URLSearchParams({ query, fields: "Type,TimeTaken,ObjectId,CustomFields", per_page: "100" });
    const answer = await call(`/transactions?${parameters.toString()}`);
    expect(answer.status).toBe(200);
    return ((await answer.json()) as { items: Transaction[] }).items;
  };
  const ticketOf = async (id: number): Promise<{ TimeWorked: string; Status: string }> => {
    const answer = await call(`/ticket/${id}`);
    return (await answer.json()) as { TimeWorked: string; Status: string };
  };

  it("keeps whole minutes, in the transaction and as the ticket's sum", async () => {
    const ticket = aTicket();
    for (const TimeTaken of [15, 1, 88]) expect((await comment(ticket, { TimeTaken })).status).toBe(201);
    expect((await ticketOf(ticket)).TimeWorked).toBe("104");
    const taken = await search(`TicketId = ${ticket} AND TimeTaken > 0`);
    expect(taken.map((one) => one.TimeTaken).sort()).toEqual(["1", "15", "88"]);
  });

  it("takes negative minutes as a correction", async () => {
    const ticket = aTicket();
    for (const TimeTaken of [15, -5]) await comment(ticket, { TimeTaken });
    expect((await ticketOf(ticket)).TimeWorked).toBe("10");
  });

  it("names the transaction in Location alone, and finds it by its key, exactly", async () => {
    const ticket = aTicket();
    const { messages, transaction } = await comment(ticket, {
      TimeTaken: 15,
      TxnCustomFields: { "External ID": "key-1" },
    });
    await comment(ticket, { TimeTaken: 15, TxnCustomFields: { "External ID": "key-11" } });
    expect(messages).toEqual(["Comments added", "Custom fields updated"]);
    const hits = await search("CF.{External ID} = 'key-1'");
    expect(hits.map(({ id, ObjectId, TimeTaken }) => [id, ObjectId, TimeTaken])).toEqual([
      [transaction, String(ticket), "15"],
    ]);
  });

  it("books without the key when it does not know the field, and says so in a message of a 201", async () => {
    const ticket = aTicket();
    const { status, messages, transaction } = await comment(ticket, {
      TimeTaken: 15,
      TxnCustomFields: { Nope: "key-lost" },
    });
    expect({ status, messages }).toEqual({
      status: 201,
      messages: ["Comments added", "Unable to load transaction custom field: Nope"],
    });
    expect(transaction).toMatch(/^\d+$/);
    expect((await ticketOf(ticket)).TimeWorked).toBe("15");
    // A search by an unknown field is answered as if nothing had been booked.
    expect(await search("CF.{Nope} = 'key-lost'")).toEqual([]);
  });

  it("finds a mark in the subject, as a part of it, and is narrowed by ticket and user", async () => {
    const [ticket, other] = [aTicket(), aTicket()];
    const mark = "cck0123abcdefghjkmnpqr";
    const { transaction } = await comment(ticket, { TimeTaken: 15, Subject: `Time ${mark}` });
    await comment(other, { TimeTaken: 15, Subject: "Time" });
    const ids = async (query: string) => (await search(query)).map(({ id }) => id);
    const own = "Creator = '__CurrentUser__' AND";
    expect(await ids(`Subject LIKE '${mark}'`)).toEqual([transaction]);
    expect(await ids(`${own} TicketId = ${ticket} AND Subject LIKE '${mark}'`)).toEqual([transaction]);
    expect(await ids(`${own} TicketId = ${other} AND Subject LIKE '${mark}'`)).toEqual([]);
    // Without full-text search, which RT does not switch on by itself, the text of a comment is not searched.
    expect(await ids(`Content LIKE 'Work'`)).toEqual([]);
  });

  it("a key is not unique: what is sent twice is there twice", async () => {
    const ticket = aTicket();
    const fields = { TimeTaken: 1, TxnCustomFields: { "External ID": "key-twice" } };
    for (let turn = 0; turn < 2; turn += 1) await comment(ticket, fields);
    expect(await search("CF.{External ID} = 'key-twice'")).toHaveLength(2);
  });

  it("answers a wrong token with 401, and whoever looks like a browser with a redirect", async () => {
    const wrong = { Authorization: "token 1-1-wrong" };
    expect((await call("/rt", { headers: wrong })).status).toBe(401);
    for (const more of [{ "User-Agent": "Mozilla/5.0" }, { Cookie: "a=b" }]) {
      expect((await call("/rt", { headers: { ...wrong, ...more } })).status).toBe(302);
    }
  });

  it("takes time on a resolved ticket, which stays resolved", async () => {
    const ticket = ticketWith({ access: "log", closed: true });
    expect((await comment(ticket, { TimeTaken: 15 })).status).toBe(201);
    expect(await ticketOf(ticket)).toMatchObject({ Status: "resolved", TimeWorked: "15" });
  });

  it("refuses a missing, an invisible and a read-only ticket alike; only reading them tells which it is", async () => {
    const [none, read] = [ticketWith({ access: "none" }), ticketWith({ access: "read" })];
    for (const ticket of [999_999, none, read]) {
      const { status, messages } = await comment(ticket, { TimeTaken: 15 });
      expect({ status, messages }).toEqual({ status: 400, messages: { message: "Permission Denied" } });
    }
    const status = async (id: number) => (await call(`/ticket/${id}`)).status;
    expect({ missing: await status(999_999), hidden: await status(none), readOnly: await status(read) }).toEqual({
      missing: 404,
      hidden: 403,
      readOnly: 200,
    });
  });

  it("a queue where one may only comment takes the time all the same", async () => {
    const ticket = ticketWith({ access: "comment" });
    expect((await comment(ticket, { TimeTaken: 15 })).status).toBe(201);
    expect((await ticketOf(ticket)).TimeWorked).toBe("15");
  });

  it("neither changes nor deletes what was booked", async () => {
    const { transaction } = await comment(aTicket(), { TimeTaken: 15 });
    const status = async (method: string) =>
      (await call(`/transaction/${transaction ?? ""}`, { method, ...(method === "PUT" ? { body: "{}" } : {}) })).status;
    expect({ put: await status("PUT"), delete: await status("DELETE") }).toEqual({ put: 405, delete: 405 });
  });
});
