import * as v from "valibot";
import { t } from "../../../../base/text.ts";
import {
  formatClock,
  parseLocalDate,
  seconds,
  type EpochMs,
  type LocalDate,
  type ZoneId,
} from "../../../../base/time.ts";
import { parseCaseKey, type Case } from "../../../../domain/cases/case.ts";
import type { Connection } from "../../../../domain/log/events.ts";
import type { ConnectionProbe, RemoteEntry, RemoteRecord, WriteResult } from "../../../../ports/billingProvider.ts";
import { makeProblemReader, type HttpAnswer } from "../shared/httpOutcome.ts";
import { readPagesByCursor } from "../shared/paging.ts";
import { removeAt } from "../shared/removal.ts";
import { parseAnswer } from "../shared/restSchemas.ts";
import type { BillingSystem, OutgoingRecord } from "../shared/systemProvider.ts";
import type { SystemHttp } from "../shared/systemHttp.ts";

/** Hours are shown with two decimals. */
const UNIT_SECONDS = 36;
/** With clock times it derives the hours from them. */
const CLOCK_UNIT_SECONDS = 60;
const PAGE = 2_000;
const GROUP = "caseclock";

const links = v.object({ next: v.exactOptional(v.string()) });
const meSchema = v.object({ id: v.number(), first_name: v.string(), last_name: v.string() });
const companySchema = v.object({ name: v.string(), wants_timestamp_timers: v.boolean() });
const named = v.object({ id: v.number(), name: v.string() });
const assignmentsSchema = v.object({
  project_assignments: v.array(
    v.object({
      is_active: v.boolean(),
      project: v.object({ ...named.entries, code: v.exactOptional(v.string(), "") }),
      client: named,
      task_assignments: v.array(v.object({ is_active: v.boolean(), billable: v.boolean(), task: named })),
    }),
  ),
  links,
});
const entrySchema = v.object({
  id: v.number(),
  spent_date: v.string(),
  hours: v.number(),
  notes: v.exactOptional(v.string(), ""),
  project: v.object({ id: v.number() }),
  task: v.object({ id: v.number() }),
  external_reference: v.exactOptional(v.object({ id: v.string() })),
});
const entriesSchema = v.object({ time_entries: v.array(entrySchema), links });
const problemSchema = v.object({
  message: v.exactOptional(v.string()),
  error_description: v.exactOptional(v.string()),
});

type Assignment = v.InferOutput<typeof assignmentsSchema>["project_assignments"][number];
type Entry = v.InferOutput<typeof entrySchema>;

export const harvestProblem = makeProblemReader((body) => {
  const { message, error_description: description } = parseAnswer(problemSchema, body) ?? {};
  return message ?? description;
});

/** It wants to know the program by its name and where its makers are found. */
export function harvestHeaders(
  token: string,
  { accountId = "" }: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const agent = "Caseclock (https://marketplace.visualstudio.com/items?itemName=caseclock.caseclock)";
  return { Authorization: `Bearer ${token}`, "Harvest-Account-Id": accountId, "User-Agent": agent };
}

/**
 * Time entries of Harvest: a case is a project with one of its tasks, `project/task`. Where the company tracks clock times,
 * each span is an entry. The key is the entry's external reference, by which it can be found.
 * @source https://help.getharvest.com/api-v2/timesheets-api/timesheets/time-entries/
 */
export class HarvestSystem implements BillingSystem {
  readonly unitSeconds: number;
  readonly correction = "replace";
  readonly isPerSpan: boolean;
  readonly mayChangeForm = true;
  private readonly connection: Connection;
  private readonly http: SystemHttp;

  constructor(connection: Connection, http: SystemHttp) {
    this.connection = connection;
    this.http = http;
    this.isPerSpan = connection.options?.["clockTimes"] === "yes";
    this.unitSeconds = this.isPerSpan ? CLOCK_UNIT_SECONDS : UNIT_SECONDS;
  }

  async *listCases(signal: AbortSignal): AsyncIterable<readonly Case[]> {
    const pages = this.pages("/users/me/project_assignments", {}, assignmentsSchema, signal);
    for await (const { project_assignments: page } of pages) {
      yield page.filter((one) => one.is_active).flatMap((one) => this.toCases(one));
    }
  }

  create(record: OutgoingRecord, signal: AbortSignal): Promise<WriteResult> {
    const request = { method: "POST", path: "/time_entries", body: this.toBody(record) } as const;
    return this.http.write(request, signal, (answer) => this.toWritten(record, answer));
  }

  update(remoteId: string, record: OutgoingRecord, signal: AbortSignal): Promise<WriteResult> {
    const request = { method: "PATCH", path: toPath(remoteId), body: this.toBody(record) } as const;
    return this.http.write(request, signal, (answer) => this.toWritten(record, answer));
  }

  remove(remoteId: string, record: OutgoingRecord, signal: AbortSignal): Promise<WriteResult> {
    return removeAt(this.http, toPath(remoteId), remoteId, record, signal);
  }

  async find(record: OutgoingRecord, signal: AbortSignal): Promise<readonly RemoteEntry[]> {
    const found: RemoteEntry[] = [];
    for await (const entries of this.entries({ external_reference_id: record.key }, signal)) {
      // The filter is checked: one that is passed over would give everything.
      const own = entries.filter((one) => one.external_reference?.id === record.key);
      found.push(...own.map((one) => this.toRemote(record, one)));
    }
    return found;
  }

