/** The process that is killed: what the extension host does with a ledger's outbox, again and again until it is empty. */
import { SqliteEventLog } from "../../src/adapters/node/sqlite/sqliteEventLog.ts";
import { SystemClock } from "../../src/adapters/node/system/systemClock.ts";
import { EventFactory } from "../../src/app/ledger/eventFactory.ts";
import { LedgerView } from "../../src/app/ledger/ledgerView.ts";
import { pushOutbox } from "../../src/app/billing/pushOutbox.ts";
import type { Logger } from "../../src/ports/logger.ts";
import { POLICY } from "./outbox.ts";
import { oneByOne, restProvider, withoutLookUp } from "./provider.ts";
import { Journal } from "../../src/app/ledger/journal.ts";

/** What it is started with, as JSON. */
export interface SyncerOptions {
  readonly ledger: string;
  readonly worker: string;
  readonly token: string;
  readonly timeoutMs: number;
  /** Many entries in a request. */
  readonly batches: boolean;
  /** Without looking up what may have been stored. */
  readonly blind: boolean;
}

/** Backups are not what is tried here. @source Node: a longer timer would fire at once */
const NO_BACKUP = { firstBackupMs: 2_147_483_647, backupCheckMs: 2_147_483_647 };
/** Pause after a run that delivered nothing: the endpoint may be down. */
const PAUSE_MS = 50;

const quiet: Logger = {
  error: (message, error) => {
    console.error(message, error);
  },
  warn: () => undefined,
  info: () => undefined,
  debug: () => undefined,
  child: () => quiet,
};

async function main(options: SyncerOptions): Promise<void> {
  const clock = new SystemClock();
  const log = new SqliteEventLog(options.ledger, options.worker, quiet, NO_BACKUP);
  const view = new LedgerView(log, clock, quiet, POLICY);
  const factory = new EventFactory(clock.newId(), clock, () => POLICY.zone);
  await view.catchUp();
  const { connection } = view.ledger;
  if (connection === undefined) throw new Error("the ledger has no connection");
  const real = restProvider(connection, options.token, quiet, { timeoutMs: options.timeoutMs });
  const sending = options.batches ? real : oneByOne(real);
  const provider = options.blind ? withoutLookUp(sending) : sending;
  for (;;) {
    const open = view.ledger.entries.listOpen.map(({ entry }) => entry.entryId);
    if (open.length === 0) break;
    const context = { journal: new Journal(log, view, factory, clock), logger: quiet };
    const result = await pushOutbox(context, provider, open, new AbortController().signal, () => undefined);
    // No fault of the campaign refuses an entry for good: what is left so is for the audit.
    if (result.rejected > 0) console.log(`refused ${JSON.stringify(result.problems)}`);
    if (result.rejected === open.length) break;
    await view.catchUp();
    if (result.pushed === 0) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  await log.close();
}

main(JSON.parse(process.argv[2] ?? "{}") as SyncerOptions).catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
