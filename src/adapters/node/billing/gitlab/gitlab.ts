import * as v from "valibot";
import {
  localDate,
  nextDate,
  parseInstant,
  parseZone,
  previousDate,
  seconds,
  type LocalDate,
  type ZoneId,
} from "../../../../base/time.ts";
import { parseCaseKey, type Case } from "../../../../domain/cases/case.ts";
import { CaseclockError } from "../../../../domain/errors.ts";
import type { Connection } from "../../../../domain/log/events.ts";
import type { RemoteEntry, RemoteRecord, WriteResult } from "../../../../ports/billingProvider.ts";
import { MAX_FOUND, parseIssueNumber } from "../shared/caseSearch.ts";
import { makeProblemReader } from "../shared/httpOutcome.ts";
import { readPagesByCursor, readPagesUntilEmpty } from "../shared/paging.ts";
import { fitText, findMarker, findStart } from "../shared/recordText.ts";
import { parseAnswer } from "../shared/restSchemas.ts";
import type { BillingSystem, OutgoingRecord } from "../shared/systemProvider.ts";
import type { SystemHttp } from "../shared/systemHttp.ts";

/** Seconds can be stored, but the text that people read and that we send has minutes. */
const UNIT_SECONDS = 60;
const MAX_SUMMARY = 255;
const PAGE = 100;
const UTC = "UTC" as ZoneId;

const CREATE =
  "mutation($i: TimelogCreateInput!) { timelogCreate(input: $i) { timelog { id timeSpent spentAt summary issue { id } } errors } }";
const DELETE = "mutation($i: TimelogDeleteInput!) { timelogDelete(input: $i) { timelog { id } errors } }";
const LIST =
  "query($u: String!, $a: Time!, $b: Time!, $c: String) { timelogs(username: $u, startTime: $a, endTime: $b, first: 100, after: $c) " +
  "{ nodes { id timeSpent spentAt summary issue { id } } pageInfo { endCursor hasNextPage } } }";

const issuesSchema = v.array(
  v.object({
    id: v.number(),
    iid: v.number(),
    project_id: v.number(),
    title: v.string(),
    web_url: v.string(),
    references: v.object({ full: v.string() }),
    time_stats: v.exactOptional(v.object({ time_estimate: v.number(), total_time_spent: v.number() })),
  }),
);
const timelogSchema = v.object({
  id: v.string(),
  timeSpent: v.number(),
  spentAt: v.string(),
  summary: v.exactOptional(v.string(), ""),
  issue: v.exactOptional(v.object({ id: v.string() })),
});
const timelogsSchema = v.object({
  timelogs: v.object({
    nodes: v.array(timelogSchema),
    pageInfo: v.object({ endCursor: v.exactOptional(v.string()), hasNextPage: v.boolean() }),
  }),
});
const faultsSchema = v.object({ errors: v.array(v.object({ message: v.string() })) });
const payloadSchema = v.object({
  timelog: v.exactOptional(v.record(v.string(), v.unknown())),
  errors: v.array(v.string()),
});
const createdSchema = v.object({
  data: v.object({ timelogCreate: v.object({ ...payloadSchema.entries, timelog: v.exactOptional(timelogSchema) }) }),
});
const deletedSchema = v.object({ data: v.object({ timelogDelete: payloadSchema }) });

type Timelog = v.InferOutput<typeof timelogSchema>;

export const gitlabProblem = makeProblemReader((body) => {
  const { message, error } =
    parseAnswer(v.object({ message: v.exactOptional(v.string()), error: v.exactOptional(v.string()) }), body) ?? {};
  return faultsIn(body) ?? message ?? error;
});

export function gitlabHeaders(token: string): Readonly<Record<string, string>> {
  return { "PRIVATE-TOKEN": token };
}

/**
 * Time logs of GitLab by GraphQL: its REST API cannot set a date and returns no id. Errors come in answers with status
 * 200. A time log cannot be changed, so a correction is a new one and the old one is deleted.
 * @source gitlabhq/gitlabhq app/graphql/mutations/timelogs, app/graphql/resolvers/timelog_resolver.rb, app/models/timelog.rb
 */
