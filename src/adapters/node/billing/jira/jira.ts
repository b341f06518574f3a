import * as v from "valibot";
import {
  formatWithOffset,
  nextDate,
  parseLocalDate,
  previousDate,
  seconds,
  type LocalDate,
} from "../../../../base/time.ts";
import { parseCaseKey, type Case } from "../../../../domain/cases/case.ts";
import type { Connection } from "../../../../domain/log/events.ts";
import type { RemoteEntry, RemoteRecord, WriteResult } from "../../../../ports/billingProvider.ts";
import { toDocument, readDocumentText } from "./atlassianDocument.ts";
import { readFirst, emptyIfRejected } from "../shared/caseSearch.ts";
import { jqlText, searchWords } from "./jql.ts";
import { makeProblemReader, type HttpAnswer } from "../shared/httpOutcome.ts";
import { readPagesByCursor, readPagesByOffset } from "../shared/paging.ts";
import { findStart } from "../shared/recordText.ts";
import { removeAt } from "../shared/removal.ts";
import { idText, parseAnswer } from "../shared/restSchemas.ts";
import type { BillingSystem, OutgoingRecord } from "../shared/systemProvider.ts";
import type { SystemHttp } from "../shared/systemHttp.ts";

/** It refuses less than a minute. */
const UNIT_SECONDS = 60;
const PAGE = 1_000;
const PROPERTY = "caseclock";
/** Nobody is mailed, and nobody's remaining estimate is changed. */
const QUIETLY = "notifyUsers=false&adjustEstimate=leave";

const issueSchema = v.object({
  id: idText,
  key: v.string(),
  fields: v.exactOptional(
    v.object({
      summary: v.exactOptional(v.string(), ""),
      project: v.exactOptional(v.object({ id: idText, name: v.string() })),
      timetracking: v.exactOptional(
        v.object({
          originalEstimateSeconds: v.exactOptional(v.number(), 0),
          timeSpentSeconds: v.exactOptional(v.number(), 0),
        }),
      ),
    }),
  ),
});
const searchSchema = v.object({ issues: v.array(issueSchema), nextPageToken: v.exactOptional(v.string()) });
const worklogSchema = v.object({
  id: idText,
  issueId: idText,
  author: v.exactOptional(v.object({ accountId: v.exactOptional(v.string()) })),
  started: v.string(),
  timeSpentSeconds: v.number(),
  comment: v.exactOptional(v.unknown()),
  properties: v.exactOptional(v.array(v.object({ key: v.string(), value: v.unknown() })), []),
});
const worklogsSchema = v.object({ total: v.number(), worklogs: v.array(worklogSchema) });
const problemSchema = v.object({
  errorMessages: v.exactOptional(v.array(v.string()), []),
  errors: v.exactOptional(v.record(v.string(), v.string()), {}),
});
const keySchema = v.object({ id: v.string() });

type Issue = v.InferOutput<typeof issueSchema>;
type Worklog = v.InferOutput<typeof worklogSchema>;

export const jiraProblem = makeProblemReader((body) => {
  const { errorMessages, errors } = parseAnswer(problemSchema, body) ?? { errorMessages: [], errors: {} };
  return [...errorMessages, ...Object.values(errors)].join("; ");
});

export function jiraHeaders(
  token: string,
  { email = "" }: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return { Authorization: `Basic ${Buffer.from(`${email}:${token}`).toString("base64")}` };
}

/**
 * Worklogs of Jira Cloud's REST API, version 3. The key is an entity property of the worklog, which people do not see and no
 * search finds: the worklogs of the issue around the day are read. An id here is `issue/worklog`.
 * @source https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-worklogs/
 */
export class JiraSystem implements BillingSystem {
  readonly unitSeconds = UNIT_SECONDS;
  readonly correction = "replace";
  readonly isPerSpan = false;
  private readonly connection: Connection;
  private readonly http: SystemHttp;

  constructor(connection: Connection, http: SystemHttp) {
    this.connection = connection;
    this.http = http;
  }

