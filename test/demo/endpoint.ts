import path from "node:path";
import { ROOT } from "../host/lib/paths.ts";
import { Service } from "../host/lib/processes.ts";

/** The running reference endpoint. */
export interface Endpoint {
  /** Base URL of the API, for `caseclock.billing.url`. */
  readonly url: string;
  /** The page that shows what it received. */
  readonly pageUrl: string;
  readonly token: string;
  /** One page of `GET /time-entries` after the other, for local days `from` to `to`, both inclusive. */
  timeEntries(from: string, to: string): Promise<StoredEntry[]>;
  stop(): Promise<void>;
}

/** Of a stored time entry what the demo compares; whole seconds. */
export interface StoredEntry {
  readonly externalId: string;
  readonly caseKey: string;
  readonly date: string;
  readonly description: string;
  readonly observedSeconds: number;
  readonly bridgedSeconds: number;
  readonly declaredSeconds: number;
  readonly billableSeconds: number;
  readonly billedSeconds: number;
  readonly evidence?: { readonly commits?: readonly { readonly sha: string; readonly subject: string }[] };
}

/** Starts the reference endpoint in a process of its own, with sample cases in it. @param database an SQLite file */
export async function startEndpoint(database: string): Promise<Endpoint> {
  const program = path.join(ROOT, "test/billing-endpoint/main.ts");
  // No --token: it would be seen in the list of processes. The endpoint mints one and tells us.
  const service = new Service(process.execPath, [program, "--port", "0", "--database", database, "--seed"]);
  const [line] = await service.match(/^\{.*\}$/m).catch(async (error: unknown) => {
    await service.stop();
    throw error;
  });
  const { url, pageUrl, token } = JSON.parse(line) as { url: string; pageUrl: string; token: string };
  return {
    url,
    pageUrl,
    token,
    timeEntries: async (from, to) => {
      const entries: StoredEntry[] = [];
      let cursor: string | undefined;
      do {
        const search = new URLSearchParams({ from, to, ...(cursor === undefined ? {} : { cursor }) });
        const response = await fetch(`${url}/time-entries?${search.toString()}`, {
          headers: { Authorization: `Bearer ${token}` },
        });
        if (!response.ok) throw new Error(`GET /time-entries: ${response.status} ${await response.text()}`);
        const page = (await response.json()) as { items: StoredEntry[]; nextCursor?: string };
        entries.push(...page.items);
        cursor = page.nextCursor;
      } while (cursor !== undefined);
      return entries;
    },
    stop: () => service.stop(),
  };
}
