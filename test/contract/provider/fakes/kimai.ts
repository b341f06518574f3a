/**
 * Kimai as its source and documentation say, not as a live system was seen to answer. The letters name the sources:
 * [a] kimai/kimai src/API/TimesheetController.php · [b] src/Form/API/TimesheetApiEditForm.php ·
 * [c] https://www.kimai.org/documentation/rest-api.html · [d] src/Timesheet/Rounding/DefaultRounding.php ·
 * [e] src/Repository/Search/SearchHelper.php · [f] src/Entity/User.php, src/API/UserController.php ·
 * [g] src/API/Serializer/ValidationFailedExceptionErrorHandler.php · [h] src/API/ProjectController.php ·
 * [i] src/Validator/Constraints/ · [j] src/Timesheet/TrackingMode/ (all of kimai/kimai at 1f421c2).
 */
import { epochMs, formatWithOffset, instantAt, parseLocalDate, type ZoneId } from "../../../../src/base/time.ts";
import { must } from "../../../support/builders.ts";
import { recordOf, serve, textOf, unknownMembers, type Call, type FaultyServer, type Reply } from "./server.ts";

interface Sheet {
  readonly id: number;
  begin: number;
  end: number;
  project: number;
  description: string;
}

export interface KimaiFake {
  readonly server: FaultyServer;
  readonly sheets: readonly Sheet[];
}

export interface KimaiRules {
  /** Of the Kimai user's profile [f]. */
  readonly zone?: string;
  readonly mayBillable?: boolean;
  readonly mayOverlap?: boolean;
  readonly trackingMode?: string;
  /** Records that begin before this day are locked [i]. */
  readonly lockedBefore?: string;
  /** Minutes to which a begin is floored and an end is raised [d]. */
  readonly roundingMinutes?: number;
}

export const KIMAI_TOKEN = "kimai-0123456789abcdef";
const CLOSED_PROJECT = 99;

