/**
 * What Redmine 5.0.4 was seen to answer, so far as Caseclock asks: Debian 12's package on SQLite, with default settings.
 * The same suite runs against that Redmine itself (`npm run test:systems`).
 */
import { serve, recordOf, textOf, type Call, type FaultyServer, type Reply } from "./server.ts";

interface Entry {
  readonly id: number;
  issue: number;
  hours: number;
  day: string;
  comments: string;
  key: string | null;
}

export interface RedmineFake {
  readonly server: FaultyServer;
  readonly entries: readonly Entry[];
}

export const REDMINE_TOKEN = "0123456789abcdef0123456789abcdef01234567";
const ACTIVITIES = [
  { id: 3, name: "Remote support", is_default: true, active: true },
  { id: 5, name: "Travel", is_default: false, active: true },
  { id: 7, name: "Retired activity", is_default: false, active: false },
];
const KEY_FIELD = 1;

/** @param keyField the account sees a custom field for our key */
export async function startRedmineFake(keyField: boolean): Promise<RedmineFake> {
  const entries: Entry[] = [];
  const shown = (one: Entry): unknown => ({
    id: one.id,
    issue: { id: one.issue },
    activity: { id: 3, name: "Remote support" },
    hours: Math.round(one.hours * 100) / 100,
    comments: one.comments,
    spent_on: one.day,
    ...(keyField ? { custom_fields: [{ id: KEY_FIELD, name: "External ID", value: one.key }] } : {}),
  });
  const answer = (call: Call): Reply => {
    const { method, path, query, headers } = call;
    if (headers["x-redmine-api-key"] !== REDMINE_TOKEN) return { status: 401 };
    if (path === "/users/current.json") {
      return ok({ user: { id: 6, login: "engineer", firstname: "Erin", lastname: "Engineer", admin: false } });
    }
    if (path === "/enumerations/time_entry_activities.json") return ok({ time_entry_activities: ACTIVITIES });
    if (path === "/issues.json") return ok(issues(query));
    if (path === "/time_entries.json" && method === "GET") return ok(list(query));
    if (path === "/time_entries.json" && method === "POST") {
      const sent = recordOf(recordOf(call.body)["time_entry"]);
      const errors = faultsOf(sent);
      if (errors.length > 0) return { status: 422, body: { errors } };
      // On SQLite the id of the last entry is used again after its deletion.
      const id = 1 + Math.max(100, ...entries.map((one) => one.id));
      const made = { id, issue: 0, hours: 0, day: "", comments: "", key: null };
      change(made, sent);
      entries.push(made);
      return { status: 201, body: { time_entry: shown(made) } };
    }
    const id = Number(/^\/time_entries\/(\d+)\.json$/.exec(path)?.[1]);
    const index = entries.findIndex((one) => one.id === id);
    const found = entries[index];
    // 403, 404 and 401 have a JSON content type and no body.
    if (found === undefined) return { status: 404 };
    if (method === "DELETE") {
      entries.splice(index, 1);
      return { status: 204 };
    }
    const sent = recordOf(recordOf(call.body)["time_entry"]);
    const errors = faultsOf(sent);
    if (errors.length > 0) return { status: 422, body: { errors } };
    change(found, sent);
    return { status: 204 };
  };
  const change = (one: Entry, sent: Readonly<Record<string, unknown>>): void => {
    one.issue = Number(sent["issue_id"] ?? one.issue);
    one.hours = hoursOf(sent["hours"] ?? one.hours);
    one.day = textOf(sent["spent_on"]) ?? one.day;
    one.comments = textOf(sent["comments"]) ?? one.comments;
    const field = (sent["custom_fields"] as { id: number; value: string }[] | undefined)?.find(
      ({ id }) => id === KEY_FIELD,
    );
    // A field that the user may not see is dropped without a word.
    if (field !== undefined && keyField) one.key = field.value;
  };
  const list = (query: URLSearchParams): unknown => {
    const from = query.get("from") ?? "";
    const to = query.get("to") ?? "9999";
    const issue = query.get("issue_id");
    const key = keyField ? query.get(`cf_${KEY_FIELD}`) : null; // a filter it does not know is passed over
    const comment = query.get("comments")?.replace(/^~/, "");
    const found = entries.filter(
      (one) =>
        one.day >= from &&
        one.day <= to &&
        (issue === null || one.issue === Number(issue)) &&
        (key === null || one.key === key) &&
        (comment === undefined || one.comments.toLowerCase().includes(comment.toLowerCase())),
    );
    const { offset, limit } = window(query);
    const all =
      keyField && found.length === 0 && query.size === 1
        ? [{ id: 1, issue: 2, hours: 1, day: "2026-01-05", comments: "", key: null }]
        : found;
    return { time_entries: all.slice(offset, offset + limit).map(shown), total_count: all.length, offset, limit };
  };
  return { server: await serve(answer), entries };
}

function issues(query: URLSearchParams): unknown {
  const own = Array.from({ length: 130 }, (_, index) => ({
    id: index + 1,
    project: { id: 1, name: "Nordwind Logistik GmbH" },
    status: { id: 1, name: index === 7 ? "Closed" : "New", is_closed: index === 7 },
    subject: index === 0 ? "VPN gateway drops tunnels" : `Issue "${index + 1}" <b>`,
    spent_hours: 0,
    estimated_hours: index === 0 ? 10 : null,
  }));
  const other = { id: 140, subject: "Onboard the new IT lead", estimated_hours: null, spent_hours: 0 };
  const { project, status } = {
    project: { id: 1, name: "Nordwind Logistik GmbH" },
    status: { id: 1, name: "New", is_closed: false },
  };
  const visible = query.get("assigned_to_id") === "me" ? own : [...own, { ...other, project, status }];
  // Words of two letters or more, each as it stands; a text without one is taken whole.
  const text = query.get("subject")?.replace(/^~/, "").toLowerCase() ?? "";
  const words = text.split(/\s+/).filter((word) => word.length > 1);
  const number = query.get("issue_id");
  const all = visible.filter(
    (one) =>
      (query.get("status_id") !== "open" || !one.status.is_closed) &&
      (number === null || one.id === Number(number)) &&
      (words.length === 0 ? [text] : words).every((word) => one.subject.toLowerCase().includes(word)),
  );
  const { offset, limit } = window(query);
  return { issues: all.slice(offset, offset + limit), total_count: all.length, offset, limit };
}

function window(query: URLSearchParams): { offset: number; limit: number } {
  return { offset: Number(query.get("offset") ?? 0), limit: Math.min(100, Number(query.get("limit") ?? 25)) };
}

function faultsOf(sent: Readonly<Record<string, unknown>>): readonly string[] {
  const issue = Number(sent["issue_id"]);
  if (issue === 999) return ["Project cannot be blank", "Project is invalid", "Issue is invalid"];
  if (issue === 22) return ["Issue is invalid"];
  if (Number.isNaN(hoursOf(sent["hours"]))) return ["Hours is invalid"];
  if (Array.from(textOf(sent["comments"]) ?? "").length > 1024)
    return ["Comment is too long (maximum is 1024 characters)"];
  const activity = ACTIVITIES.find(({ id }) => id === (sent["activity_id"] ?? 3));
  return activity?.active === true ? [] : ["Activity is not included in the list"];
}

function hoursOf(sent: unknown): number {
  const text = /^(\d+):(\d\d)$/.exec(String(sent));
  return text === null ? Number(sent) : Number(text[1]) + Number(text[2]) / 60;
}

function ok(body: unknown): Reply {
  return { status: 200, body };
}
