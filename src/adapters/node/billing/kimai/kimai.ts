import * as v from "valibot";
import { t } from "../../../../base/text.ts";
import {
  formatWithOffset,
  parseInstant,
  parseLocalDate,
  parseZone,
  seconds,
  type EpochMs,
  type LocalDate,
  type ZoneId,
} from "../../../../base/time.ts";
import { parseCaseKey, type Activity, type Case } from "../../../../domain/cases/case.ts";
import { CaseclockError } from "../../../../domain/errors.ts";
import type { Connection } from "../../../../domain/log/events.ts";
import type { RemoteEntry, RemoteRecord, WriteResult } from "../../../../ports/billingProvider.ts";
import { makeProblemReader } from "../shared/httpOutcome.ts";
import { readPagesUntilEmpty } from "../shared/paging.ts";
import { findMarker } from "../shared/recordText.ts";
import { removeAt } from "../shared/removal.ts";
import { parseAnswer } from "../shared/restSchemas.ts";
import type { BillingSystem, OutgoingRecord } from "../shared/systemProvider.ts";
import { toNotSentResult, type SystemHttp } from "../shared/systemHttp.ts";

/** By default it floors a begin and raises an end to the minute. */
const UNIT_SECONDS = 60;
const PAGE = 500;
/** A record further off than any rounding would put it: the hour that clocks show twice. */
const SHIFTED_MS = 1_800_000;

export const kimaiUserSchema = v.object({
  id: v.number(),
  username: v.string(),
  alias: v.exactOptional(v.string()),
  timezone: v.string(),
});
const projectsSchema = v.array(
  v.object({
    id: v.number(),
    name: v.string(),
    customer: v.number(),
    parentTitle: v.exactOptional(v.string()),
    number: v.exactOptional(v.string()),
    timeBudget: v.exactOptional(v.number()),
  }),
);
export const kimaiActivitiesSchema = v.array(
  v.object({ id: v.number(), name: v.string(), project: v.exactOptional(v.number()) }),
);
const sheetSchema = v.object({
  id: v.number(),
  begin: v.string(),
  duration: v.exactOptional(v.number()),
  description: v.exactOptional(v.string(), ""),
  project: v.union([v.number(), v.object({ id: v.number() })]),
});
/** `errors` of the form and of each of its fields; a list where there is no field to blame. */
const faultSchema = v.object({ errors: v.exactOptional(v.array(v.string()), []) });
const problemSchema = v.object({
  message: v.exactOptional(v.string()),
  errors: v.exactOptional(
    v.object({
      errors: v.exactOptional(v.array(v.string()), []),
      children: v.exactOptional(v.record(v.string(), v.union([faultSchema, v.array(v.unknown())])), {}),
    }),
  ),
});

type Sheet = v.InferOutput<typeof sheetSchema>;

/** @source kimai/kimai src/API/Serializer/ValidationFailedExceptionErrorHandler.php */
export const kimaiProblem = makeProblemReader((body) => {
  const { message, errors } = parseAnswer(problemSchema, body) ?? {};
  const ofFields = Object.entries(errors?.children ?? {}).flatMap(([name, fault]) =>
    "errors" in fault ? fault.errors.map((error) => `${name}: ${error}`) : [],
  );
  const all = [...(errors?.errors ?? []), ...ofFields];
  return all.length === 0 ? message : all.join("; ");
});

/**
 * Timesheet records of Kimai, one for each span: it derives the duration from begin and end, and rounds both by rules of its
 * own. Begin and end are local times without an offset, in the zone of the Kimai user's profile. A case is a project.
 * @source https://www.kimai.org/documentation/rest-api.html; kimai/kimai src/API/TimesheetController.php
 */
export class KimaiSystem implements BillingSystem {
  readonly unitSeconds = UNIT_SECONDS;
  readonly correction = "replace";
  readonly isPerSpan = true;
  private readonly connection: Connection;
  private readonly http: SystemHttp;
  private zone: Promise<ZoneId> | undefined;
  /** False once Kimai has shown that the user may not say whether a record is billable. */
  private mayBillable = true;

  constructor(connection: Connection, http: SystemHttp) {
    this.connection = connection;
    this.http = http;
  }

  async *listCases(signal: AbortSignal): AsyncIterable<readonly Case[]> {
    const activities = await this.http.read("/api/activities?visible=1", kimaiActivitiesSchema, signal);
    const projects = await this.http.read("/api/projects?visible=1&orderBy=name&order=ASC", projectsSchema, signal);
    yield projects.map(({ id, name, customer, parentTitle = `${customer}`, number = "", timeBudget = 0 }): Case => {
      const own = activities.filter(({ project }) => project === undefined || project === id);
      return {
        ref: { source: this.connection.id, id: `${id}` },
        key: parseCaseKey(number) ?? `#${id}`,
        title: name,
        customer: { id: `${customer}`, name: parentTitle },
        status: "open",
        activities: own.map((one): Activity => ({ id: `${one.id}`, name: one.name })),
        ...(timeBudget > 0 ? { contract: { budgetSeconds: timeBudget } } : {}),
      };
    });
  }

