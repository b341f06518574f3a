import type * as vscode from "vscode";
import type { CaseDirectory } from "../app/cases/caseDirectory.ts";
import type { ContractHours } from "../app/cases/contractHours.ts";
import { ReportDays } from "../app/report/reportDays.ts";
import { DisposableStore } from "../base/disposable.ts";
import { isSameCase, type CaseRef } from "../domain/cases/case.ts";
import type { CommandArgument } from "../ports/commands.ts";
import { readDay } from "../ui/shell/arguments.ts";
import type { CommandHandlers } from "../ui/shell/commandTable.ts";
import { ReportPanel } from "../ui/report/reportPanel.ts";
import { askStatementFormat } from "../ui/export/askFormat.ts";
import { connectionName } from "../ui/text/connectionName.ts";
import type { Journal } from "../app/ledger/journal.ts";
import type { WindowPart } from "./part.ts";

interface ReportContext {
  readonly journal: Journal;
  readonly directory: CaseDirectory;
  readonly budget: ContractHours;
  readonly extensionUri: vscode.Uri;
  readonly flush: () => Promise<void>;
  /** The export, as if a person had called it; a statement is of that case. */
  readonly exportLog: (argument: CommandArgument<"caseclock.export">, ref?: CaseRef) => Promise<unknown>;
  readonly report: (error: unknown) => void;
}

/** The report, and the panel that shows it. */
export class ReportPart implements WindowPart<"caseclock.openReport"> {
  readonly handlers: Pick<CommandHandlers, "caseclock.openReport">;
  private readonly store = new DisposableStore();
  private readonly panel: ReportPanel;

  constructor(context: ReportContext) {
    const { journal, directory, flush, exportLog } = context;
    const { log, view, clock } = journal;
    const findKey = (ref: CaseRef): string | undefined =>
      directory.find(ref)?.key ??
      view.ledger.entries.all.find(({ entry }) => isSameCase(entry.case.ref, ref))?.entry.case.key;
    this.panel = this.store.add(
      new ReportPanel({
        ...context,
        view,
        clock,
        days: this.store.add(new ReportDays(log, view, directory)),
        connectionName,
        exportRange: async (range) => {
          await exportLog({ ...range });
        },
        exportStatement: async (ref, range) => {
          const key = findKey(ref);
          const format = key === undefined ? undefined : await askStatementFormat(key);
          if (format !== undefined) await exportLog({ ...range, format }, ref);
        },
      }),
    );
    this.handlers = {
      "caseclock.openReport": async ({ date }) => {
        const day = readDay("date", date);
        await view.load();
        await flush();
        this.panel.show(day);
        return undefined;
      },
    };
  }

  /** Takes over the panel that VS Code kept across a reload. */
  restore(panel: vscode.WebviewPanel, state: unknown): void {
    this.panel.restore(panel, state);
  }

  dispose(): void {
    this.store.dispose();
  }
}
