import * as v from "valibot";
import { t } from "../../../../base/text.ts";
import { formatClock, parseLocalDate, previousDate, seconds, type LocalDate } from "../../../../base/time.ts";
import type { Case } from "../../../../domain/cases/case.ts";
import type { Connection } from "../../../../domain/log/events.ts";
import type { RemoteEntry, RemoteRecord, WriteResult } from "../../../../ports/billingProvider.ts";
import { readFirst, hasWords, parseIssueNumber, splitWords } from "../shared/caseSearch.ts";
import { matchAllWords, inexact } from "./ticketSql.ts";
import { makeProblemReader, type HttpAnswer } from "../shared/httpOutcome.ts";
import { readPagesUntilEmpty } from "../shared/paging.ts";
import { findMarker } from "../shared/recordText.ts";
import { idText, numeric, parseAnswer } from "../shared/restSchemas.ts";
import type { BillingSystem, OutgoingRecord } from "../shared/systemProvider.ts";
import type { SystemHttp } from "../shared/systemHttp.ts";

/** Below the address that people enter. */
export const RT_API = "/REST/2.0";
/** `TimeTaken` is in minutes; RT accepts anything and keeps what its database makes of it. */
const UNIT_SECONDS = 60;
const PAGE = 100;
const ACTIVE = "Status = '__Active__'";
const TICKETS = {
  fields: "Subject,Queue,TimeWorked,TimeEstimated",
  "fields[Queue]": "Name",
  orderby: "LastUpdated",
  order: "DESC",
};
const KEY_FIELD = /external.?id|caseclock/i;

const ticketsSchema = v.object({
  items: v.array(
    v.object({
      id: idText,
      Subject: v.exactOptional(v.string(), ""),
      Queue: v.object({ id: idText, Name: v.string() }),
      TimeEstimated: v.exactOptional(numeric),
      TimeWorked: v.exactOptional(numeric),
    }),
  ),
});
const ticketSchema = v.object({ Queue: v.object({ id: idText }) });
const queueSchema = v.object({
  TicketTransactionCustomFields: v.exactOptional(v.array(v.object({ name: v.string() }))),
});
const transactionSchema = v.object({
  id: idText,
  ObjectId: idText,
  TimeTaken: numeric,
  Created: v.string(),
  Data: v.exactOptional(v.string(), ""),
});
const transactionsSchema = v.object({ items: v.array(transactionSchema) });

type Ticket = v.InferOutput<typeof ticketsSchema>["items"][number];
type Transaction = v.InferOutput<typeof transactionSchema>;

export const rtProblem = makeProblemReader((body) => parseAnswer(v.object({ message: v.string() }), body)?.message);

export function rtHeaders(token: string): Readonly<Record<string, string>> {
  return { Authorization: `token ${token}` };
}

/**
 * Time worked in Request Tracker's REST 2, as comments on tickets; never as correspondence, which goes to the customer. RT
 * dates time itself and cannot change it later: day and hours are in the text, and a correction is a second comment whose
 * minutes may be below 0. The day and our marker end the subject, which can be searched in every RT; a transaction custom
 * field for the key is filled where the ticket's queue has one.
 * @source bestpractical/rt lib/RT/REST2, and Request Tracker 5.0.3 as it answers
 */
export class RequestTrackerSystem implements BillingSystem {
  readonly unitSeconds = UNIT_SECONDS;
  readonly correction = "compensate";
  readonly isPerSpan = false;
  private readonly connection: Connection;
  private readonly http: SystemHttp;
  /** By ticket; asked once, as a queue's fields hardly change. */
  private readonly fields = new Map<string, Promise<string | undefined>>();

  constructor(connection: Connection, http: SystemHttp) {
    this.connection = connection;
    this.http = http;
  }

  /** The user's active tickets. */
  async *listCases(signal: AbortSignal): AsyncIterable<readonly Case[]> {
    for await (const tickets of this.tickets(`Owner = '__CurrentUser__' AND ${ACTIVE}`, signal)) {
      yield tickets.map((ticket) => this.toCase(ticket));
    }
  }