export async function startKimaiFake(rules: KimaiRules = {}): Promise<KimaiFake> {
  const {
    mayBillable = true,
    mayOverlap = true,
    trackingMode = "default",
    lockedBefore = "",
    roundingMinutes = 1,
  } = rules;
  const zone = (rules.zone ?? "UTC") as ZoneId;
  const sheets: Sheet[] = [];
  // [b] what the form has; everything else is an extra field.
  const members = ["begin", "end", "project", "activity", "description", "tags", ...(mayBillable ? ["billable"] : [])];
  const shown = ({ id, begin, end, project, description }: Sheet): unknown => ({
    id,
    // [a] ISO 8601 with an offset such as +0100.
    begin: local(begin, zone),
    end: local(end, zone),
    duration: (end - begin) / 1000,
    project,
    activity: 4,
    description,
  });
  const answer = (call: Call): Reply => {
    const { method, path, query, headers } = call;
    if (headers["authorization"] !== `Bearer ${KIMAI_TOKEN}`)
      return { status: 401, body: { code: 401, message: "Unauthorized" } };
    if (path === "/api/users/me") return ok({ id: 3, username: "erin", alias: "Erin Engineer", timezone: zone });
    if (path === "/api/config/timesheet") return ok({ trackingMode, isAllowOverlapping: mayOverlap });
    if (path === "/api/activities") {
      return ok([
        { id: 4, name: "Support", project: null },
        { id: 5, name: "Review", project: null },
        { id: 6, name: "Only of another project", project: 18 },
      ]);
    }
    if (path === "/api/projects") {
      return ok([
        { id: 17, name: "Importer", customer: 2, parentTitle: "Harbour Foods Ltd", number: "HF-17", visible: true },
        { id: 18, name: "Website", customer: 2, parentTitle: "Harbour Foods Ltd", number: null, visible: true },
      ]); // [h] the whole collection, without pages
    }
    if (path === "/api/timesheets" && method === "GET") return list(query);
    const id = Number(/^\/api\/timesheets\/(\d+)$/.exec(path)?.[1] ?? -1);
    const index = sheets.findIndex((one) => one.id === id);
    if (path !== "/api/timesheets" && index < 0) return { status: 404, body: { code: 404, message: "Not found" } };
    if (method === "DELETE") {
      sheets.splice(index, 1);
      return { status: 204 };
    }
    return save(recordOf(call.body), sheets[index], unknownMembers(call.body, members));
  };
  const save = (sent: Readonly<Record<string, unknown>>, old: Sheet | undefined, unknown: readonly string[]): Reply => {
    if (unknown.length > 0 || (/^(punch|duration_fixed_begin)$/.test(trackingMode) && "begin" in sent)) {
      return invalid(["This form should not contain extra fields."]);
    }
    const begin = instantOf(sent["begin"], zone);
    const end = instantOf(sent["end"], zone);
    // [c] an offset leads to wrong records: the fake will not have it. Without an end it would be a running timer.
    if (begin === undefined || end === undefined)
      throw new Error("begin and end have to be local times without an offset");
    if (sent["project"] === CLOSED_PROJECT)
      return invalid([], { project: ["Cannot start a new record for an invisible project."] });
    if (sent["activity"] === undefined) return invalid([], { activity: ["An activity needs to be selected."] });
    if ((textOf(sent["begin"]) ?? "").slice(0, 10) < lockedBefore) {
      return invalid([], { begin: ["This period is locked, please choose a later date."] });
    }
    const step = roundingMinutes * 60_000;
    const rounded = { begin: Math.floor(begin / step) * step, end: Math.ceil(end / step) * step };
    // [i] one second stays free at both edges.
    const meets = sheets.some((one) => one !== old && one.begin < rounded.end - 1000 && one.end > rounded.begin + 1000);
    if (meets && !mayOverlap) return invalid([], { begin: ["You already have an entry for this time."] });
    const made = old ?? {
      id: 1 + Math.max(0, ...sheets.map((one) => one.id)),
      begin: 0,
      end: 0,
      project: 0,
      description: "",
    };
    Object.assign(made, rounded, { project: sent["project"], description: sent["description"] });
    if (old === undefined) sheets.push(made);
    return ok(shown(made)); // [a] 200, not 201
  };
  const list = (query: URLSearchParams): Reply => {
    // [e] the term is split at white space; a colon and a leading ! have a meaning.
    const term = query.get("term");
    if (term !== null && /[\s:!]/.test(term)) throw new Error("a term that is taken apart");
    const from = instantOf(query.get("begin") ?? "1990-01-01T00:00:00", zone) ?? 0;
    const to = instantOf(query.get("end") ?? "2090-01-01T00:00:00", zone) ?? 0;
    const found = sheets
      .filter((one) => one.begin >= from && one.begin <= to && one.description.includes(term ?? ""))
      .sort((a, b) => a.begin - b.begin);
    // [a] 50 unless asked for, 500 at most; smaller here, so that there are pages. A page past the end is a 404.
    const size = Math.min(20, Number(query.get("size") ?? 50));
    const page = Number(query.get("page") ?? 1);
    if (page > 1 && (page - 1) * size >= found.length)
      return { status: 404, body: { code: 404, message: "Not found" } };
    return ok(found.slice((page - 1) * size, page * size).map(shown));
  };
  return { server: await serve(answer), sheets };
}

function local(instant: number, zone: ZoneId): string {
  return formatWithOffset(epochMs(instant), zone)
    .replace(/([+-]\d\d):(\d\d)$/, "$1$2")
    .replace(/Z$/, "+0000");
}

function instantOf(value: unknown, zone: ZoneId): number | undefined {
  const [, day = "", clock = ""] = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)$/.exec(textOf(value) ?? "") ?? [];
  return day === "" ? undefined : instantAt(must(parseLocalDate(day)), clock, zone);
}

/** [g] */
function invalid(errors: readonly string[], children: Readonly<Record<string, readonly string[]>> = {}): Reply {
  const fields = Object.fromEntries(Object.entries(children).map(([name, faults]) => [name, { errors: faults }]));
  const body = { code: "400", message: "Validation Failed", errors: { errors, children: { end: [], ...fields } } };
  return { status: 400, body };
}

function ok(body: unknown): Reply {
  return { status: 200, body };
}