export class GitlabSystem implements BillingSystem {
  readonly unitSeconds = UNIT_SECONDS;
  readonly correction = "recreate";
  readonly isPerSpan = false;
  private readonly connection: Connection;
  private readonly http: SystemHttp;

  constructor(connection: Connection, http: SystemHttp) {
    this.connection = connection;
    this.http = http;
  }

  /** The open issues that are assigned to the user. */
  async *listCases(signal: AbortSignal): AsyncIterable<readonly Case[]> {
    const query = `scope=assigned_to_me&state=opened&order_by=updated_at&per_page=${PAGE}`;
    const pages = readPagesUntilEmpty((page) =>
      this.http.read(`/api/v4/issues?${query}&page=${page}`, issuesSchema, signal),
    );
    for await (const issues of pages) yield issues.map((issue) => this.toCase(issue));
  }

  /** By number, by reference (`group/project#7`, `project#7`), or by words of the title: of all issues that the user sees. */
  async searchCases(text: string, signal: AbortSignal): Promise<readonly Case[]> {
    const open = `scope=all&state=opened&order_by=updated_at&per_page=${MAX_FOUND}`;
    const [, project = "", iid = parseIssueNumber(text)] = /^([\w./-]+)#(\d{1,9})$/.exec(text.trim()) ?? [];
    if (iid === undefined) {
      const search = encodeURIComponent(text.trim());
      const issues = await this.http.read(`/api/v4/issues?${open}&in=title&search=${search}`, issuesSchema, signal);
      return issues.map((issue) => this.toCase(issue));
    }
    const within = project.includes("/") ? `/projects/${encodeURIComponent(project)}` : "";
    const path = `/api/v4${within}/issues?${open}&iids%5B%5D=${iid}`;
    const issues = (await this.http.readIfThere(path, issuesSchema, signal)) ?? [];
    const end = project === "" ? "" : `/${project}#${iid}`.toLowerCase();
    return issues
      .filter((issue) => `${issue.iid}` === iid && `/${issue.references.full}`.toLowerCase().endsWith(end))
      .map((issue) => this.toCase(issue));
  }

  create(record: OutgoingRecord, signal: AbortSignal): Promise<WriteResult> {
    const { entry, seconds: length, text, marker } = record;
    const input = {
      issuableId: entry.case.ref.id,
      timeSpent: `${Math.floor(length / 3600)}h ${Math.round((length % 3600) / UNIT_SECONDS)}m`,
      // GitLab refuses times in the future, where noon of today may be.
      spentAt: new Date(Math.min(findStart(entry), Date.now())).toISOString(),
      summary: fitText(text, MAX_SUMMARY, marker),
    };
    return this.mutate(CREATE, input, signal, (body) => {
      const { timelog, errors = [] } = parseAnswer(createdSchema, body)?.data.timelogCreate ?? {};
      return errors.length > 0
        ? refusedBy(errors)
        : timelog && { kind: "written", remote: toRemoteEntry(record, timelog) };
    });
  }

  async remove(remoteId: string, record: OutgoingRecord, signal: AbortSignal): Promise<WriteResult> {
    const remote = { externalId: record.entry.externalId, remoteId, billedSeconds: seconds(0) };
    const result = await this.mutate(DELETE, { id: remoteId }, signal, (body) => {
      const deleted = parseAnswer(deletedSchema, body)?.data.timelogDelete;
      return deleted && (deleted.errors.length > 0 ? refusedBy(deleted.errors) : { kind: "written", remote });
    });
    if (result.kind !== "rejected") return result;
    // A missing time log and one that we may not delete are refused in the same words.
    for await (const page of this.around(record.entry.day, signal)) {
      if (page.some(({ id }) => id === remoteId)) return result;
    }
    return { kind: "written", remote };
  }

  async find(record: OutgoingRecord, signal: AbortSignal): Promise<readonly RemoteEntry[]> {
    const found: RemoteEntry[] = [];
    for await (const page of this.around(record.entry.day, signal)) {
      for (const one of page) if (findMarker(one.summary) === record.marker) found.push(toRemoteEntry(record, one));
    }
    return found;
  }

