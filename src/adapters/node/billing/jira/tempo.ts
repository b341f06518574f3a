import * as v from "valibot";
import { t } from "../../../../base/text.ts";
import { formatWithOffset, parseLocalDate, seconds, type LocalDate } from "../../../../base/time.ts";
import type { Case } from "../../../../domain/cases/case.ts";
import { CaseclockError } from "../../../../domain/errors.ts";
import type { Connection } from "../../../../domain/log/events.ts";
import type { ConnectionProbe, RemoteEntry, RemoteRecord, WriteResult } from "../../../../ports/billingProvider.ts";
import { JiraSystem } from "./jira.ts";
import { probeJira } from "./jiraProbe.ts";
import { makeProblemReader, type HttpAnswer } from "../shared/httpOutcome.ts";
import { readPagesByOffset } from "../shared/paging.ts";
import { findMarker, findStart } from "../shared/recordText.ts";
import { removeAt } from "../shared/removal.ts";
import { idText, parseAnswer } from "../shared/restSchemas.ts";
import type { BillingSystem, OutgoingRecord } from "../shared/systemProvider.ts";
import type { OtherAddress, OtherServices, SystemHttp } from "../shared/systemHttp.ts";

/** Tempo keeps seconds, but what it forwards to Jira is refused below a minute. */
const UNIT_SECONDS = 60;
const PAGE = 1_000;
const API = "https://api.tempo.io/4";
/** Answers with this prefix are values of work attributes: `attribute._Account_`. */
const ATTRIBUTE = "attribute.";

const worklogSchema = v.object({
  tempoWorklogId: idText,
  issue: v.object({ id: idText }),
  startDate: v.string(),
  timeSpentSeconds: v.number(),
  description: v.exactOptional(v.string(), ""),
});
/** There is a next page as long as the answer names one. */
const worklogsSchema = v.object({
  results: v.array(worklogSchema),
  metadata: v.object({ next: v.exactOptional(v.string()) }),
});
const attributesSchema = v.object({
  results: v.array(
    v.object({
      key: v.string(),
      name: v.string(),
      type: v.exactOptional(v.string()),
      required: v.exactOptional(v.boolean(), false),
      values: v.exactOptional(v.array(v.string()), []),
      names: v.exactOptional(v.record(v.string(), v.string()), {}),
    }),
  ),
});
const wordSchema = v.object({ message: v.string() });
const problemSchema = v.object({ errors: v.union([wordSchema, v.array(wordSchema)]) });

type Worklog = v.InferOutput<typeof worklogSchema>;

/** One error as documented, several as observed, and those of Jira, which has the cases. */
export const tempoProblem = makeProblemReader((body) => {
  const { errors } = parseAnswer(problemSchema, body) ?? {};
  if (errors !== undefined)
    return [errors]
      .flat()
      .map(({ message }) => message)
      .join("; ");
  const ofJira = parseAnswer(v.object({ errorMessages: v.array(v.string()) }), body);
  return ofJira?.errorMessages.join("; ");
});

/** Tempo is a service of its own, with a token of its own. */
export function tempoAddress({ tempoUrl = API }: Readonly<Record<string, string>>): OtherAddress {
  return { url: tempoUrl, authorize: (token) => ({ Authorization: `Bearer ${token}` }) };
}

/**
 * Worklogs of Tempo on issues of Jira Cloud; Tempo forwards them to Jira, so we write nothing there. The marker comes last
 * in the description: Tempo searches neither that nor attributes, so the user's days are read.
 * @source https://apidocs.tempo.io/
 */
export class TempoSystem implements BillingSystem {
  readonly unitSeconds = UNIT_SECONDS;
  readonly correction = "replace";
  readonly isPerSpan = false;
  private readonly connection: Connection;
  private readonly jira: JiraSystem;
  private readonly http: SystemHttp;

  constructor(connection: Connection, jira: SystemHttp, { tempo }: OtherServices) {
    if (tempo === undefined) throw new Error("Tempo's address is missing");
    this.connection = connection;
    this.jira = new JiraSystem(connection, jira);
    this.http = tempo;
  }

  listCases(signal: AbortSignal): AsyncIterable<readonly Case[]> {
    return this.jira.listCases(signal);
  }

  searchCases(text: string, signal: AbortSignal): Promise<readonly Case[]> {
    return this.jira.searchCases(text, signal);
  }

  create(record: OutgoingRecord, signal: AbortSignal): Promise<WriteResult> {
    return this.write("POST", "/worklogs", record, signal);
  }

  update(remoteId: string, record: OutgoingRecord, signal: AbortSignal): Promise<WriteResult> {
    return this.write("PUT", toPath(remoteId), record, signal);
  }

