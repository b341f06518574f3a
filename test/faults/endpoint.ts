import { randomUUID } from "node:crypto";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { ROOT } from "../host/lib/paths.ts";
import { Service } from "../host/lib/processes.ts";
import { freePort } from "../support/freePort.ts";

/** An entry as the endpoint has stored it. */
export interface StoredRow {
  readonly remoteId: string;
  readonly externalId: string;
  readonly caseId: string;
  readonly date: string;
  readonly billedSeconds: number;
}

/** `reference` is the endpoint of `test/billing-endpoint`, `plain` the one that stores whatever comes. */
export type EndpointKind = "reference" | "plain";

/** An endpoint in a process of its own that can be killed and comes back on the same port with the same database. */
export class EndpointProcess {
  readonly token = randomUUID();
  readonly port: number;
  private readonly kind: EndpointKind;
  private readonly database: string;
  private service: Service | undefined;

  private constructor(kind: EndpointKind, port: number, database: string) {
    this.kind = kind;
    this.port = port;
    this.database = database;
  }

  static async start(kind: EndpointKind, database: string): Promise<EndpointProcess> {
    const made = new EndpointProcess(kind, await freePort(), database);
    await made.run();
    return made;
  }

  async run(): Promise<void> {
    const script = this.kind === "reference" ? "test/billing-endpoint/main.ts" : "test/faults/plainEndpoint.ts";
    const args = ["--port", String(this.port), "--database", this.database, "--token", this.token];
    const flags = this.kind === "reference" ? ["--seed"] : [];
    this.service = new Service(process.execPath, [path.join(ROOT, script), ...args, ...flags]);
    await this.service.match(/"url":/);
  }

  /** Kills it, whatever it is doing. */
  async kill(): Promise<void> {
    this.service?.child.kill("SIGKILL");
    await this.stop();
  }

  async stop(): Promise<void> {
    await this.service?.exited;
    await this.service?.stop(0);
    this.service = undefined;
  }

  /** What its database holds. */
  rows(): readonly StoredRow[] {
    const database = new DatabaseSync(this.database, { readOnly: true });
    try {
      return database
        .prepare(
          `SELECT 'te-' || seq AS remoteId, external_id AS externalId, case_id AS caseId, date,
           billed_seconds AS billedSeconds FROM time_entry ORDER BY seq`,
        )
        .all() as unknown as readonly StoredRow[];
    } finally {
      database.close();
    }
  }
}
