/** The panel's state, what it asks of the extension, and what it makes of the answers. */
import { t } from "../../base/text.ts";
import type {
  CaseChoice,
  TimesheetAnswer,
  TimesheetCase,
  TimesheetEdit,
  TimesheetModel,
  TimesheetRequest,
  TimesheetRow,
} from "../../ports/timesheet.ts";
import type { Change, PanelStore } from "../shared/panelStore.ts";
import { areMergeable, allows, followRows } from "./rowsOf.ts";
import { ASK, isModelOf, NO_CASE, type Dialog, type Origin, type PanelState, type Place, omitAnswer } from "./state.ts";

/** A change without number and revision, which the store adds. */
type Numbered = Extract<TimesheetRequest, { readonly request: number; readonly revision: number }>;
type Asked = Numbered extends infer Each ? (Each extends Numbered ? Omit<Each, "request" | "revision"> : never) : never;

export class Store {
  private readonly panel: PanelStore<PanelState, TimesheetRequest>;
  private request = 0;

  constructor(panel: PanelStore<PanelState, TimesheetRequest>) {
    this.panel = panel;
  }

  get state(): PanelState {
    return this.panel.state;
  }

  /** Changes part of the state, as `PanelStore` does. */
  update(change: Change<PanelState>): void {
    this.panel.update(change);
  }

  /** Asks for another day or week. */
  show(place: Place): void {
    const { place: before } = this.state;
    const isOther = before?.view !== place.view || before.day !== place.day;
    this.update({
      place,
      isAwaited: true,
      ...(isOther ? { ...FORGET_SELECTION, banner: undefined, notice: undefined } : {}),
    });
    this.panel.post({ type: "show", view: place.view, day: place.day });
  }

  command(command: Extract<TimesheetRequest, { type: "command" }>["command"]): void {
    this.panel.post({ type: "command", command });
  }

  edit(edit: TimesheetEdit, origin: Origin = { of: "panel" }): void {
    this.send({ type: "edit", edit }, origin);
  }

  /** Sends a change, made on the model that is shown. */
  send(asked: Asked, origin: Origin = { of: "panel" }): void {
    const { model, pending, dialog, faults } = this.state;
    if (model === undefined) return;
    const request = ++this.request;
    const isDialog = origin.of === "dialog" && dialog !== undefined;
    this.update({
      pending: new Map(pending).set(request, origin),
      banner: undefined,
      notice: undefined,
      ...(isDialog ? { dialog: { ...omitAnswer(dialog), request } } : {}),
      ...("row" in origin ? { faults: omit(faults, origin.row) } : {}),
    });
    this.panel.post({ ...asked, request, revision: model.revision });
  }

  /** Opens the history of a row. */
  history(row: string): void {
    const request = ++this.request;
    const pending = new Map(this.state.pending).set(request, { of: "dialog" } as const);
    this.update({ dialog: { kind: "history", row, request }, pending });
    this.panel.post({ type: "history", request, row });
  }

  /** Changes fields of the open dialog. */
  field(change: Partial<Record<string, unknown>>): void {
    const { dialog } = this.state;
    if (dialog !== undefined) this.update({ dialog: { ...dialog, ...change } });
  }

  fault(text: string): void {
    this.field({ fault: text });
  }

  describe(row: string): void {
    const text = this.state.unsent.get(row);
    if (text === undefined || this.isBusy(row)) return;
    const shown = this.state.model?.rows.find(({ id }) => id === row);
    if (shown === undefined) return;
    if (shown.description === text) this.dropText(row);
    else this.edit({ kind: "describe", row, description: text }, { of: "description", row, text });
  }

  dropText(row: string): void {
    const { unsent, faults } = this.state;
    this.update({ unsent: omit(unsent, row), faults: omit(faults, row) });
  }

  /** Whether a description of that row is on its way. */
  isBusy(row: string): boolean {
    return [...this.state.pending.values()].some((each) => each.of === "description" && each.row === row);
  }

  /** Rows to approve: of the checked ones those that can be, or all that can be if none is checked. */
  approvable(): readonly string[] {
    const { model, checked } = this.state;
    const rows = (model?.rows ?? []).filter((row) => allows(row, "approve"));
    const some = rows.filter(({ id }) => checked.has(id));
    return (some.length > 0 ? some : checked.size > 0 ? [] : rows).map(({ id }) => id);
  }

  /** The checked rows, if they can be merged. */
  mergeable(): readonly string[] {
    const { model, checked } = this.state;
    const rows = (model?.rows ?? []).filter(({ id }) => checked.has(id));
    return areMergeable(rows) ? rows.map(({ id }) => id) : [];
  }

  /** Takes an answer of the extension. */
  receive(answer: TimesheetAnswer): void {
    if (answer.type === "model") this.take(answer.model);
    else if (answer.type === "history") this.lines(answer);
    else this.answered(answer);
  }