  /** The issues that are assigned to the user and not done. */
  async *listCases(signal: AbortSignal): AsyncIterable<readonly Case[]> {
    const jql = "assignee = currentUser() AND statusCategory != Done ORDER BY updated DESC";
    for await (const issues of this.search(jql, signal)) yield issues.map((issue) => this.toCase(issue));
  }

  /** By key, else by words of the summary, the last of which may be the beginning of one; nothing that is done. */
  async searchCases(text: string, signal: AbortSignal): Promise<readonly Case[]> {
    const key = /^[a-z][a-z0-9_]+-\d{1,9}$/i.exec(text.trim())?.[0];
    if (key !== undefined) {
      // A key that there is not is a fault of the query.
      const found = await emptyIfRejected(this.casesBy(`key = ${jqlText(key)}`, signal));
      if (found.length > 0) return found;
    }
    const words = searchWords(text);
    if (words === "") return [];
    return this.casesBy(`(summary ~ ${jqlText(words)} OR summary ~ ${jqlText(`${words}*`)})`, signal);
  }

  create(record: OutgoingRecord, signal: AbortSignal): Promise<WriteResult> {
    const path = `${toWorklogs(record.entry.case.ref.id)}?${QUIETLY}`;
    const properties = [{ key: PROPERTY, value: { id: record.key } }];
    const body = { ...toBody(record), properties };
    return this.http.write({ method: "POST", path, body }, signal, (answer) => toWritten(record, answer));
  }

  async update(remoteId: string, record: OutgoingRecord, signal: AbortSignal): Promise<WriteResult> {
    const [issue = ""] = remoteId.split("/");
    if (issue === record.entry.case.ref.id) {
      const path = `${toPath(remoteId)}?${QUIETLY}`;
      return this.http.write({ method: "PUT", path, body: toBody(record) }, signal, (answer) =>
        toWritten(record, answer),
      );
    }
    // A worklog cannot change its issue: first write the new one, then delete the old one.
    const [known] = await this.find(record, signal);
    const made: WriteResult =
      known === undefined ? await this.create(record, signal) : { kind: "written", remote: known };
    if (made.kind !== "written") return made;
    const removed = await this.remove(remoteId, record, signal);
    return removed.kind === "written" ? made : { kind: "unknown", problem: removed.problem };
  }

  remove(remoteId: string, record: OutgoingRecord, signal: AbortSignal): Promise<WriteResult> {
    return removeAt(this.http, `${toPath(remoteId)}?${QUIETLY}`, remoteId, record, signal);
  }

  async find(record: OutgoingRecord, signal: AbortSignal): Promise<readonly RemoteEntry[]> {
    const { day, case: theCase } = record.entry;
    const found: RemoteEntry[] = [];
    for await (const page of this.worklogs(theCase.ref.id, day, day, signal)) {
      for (const one of page) if (keyIn(one) === record.key) found.push(toRemoteEntry(record, one));
    }
    return found;
  }

  async *listRecords(from: LocalDate, to: LocalDate, signal: AbortSignal): AsyncIterable<readonly RemoteRecord[]> {
    const jql = `worklogAuthor = currentUser() AND worklogDate >= "${from}" AND worklogDate <= "${to}" ORDER BY key`;
    for await (const issues of this.search(jql, signal)) {
      for (const { id } of issues) {
        for await (const page of this.worklogs(id, from, to, signal)) {
          const own = page.filter(({ author }) => author?.accountId === this.connection.account.id);
          yield own.flatMap(toRemoteRecords).filter(({ day }) => day >= from && day <= to);
        }
      }
    }
  }

  private async casesBy(condition: string, signal: AbortSignal): Promise<readonly Case[]> {
    const jql = `${condition} AND statusCategory != Done ORDER BY updated DESC`;
    return (await readFirst(this.search(jql, signal))).map((issue) => this.toCase(issue));
  }

