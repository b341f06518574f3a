import * as vscode from "vscode";
import { revisionOf, timesheet } from "../../app/timesheet/timesheet.ts";
import { DisposableStore, MutableDisposable, type IDisposable } from "../../base/disposable.ts";
import { isRecord } from "../../base/json.ts";
import { t } from "../../base/text.ts";
import type { LocalDate } from "../../base/time.ts";
import { CaseclockError, messageOf } from "../../domain/errors.ts";
import type { Clock } from "../../ports/clock.ts";
import type { CommandId } from "../../ports/commands.ts";
import { TIMESHEET_VIEW } from "../../ports/manifest.ts";
import type { HistoryLine, TimesheetAnswer, TimesheetRequest } from "../../ports/timesheet.ts";
import { PanelHost } from "../shell/panelHost.ts";
import { perform, type ActionsContext } from "./actions.ts";
import { parsePlace, parseRequest } from "./requests.ts";
import { presentFailure } from "../text/presentError.ts";

export interface PanelContext extends ActionsContext {
  readonly extensionUri: vscode.Uri;
  readonly clock: Clock;
  readonly historyOf: (row: string) => Promise<readonly HistoryLine[]>;
  readonly report: (error: unknown) => void;
}

/** While time goes on the panel is drawn anew at most this often. @format milliseconds */
const REDRAW_MS = 5_000;

/** The commands that the panel's buttons may call. */
const COMMANDS: Readonly<Record<Extract<TimesheetRequest, { type: "command" }>["command"], CommandId>> = {
  sync: "caseclock.sync",
  connect: "caseclock.connectBilling",
  pickCase: "caseclock.pickCase",
  report: "caseclock.openReport",
  startTimer: "caseclock.startTimer",
};

/** The one timesheet of a window. */
export class TimesheetPanel implements IDisposable {
  private readonly context: PanelContext;
  private readonly store = new DisposableStore();
  private readonly host: PanelHost;
  private readonly redraw = this.store.add(new MutableDisposable<IDisposable>());
  private place: { readonly view: "week" | "day"; readonly day: LocalDate } | undefined;
  private drawnAt = 0;
  private drawnRevision = 0;

  constructor(context: PanelContext) {
    this.context = context;
    this.host = this.store.add(
      new PanelHost({
        extensionUri: context.extensionUri,
        viewType: TIMESHEET_VIEW,
        name: "timesheet",
        title: t("Timesheet"),
        answer: (message) => this.hear(message),
        report: context.report,
      }),
    );
    this.store.add(
      context.journal.view.onDidChange(() => {
        this.update();
      }),
    );
    this.store.add(
      context.directory.onDidChange(() => {
        this.update();
      }),
    );
  }

  /** Opens the timesheet, or brings it to the front. @param day its day view; the week of today when absent */
  show(day: LocalDate | undefined): void {
    this.place =
      day === undefined
        ? (this.place ?? { view: "week", day: this.context.journal.view.today() })
        : { view: "day", day };
    this.host.reveal();
    if (this.host.isAlive) this.draw().catch(this.context.report);
  }

  /** Takes the panel that VS Code kept over a reload. */
  restore(panel: vscode.WebviewPanel, state: unknown): void {
    if (!this.host.restore(panel)) return;
    const place = parsePlace(isRecord(state) ? state["place"] : undefined);
    this.place = place === undefined ? undefined : { ...place, day: place.day as LocalDate };
  }

  dispose(): void {
    this.store.dispose();
  }

  private async hear(message: unknown): Promise<void> {
    const request = parseRequest(message);
    if (request === undefined) this.context.report(new Error("the timesheet sent a message that is none of its own"));
    else await this.answer(request);
  }

  private async answer(request: TimesheetRequest): Promise<void> {
    switch (request.type) {
      case "ready":
        this.host.isAlive = true;
        await this.draw();
        return;
      case "show":
        this.place = { view: request.view, day: request.day as LocalDate };
        await this.draw();
        return;
      case "command":
        await vscode.commands.executeCommand(COMMANDS[request.command]);
        return;
      case "history":
        this.send({ type: "history", request: request.request, lines: await this.context.historyOf(request.row) });
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
      if (request.revision < revisionOf(context.journal.view)) {
        await this.draw();
        throw new CaseclockError("entries.stale", "made on figures that had changed");
      }
      const told = await perform(context, request);
      await this.draw();
      this.send({ type: "done", request: number, ...(told ?? { said: "" }) });
    } catch (error) {
      const isStale = CaseclockError.is(error, "entries.stale");
      if (!CaseclockError.is(error)) context.report(error);
      const message = CaseclockError.is(error)
        ? presentFailure(error).text
        : t("Nothing was changed: {0}", messageOf(error));
      this.send({ type: "refused", request: number, message, ...(isStale ? { isStale } : {}) });
    }
  }

  /** Something may be another thing now: at once after a change by hand, else when the last drawing is old enough. */
  private update(): void {
    if (!this.host.isAlive || this.redraw.value !== undefined) return;
    const {
      journal: { view },
      clock,
      report,
    } = this.context;
    const isByHand = revisionOf(view) !== this.drawnRevision;
    const wait = isByHand ? 0 : Math.max(0, this.drawnAt + REDRAW_MS - clock.now());
    this.redraw.value = clock.after(wait, () => {
      this.redraw.value = undefined;
      this.draw().catch(report);
    });
  }

  private async draw(): Promise<void> {
    const { context, host } = this;
    if (!host.isAlive) return;
    await context.journal.view.load();
    const { view, day } = (this.place ??= { view: "week", day: context.journal.view.today() });
    const model = await timesheet(context, view, day);
    this.drawnAt = context.clock.now();
    this.drawnRevision = model.revision;
    host.title = view === "day" ? t("Timesheet {0}", day) : t("Timesheet");
    this.send({ type: "model", model });
  }

  private send(answer: TimesheetAnswer): void {
    this.host.send(answer);
  }
}
