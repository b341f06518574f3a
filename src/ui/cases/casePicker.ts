import * as vscode from "vscode";
import type { KnownCases } from "../../app/cases/caseDirectory.ts";
import { DisposableStore, type IDisposable } from "../../base/disposable.ts";
import { t } from "../../base/text.ts";
import { parseCaseKey, type Case } from "../../domain/cases/case.ts";
import {
  findButton,
  caseItems,
  isChoiceOf,
  toLookKey,
  type PickerChoice,
  type CaseItem,
  type CaseListModel,
} from "./caseItems.ts";

/** The final choice: a search is none. */
export type PickedChoice = Exclude<PickerChoice, { kind: "search" }>;

/** What the picker needs. */
export interface CasePickerModel {
  /** What the case is asked for. */
  readonly title: string;
  /** The current content of the rows. */
  rows(): CaseListModel;
  /** The last known lists. */
  readonly known: KnownCases;
  /** Fetches the lists anew, completely even if the picker closes before; pages arrive through `onPage`. */
  refresh(onPage: (known: KnownCases) => void): Promise<KnownCases>;
  /** The lists or the rows' content changed for another reason than our refresh. */
  onDidChange(listener: () => void): IDisposable;
  /** The last known lists as they are now. */
  list(): Promise<KnownCases>;
  /** Searches the billing system. */
  search(text: string, signal: AbortSignal): Promise<readonly Case[]>;
  pin(one: Case, isPinned: boolean): void;
  open(one: Case): void;
  details(one: Case): void;
  report(error: unknown): void;
}

/** More than any window shows at once. */
const FIRST_ROWS = 60;
/** VS Code batches what is set within one turn: the other rows must come in a later turn to stay out of that batch. */
const REST_AFTER_MS = 20;

/** Lets the person pick a case: the known lists at once, fresh ones as they arrive. Undefined when dismissed. */
export async function pickCaseFrom(model: CasePickerModel): Promise<PickedChoice | undefined> {
  const store = new DisposableStore();
  const pick = store.add(vscode.window.createQuickPick<CaseItem>());
  pick.title = model.title;
  pick.placeholder = t("Type a key, a title or a customer");
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  pick.buttons = [{ iconPath: new vscode.ThemeIcon("refresh"), tooltip: t("Refresh the cases") }];
  let turn = 0;
  let shown = model.known;
  let looked = "";
  let found: CaseListModel["found"];
  const stop = new AbortController();
  const show = (known: KnownCases): void => {
    shown = known;
    const active = pick.activeItems[0]?.choice;
    const items = caseItems({ ...model.rows(), found }, known);
    const look = toLookKey(items);
    if (look === looked) return;
    looked = look;
    pick.keepScrollPosition = true;
    pick.items = items;
    const again = active?.kind === "case" ? items.find((item) => isChoiceOf(item, active.case)) : undefined;
    if (again !== undefined) pick.activeItems = [again];
  };
  const fill = async (): Promise<void> => {
    const mine = ++turn;
    pick.busy = true;
    try {
      const fresh = await model.refresh((known) => {
        if (mine === turn) show(known);
      });
      if (mine !== turn) return;
      pick.busy = false;
      show(fresh);
    } catch (error) {
      if (mine !== turn) return;
      pick.busy = false;
      model.report(error);
      show(shown);
    }
  };
  const search = async (): Promise<void> => {
    const text = pick.value.trim();
    if (text === "") return;
    const mine = ++turn;
    pick.busy = true;
    try {
      const cases = await model.search(text, stop.signal);
      if (mine !== turn) return;
      found = { text, cases };
      show(shown);
      const first = pick.items.find((item) => cases[0] !== undefined && isChoiceOf(item, cases[0]));
      if (first !== undefined) pick.activeItems = [first];
    } catch (error) {
      if (mine === turn) model.report(error);
    } finally {
      if (mine === turn) pick.busy = false;
    }
  };
  const follow = async (): Promise<void> => {
    const mine = turn;
    try {
      const known = await model.list();
      if (mine === turn) show(known);
    } catch (error) {
      model.report(error);
    }
  };

  try {
    return await new Promise<PickedChoice | undefined>((resolve) => {
      store.add(pick.onDidTriggerButton(() => void fill()));
      store.add(
        pick.onDidTriggerItemButton(({ item, button }) => {
          if (item.choice?.kind !== "case") return;
          const { case: of } = item.choice;
          const what = findButton(button);
          if (what === "open") model.open(of);
          if (what === "details") model.details(of);
          if (what === "pin" || what === "unpin") model.pin(of, what === "pin");
        }),
      );
      store.add(
        pick.onDidAccept(() => {
          const [item] = pick.activeItems;
          if (item?.choice?.kind === "search") void search();
          else if (item?.choice !== undefined) resolve(item.choice);
        }),
      );
      store.add(
        pick.onDidHide(() => {
          resolve(undefined);
        }),
      );
      store.add(model.onDidChange(() => void follow()));
      // The first screen is there at once; thousands of rows take the window a moment longer.
      pick.items = caseItems(model.rows(), model.known).slice(0, FIRST_ROWS);
      pick.show();
      const rest = setTimeout(() => {
        show(shown);
        void fill();
      }, REST_AFTER_MS);
      store.add({
        dispose: () => {
          clearTimeout(rest);
        },
      });
    });
  } finally {
    turn += 1;
    stop.abort();
    store.dispose();
  }
}

/** Asks for a case of one's own: key, title, customer. Undefined when dismissed. */
export async function askNewCase(isTaken: (key: string) => boolean): Promise<Omit<Case, "ref"> | undefined> {
  const key = await vscode.window.showInputBox({
    title: t("New local case (1/3)"),
    prompt: t("Key, as it will appear in commits and on the bill"),
    placeHolder: "ACME-1234",
    ignoreFocusOut: true,
    validateInput: (value) => {
      if (parseCaseKey(value) === undefined) return t("1 to 64 printable characters, no leading or trailing spaces");
      return isTaken(value) ? t("A case with this key already exists") : undefined;
    },
  });
  if (key === undefined) return undefined;
  const title = await vscode.window.showInputBox({
    title: t("New local case (2/3)"),
    prompt: t("Title"),
    placeHolder: t("What it is about"),
    ignoreFocusOut: true,
  });
  if (title === undefined) return undefined;
  const customer = await vscode.window.showInputBox({
    title: t("New local case (3/3)"),
    prompt: t("Customer"),
    ignoreFocusOut: true,
  });
  if (customer === undefined) return undefined;
  return { key, title: title.trim(), customer: { id: customer.trim(), name: customer.trim() }, status: "open" };
}
