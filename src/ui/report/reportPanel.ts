import * as vscode from "vscode";
import { findPlaceRange, makeReport, type ReportContext } from "../../app/report/report.ts";
import { parseCaseId } from "../../app/report/reportCases.ts";
import type { IDisposable } from "../../base/disposable.ts";
import { t } from "../../base/text.ts";
import type { LocalDate } from "../../base/time.ts";
import type { CaseRef } from "../../domain/cases/case.ts";
import type { DayRange } from "../../domain/capture/reportPeriod.ts";
import { CaseclockError, toErrorMessage } from "../../domain/errors.ts";
import type { Clock } from "../../ports/clock.ts";
import type { CommandId } from "../../ports/commands.ts";
import { REPORT_VIEW } from "../../ports/manifest.ts";
import type { ReportAnswer, ReportCommand, ReportPlace, ReportRequest } from "../../ports/report.ts";
import { PanelHost, type ReadyRequest } from "../shell/panelHost.ts";
import { presentError } from "../text/presentError.ts";

export interface ReportPanelContext extends ReportContext {
  readonly extensionUri: vscode.Uri;
  readonly clock: Clock;
  /** Asks for a format and a file. */
  readonly exportRange: (range: DayRange) => Promise<void>;
  readonly exportStatement: (ref: CaseRef, range: DayRange) => Promise<void>;
  /** Writes the signs seen so far. */
  readonly flush: () => Promise<void>;
  readonly report: (error: unknown) => void;
}

type Asked = Exclude<ReportRequest, ReadyRequest>;

/** While time passes, the panel is redrawn at most this often. @format milliseconds */
const REDRAW_MS = 10_000;

/** The commands that the panel's buttons may call. */
const COMMANDS: Readonly<Record<ReportCommand, CommandId>> = {
  pickCase: "caseclock.pickCase",
  logTime: "caseclock.logTime",
  timesheet: "caseclock.openTimesheet",
};

/** The one report of a window. */
export class ReportPanel implements IDisposable {
  private readonly context: ReportPanelContext;
  private readonly host: PanelHost<Asked, ReportAnswer, ReportPlace>;
  /** Counts the drawings: one that was overtaken by a change of place is not shown. */
  private turn = 0;

  constructor(context: ReportPanelContext) {
    const { extensionUri, clock, view, directory, report: tell } = context;
    this.context = context;
    this.host = new PanelHost({
      extensionUri,
      viewType: REPORT_VIEW,
      name: "report",
      title: t("Report"),
      clock,
      loadParsers: () => import("./requests.ts"),
      answer: (request) => this.answer(request),
      draw: () => this.draw(),
      changes: [view.onDidChange, directory.onDidChange],
      redrawMs: REDRAW_MS,
      report: tell,
    });
  }

  /** Opens the report, or brings it to the front. @param day in the period that is shown, or in its month; today's when absent */
  show(day: LocalDate | undefined): void {
    const { host, context } = this;
    const isKept = day === undefined && host.place !== undefined;
    if (!isKept) host.place = findPlaceAround(host.place, day ?? context.view.today());
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
    const { context, host } = this;
    switch (request.type) {
      case "show":
        host.place = request.place;
        await host.draw();
        return;
      case "openDay":
        await vscode.commands.executeCommand("caseclock.openTimesheet" satisfies CommandId, { date: request.day });
        return;
      case "command":
        await vscode.commands.executeCommand(COMMANDS[request.command]);
        return;
      case "export":
        // The panel goes on meanwhile: the questions may stay open for long.
        if (host.place !== undefined) context.exportRange(findPlaceRange(host.place)).catch(context.report);
        return;
      case "statement": {
        const ref = parseCaseId(request.caseId);
        if (ref !== undefined && host.place !== undefined) {
          context.exportStatement(ref, findPlaceRange(host.place)).catch(context.report);
        }
      }
    }
  }

  private async draw(): Promise<void> {
    const { context, host } = this;
    const turn = ++this.turn;
    try {
      await context.view.load();
      host.place ??= findPlaceAround(undefined, context.view.today());
      const model = await makeReport(context, host.place);
      if (turn !== this.turn) return;
      host.send({ type: "model", model });
    } catch (error) {
      context.report(error);
      if (turn !== this.turn) return;
      const why = CaseclockError.is(error) ? presentError(error.code).text : toErrorMessage(error);
      host.send({ type: "failed", message: t("The report could not be created: {0}", why) });
    }
  }
}

/** The place around a day, with the period that is shown now; a month instead of a custom range. */
function findPlaceAround(place: ReportPlace | undefined, day: LocalDate): ReportPlace {
  const { by = "case", period = "month" } = place ?? {};
  return { period: period === "custom" ? "month" : period, day, by };
}