  create(record: OutgoingRecord, signal: AbortSignal): Promise<WriteResult> {
    return this.write("POST", "/api/timesheets", record, signal);
  }

  update(remoteId: string, record: OutgoingRecord, signal: AbortSignal): Promise<WriteResult> {
    return this.write("PATCH", toPath(remoteId), record, signal);
  }

  remove(remoteId: string, record: OutgoingRecord, signal: AbortSignal): Promise<WriteResult> {
    return removeAt(this.http, toPath(remoteId), remoteId, record, signal);
  }

  async find(record: OutgoingRecord, signal: AbortSignal): Promise<readonly RemoteEntry[]> {
    const found: RemoteEntry[] = [];
    for await (const sheets of this.sheets({ term: record.marker }, signal)) {
      for (const one of sheets)
        if (findMarker(one.description) === record.marker) found.push(toRemoteEntry(record, one));
    }
    return found;
  }

  async *listRecords(from: LocalDate, to: LocalDate, signal: AbortSignal): AsyncIterable<readonly RemoteRecord[]> {
    const range = { begin: `${from}T00:00:00`, end: `${to}T23:59:59` };
    for await (const sheets of this.sheets(range, signal)) yield sheets.flatMap(toRemoteRecords);
  }

  private async write(
    method: "POST" | "PATCH",
    path: string,
    record: OutgoingRecord,
    signal: AbortSignal,
  ): Promise<WriteResult> {
    const isSaid = this.mayBillable;
    let zone: ZoneId;
    try {
      zone = await this.findZone(signal);
    } catch (error) {
      this.zone = undefined;
      return toNotSentResult(error);
    }
    const body = this.toBody(record, zone);
    const result = await this.http.write({ method, path, body }, signal, ({ body: answer }) => {
      const sheet = parseAnswer(sheetSchema, answer);
      if (sheet === undefined) return undefined;
      const remote = toRemoteEntry(record, sheet);
      const shift = Math.abs((parseInstant(sheet.begin) ?? 0) - (record.start ?? 0));
      if (shift < SHIFTED_MS) return { kind: "written", remote };
      const detail = t(
        "Kimai put the record at {0}: start and end are local times there, and the clock shows that hour twice.",
        sheet.begin,
      );
      return { kind: "written", remote, warning: { kind: "time-shifted", detail } };
    });
    // Without the permission for `billable` the form does not know that member, and nothing was written.
    if (!isSaid || result.kind !== "rejected" || !/extra fields/i.test(result.problem.detail)) return result;
    this.mayBillable = false;
    return this.write(method, path, record, signal);
  }

  private toBody({ entry, start, end, text, marker }: OutgoingRecord, zone: ZoneId): unknown {
    const activity = entry.activityId ?? this.connection.options?.["activity"] ?? "";
    return {
      begin: localTime(start, zone),
      end: localTime(end, zone),
      project: Number(entry.case.ref.id),
      ...(activity === "" ? {} : { activity: Number(activity) }),
      description: `${text} ${marker}`,
      ...(this.mayBillable ? { billable: true } : {}),
    };
  }

  /** A page after the last is a 404. */
  private sheets(query: Readonly<Record<string, string>>, signal: AbortSignal): AsyncIterable<readonly Sheet[]> {
    return readPagesUntilEmpty(async (page) => {
      const search = new URLSearchParams({
        ...query,
        size: `${PAGE}`,
        page: `${page}`,
        orderBy: "begin",
        order: "ASC",
      });
      const path = `/api/timesheets?${search.toString()}`;
      const schema = v.array(sheetSchema);
      if (page === 1) return this.http.read(path, schema, signal);
      return (await this.http.readIfThere(path, schema, signal)) ?? [];
    });
  }

  private findZone(signal: AbortSignal): Promise<ZoneId> {
    this.zone ??= this.http.read("/api/users/me", kimaiUserSchema, signal).then(({ timezone }) => {
      const zone = parseZone(timezone);
      if (zone === undefined)
        throw new CaseclockError("billing.protocol", t("Kimai's time zone {0} is not known here", timezone));
      return zone;
    });
    return this.zone;
  }
}

/** A local time such as `2026-03-04T09:12:00`. A span's record has both ends. */
function localTime(instant: EpochMs | undefined, zone: ZoneId): string {
  if (instant === undefined) throw new Error("a record without begin and end");
  return formatWithOffset(instant, zone).slice(0, 19);
}

function toPath(remoteId: string): string {
  return `/api/timesheets/${encodeURIComponent(remoteId)}`;
}

function toRemoteEntry({ entry, seconds: length }: OutgoingRecord, { id, duration = length }: Sheet): RemoteEntry {
  return { externalId: entry.externalId, remoteId: `${id}`, billedSeconds: seconds(duration) };
}

function toRemoteRecords({ id, begin, duration = 0, description, project }: Sheet): readonly RemoteRecord[] {
  const day = parseLocalDate(begin.slice(0, 10));
  if (day === undefined) return [];
  const key = findMarker(description);
  const caseId = `${typeof project === "number" ? project : project.id}`;
  const record = { remoteId: `${id}`, day, caseId, billedSeconds: duration, description };
  return [key === undefined ? record : { ...record, key }];
}