  /** By number, and by all words of the subject: of the active tickets that the user sees. */
  async searchCases(text: string, signal: AbortSignal): Promise<readonly Case[]> {
    const [number, words] = [parseIssueNumber(text), splitWords(text)];
    if (words.length === 0) return [];
    const query = `${ACTIVE} AND (${number === undefined ? "" : `id = ${number} OR `}(${matchAllWords("Subject", words)}))`;
    const found = await readFirst(this.tickets(query, signal));
    const byNumber = found.filter(({ id }) => id === number);
    const byWords = found.filter(({ id, Subject }) => id !== number && hasWords(Subject, inexact(words)));
    return [...byNumber, ...byWords].map((ticket) => this.toCase(ticket));
  }

  async create(record: OutgoingRecord, signal: AbortSignal): Promise<WriteResult> {
    const { entry, key, marker } = record;
    const ticket = entry.case.ref.id;
    const field = await this.findKeyField(ticket, signal);
    const body = {
      Subject: t("Work on {0} {1}", entry.day, marker),
      Content: toContent(record),
      ContentType: "text/plain",
      TimeTaken: Math.round(record.seconds / UNIT_SECONDS),
      ...(field === undefined ? {} : { TxnCustomFields: { [field]: key } }),
    };
    const path = `${RT_API}/ticket/${encodeURIComponent(ticket)}/comment`;
    const result = await this.http.write({ method: "POST", path, body }, signal, (answer) => toCreated(record, answer));
    return result.kind === "rejected" ? this.explained(ticket, result, signal) : result;
  }

  async find(record: OutgoingRecord, signal: AbortSignal): Promise<readonly RemoteEntry[]> {
    const found: RemoteEntry[] = [];
    // Not by ticket: when one is merged into another, its transactions belong to the other.
    const since = createdSince(record.entry.day);
    for await (const page of this.transactions(`${since} AND Subject LIKE '${record.marker}'`, signal)) {
      for (const one of page)
        if (findMarker(one.Data) === record.marker) found.push(toRemoteEntry(record, one.id, one.TimeTaken));
    }
    return found;
  }

  async *listRecords(from: LocalDate, to: LocalDate, signal: AbortSignal): AsyncIterable<readonly RemoteRecord[]> {
    for await (const page of this.transactions(`${createdSince(from)} AND TimeTaken != 0`, signal)) {
      yield page.flatMap(toRemoteRecords).filter(({ day }) => day >= from && day <= to);
    }
  }

  private tickets(query: string, signal: AbortSignal): AsyncIterable<readonly Ticket[]> {
    return this.pages("/tickets", { ...TICKETS, query }, ticketsSchema, signal);
  }

  /** The user's own only: what we may not see of others would be missing from the pages. */
  private transactions(condition: string, signal: AbortSignal): AsyncIterable<readonly Transaction[]> {
    const query = `Creator = '__CurrentUser__' AND ${condition}`;
    return this.pages(
      "/transactions",
      { query, fields: "TimeTaken,ObjectId,Created,Data" },
      transactionsSchema,
      signal,
    );
  }

  private pages<T>(
    path: string,
    query: Readonly<Record<string, string>>,
    schema: v.GenericSchema<unknown, { items: T[] }>,
    signal: AbortSignal,
  ): AsyncIterable<readonly T[]> {
    return readPagesUntilEmpty(async (page) => {
      const search = new URLSearchParams({ ...query, per_page: `${PAGE}`, page: `${page}` });
      return (await this.http.read(`${RT_API}${path}?${search.toString()}`, schema, signal)).items;
    });
  }

  private findKeyField(ticket: string, signal: AbortSignal): Promise<string | undefined> {
    const known = this.fields.get(ticket);
    if (known !== undefined) return known;
    // Without an answer the marker in the subject has to do; the next entry asks for the field again.
    const asked = this.askKeyField(ticket, signal).catch(() => {
      this.fields.delete(ticket);
      return undefined;
    });
    this.fields.set(ticket, asked);
    return asked;
  }

