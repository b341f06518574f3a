/** The panel's state, what it asks of the extension, and what it makes of the answers. */
import type { ReportAnswer, ReportModel, ReportPlace, ReportRequest } from "../../ports/report.ts";
import type { Change, PanelStore } from "../shared/panelStore.ts";
import type { Column, PanelState } from "./state.ts";

export class Store {
  private readonly panel: PanelStore<PanelState, ReportRequest>;
  /** Places asked for since the last model; answers to all but the last of them are dropped. */
  private asked: string[] = [];
  /** Announces the model of another place to a screen reader. */
  private readonly say: (model: ReportModel) => string;

  constructor(panel: PanelStore<PanelState, ReportRequest>, say: (model: ReportModel) => string) {
    this.panel = panel;
    this.say = say;
  }

  get state(): PanelState {
    return this.panel.state;
  }

  /** Changes part of the state, as `PanelStore` does. */
  update(change: Change<PanelState>): void {
    this.panel.update(change);
  }

  ask(message: ReportRequest): void {
    this.panel.post(message);
  }

  /** Asks for another period or grouping. */
  show(place: ReportPlace): void {
    const isSameRange = JSON.stringify({ ...place, by: "" }) === JSON.stringify({ ...this.state.place, by: "" });
    this.asked.push(JSON.stringify(place));
    this.update({ place, isAwaited: true, failure: undefined, ...(isSameRange ? {} : { range: undefined }) });
    this.panel.post({ type: "show", place });
  }

  /** Sorts by that column: largest first, or by name; the other way round if it is sorted by it already. */
  sortBy(column: Column): void {
    const { sort } = this.state;
    const isDescending = sort?.column === column ? !sort.isDescending : column !== "name";
    this.update({ sort: { column, isDescending } });
  }

  unfold(id: string, isOpen: boolean): void {
    if (this.state.open.has(id) === isOpen) return;
    const open = new Set(this.state.open);
    if (isOpen) open.add(id);
    else open.delete(id);
    this.update({ open });
  }

  receive(answer: ReportAnswer): void {
    if (answer.type === "failed") {
      this.asked = [];
      this.update({ failure: answer.message, isAwaited: false });
      return;
    }
    const { model } = answer;
    const key = JSON.stringify(model.place);
    if (this.asked.includes(key) && this.asked.at(-1) !== key) return;
    const isOther = this.asked.length > 0;
    this.asked = [];
    this.update({
      model,
      place: model.place,
      isAwaited: false,
      failure: undefined,
      ...(isOther ? { said: this.say(model) } : {}),
    });
  }
}