  /** The day of a time log is that of its instant on this computer: GitLab keeps no zone. */
  async *listRecords(from: LocalDate, to: LocalDate, signal: AbortSignal): AsyncIterable<readonly RemoteRecord[]> {
    const zone = parseZone(new Intl.DateTimeFormat().resolvedOptions().timeZone) ?? UTC;
    for await (const page of this.timelogs(previousDate(from), nextDate(nextDate(to)), signal)) {
      yield page.flatMap((one) => toRemoteRecords(one, zone)).filter(({ day }) => day >= from && day <= to);
    }
  }

  private around(day: LocalDate, signal: AbortSignal): AsyncIterable<readonly Timelog[]> {
    return this.timelogs(previousDate(day), nextDate(nextDate(day)), signal);
  }

  private timelogs(from: LocalDate, to: LocalDate, signal: AbortSignal): AsyncIterable<readonly Timelog[]> {
    const range = { u: this.connection.options?.["username"] ?? "", a: `${from}T00:00:00Z`, b: `${to}T00:00:00Z` };
    return readPagesByCursor<readonly Timelog[], string>(undefined, async (cursor) => {
      const body = { query: LIST, variables: { ...range, c: cursor ?? null } };
      const schema = v.union([v.object({ data: timelogsSchema }), faultsSchema]);
      const answer = await this.http.read({ method: "POST", path: "/api/graphql", body }, schema, signal);
      if (!("data" in answer)) throw new CaseclockError("billing.rejected", faultsIn(answer) ?? "refused");
      const { nodes, pageInfo } = answer.data.timelogs;
      return { page: nodes, next: pageInfo.hasNextPage ? pageInfo.endCursor : undefined };
    });
  }

  /** @param success reads an answer that has no errors of its own */
  private mutate(
    query: string,
    input: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
    success: (body: unknown) => WriteResult | undefined,
  ): Promise<WriteResult> {
    const request = { method: "POST", path: "/api/graphql", body: { query, variables: { i: input } } } as const;
    return this.http.write(request, signal, ({ body }) => {
      const faults = faultsIn(body);
      if (faults === undefined) return success(body);
      // An internal error: the outcome is unknown.
      if (/internal server error|timeout/i.test(faults))
        return { kind: "unknown", problem: { kind: "server", detail: faults } };
      return refusedBy([faults]);
    });
  }

  private toCase(issue: v.InferOutput<typeof issuesSchema>[number]): Case {
    const { full } = issue.references;
    const path = full.split("#")[0] ?? full;
    const { time_estimate: budgetSeconds = 0, total_time_spent: usedSeconds = 0 } = issue.time_stats ?? {};
    return {
      ref: { source: this.connection.id, id: `gid://gitlab/Issue/${issue.id}` },
      key: parseCaseKey(full) ?? parseCaseKey(full.split("/").at(-1) ?? "") ?? `#${issue.iid}`,
      title: issue.title,
      customer: { id: `${issue.project_id}`, name: path },
      status: "open",
      url: issue.web_url,
      ...(budgetSeconds > 0 ? { contract: { budgetSeconds, usedSeconds } } : {}),
    };
  }
}

function refusedBy(errors: readonly string[]): WriteResult {
  return { kind: "rejected", problem: { kind: "validation", detail: errors.join("; ") } };
}

function faultsIn(body: unknown): string | undefined {
  return parseAnswer(faultsSchema, body)
    ?.errors.map(({ message }) => message)
    .join("; ");
}

function toRemoteEntry({ entry }: OutgoingRecord, { id, timeSpent }: Timelog): RemoteEntry {
  return { externalId: entry.externalId, remoteId: id, billedSeconds: seconds(timeSpent) };
}

function toRemoteRecords({ id, timeSpent, spentAt, summary, issue }: Timelog, zone: ZoneId): readonly RemoteRecord[] {
  const instant = parseInstant(spentAt);
  if (instant === undefined) return [];
  const key = findMarker(summary);
  const known = { ...(key === undefined ? {} : { key }), ...(issue === undefined ? {} : { caseId: issue.id }) };
  return [{ remoteId: id, day: localDate(instant, zone), billedSeconds: timeSpent, description: summary, ...known }];
}
