import type * as vscode from "vscode";
import { accountName } from "../adapters/node/system/accountName.ts";
import { entryHistory } from "../app/timesheet/entryHistory.ts";
import { describeDraft } from "../app/billing/describeDraft.ts";
import { openActiveProvider, type SyncContext } from "../app/billing/syncTimeEntries.ts";
import { findDraftOfRow, type TimesheetContext } from "../app/timesheet/timesheet.ts";
import type { Case } from "../domain/cases/case.ts";
import { CaseclockError } from "../domain/errors.ts";
import type { Connection } from "../domain/log/events.ts";
import type { HistoryLine } from "../ports/timesheet.ts";
import { readDay } from "../ui/shell/arguments.ts";
import type { CommandHandlers } from "../ui/shell/commandTable.ts";
import { confirmRevision } from "../ui/billing/reviewCommands.ts";
import { confirmSync } from "../ui/billing/syncQuickPick.ts";
import { presentAct } from "../ui/timesheet/presentActs.ts";
import { presentHistory } from "../ui/timesheet/presentHistoryLines.ts";
import { TimesheetPanel } from "../ui/timesheet/timesheetPanel.ts";
import { connectionName } from "../ui/text/connectionName.ts";
import type { WindowPart } from "./part.ts";

interface TimesheetPartContext {
  readonly sync: SyncContext;
  readonly extensionUri: vscode.Uri;
  readonly askCase: (title: string) => Promise<Case | null | undefined>;
  readonly flush: () => Promise<void>;
  readonly report: (error: unknown) => void;
}

/** Part of the composition root: the timesheet. */
export class TimesheetPart implements WindowPart<"caseclock.openTimesheet"> {
  readonly handlers: Pick<CommandHandlers, "caseclock.openTimesheet">;
  private readonly panel: TimesheetPanel;
  private readonly context: TimesheetPartContext;
  private known: { readonly key: string; readonly connection: Connection; readonly unitSeconds: number } | undefined;

  constructor(context: TimesheetPartContext) {
    this.context = context;
    const { sync, extensionUri, askCase, flush, report } = context;
    const timesheet: TimesheetContext = {
      journal: sync.journal,
      directory: sync.directory,
      drafting: sync.settings,
      billing: () => this.billing(),
      connectionName,
      describeAct: presentAct,
    };
    this.panel = new TimesheetPanel({
      ...timesheet,
      clock: sync.journal.clock,
      sync,
      extensionUri,
      askCase,
      flush,
      report,
      confirm: (preview) =>
        confirmSync(
          preview,
          connectionName(preview.connection),
          ({ draft }, text) => describeDraft(sync, draft, text),
          "approve",
        ),
      confirmCorrection: confirmRevision,
      readHistory: (row) => this.readHistory(timesheet, row),
    });
    this.handlers = {
      "caseclock.openTimesheet": async ({ date }) => {
        await sync.journal.view.load();
        await flush();
        this.panel.show(readDay("date", date));
        return undefined;
      },
    };
  }

  /** Takes over the panel that VS Code kept across a reload. */
  restore(panel: vscode.WebviewPanel, state: unknown): void {
    this.panel.restore(panel, state);
  }

  dispose(): void {
    this.panel.dispose();
  }

  /** The active connection, and its unit, asked for once. */
  private async billing(): Promise<{ readonly connection: Connection; readonly unitSeconds: number } | undefined> {
    const { sync } = this.context;
    await sync.journal.view.load();
    const { connection } = sync.journal.view.ledger;
    const { provider, url } = sync.settings();
    if (connection === undefined) return undefined;
    const key = JSON.stringify([connection, provider, url]);
    if (this.known?.key === key) return this.known;
    try {
      const { unitSeconds } = await openActiveProvider(sync);
      this.known = { key, connection, unitSeconds };
      return this.known;
    } catch (error) {
      if (!CaseclockError.is(error)) throw error;
      return undefined; // held back until the person connects again: the panel offers that
    }
  }

  private async readHistory(timesheet: TimesheetContext, row: string): Promise<readonly HistoryLine[]> {
    const { view } = timesheet.journal;
    const subject = view.ledger.entries.get(row)?.entry ?? (await findDraftOfRow(timesheet, row));
    if (subject === undefined) return [];
    const { connection } = view.ledger;
    const person = connection?.account.name ?? "";
    const names = {
      person: person === "" ? accountName() : person,
      billing: connection === undefined ? "" : connectionName(connection),
      activities: subject.case.activities ?? [],
    };
    return presentHistory(await entryHistory(timesheet, subject), names);
  }
}
