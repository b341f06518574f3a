/**
 * Harvest as its documentation says, not as a live system was seen to answer. The letters name the pages below
 * https://help.getharvest.com/api-v2/: [a] users-api/users/project-assignments/ · [b] timesheets-api/timesheets/time-entries/ ·
 * [c] company-api/company/company/ · [d] authentication-api/authentication/authentication/ ·
 * [e] introduction/overview/general/ · [f] introduction/overview/pagination/.
 */
import { recordOf, serve, textOf, unknownMembers, type Call, type FaultyServer, type Reply } from "./server.ts";

interface Entry {
  readonly id: number;
  project: number;
  task: number;
  day: string;
  hours: number;
  notes: string;
  started: string | null;
  reference: unknown;
}

export interface HarvestFake {
  readonly server: FaultyServer;
  readonly entries: readonly Entry[];
}

export const HARVEST_TOKEN = "harvest-0123456789abcdef";
const ACCOUNT = "1234567";
const MEMBERS = ["project_id", "task_id", "spent_date", "hours", "notes", "external_reference"];
const CLOCK_MEMBERS = [
  "project_id",
  "task_id",
  "spent_date",
  "started_time",
  "ended_time",
  "notes",
  "external_reference",
];

/** @param clockTimes the company's `wants_timestamp_timers` [c]. @param lockedBefore a day before which entries are approved */
export async function startHarvestFake(clockTimes: boolean, lockedBefore = ""): Promise<HarvestFake> {
  const entries: Entry[] = [];
  const shown = (one: Entry): unknown => ({
    id: one.id,
    spent_date: one.day,
    hours: one.hours,
    rounded_hours: one.hours,
    notes: one.notes,
    started_time: one.started,
    project: { id: one.project, name: "Importer", code: "HF-17" },
    task: { id: one.task, name: "Support" },
    external_reference: one.reference,
    is_locked: one.day < lockedBefore,
  });
  const answer = (call: Call): Reply => {
    const { method, path, query, headers } = call;
    // [d] both headers, and a User-Agent that says who calls and where they are found.
    if (headers["authorization"] !== `Bearer ${HARVEST_TOKEN}` || headers["harvest-account-id"] !== ACCOUNT) {
      const body = {
        error: "invalid_token",
        error_description: "The access token provided is expired, revoked, malformed or invalid for other reasons.",
      };
      return { status: 401, body };
    }
    if (!/^\S+ \(.*(@|https:).*\)$/.test(headers["user-agent"] ?? ""))
      return { status: 400, body: { message: "User-Agent is missing" } };
    if (path === "/v2/users/me") return ok({ id: 77, first_name: "Erin", last_name: "Engineer", timezone: "UTC" });
    if (path === "/v2/company") return ok({ name: "Ours Ltd", is_active: true, wants_timestamp_timers: clockTimes });
    if (path === "/v2/users/me/project_assignments") return page("project_assignments", assignments(), query, call);
    if (path === "/v2/time_entries" && method === "GET") return list(query, call);
    const id = Number(/^\/v2\/time_entries\/(\d+)$/.exec(path)?.[1] ?? -1);
    const index = entries.findIndex((one) => one.id === id);
    if (path !== "/v2/time_entries" && index < 0) return { status: 404, body: { status: 404, error: "Not Found" } };
    if (method === "DELETE") {
      entries.splice(index, 1);
      return { status: 200 };
    }
    return save(recordOf(call.body), entries[index]);
  };
  const save = (sent: Readonly<Record<string, unknown>>, old: Entry | undefined): Reply => {
    const unknown = unknownMembers(sent, clockTimes ? CLOCK_MEMBERS : MEMBERS);
    if (unknown.length > 0) throw new Error(`not in the documentation: ${unknown.join()}`);
    const day = textOf(sent["spent_date"]) ?? "";
    if (sent["project_id"] === 999) return refusal("Project can't be blank");
    if (!/^\d{4}-\d\d-\d\d$/.test(day)) return refusal("Spent date is not a valid date");
    if (day < lockedBefore) return refusal("Time entry cannot be saved: the timesheet is approved and locked");
    const hours = clockTimes ? between(sent["started_time"], sent["ended_time"]) : sent["hours"];
    // [b] without hours a timer would begin to run.
    if (typeof hours !== "number" || hours < 0) throw new Error("a timer would have been started");
    const made: Entry = old ?? {
      id: 1 + Math.max(636709355, ...entries.map(({ id }) => id)),
      project: 0,
      task: 0,
      day,
      hours,
      notes: "",
      started: null,
      reference: null,
    };
    made.project = Number(sent["project_id"]);
    made.task = Number(sent["task_id"]);
    made.day = day;
    made.hours = hours;
    made.notes = textOf(sent["notes"]) ?? "";
    made.started = textOf(sent["started_time"]) ?? null;
    made.reference = sent["external_reference"];
    if (old === undefined) entries.push(made);
    return { status: old === undefined ? 201 : 200, body: shown(made) };
  };
  const list = (query: URLSearchParams, call: Call): Reply => {
    const found = entries.filter(
      (one) =>
        query.get("user_id") === "77" &&
        one.day >= (query.get("from") ?? "") &&
        one.day <= (query.get("to") ?? "9999") &&
        [null, recordOf(one.reference)["id"]].includes(query.get("external_reference_id")),
    );
    return page("time_entries", found.map(shown), query, call);
  };
  const server = await serve(answer);
  return { server, entries };
}

/** [f] the next page is a full address; more than 2000 on one are refused. Smaller here, so that there are pages. */
function page(name: string, items: readonly unknown[], query: URLSearchParams, { path, headers }: Call): Reply {
  if (Number(query.get("per_page") ?? 2000) > 2000) return refusal("per_page is too large");
  const from = Number(query.get("cursor") ?? 0);
  const next = from + 20;
  const rest = new URLSearchParams(query);
  rest.set("cursor", `${next}`);
  const address = `http://${headers["host"] ?? ""}${path}?${rest.toString()}`;
  return ok({ [name]: items.slice(from, next), links: { next: next < items.length ? address : null } });
}

function assignments(): readonly unknown[] {
  return Array.from({ length: 25 }, (_, index) => ({
    id: index,
    is_active: index !== 3,
    budget: null,
    project: { id: 100 + index, name: index === 0 ? "Importer" : `Project ${index}`, code: index === 0 ? "HF-17" : "" },
    client: { id: 5, name: "Harbour Foods Ltd" },
    task_assignments: [
      { id: 1, is_active: true, billable: true, task: { id: 8, name: "Support" } },
      { id: 2, is_active: false, billable: true, task: { id: 9, name: "Retired" } },
    ],
  }));
}

/** [b] `9:12am`; without a zone */
function between(started: unknown, ended: unknown): number | undefined {
  const minutes = [started, ended].map((one) => {
    const [, hour = "", minute = "", half] = /^(1[0-2]|[1-9]):([0-5]\d)(am|pm)$/.exec(textOf(one) ?? "") ?? [];
    return hour === "" ? NaN : (Number(hour) % 12) * 60 + Number(minute) + (half === "pm" ? 720 : 0);
  });
  const length = (minutes[1] ?? NaN) - (minutes[0] ?? NaN);
  return Number.isNaN(length) ? undefined : Math.round((length / 60) * 100) / 100;
}

function refusal(message: string): Reply {
  return { status: 422, body: { message } };
}

function ok(body: unknown): Reply {
  return { status: 200, body };
}
