import * as v from "valibot";
import { t } from "../../../../base/text.ts";
import { parseLocalDate, seconds, type LocalDate, type Seconds } from "../../../../base/time.ts";
import type { Activity, Case } from "../../../../domain/cases/case.ts";
import type { Connection } from "../../../../domain/log/events.ts";
import type { RemoteEntry, RemoteRecord, WriteResult } from "../../../../ports/billingProvider.ts";
import { parseIssueNumber } from "../shared/caseSearch.ts";
import { makeProblemReader } from "../shared/httpOutcome.ts";
import { readPagesByOffset } from "../shared/paging.ts";
import { fitText, findMarker } from "../shared/recordText.ts";
import { removeAt } from "../shared/removal.ts";
import { parseAnswer } from "../shared/restSchemas.ts";
import type { BillingSystem, OutgoingRecord } from "../shared/systemProvider.ts";
import type { SystemHttp } from "../shared/systemHttp.ts";

/** Redmine keeps hours as a float; what it shows is rounded to 0.01 h, in newer versions to whole minutes when read. */
const UNIT_SECONDS = 60;
const MAX_COMMENT = 1_024;
const PAGE = 100;

const named = v.object({ id: v.number(), name: v.string() });
const activitiesSchema = v.object({
  time_entry_activities: v.array(
    v.object({ ...named.entries, is_default: v.exactOptional(v.boolean()), active: v.exactOptional(v.boolean()) }),
  ),
});
const issueSchema = v.object({
  id: v.number(),
  subject: v.string(),
  project: named,
  status: v.object({ is_closed: v.exactOptional(v.boolean()) }),
  estimated_hours: v.exactOptional(v.number()),
  spent_hours: v.exactOptional(v.number()),
});
const issuesSchema = v.object({ issues: v.array(issueSchema), total_count: v.number() });
const fieldSchema = v.object({ id: v.number(), name: v.string(), value: v.exactOptional(v.unknown()) });
const entrySchema = v.object({
  id: v.number(),
  hours: v.number(),
  spent_on: v.string(),
  comments: v.exactOptional(v.string()),
  issue: v.exactOptional(v.object({ id: v.number() })),
  custom_fields: v.exactOptional(v.array(fieldSchema)),
});
const createdSchema = v.object({ time_entry: entrySchema });
export const redmineEntriesSchema = v.object({ time_entries: v.array(entrySchema), total_count: v.number() });

type Entry = v.InferOutput<typeof entrySchema>;

/** Redmine's messages, in the user's language: for people, never to be matched. */
export const redmineProblem = makeProblemReader((body) => {
  const parsed = parseAnswer(v.object({ errors: v.array(v.string()) }), body);
  return parsed?.errors.join("; ");
});

export function redmineHeaders(token: string): Readonly<Record<string, string>> {
  return { "X-Redmine-API-Key": token };
}

/**
 * Time entries of Redmine's REST API. The key stands in a custom field of time entries where the account has shown us one,
 * else last in the comment: Redmine silently drops a field that the user may not see, and silently ignores an unknown
 * filter.
 * @source https://www.redmine.org/projects/redmine/wiki/Rest_TimeEntries, and Redmine 5.0.4 as it answers
 */
export class RedmineSystem implements BillingSystem {
  readonly unitSeconds = UNIT_SECONDS;
  readonly correction = "replace";
  readonly isPerSpan = false;
  private readonly connection: Connection;
  private readonly http: SystemHttp;

  constructor(connection: Connection, http: SystemHttp) {
    this.connection = connection;
    this.http = http;
  }

  /** The open issues that are assigned to the user. */
  async *listCases(signal: AbortSignal): AsyncIterable<readonly Case[]> {
    const activities = (await redmineActivities(this.http, signal)).map(({ id, name }): Activity => ({
      id: `${id}`,
      name,
    }));
    const query = `assigned_to_id=me&status_id=open&sort=updated_on:desc&limit=${PAGE}`;
    yield* readPagesByOffset(PAGE, async (offset) => {
      const { issues, total_count: total } = await this.http.read(
        `/issues.json?${query}&offset=${offset}`,
        issuesSchema,
        signal,
      );
      return { page: issues.map((issue) => this.toCase(issue, activities)), total };
    });
  }

  /** By number, or by words of the subject: of all issues that the user sees. */
  async searchCases(text: string, signal: AbortSignal): Promise<readonly Case[]> {
    const activities = (await redmineActivities(this.http, signal)).map(({ id, name }): Activity => ({
      id: `${id}`,
      name,
    }));
    const number = parseIssueNumber(text);
    // Only open issues; Redmine silently leaves out numbers that are invisible or missing.
    const query = number === undefined ? `subject=~${encodeURIComponent(text.trim())}` : `issue_id=${number}`;
    const path = `/issues.json?status_id=open&${query}&sort=updated_on:desc&limit=${PAGE}`;
    const { issues } = await this.http.read(path, issuesSchema, signal);
    return issues.map((issue) => this.toCase(issue, activities));
  }

  async create(record: OutgoingRecord, signal: AbortSignal): Promise<WriteResult> {
    const request = { method: "POST", path: "/time_entries.json", body: this.toBody(record) } as const;
    return this.http.write(request, signal, (answer) => {
      const created = parseAnswer(createdSchema, answer.body)?.time_entry;
      if (created === undefined) return undefined;
      const remote = toRemoteEntry(record, created);
      if (this.hasKey(created, record)) return { kind: "written", remote };
      const detail = t(
        "Redmine did not store Caseclock's key of entry {0}. Connect again to choose another place for it.",
        created.id,
      );
      return { kind: "written", remote, warning: { kind: "key-dropped", detail } };
    });
  }

