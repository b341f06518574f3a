import * as v from "valibot";
import { parseLocalDate, seconds, type LocalDate } from "../../../../base/time.ts";
import { parseCaseKey, type Case } from "../../../../domain/cases/case.ts";
import type { Connection } from "../../../../domain/log/events.ts";
import type { ConnectionProbe, RemoteEntry, RemoteRecord, WriteResult } from "../../../../ports/billingProvider.ts";
import { problemWith } from "../shared/httpOutcome.ts";
import { removeAt } from "../shared/removal.ts";
import { idText, parseAnswer } from "../shared/restSchemas.ts";
import type { BillingSystem, OutgoingRecord } from "../shared/systemProvider.ts";
import type { SystemHttp } from "../shared/systemHttp.ts";

const meSchema = v.object({ id: idText, name: v.string() });
const casesSchema = v.array(v.object({ id: idText, key: v.string(), title: v.string(), customer: v.string() }));
const entrySchema = v.object({
  id: idText,
  case: idText,
  day: v.string(),
  minutes: v.number(),
  note: v.string(),
  reference: v.string(),
});
type Entry = v.InferOutput<typeof entrySchema>;
const problemSchema = v.object({ error: v.string() });

/** Where the system says in words why it refuses. */
export const toyProblem = problemWith((body) => parseAnswer(problemSchema, body)?.error);

/** Tests address and token, and says who we are there. @throws CaseclockError `billing.*` */
export async function probeToy(
  http: SystemHttp,
  _answers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<ConnectionProbe> {
  return { account: await http.read("/me", meSchema, signal), options: {}, questions: [], notes: [] };
}

/**
 * Time entries of Toy, which keeps minutes and takes a reference of our own.
 * @source the page of its API
 */
export class ToySystem implements BillingSystem {
  readonly unitSeconds = 60;
  readonly correction = "replace";
  readonly isPerSpan = false;
  private readonly connection: Connection;
  private readonly http: SystemHttp;

  constructor(connection: Connection, http: SystemHttp) {
    this.connection = connection;
    this.http = http;
  }

  async *listCases(signal: AbortSignal): AsyncIterable<readonly Case[]> {
    const page = await this.http.read("/cases?status=open", casesSchema, signal);
    yield page.flatMap(({ id, key: written, title, customer }): Case[] => {
      const key = parseCaseKey(written);
      const ref = { source: this.connection.id, id };
      return key === undefined ? [] : [{ ref, key, title, customer: { id: customer, name: customer }, status: "open" }];
    });
  }

  create(record: OutgoingRecord, signal: AbortSignal): Promise<WriteResult> {
    return this.save("POST", "/entries", record, signal);
  }

  update(remoteId: string, record: OutgoingRecord, signal: AbortSignal): Promise<WriteResult> {
    return this.save("PUT", `/entries/${encodeURIComponent(remoteId)}`, record, signal);
  }

  remove(remoteId: string, record: OutgoingRecord, signal: AbortSignal): Promise<WriteResult> {
    return removeAt(this.http, `/entries/${encodeURIComponent(remoteId)}`, remoteId, record, signal);
  }

  async find(record: OutgoingRecord, signal: AbortSignal): Promise<readonly RemoteEntry[]> {
    const found = await this.entries({ reference: record.key }, signal);
    // A filter that is passed over would give everything.
    return found.filter(({ reference }) => reference === record.key).map((one) => remoteOf(record, one));
  }

  async *listRecords(from: LocalDate, to: LocalDate, signal: AbortSignal): AsyncIterable<readonly RemoteRecord[]> {
    const entries = await this.entries({ from, to }, signal);
    yield entries.flatMap(({ id, case: caseId, day: written, minutes, note, reference }): RemoteRecord[] => {
      const day = parseLocalDate(written);
      if (day === undefined) return [];
      return [{ remoteId: id, key: reference, caseId, day, billedSeconds: minutes * 60, description: note }];
    });
  }

  private entries(query: Readonly<Record<string, string>>, signal: AbortSignal): Promise<readonly Entry[]> {
    return this.http.read(`/entries?${new URLSearchParams(query).toString()}`, v.array(entrySchema), signal);
  }

  private save(
    method: "POST" | "PUT",
    path: string,
    record: OutgoingRecord,
    signal: AbortSignal,
  ): Promise<WriteResult> {
    const { entry, key, text, seconds: length } = record;
    const body = { case: entry.case.ref.id, day: entry.day, minutes: length / 60, note: text, reference: key };
    return this.http.write({ method, path, body }, signal, (answer) => {
      const stored = parseAnswer(entrySchema, answer.body);
      // Undefined where the answer does not show the entry: a login page has status 200, too.
      return stored === undefined ? undefined : { kind: "written", remote: remoteOf(record, stored) };
    });
  }
}

/** What the system keeps, not what was sent. */
function remoteOf({ entry }: OutgoingRecord, { id, minutes }: Entry): RemoteEntry {
  return { externalId: entry.externalId, revision: entry.revision, remoteId: id, billedSeconds: seconds(minutes * 60) };
}