  async *listRecords(from: LocalDate, to: LocalDate, signal: AbortSignal): AsyncIterable<readonly RemoteRecord[]> {
    for await (const entries of this.entries({ from, to }, signal)) {
      yield entries.flatMap((one) => this.toRecord(one));
    }
  }

  private async *entries(
    query: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): AsyncIterable<readonly Entry[]> {
    const own = { user_id: this.connection.account.id, ...query };
    for await (const { time_entries: page } of this.pages("/time_entries", own, entriesSchema, signal)) yield page;
  }

  /** Its next page is a full address; only its query is taken, so that the token goes nowhere else. */
  private pages<T extends { readonly links: { readonly next?: string | undefined } }>(
    path: string,
    query: Readonly<Record<string, string>>,
    schema: v.GenericSchema<unknown, T>,
    signal: AbortSignal,
  ): AsyncIterable<T> {
    const first = `?${new URLSearchParams({ ...query, per_page: `${PAGE}` }).toString()}`;
    return readPagesByCursor<T, string>(first, async (search = first) => {
      const page = await this.http.read(path + search, schema, signal);
      const { next } = page.links;
      return { page, next: next !== undefined && URL.canParse(next) ? new URL(next).search : undefined };
    });
  }

  private toBody({ entry, key, seconds: length, text, start, end }: OutgoingRecord): unknown {
    const [project, task] = entry.case.ref.id.split("/");
    const { url } = entry.case;
    const times =
      this.isPerSpan && start !== undefined && end !== undefined
        ? { started_time: clockTime(start, entry.zone), ended_time: clockTime(end, entry.zone) }
        : // Without hours a timer would begin to run.
          { hours: Math.round(length / UNIT_SECONDS) / 100 };
    return {
      project_id: Number(project),
      task_id: Number(task),
      spent_date: entry.day,
      ...times,
      notes: text,
      external_reference: { id: key, group_id: GROUP, ...(url === undefined ? {} : { permalink: url }) },
    };
  }

  private toWritten(record: OutgoingRecord, { body }: HttpAnswer): WriteResult | undefined {
    const entry = parseAnswer(entrySchema, body);
    if (entry === undefined) return undefined;
    const remote = this.toRemote(record, entry);
    if (entry.external_reference?.id === record.key) return { kind: "written", remote };
    const detail = t(
      "Harvest did not store Caseclock's key of entry {0}, so the entry cannot be found again.",
      entry.id,
    );
    return { kind: "written", remote, warning: { kind: "key-dropped", detail } };
  }

  private toRemote({ entry }: OutgoingRecord, { id, hours }: Entry): RemoteEntry {
    return { externalId: entry.externalId, remoteId: `${id}`, billedSeconds: seconds(this.toSeconds(hours)) };
  }

  private toRecord(one: Entry): readonly RemoteRecord[] {
    const day = parseLocalDate(one.spent_date);
    if (day === undefined) return [];
    const { id, hours, notes: description, project, task, external_reference: reference } = one;
    const caseId = `${project.id}/${task.id}`;
    const record = { remoteId: `${id}`, day, caseId, billedSeconds: this.toSeconds(hours), description };
    return [reference === undefined ? record : { ...record, key: reference.id }];
  }

  private toSeconds(hours: number): number {
    return Math.round((hours * 3600) / this.unitSeconds) * this.unitSeconds;
  }

  private toCases({ project, client, task_assignments: tasks }: Assignment): readonly Case[] {
    const name = project.code === "" ? project.name : project.code;
    return tasks
      .filter((one) => one.is_active)
      .map(({ task, billable }) => ({
        ref: { source: this.connection.id, id: `${project.id}/${task.id}` },
        key: parseCaseKey(`${name}/${task.name}`) ?? `${project.id}/${task.id}`,
        title: `${project.name}: ${task.name}`,
        customer: { id: `${client.id}`, name: client.name },
        status: "open",
        ...(billable ? {} : { contract: { billable } }),
      }));
  }
}

/** Who we are, and whether the company tracks clock times. @throws CaseclockError `billing.*` */
export async function probeHarvest(
  http: SystemHttp,
  _answers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<ConnectionProbe> {
  const me = await http.read("/users/me", meSchema, signal);
  const { name, wants_timestamp_timers: clockTimes } = await http.read("/company", companySchema, signal);
  return {
    account: { id: `${me.id}`, name: `${me.first_name} ${me.last_name} (${name})` },
    options: { clockTimes: clockTimes ? "yes" : "no" },
    questions: [],
    notes: [
      clockTimes
        ? t("Harvest tracks start and end times here: each stretch of work is an entry, in whole minutes.")
        : t("Harvest stores hundredths of an hour; the rest is carried to the case's next entry."),
    ],
  };
}

function toPath(remoteId: string): string {
  return `/time_entries/${encodeURIComponent(remoteId)}`;
}

/** `9:12am` */
function clockTime(instant: EpochMs, zone: ZoneId): string {
  const [hour = 0, minute = 0] = formatClock(instant, zone).split(":").map(Number);
  return `${((hour + 11) % 12) + 1}:${String(minute).padStart(2, "0")}${hour < 12 ? "am" : "pm"}`;
}
