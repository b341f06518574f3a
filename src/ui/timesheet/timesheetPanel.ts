import * as vscode from "vscode";
import { findRevision, makeTimesheet } from "../../app/timesheet/timesheet.ts";
import type { IDisposable } from "../../base/disposable.ts";
import { t } from "../../base/text.ts";
import type { LocalDate } from "../../base/time.ts";
import { CaseclockError, toErrorMessage } from "../../domain/errors.ts";
import type { Clock } from "../../ports/clock.ts";
import type { CommandId } from "../../ports/commands.ts";
import { TIMESHEET_VIEW } from "../../ports/manifest.ts";
import type {
  HistoryLine,
  TimesheetAnswer,
  TimesheetCommand,
  TimesheetPlace,
  TimesheetRequest,
} from "../../ports/timesheet.ts";
import { PanelHost, type ReadyRequest } from "../shell/panelHost.ts";
import { perform, type ActionsContext } from "./actions.ts";
import { presentFailure } from "../text/presentError.ts";

export interface PanelContext extends ActionsContext {
  readonly extensionUri: vscode.Uri;
  readonly clock: Clock;
  readonly readHistory: (row: string) => Promise<readonly HistoryLine[]>;
  readonly report: (error: unknown) => void;
}

type Asked = Exclude<TimesheetRequest, ReadyRequest>;

/** While time passes, the panel is redrawn at most this often. @format milliseconds */
const REDRAW_MS = 5_000;

/** The commands that the panel's buttons may call. */
const COMMANDS: Readonly<Record<TimesheetCommand, CommandId>> = {
  sync: "caseclock.sync",
  connect: "caseclock.connectBilling",
  pickCase: "caseclock.pickCase",
  report: "caseclock.openReport",
  startTimer: "caseclock.startTimer",
};

/** The one timesheet of a window. */
export class TimesheetPanel implements IDisposable {
  private readonly context: PanelContext;
  private readonly host: PanelHost<Asked, TimesheetAnswer, TimesheetPlace>;
  private drawnRevision = 0;

  constructor(context: PanelContext) {
    const { extensionUri, clock, journal, directory, report } = context;
    const { view } = journal;
    this.context = context;
    this.host = new PanelHost({
      extensionUri,
      viewType: TIMESHEET_VIEW,
      name: "timesheet",
      title: t("Timesheet"),
      clock,
      loadParsers: () => import("./requests.ts"),
      answer: (request) => this.answer(request),
      draw: () => this.draw(),
      changes: [view.onDidChange, directory.onDidChange],
      redrawMs: REDRAW_MS,
      isUrgent: () => findRevision(view) !== this.drawnRevision, // changed by hand
      report,
    });
  }

  /** Opens the timesheet, or brings it to the front. @param day its day view; the week of today when absent */
  show(day: LocalDate | undefined): void {
    const { host, context } = this;
    host.place =
      day === undefined ? (host.place ?? { view: "week", day: context.journal.view.today() }) : { view: "day", day };
    host.reveal();
  }

  /** Takes over the panel that VS Code kept across a reload. */
  restore(panel: vscode.WebviewPanel, state: unknown): void {
    this.host.restore(panel, state);
  }

  dispose(): void {
    this.host.dispose();
  }

  private async answer(request: Asked): Promise<void> {
    switch (request.type) {
      case "show":
        this.host.place = { view: request.view, day: request.day };
        await this.host.draw();
        return;
      case "command":
        await vscode.commands.executeCommand(COMMANDS[request.command]);
        return;
      case "history":
        this.host.send({
          type: "history",
          request: request.request,
          lines: await this.context.readHistory(request.row),
        });
        return;
      default:
        await this.change(request);
    }
  }

  private async change(request: Parameters<typeof perform>[1]): Promise<void> {
    const { context } = this;
    const { request: number } = request;
    try {
      await context.journal.view.catchUp();
      if (request.revision < findRevision(context.journal.view)) {
        await this.host.draw();
        throw new CaseclockError("entries.stale", "made on figures that had changed");
      }
      const told = await perform(context, request);
      await this.host.draw();
      this.host.send({ type: "done", request: number, ...(told ?? { said: "" }) });
    } catch (error) {
      const isStale = CaseclockError.is(error, "entries.stale");
      if (!CaseclockError.is(error)) context.report(error);
      const message = CaseclockError.is(error)
        ? presentFailure(error).text
        : t("Nothing was changed: {0}", toErrorMessage(error));
      this.host.send({ type: "refused", request: number, message, ...(isStale ? { isStale } : {}) });
    }
  }

  private async draw(): Promise<void> {
    const { context, host } = this;
    await context.journal.view.load();
    const { view, day } = (host.place ??= { view: "week", day: context.journal.view.today() });
    const model = await makeTimesheet(context, view, day as LocalDate); // checked where it came from the page
    this.drawnRevision = model.revision;
    host.title = view === "day" ? t("Timesheet {0}", day) : t("Timesheet");
    host.send({ type: "model", model });
  }
}
