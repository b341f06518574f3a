import * as vscode from "vscode";
import { DisposableStore, type IDisposable } from "../base/disposable.ts";
import { caseRefKey, isSameCase, parseCaseKey, type Case, type CaseRef } from "../domain/caseRef.ts";
import type { KnownCases } from "../app/caseDirectory.ts";
import { inertLabel } from "./present.ts";

/** What the person chose. */
export type CaseChoice =
  { readonly kind: "case"; readonly case: Case } | { readonly kind: "none" } | { readonly kind: "new" };

/** What the picker needs to know and to load. */
export interface CasePickerModel {
  /** What the case is asked for. */
  readonly title: string;
  readonly current: CaseRef | undefined;
  /** The latest first. */
  readonly recent: readonly CaseRef[];
  /** The last known list. */
  readonly known: KnownCases;
  /** Fetches the list anew; pages arrive through `onPage`. */
  refresh(signal: AbortSignal, onPage: (cases: readonly Case[]) => void): Promise<KnownCases>;
  /** The list changed for another reason than our refresh: a connection was made, another command fetched it. */
  onDidChange(listener: () => void): IDisposable;
  /** The last known list as it is now. */
  list(): Promise<KnownCases>;
  /** What a failed refresh is in words; also logs it. */
  explain(error: unknown): string;
}

interface CaseItem extends vscode.QuickPickItem {
  readonly choice?: CaseChoice;
}

const REFRESH: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon("refresh"), tooltip: "Refresh the cases" };
const OPEN: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon("link-external"), tooltip: "Open in browser" };
const MOST_RECENT = 5;

/** Lets the person pick a case: the known list at once, the fresh one as it arrives. Undefined when put aside. */
export async function pickCaseFrom(model: CasePickerModel): Promise<CaseChoice | undefined> {
  const store = new DisposableStore();
  const pick = store.add(vscode.window.createQuickPick<CaseItem>());
  const abort = new AbortController();
  pick.title = model.title;
  pick.placeholder = "Type a key, a title or a customer";
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  pick.buttons = [REFRESH];
  let latest = 0;
  let shown = model.known.cases;
  pick.items = itemsOf(model, shown, noteOf(model.known));

  const fill = async (): Promise<void> => {
    const turn = ++latest;
    pick.busy = true;
    try {
      const fresh = await model.refresh(abort.signal, (cases) => {
        // While pages arrive, a longer list replaces a shorter one; a known full list stays until the end.
        if (turn === latest && cases.length > shown.length) show(pick, model, (shown = cases), "Loading…");
      });
      if (turn === latest) show(pick, model, (shown = fresh.cases), noteOf(fresh));
    } catch (error) {
      if (turn === latest && !abort.signal.aborted) show(pick, model, shown, model.explain(error));
    } finally {
      if (turn === latest) pick.busy = false;
    }
  };

  const follow = async (): Promise<void> => {
    const turn = latest;
    try {
      const known = await model.list();
      if (turn === latest && known.cases.length >= shown.length)
        show(pick, model, (shown = known.cases), noteOf(known));
    } catch (error) {
      if (turn === latest) show(pick, model, shown, model.explain(error));
    }
  };

  try {
    return await new Promise<CaseChoice | undefined>((resolve) => {
      store.add(pick.onDidTriggerButton(() => void fill()));
      store.add(
        pick.onDidTriggerItemButton(({ item }) => {
          if (item.choice?.kind === "case" && item.choice.case.url !== undefined) {
            void vscode.env.openExternal(vscode.Uri.parse(item.choice.case.url));
          }
        }),
      );
      store.add(
        pick.onDidAccept(() => {
          const [item] = pick.activeItems;
          if (item?.choice !== undefined) resolve(item.choice);
        }),
      );
      store.add(
        pick.onDidHide(() => {
          resolve(undefined);
        }),
      );
      store.add(model.onDidChange(() => void follow()));
      pick.show();
      void fill();
    });
  } finally {
    abort.abort();
    latest += 1;
    store.dispose();
  }
}

