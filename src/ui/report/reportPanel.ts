import * as vscode from "vscode";
import { rangeOfPlace, report, type ReportContext } from "../../app/report/report.ts";
import { refOfId } from "../../app/report/reportCases.ts";
import { DisposableStore, MutableDisposable, type IDisposable } from "../../base/disposable.ts";
import { isRecord } from "../../base/json.ts";
import { t } from "../../base/text.ts";
import type { LocalDate } from "../../base/time.ts";
import type { CaseRef } from "../../domain/cases/case.ts";
import type { DayRange } from "../../domain/capture/reportPeriod.ts";
import { CaseclockError, messageOf } from "../../domain/errors.ts";
import type { Clock } from "../../ports/clock.ts";
import type { CommandId } from "../../ports/commands.ts";
import { REPORT_VIEW } from "../../ports/manifest.ts";
import type { ReportAnswer, ReportPlace, ReportRequest } from "../../ports/report.ts";
import { PanelHost } from "../shell/panelHost.ts";
import { parsePlace, parseReportRequest } from "./requests.ts";
import { presentError } from "../text/presentError.ts";

export interface ReportPanelContext extends ReportContext {
  readonly extensionUri: vscode.Uri;
  readonly clock: Clock;
  /** Asks for a format and a file. */
  readonly exportRange: (range: DayRange) => Promise<void>;
  readonly exportStatement: (of: CaseRef, range: DayRange) => Promise<void>;
  /** Writes what was captured up to now. */
  readonly flush: () => Promise<void>;
  readonly report: (error: unknown) => void;
}

/** While time goes on the panel is drawn anew at most this often. @format milliseconds */
const REDRAW_MS = 10_000;

/** The commands that the panel's buttons may call. */
const COMMANDS: Readonly<Record<Extract<ReportRequest, { type: "command" }>["command"], CommandId>> = {
  pickCase: "caseclock.pickCase",
  logTime: "caseclock.logTime",
  timesheet: "caseclock.openTimesheet",
};

/** The one report of a window. */
export class ReportPanel implements IDisposable {
  private readonly context: ReportPanelContext;
  private readonly store = new DisposableStore();
  private readonly host: PanelHost;
  private readonly redraw = this.store.add(new MutableDisposable<IDisposable>());
  private place: ReportPlace | undefined;
  private drawnAt = 0;
  /** Counts the drawings: one that was overtaken by another place is not shown. */
  private turn = 0;

  constructor(context: ReportPanelContext) {
    this.context = context;
    this.host = this.store.add(
      new PanelHost({
        extensionUri: context.extensionUri,
        viewType: REPORT_VIEW,
        name: "report",
        title: t("Report"),
        answer: (message) => this.hear(message),
        report: context.report,
      }),
    );
    for (const onDidChange of [context.view.onDidChange, context.directory.onDidChange]) {
      this.store.add(
        onDidChange(() => {
          this.update();
        }),
      );
    }
  }

  /** Opens the report, or brings it to the front. @param day in the period that is shown, or in its month; today's when absent */
  show(day: LocalDate | undefined): void {
    this.place = placeAround(this.place, day ?? (this.place === undefined ? this.context.view.today() : undefined));
    this.host.reveal();
    if (this.host.isAlive) this.draw().catch(this.context.report);
  }

  /** Takes the panel that VS Code kept over a reload. */
  restore(panel: vscode.WebviewPanel, state: unknown): void {
    if (this.host.restore(panel)) this.place = parsePlace(isRecord(state) ? state["place"] : undefined);
  }

  dispose(): void {
    this.store.dispose();
  }

  private async hear(message: unknown): Promise<void> {
    const { report: tell } = this.context;
    const request = parseReportRequest(message);
    if (request === undefined) tell(new Error("the report sent a message that is none of its own"));
    else await this.answer(request);
  }

  private async answer(request: ReportRequest): Promise<void> {
    const { context } = this;
    switch (request.type) {
      case "ready":
        this.host.isAlive = true;
        await this.draw();
        return;
      case "show":
        this.place = request.place;
        await this.draw();
        return;
      case "openDay":
        await vscode.commands.executeCommand("caseclock.openTimesheet" satisfies CommandId, { date: request.day });
        return;
      case "command":
        await vscode.commands.executeCommand(COMMANDS[request.command]);
        return;
      case "export":
        // The panel goes on meanwhile: the questions may stand for long.
        if (this.place !== undefined) context.exportRange(rangeOfPlace(this.place)).catch(context.report);
        return;
      case "statement": {
        const ref = refOfId(request.caseId);
        if (ref !== undefined && this.place !== undefined) {
          context.exportStatement(ref, rangeOfPlace(this.place)).catch(context.report);
        }
      }
    }
  }

  /** Something may be another amount now; drawn when the last drawing is old enough. */
  private update(): void {
    if (!this.host.isAlive || this.redraw.value !== undefined) return;
    const { clock, report: tell } = this.context;
    this.redraw.value = clock.after(Math.max(0, this.drawnAt + REDRAW_MS - clock.now()), () => {
      this.redraw.value = undefined;
      this.draw().catch(tell);
    });
  }

  private async draw(): Promise<void> {
    const { context, host } = this;
    if (!host.isAlive) return;
    const turn = ++this.turn;
    try {
      await context.view.load();
      this.place ??= placeAround(undefined, context.view.today());
      const model = await report(context, this.place ?? { period: "month", day: context.view.today(), by: "case" });
      if (turn !== this.turn) return;
      this.drawnAt = context.clock.now();
      this.send({ type: "model", model });
    } catch (error) {
      context.report(error);
      if (turn !== this.turn) return;
      const why = CaseclockError.is(error) ? presentError(error.code).text : messageOf(error);
      this.send({ type: "failed", message: t("The report could not be created: {0}", why) });
    }
  }

  private send(answer: ReportAnswer): void {
    this.host.send(answer);
  }
}

/** The place that has the day, of the period that is shown; a month where that is one of one's own. */
function placeAround(place: ReportPlace | undefined, day: LocalDate | undefined): ReportPlace | undefined {
  if (day === undefined) return place;
  const { by = "case", period = "month" } = place ?? {};
  return { period: period === "custom" ? "month" : period, day, by };
}