  remove(remoteId: string, record: OutgoingRecord, signal: AbortSignal): Promise<WriteResult> {
    return removeAt(this.http, toPath(remoteId), remoteId, record, signal);
  }

  async find(record: OutgoingRecord, signal: AbortSignal): Promise<readonly RemoteEntry[]> {
    const { day } = record.entry;
    const found: RemoteEntry[] = [];
    for await (const page of this.worklogs(day, day, signal)) {
      for (const one of page) if (findMarker(one.description) === record.marker) found.push(toRemoteEntry(record, one));
    }
    return found;
  }

  async *listRecords(from: LocalDate, to: LocalDate, signal: AbortSignal): AsyncIterable<readonly RemoteRecord[]> {
    for await (const page of this.worklogs(from, to, signal)) yield page.flatMap(toRemoteRecords);
  }

  private write(
    method: "POST" | "PUT",
    path: string,
    record: OutgoingRecord,
    signal: AbortSignal,
  ): Promise<WriteResult> {
    return this.http.write({ method, path, body: this.toBody(record) }, signal, (answer) => toWritten(record, answer));
  }

  private toBody({ entry, seconds: length, text, marker }: OutgoingRecord): unknown {
    const attributes = Object.entries(this.connection.options ?? {})
      .filter(([name, value]) => name.startsWith(ATTRIBUTE) && value !== "")
      .map(([name, value]) => ({ key: name.slice(ATTRIBUTE.length), value }));
    return {
      issueId: Number(entry.case.ref.id),
      authorAccountId: this.connection.account.id,
      startDate: entry.day,
      startTime: formatWithOffset(findStart(entry), entry.zone).slice(11, 19),
      timeSpentSeconds: length,
      description: `${text} ${marker}`,
      ...(attributes.length === 0 ? {} : { attributes }),
    };
  }

  private worklogs(from: LocalDate, to: LocalDate, signal: AbortSignal): AsyncIterable<readonly Worklog[]> {
    const user = encodeURIComponent(this.connection.account.id);
    return readPagesByOffset(PAGE, async (offset) => {
      const path = `/worklogs/user/${user}?from=${from}&to=${to}&limit=${PAGE}&offset=${offset}`;
      const { results: page, metadata } = await this.http.read(path, worklogsSchema, signal);
      return { page, total: metadata.next === undefined ? 0 : Infinity };
    });
  }
}

/** Reads the user at Jira, and what Tempo requires in each worklog. @throws CaseclockError `billing.*` */
export async function probeTempo(
  http: SystemHttp,
  answers: Readonly<Record<string, string>>,
  signal: AbortSignal,
  { tempo }: OtherServices,
): Promise<ConnectionProbe> {
  if (tempo === undefined) throw new CaseclockError("billing.auth", t("Tempo's token is missing"));
  const { account } = await probeJira(http, answers, signal);
  const { results } = await tempo.read("/work-attributes", attributesSchema, signal);
  const required = results.filter((one) => one.required);
  return {
    account,
    options: {},
    questions: required.map(({ key, name, values, names }) => ({
      id: ATTRIBUTE + key,
      title: name,
      prompt: t('"{0}": Tempo requires it for each worklog', name),
      ...(values.length === 0 ? {} : { choices: values.map((id) => ({ id, label: names[id] ?? id })) }),
    })),
    notes: [
      t("Worklogs go to Tempo, which passes them on to Jira. Whole minutes; seconds are carried."),
      t("Caseclock puts its key at the end of each description."),
    ],
  };
}

function toPath(remoteId: string): string {
  return `/worklogs/${encodeURIComponent(remoteId)}`;
}

function toWritten(record: OutgoingRecord, { body }: HttpAnswer): WriteResult | undefined {
  const worklog = parseAnswer(worklogSchema, body);
  return worklog && { kind: "written", remote: toRemoteEntry(record, worklog) };
}

function toRemoteEntry({ entry }: OutgoingRecord, { tempoWorklogId, timeSpentSeconds }: Worklog): RemoteEntry {
  return { externalId: entry.externalId, remoteId: tempoWorklogId, billedSeconds: seconds(timeSpentSeconds) };
}

function toRemoteRecords(one: Worklog): readonly RemoteRecord[] {
  const { tempoWorklogId: remoteId, issue, timeSpentSeconds: billedSeconds, description } = one;
  const day = parseLocalDate(one.startDate);
  if (day === undefined) return [];
  const key = findMarker(description);
  const record = { remoteId, day, caseId: issue.id, billedSeconds, description };
  return [key === undefined ? record : { ...record, key }];
}