  private take(model: TimesheetModel): void {
    const { state } = this;
    // The first model decides the place: the extension knows where the page was, and what was asked for in the meantime.
    const isAsked = state.isAwaited && state.model !== undefined && state.place !== undefined;
    const isAwaited = isAsked && !isModelOf(model, state.place);
    const place =
      isAwaited || (state.place !== undefined && isModelOf(model, state.place)) ? state.place : findPlace(model);
    const before = state.model?.rows ?? [];
    const { dialog } = state;
    const ids = new Set([...state.open, ...state.checked, ...state.unsent.keys(), ...state.faults.keys()]);
    if (dialog !== undefined && "row" in dialog) ids.add(dialog.row);
    const moved = followRows(ids, before, model.rows);
    const to = (id: string): string => moved.get(id) ?? id;
    const there = new Set(model.rows.map(({ id }) => id));
    const canMeet = (row: TimesheetRow): boolean => allows(row, "approve") || allows(row, "merge");
    const selectable = new Set(model.rows.filter(canMeet).map(({ id }) => id));
    const isSame = isSamePlace(state.model, model);
    const lost = isSame ? before.find(({ id }) => state.unsent.has(id) && !there.has(to(id))) : undefined;
    this.update({
      model: keepNamedCase(dialog, state.model, model),
      place,
      isAwaited,
      open: new Set([...state.open].map(to)),
      checked: new Set([...state.checked].map(to).filter((id) => selectable.has(id))),
      unsent: new Map([...state.unsent].filter(([id]) => id !== lost?.id).map(([id, text]) => [to(id), text])),
      ...(lost === undefined ? {} : { lost: state.unsent.get(lost.id) }),
      faults: new Map([...state.faults].map(([id, text]) => [to(id), text])),
      ...(isSame ? {} : { ...FORGET_SELECTION, stretch: undefined, notice: undefined }),
      ...this.dialogAfter(moved),
    });
  }

  private dialogAfter(moved: ReadonlyMap<string, string>): { readonly dialog?: Dialog } {
    const { dialog } = this.state;
    if (dialog === undefined || !("row" in dialog)) return {};
    const row = moved.get(dialog.row);
    return row === undefined ? {} : { dialog: { ...dialog, row } };
  }

  private lines({ request, lines }: Extract<TimesheetAnswer, { type: "history" }>): void {
    const pending = omit(this.state.pending, request);
    const { dialog } = this.state;
    if (dialog?.kind === "history" && dialog.request === request) {
      this.update({ pending, dialog: { kind: "history", row: dialog.row, lines } });
    } else this.update({ pending });
  }

  private answered(answer: Extract<TimesheetAnswer, { type: "done" | "refused" }>): void {
    const { pending, dialog, unsent, faults, model, said } = this.state;
    const origin = pending.get(answer.request);
    if (origin === undefined) return;
    const rest = omit(pending, answer.request);
    const isMine = dialog?.request === answer.request;
    if (answer.type === "done") {
      const isText = origin.of === "description" && unsent.get(origin.row) === origin.text;
      this.update({
        pending: rest,
        // A screen reader repeats the same words only if the text differs.
        said: answer.said === said ? `${answer.said}\u00a0` : answer.said,
        ...(answer.notice === true ? { notice: answer.said } : {}),
        ...(isMine ? { dialog: undefined } : {}),
        ...(origin.of === "panel" && origin.unchecks === true ? { checked: new Set() } : {}),
        ...(isText ? { unsent: omit(unsent, origin.row) } : {}),
        ...(origin.of === "panel" || dialog?.kind === "moveRange" ? { anchor: undefined, pulled: undefined } : {}),
      });
      return;
    }
    const kept = origin.of === "description" || origin.of === "dialog";
    const message =
      answer.isStale === true && kept
        ? `${answer.message} ${t("What you typed is kept: send it again.")}`
        : answer.message;
    this.update({ pending: rest, said: "" });
    if (isMine) this.update({ dialog: { ...omitAnswer(dialog), fault: message } });
    else if ("row" in origin && model?.rows.some(({ id }) => id === origin.row) === true) {
      this.update({ faults: new Map(faults).set(origin.row, message) });
    } else this.update({ banner: message });
  }
}

/** Reads the value of a select of cases. */
export function readChoice(target: string): CaseChoice {
  return target === ASK ? "ask" : { caseId: target === NO_CASE ? null : target };
}

const FORGET_SELECTION = {
  cursor: undefined,
  anchor: undefined,
  pulled: undefined,
  chosen: undefined,
  item: undefined,
} as const;

/** Keeps the case that an open form names among those to choose from, even if the new model has no time on it. */
function keepNamedCase<M extends TimesheetModel>(
  dialog: Dialog | undefined,
  before: TimesheetModel | undefined,
  model: M,
): M {
  if (dialog === undefined || !("target" in dialog)) return model;
  const isNamed = ({ id }: TimesheetCase): boolean => id === dialog.target;
  const named = before?.cases.find(isNamed);
  return named === undefined || model.cases.some(isNamed) ? model : { ...model, cases: [...model.cases, named] };
}

function isSamePlace(before: TimesheetModel | undefined, after: TimesheetModel): boolean {
  if (before?.view === "day") return after.view === "day" && before.day === after.day;
  return before?.view === "week" && after.view === "week" && before.from === after.from;
}

function findPlace(model: TimesheetModel): Place {
  if (model.view === "day") return { view: "day", day: model.day };
  return { view: "week", day: model.from <= model.today && model.today <= model.to ? model.today : model.from };
}

/** The map without that key. */
export function omit<K, V>(map: ReadonlyMap<K, V>, key: K): ReadonlyMap<K, V> {
  const rest = new Map(map);
  rest.delete(key);
  return rest;
}
