/**
 * What Request Tracker 5.0.3 was seen to answer, so far as Caseclock asks: Debian 12's package on SQLite, with default
 * settings. The same suite runs against that RT itself (`npm run test:systems`).
 */
import { serve, recordOf, textOf, type Call, type FaultyServer, type Reply } from "./server.ts";

interface Transaction {
  readonly id: number;
  readonly ticket: number;
  readonly minutes: number;
  readonly subject: string;
  readonly content: string;
  readonly fields: Readonly<Record<string, string>>;
}

export interface RequestTrackerFake {
  readonly server: FaultyServer;
  readonly transactions: readonly Transaction[];
}

export const RT_TOKEN = "1-27-0123456789abcdef0123456789abcdef";
const FIELD = "External ID";
const PAGE = 100;
/** The only words of its query language that Caseclock uses. */
const QUERY =
  /^Creator = '__CurrentUser__' AND Created >= '\d{4}-\d\d-\d\d' AND (TimeTaken != 0|Subject LIKE '(\w+)')$/;
const OWN = "Owner = '__CurrentUser__' AND Status = '__Active__'";
const SEARCH = /^Status = '__Active__' AND \((?:id = (\d+) OR )?\((Subject LIKE '.*')\)\)$/;
const VALUE = /^Subject LIKE '((?:[^'\\]|\\.)*)'$/;

/** @param hasField the ticket's queue has a transaction custom field for our key */
export async function startRequestTrackerFake(hasField: boolean): Promise<RequestTrackerFake> {
  const transactions: Transaction[] = [];
  const answer = (call: Call): Reply => {
    const { method, path, query, headers } = call;
    if (headers["user-agent"]?.includes("Mozilla") === true || headers["cookie"] !== undefined) {
      return { status: 302, headers: { Location: "/" } };
    }
    if (headers["authorization"] !== `token ${RT_TOKEN}`) return refusal(401, "Unauthorized");
    if (path === "/REST/2.0/rt") return ok({ Version: "5.0.3+dfsg-3~deb12u6" });
    if (path === "/REST/2.0/user/27") return ok({ id: 27, Name: "engineer", RealName: "Erin Engineer" });
    if (path === "/REST/2.0/tickets") return foundTickets(query);
    if (path === "/REST/2.0/transactions") return list(query);
    if (path === "/REST/2.0/queue/3") {
      return ok({ id: 3, TicketTransactionCustomFields: hasField ? [{ id: "2", name: FIELD }] : [] });
    }
    const [, ticket = "", verb] = /^\/REST\/2\.0\/ticket\/(\d+)(?:\/(\w+))?$/.exec(path) ?? [];
    if (verb === "comment" && method === "POST") return comment(Number(ticket), recordOf(call.body));
    if (ticket === "999") return refusal(404, "Not Found");
    if (ticket === "22") return refusal(403, "Forbidden");
    if (ticket !== "" && verb === undefined) return ok({ id: Number(ticket), Queue: { id: "3", type: "queue" } });
    return refusal(404, "Not Found");
  };
  const comment = (ticket: number, sent: Readonly<Record<string, unknown>>): Reply => {
    if (ticket === 22 || ticket === 999) return refusal(400, "Permission Denied");
    if (sent["Content"] !== undefined && sent["ContentType"] === undefined) {
      return refusal(400, "ContentType is a required field for application/json");
    }
    const sentFields = Object.entries(recordOf(sent["TxnCustomFields"])) as [string, string][];
    const unknown = sentFields.filter(([name]) => !hasField || name !== FIELD).map(([name]) => name);
    const made: Transaction = {
      id: 185 + transactions.length,
      ticket,
      minutes: Number(sent["TimeTaken"]),
      subject: textOf(sent["Subject"]) ?? "",
      content: textOf(sent["Content"]) ?? "",
      fields: Object.fromEntries(sentFields.filter(([name]) => !unknown.includes(name))),
    };
    if (!Number.isInteger(made.minutes)) throw new Error("Caseclock sends whole minutes");
    transactions.push(made);
    const more = unknown.map((name) => `Unable to load transaction custom field: ${name}`);
    const headers = { Location: `/REST/2.0/transaction/${made.id}` };
    return {
      status: 201,
      headers,
      body: ["Comments added", ...more, ...(sentFields.length > 0 ? ["Custom fields updated"] : [])],
    };
  };
  const list = (query: URLSearchParams): Reply => {
    const parsed = QUERY.exec(query.get("query") ?? "");
    if (parsed === null) return refusal(400, `Wrong query: ${query.get("query") ?? ""}`);
    const [, , part] = parsed;
    const found = transactions.filter(({ minutes, subject }) =>
      part === undefined ? minutes !== 0 : subject.toLowerCase().includes(part.toLowerCase()),
    );
    const items = pageOf(found, query).map(({ id, ticket, minutes, subject }) => ({
      id: `${id}`,
      type: "transaction",
      Type: "Comment",
      ObjectId: `${ticket}`,
      TimeTaken: `${minutes}`,
      Created: "2026-11-24T02:20:11Z",
      Data: `${subject}\n`,
    }));
    return ok({ items, total: null, pages: null, count: items.length });
  };
  return { server: await serve(answer), transactions };
}