  private async askKeyField(ticket: string, signal: AbortSignal): Promise<string | undefined> {
    const { keyField } = this.connection.options ?? {};
    if (keyField === "") return undefined;
    const found = await this.http.readIfThere(`${RT_API}/ticket/${encodeURIComponent(ticket)}`, ticketSchema, signal);
    if (found === undefined) return undefined;
    const queue = await this.http.read(`${RT_API}/queue/${found.Queue.id}`, queueSchema, signal);
    const names = (queue.TicketTransactionCustomFields ?? []).map(({ name }) => name);
    return names.find((name) => (keyField === undefined ? KEY_FIELD.test(name) : name === keyField));
  }

  /** "Permission Denied" can mean a missing, hidden or forbidden ticket: reading the ticket tells which. */
  private async explained(
    ticket: string,
    result: Extract<WriteResult, { kind: "rejected" }>,
    signal: AbortSignal,
  ): Promise<WriteResult> {
    const path = `${RT_API}/ticket/${encodeURIComponent(ticket)}`;
    const answer = await this.http.readAnswer(path, signal).catch(() => undefined);
    const why = { 403: "permission", 404: "not-found" }[answer?.status ?? 0];
    if (answer === undefined || why === undefined) return result;
    const { detail } = rtProblem(answer, this.http.http);
    return { kind: "rejected", problem: { kind: why, detail: t("Ticket {0}: {1}", ticket, detail) } };
  }

  private toCase(ticket: Ticket): Case {
    const { id: number, Subject: title, Queue, TimeEstimated: estimated = 0, TimeWorked: worked = 0 } = ticket;
    const budget = { budgetSeconds: estimated * UNIT_SECONDS, usedSeconds: Math.max(0, worked) * UNIT_SECONDS };
    return {
      ref: { source: this.connection.id, id: number },
      key: `#${number}`,
      title,
      customer: { id: Queue.id, name: Queue.Name },
      status: "open",
      url: `${this.connection.url}/Ticket/Display.html?id=${number}`,
      ...(estimated > 0 ? { contract: budget } : {}),
    };
  }
}

function toContent({ entry, text, seconds: length }: OutgoingRecord): string {
  const { day, zone, start, end } = entry;
  const hours =
    start === undefined || end === undefined ? "" : `, ${formatClock(start, zone)}–${formatClock(end, zone)}`;
  const minutes = Math.round(length / UNIT_SECONDS);
  const when = `${day}${hours} (${zone})`;
  const line = entry.revision === 1 ? when : t("Correction by {0} min. {1}", minutes, when);
  return `${text}\n\n${line}`;
}

function toCreated(record: OutgoingRecord, { status, headers, body }: HttpAnswer): WriteResult | undefined {
  const number = /\/transaction\/(\d+)$/.exec(headers["location"] ?? "")?.[1];
  const messages = parseAnswer(v.array(v.string()), body);
  if (status !== 201 || number === undefined || messages === undefined) return undefined;
  const remote = toRemoteEntry(record, number, Math.round(record.seconds / UNIT_SECONDS));
  const refused = messages.find((message) => /unable to load/i.test(message));
  if (refused === undefined) return { kind: "written", remote };
  return { kind: "written", remote, warning: { kind: "field-dropped", detail: refused } };
}

function toRemoteEntry({ entry }: OutgoingRecord, remoteId: string, minutes: number): RemoteEntry {
  return { externalId: entry.externalId, remoteId, billedSeconds: seconds(minutes * UNIT_SECONDS) };
}

function toRemoteRecords({
  id: remoteId,
  ObjectId: caseId,
  TimeTaken,
  Created,
  Data,
}: Transaction): readonly RemoteRecord[] {
  const key = findMarker(Data);
  const day = parseLocalDate(
    (key === undefined ? undefined : /\d{4}-\d{2}-\d{2}/.exec(Data)?.[0]) ?? Created.slice(0, 10),
  );
  if (day === undefined) return [];
  const record = { remoteId, day, caseId, billedSeconds: TimeTaken * UNIT_SECONDS, description: Data.trim() };
  return [key === undefined ? record : { ...record, key }];
}

/** Time is sent after it was worked; two days for the zones of both ends. */
function createdSince(day: LocalDate): string {
  return `Created >= '${previousDate(previousDate(day))}'`;
}
