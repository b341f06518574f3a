/**
 * A billing system as most are: whatever arrives is stored, a key that is there already included. Only the client's look-up
 * stands between it and a second entry.
 *
 *   node test/faults/plainEndpoint.ts --port N --database FILE --token T
 */
import { createServer, type IncomingMessage } from "node:http";
import { DatabaseSync } from "node:sqlite";
import { parseArgs } from "node:util";
import type { TimeEntry } from "../billing-endpoint/model.ts";

const { values } = parseArgs({
  options: { port: { type: "string" }, database: { type: "string" }, token: { type: "string" } },
});
const database = new DatabaseSync(values.database ?? ":memory:");
database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
  CREATE TABLE IF NOT EXISTS time_entry (seq INTEGER PRIMARY KEY AUTOINCREMENT, external_id TEXT NOT NULL, case_id TEXT NOT NULL,
    date TEXT NOT NULL, billed_seconds INTEGER NOT NULL, body TEXT NOT NULL) STRICT;
  CREATE INDEX IF NOT EXISTS time_entry_key ON time_entry (external_id);`);
const insert = database.prepare(
  "INSERT INTO time_entry (external_id, case_id, date, billed_seconds, body) VALUES (?, ?, ?, ?, ?)",
);
const find = database.prepare("SELECT seq, body FROM time_entry WHERE external_id = ? ORDER BY seq");

const server = createServer((request, response) => {
  const send = (status: number, body: unknown): void => {
    const text = JSON.stringify(body);
    response.writeHead(status, { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(text) });
    response.end(text);
  };
  answer(request).then(
    ([status, body]) => {
      send(status, body);
    },
    () => {
      response.destroy(); // half a request
    },
  );
});
server.keepAliveTimeout = 120_000;
server.listen(Number(values.port), "127.0.0.1", () => {
  console.log(JSON.stringify({ url: `http://127.0.0.1:${values.port ?? ""}/v1` }));
});

async function answer(request: IncomingMessage): Promise<[status: number, body: unknown]> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  if (request.headers.authorization !== `Bearer ${values.token ?? ""}`) return [401, {}];
  const url = new URL(request.url ?? "/", "http://127.0.0.1");
  if (request.method === "GET") {
    const rows = find.all(url.searchParams.get("externalId")) as unknown as readonly { seq: number; body: string }[];
    return [200, { items: rows.map(({ seq, body }) => ({ ...(JSON.parse(body) as TimeEntry), id: `te-${seq}` })) }];
  }
  const text = Buffer.concat(chunks).toString();
  const entry = JSON.parse(text) as TimeEntry;
  const { lastInsertRowid } = insert.run(entry.externalId, entry.caseId, entry.date, entry.billedSeconds, text);
  return [201, { ...entry, id: `te-${lastInsertRowid}` }];
}