/** Asks for a case of one's own: key, title, customer. Undefined when put aside. */
export async function askNewCase(isTaken: (key: string) => boolean): Promise<Omit<Case, "ref"> | undefined> {
  const key = await vscode.window.showInputBox({
    title: "New local case (1/3)",
    prompt: "Key, as it will stand in commits and on the bill",
    placeHolder: "ACME-1234",
    ignoreFocusOut: true,
    validateInput: (value) => {
      if (parseCaseKey(value) === undefined) return "1 to 64 printable characters, no spaces at the ends";
      return isTaken(value) ? "There is a case with this key already" : undefined;
    },
  });
  if (key === undefined) return undefined;
  const title = await vscode.window.showInputBox({
    title: "New local case (2/3)",
    prompt: "Title",
    placeHolder: "What it is about",
    ignoreFocusOut: true,
  });
  if (title === undefined) return undefined;
  const customer = await vscode.window.showInputBox({
    title: "New local case (3/3)",
    prompt: "Customer",
    ignoreFocusOut: true,
  });
  if (customer === undefined) return undefined;
  return { key, title: title.trim(), customer: { id: customer.trim(), name: customer.trim() }, status: "open" };
}

function show(pick: vscode.QuickPick<CaseItem>, model: CasePickerModel, cases: readonly Case[], note: string): void {
  const active = pick.activeItems[0]?.choice;
  const items = itemsOf(model, cases, note);
  pick.keepScrollPosition = true;
  pick.items = items;
  const again = active?.kind === "case" ? items.find((item) => isChoiceOf(item, active.case)) : undefined;
  if (again !== undefined) pick.activeItems = [again];
}

function isChoiceOf(item: CaseItem, one: Case): boolean {
  return item.choice?.kind === "case" && isSameCase(item.choice.case.ref, one.ref);
}

function itemsOf(model: CasePickerModel, cases: readonly Case[], note: string): CaseItem[] {
  const byRef = new Map(cases.map((one) => [caseRefKey(one.ref), one]));
  const recent = model.recent
    .map((ref) => byRef.get(caseRefKey(ref)))
    .filter((one) => one !== undefined)
    .slice(0, MOST_RECENT);
  const recentRefs = new Set(recent.map((one) => caseRefKey(one.ref)));
  const customers = new Map<string, Case[]>();
  for (const one of cases) {
    if (recentRefs.has(caseRefKey(one.ref)) || one.status === "closed") continue;
    const name = one.customer.name === "" ? "No customer" : one.customer.name;
    const group = customers.get(name);
    if (group === undefined) customers.set(name, [one]);
    else group.push(one);
  }
  const item = (one: Case): CaseItem => itemOf(one, isSameCase(one.ref, model.current));
  const groups = [...customers].sort(([a], [b]) => a.localeCompare(b));
  return [
    ...section("recent", recent.map(item)),
    ...groups.flatMap(([name, group]) => section(name, group.map(item))),
    { label: note === "" ? "more" : note, kind: vscode.QuickPickItemKind.Separator },
    { label: "$(circle-slash) No case (not billed)", choice: { kind: "none" }, alwaysShow: true },
    { label: "$(add) New local case…", choice: { kind: "new" }, alwaysShow: true },
  ];
}

function section(label: string, items: readonly CaseItem[]): CaseItem[] {
  return items.length === 0 ? [] : [{ label, kind: vscode.QuickPickItemKind.Separator }, ...items];
}

function itemOf(one: Case, isCurrent: boolean): CaseItem {
  const marks = [one.status === "closed" ? "closed" : "", one.contract?.billable === false ? "not billable" : ""];
  return {
    label: `${isCurrent ? "$(check) " : ""}${inertLabel(one.key)}`,
    description: inertLabel([one.title, ...marks].filter((text) => text !== "").join(" · ")),
    detail: inertLabel(one.customer.name, 200),
    choice: { kind: "case", case: one },
    ...(one.url === undefined ? {} : { buttons: [OPEN] }),
  };
}

function noteOf(known: KnownCases): string {
  if (known.fetchedAt === undefined) return "";
  return `list of ${new Date(known.fetchedAt).toLocaleString(undefined, { dateStyle: "short", timeStyle: "short" })}`;
}