interface Ticket {
  readonly id: string;
  readonly Subject: string;
  readonly Queue: unknown;
  readonly TimeWorked: string;
  readonly TimeEstimated: string;
}

/** Of `Status = '__Active__'` and one's own, or a number, or words of the subject. */
function foundTickets(query: URLSearchParams): Reply {
  const text = query.get("query") ?? "";
  const [, number, words] = SEARCH.exec(text) ?? [];
  if (words === undefined && text !== OWN) return refusal(400, `Wrong query: ${text}`);
  const likes = (words ?? "")
    .split(/ AND (?=Subject LIKE )/)
    .map((one) => VALUE.exec(one)?.[1]?.replace(/\\(.)/g, "$1"));
  if (words !== undefined && likes.some((like) => like === undefined || /^CF\./i.test(like))) {
    return refusal(400, `Wrong query: ${text}`);
  }
  // LIKE as SQL has it, a text between wildcards.
  const patterns = likes.map((like = "") => {
    const escaped = like.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    return new RegExp(escaped.replaceAll("%", ".*").replaceAll("_", "."), "i");
  });
  const all = words === undefined ? ownTickets() : [...ownTickets(), ...otherTickets()];
  const found = all.filter(
    ({ id, Subject }) => words === undefined || id === number || patterns.every((pattern) => pattern.test(Subject)),
  );
  return ok({ items: pageOf(found, query) });
}

/** Somebody else's; the closed one, #206, is none of the active ones that are asked for. */
function otherTickets(): readonly Ticket[] {
  const Queue = { id: "3", Name: "Nordwind Logistik GmbH", type: "queue" };
  return [{ id: "205", Subject: "Onboard O'Neil\\IT (100% remote)", Queue, TimeWorked: "0", TimeEstimated: "0" }];
}

function ownTickets(): readonly Ticket[] {
  return Array.from({ length: 130 }, (_, index) => ({
    id: `${index + 30}`,
    Subject: index === 0 ? "VPN gateway drops tunnels" : `Ticket ${index}`,
    Queue: { id: "3", Name: "Nordwind Logistik GmbH", type: "queue" },
    TimeWorked: "0",
    TimeEstimated: index === 0 ? "600" : "0",
  }));
}

function pageOf<T>(items: readonly T[], query: URLSearchParams): readonly T[] {
  const size = Math.min(PAGE, Number(query.get("per_page") ?? 20));
  const from = (Number(query.get("page") ?? 1) - 1) * size;
  return items.slice(from, from + size);
}

function refusal(status: number, message: string): Reply {
  return { status, body: { message } };
}

function ok(body: unknown): Reply {
  return { status: 200, body };
}