  async update(remoteId: string, record: OutgoingRecord, signal: AbortSignal): Promise<WriteResult> {
    const remote = { externalId: record.entry.externalId, remoteId, billedSeconds: seconds(record.seconds) };
    const request = { method: "PUT", path: toPath(remoteId), body: this.toBody(record) } as const;
    return this.http.write(request, signal, ({ status }) => (status === 204 ? { kind: "written", remote } : undefined));
  }

  remove(remoteId: string, record: OutgoingRecord, signal: AbortSignal): Promise<WriteResult> {
    return removeAt(this.http, toPath(remoteId), remoteId, record, signal);
  }

  async find(record: OutgoingRecord, signal: AbortSignal): Promise<readonly RemoteEntry[]> {
    const { keyField } = this.connection.options ?? {};
    const filters = [
      ...(keyField === undefined || keyField === "" ? [] : [`cf_${keyField}=${encodeURIComponent(record.key)}`]),
      `comments=~${record.marker}`,
      // Filters may be ignored or disabled; one day of a case is short enough to be read completely.
      `issue_id=${encodeURIComponent(record.entry.case.ref.id)}&from=${record.entry.day}&to=${record.entry.day}`,
    ];
    const found = new Map<number, RemoteEntry>();
    for (const filter of filters) {
      for await (const entries of this.entriesWith(filter, signal)) {
        for (const one of entries) if (this.hasKey(one, record)) found.set(one.id, toRemoteEntry(record, one));
      }
      if (found.size > 0) break;
    }
    return [...found.values()];
  }

  async *listRecords(from: LocalDate, to: LocalDate, signal: AbortSignal): AsyncIterable<readonly RemoteRecord[]> {
    for await (const entries of this.entriesWith(`from=${from}&to=${to}`, signal)) {
      yield entries.flatMap((one) => this.toRecord(one) ?? []);
    }
  }

  private entriesWith(filter: string, signal: AbortSignal): AsyncIterable<readonly Entry[]> {
    return readPagesByOffset(PAGE, async (offset) => {
      const path = `/time_entries.json?user_id=me&${filter}&limit=${PAGE}&offset=${offset}`;
      const { time_entries: page, total_count: total } = await this.http.read(path, redmineEntriesSchema, signal);
      return { page, total };
    });
  }

  private toBody({ entry, key, marker, seconds: length, text }: OutgoingRecord): unknown {
    const { keyField = "", keyFieldSeen, activity } = this.connection.options ?? {};
    const activityId = entry.activityId ?? activity ?? "";
    const values = {
      issue_id: Number(entry.case.ref.id),
      spent_on: entry.day,
      hours: hoursText(length),
      comments: fitText(text, MAX_COMMENT, keyFieldSeen === "yes" ? undefined : marker),
      ...(activityId === "" ? {} : { activity_id: Number(activityId) }),
      ...(keyField === "" ? {} : { custom_fields: [{ id: Number(keyField), value: key }] }),
    };
    return { time_entry: values };
  }

  private hasKey({ comments, custom_fields: fields = [] }: Entry, { key, marker }: OutgoingRecord): boolean {
    return findMarker(comments) === marker || fields.some(({ value }) => value === key);
  }

  private toRecord(one: Entry): RemoteRecord | undefined {
    const { id, comments: description = "", issue, custom_fields: fields = [] } = one;
    const day = parseLocalDate(one.spent_on);
    if (day === undefined) return undefined;
    const own = fields.find((field) => `${field.id}` === this.connection.options?.["keyField"])?.value;
    const key = typeof own === "string" && own !== "" ? own : findMarker(description);
    const known = { ...(key === undefined ? {} : { key }), ...(issue === undefined ? {} : { caseId: `${issue.id}` }) };
    return { remoteId: `${id}`, day, billedSeconds: toSeconds(one.hours), description, ...known };
  }

  private toCase(issue: v.InferOutput<typeof issueSchema>, activities: readonly Activity[]): Case {
    const { id, subject, project, status, estimated_hours: estimated, spent_hours: spent } = issue;
    return {
      ref: { source: this.connection.id, id: `${id}` },
      key: `#${id}`,
      title: subject,
      customer: { id: `${project.id}`, name: project.name },
      status: status.is_closed === true ? "closed" : "open",
      url: `${this.connection.url}/issues/${id}`,
      activities,
      ...(estimated === undefined || estimated <= 0
        ? {}
        : { contract: { budgetSeconds: toSeconds(estimated), usedSeconds: toSeconds(spent ?? 0) } }),
    };
  }
}

/** The activities, active or not. @throws CaseclockError `billing.*` */
export async function redmineActivities(
  http: SystemHttp,
  signal: AbortSignal,
): Promise<v.InferOutput<typeof activitiesSchema>["time_entry_activities"]> {
  return (await http.read("/enumerations/time_entry_activities.json", activitiesSchema, signal)).time_entry_activities;
}

function toPath(remoteId: string): string {
  return `/time_entries/${encodeURIComponent(remoteId)}.json`;
}

/** `1:28`: a float of hours would have to be cut somewhere. @precondition a multiple of 60, 0 or more */
function hoursText(length: number): string {
  const minutes = Math.round(length / UNIT_SECONDS);
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}`;
}

/** The whole minutes that hours with two decimals stand for: a minute is 0.0167 h and shown as 0.02. */
function toSeconds(hours: number): Seconds {
  return seconds(Math.max(0, Math.round(hours * 60) * UNIT_SECONDS));
}

function toRemoteEntry({ entry }: OutgoingRecord, { id, hours }: Entry): RemoteEntry {
  return { externalId: entry.externalId, remoteId: `${id}`, billedSeconds: toSeconds(hours) };
}