  private search(jql: string, signal: AbortSignal): AsyncIterable<readonly Issue[]> {
    return readPagesByCursor<readonly Issue[], string>(undefined, async (cursor) => {
      const more = cursor === undefined ? {} : { nextPageToken: cursor };
      const body = { jql, fields: ["summary", "project", "timetracking"], maxResults: 100, ...more };
      const request = { method: "POST", path: "/rest/api/3/search/jql", body } as const;
      const { issues, nextPageToken: next } = await this.http.read(request, searchSchema, signal);
      return { page: issues, next };
    });
  }

  /** One more day at both ends: the zone of the profile may differ from ours. */
  private worklogs(
    issue: string,
    from: LocalDate,
    to: LocalDate,
    signal: AbortSignal,
  ): AsyncIterable<readonly Worklog[]> {
    const after = Date.parse(previousDate(from));
    const before = Date.parse(nextDate(nextDate(to)));
    const range = `startedAfter=${after}&startedBefore=${before}&maxResults=${PAGE}&expand=properties`;
    return readPagesByOffset(PAGE, async (offset) => {
      const path = `${toWorklogs(issue)}?${range}&startAt=${offset}`;
      const { worklogs: page, total } = await this.http.read(path, worklogsSchema, signal);
      return { page, total };
    });
  }

  private toCase({ id, key, fields }: Issue): Case {
    const { summary: title = "", project, timetracking } = fields ?? {};
    const { originalEstimateSeconds: budgetSeconds = 0, timeSpentSeconds: usedSeconds = 0 } = timetracking ?? {};
    return {
      ref: { source: this.connection.id, id },
      key: parseCaseKey(key) ?? id,
      title,
      customer: { id: project?.id ?? "", name: project?.name ?? "" },
      status: "open",
      url: `${this.connection.url}/browse/${key}`,
      ...(budgetSeconds > 0 ? { contract: { budgetSeconds, usedSeconds } } : {}),
    };
  }
}

function toBody({ entry, seconds: length, text }: OutgoingRecord): Readonly<Record<string, unknown>> {
  // `2026-03-04T09:12:00.000+0100`: it refuses a colon in the offset and a Z.
  const instant = formatWithOffset(findStart(entry), entry.zone).replace(/Z$/, "+00:00");
  const started = `${instant.slice(0, 19)}.000${instant.slice(19).replace(":", "")}`;
  return { started, timeSpentSeconds: length, comment: toDocument(text) };
}

function keyIn({ properties }: Worklog): string | undefined {
  return parseAnswer(keySchema, properties.find(({ key }) => key === PROPERTY)?.value)?.id;
}

function toWritten(record: OutgoingRecord, { body }: HttpAnswer): WriteResult | undefined {
  const worklog = parseAnswer(worklogSchema, body);
  return worklog && { kind: "written", remote: toRemoteEntry(record, worklog) };
}

function toRemoteEntry({ entry }: OutgoingRecord, { id, issueId, timeSpentSeconds }: Worklog): RemoteEntry {
  return { externalId: entry.externalId, remoteId: `${issueId}/${id}`, billedSeconds: seconds(timeSpentSeconds) };
}

/** The day in the zone of the user's profile, in which Jira writes instants. */
function toRemoteRecords(one: Worklog): readonly RemoteRecord[] {
  const day = parseLocalDate(one.started.slice(0, 10));
  if (day === undefined) return [];
  const { id, issueId: caseId, timeSpentSeconds: billedSeconds } = one;
  const key = keyIn(one);
  const record = {
    remoteId: `${caseId}/${id}`,
    day,
    caseId,
    billedSeconds,
    description: readDocumentText(one.comment).trim(),
  };
  return [key === undefined ? record : { ...record, key }];
}

function toWorklogs(issue: string): string {
  return `/rest/api/3/issue/${encodeURIComponent(issue)}/worklog`;
}

function toPath(remoteId: string): string {
  const [issue = "", worklog = ""] = remoteId.split("/");
  return `${toWorklogs(issue)}/${encodeURIComponent(worklog)}`;
}
