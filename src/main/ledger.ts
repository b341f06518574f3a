import * as path from "node:path";
import type * as vscode from "vscode";
import { SqliteEventLog } from "../adapters/node/sqlite/sqliteEventLog.ts";
import type { VsCodeSettings } from "../adapters/vscode/settings.ts";
import { EventFactory } from "../app/ledger/eventFactory.ts";
import { Journal } from "../app/ledger/journal.ts";
import { LedgerView } from "../app/ledger/ledgerView.ts";
import { DisposableStore } from "../base/disposable.ts";
import { ObservableValue } from "../base/emitter.ts";
import type { ZoneId } from "../base/time.ts";
import type { Policy } from "../domain/capture/timeline.ts";
import { CaseclockError, type ErrorCode } from "../domain/errors.ts";
import type { Clock } from "../ports/clock.ts";
import type { Logger } from "../ports/logger.ts";
import { Notifier } from "../ui/shell/notifier.ts";

interface LedgerContext {
  readonly context: vscode.ExtensionContext;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly settings: VsCodeSettings;
}

/** The ledger of a window, and what tells the person of it. */
export interface WindowLedger {
  readonly journal: Journal;
  /** What was in force before anything was written. */
  readonly initialPolicy: Policy;
  /** The zone in force: the setting's, else the system's. */
  readonly zone: () => ZoneId;
  readonly notifier: Notifier;
  /** Why nothing can be recorded. */
  readonly trouble: ObservableValue<ErrorCode | undefined>;
  /** Takes a failure in the background: logged each time, told once a day. */
  readonly report: (error: unknown) => void;
  /** Writes what was appended and closes the file. */
  close(): Promise<void>;
}

/** Opens the ledger when it is first asked for something; until then no file is touched. */
export function createLedger({ context, clock, logger, settings }: LedgerContext): WindowLedger {
  const store = new DisposableStore();
  const file = path.join(context.globalStorageUri.fsPath, "ledger.db");
  const worker = path.join(context.extensionUri.fsPath, "dist", "sqliteWorker.js");
  const log = new SqliteEventLog(file, worker, logger.child("ledger"));
  const zone = (): ZoneId => settings.current().value.zone ?? clock.systemZone();
  const initialPolicy = { idleTimeoutSeconds: 300, zone: clock.systemZone() };
  const view = store.add(new LedgerView(log, clock, logger.child("ledger"), initialPolicy));
  const journal = new Journal(log, view, new EventFactory(clock.newId(), clock, zone), clock);
  const notifier = new Notifier(journal, logger);
  const trouble = new ObservableValue<ErrorCode | undefined>(undefined);
  return {
    journal,
    initialPolicy,
    zone,
    notifier,
    trouble,
    report: (error) => {
      if (CaseclockError.is(error, "ledger.unsupported", "ledger.newer", "ledger.unavailable")) trouble.set(error.code);
      notifier.trouble(error);
    },
    close: async () => {
      store.dispose();
      await log.close();
    },
  };
}
