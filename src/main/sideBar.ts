import * as vscode from "vscode";
import type { CaseDirectory } from "../app/cases/caseDirectory.ts";
import type { CaseGuard } from "../app/git/caseGuard.ts";
import type { ContractHours } from "../app/cases/contractHours.ts";
import type { CurrentCase } from "../app/cases/currentCase.ts";
import type { EditContext } from "../app/edits/reassign.ts";
import { listWaitingItems, type WaitingItem } from "../app/status/waiting.ts";
import { DisposableStore, type IDisposable } from "../base/disposable.ts";
import { plural } from "../base/text.ts";
import { CONTEXT_KEYS, VIEW_IDS } from "../ports/manifest.ts";
import { explainFailure, findCase } from "../ui/cases/caseCommands.ts";
import { caseRows, type CasesRow } from "../ui/sideBar/casesView.ts";
import { TODAY_MIME, todayRows, type TodayRow } from "../ui/sideBar/todayView.ts";
import { dropStretches } from "../ui/sideBar/dropStretches.ts";
import { RowTree, type TreeRow } from "../ui/sideBar/treeView.ts";
import { waitingRows } from "../ui/sideBar/waitingView.ts";

interface SideBarContext extends EditContext {
  readonly directory: CaseDirectory;
  readonly budget: ContractHours;
  readonly guard: CaseGuard;
  readonly current: CurrentCase;
  readonly flush: () => Promise<void>;
  readonly report: (error: unknown) => void;
}

/** The views in the side bar, the badge, and what `when` clauses can ask. */
export class SideBarPart implements IDisposable {
  private readonly store = new DisposableStore();
  private readonly context: SideBarContext;
  private readonly today: RowTree<TodayRow>;
  private readonly cases: RowTree<CasesRow>;
  private readonly waiting: RowTree<TreeRow>;
  private readonly keys = new Map<string, unknown>();

  constructor(context: SideBarContext) {
    this.context = context;
    const {
      journal: { view },
      directory,
      report,
    } = context;
    const drop = (rows: readonly unknown[], on: TreeRow): Promise<void> => this.drop(rows, on);
    this.today = this.store.add(
      new RowTree<TodayRow>(VIEW_IDS.today, () => todayRows(view, directory), report, {
        from: [TODAY_MIME],
        own: TODAY_MIME,
        drop,
      }),
    );
    this.cases = this.store.add(
      new RowTree<CasesRow>(VIEW_IDS.cases, () => this.caseRows(), report, { from: [TODAY_MIME], drop }),
    );
    this.waiting = this.store.add(
      new RowTree(VIEW_IDS.waiting, async () => waitingRows(await this.waitingItems()), report),
    );
  }

  /** Something that the views show has changed; called at most once a minute while only time passes. */
  update(items: readonly WaitingItem[]): void {
    this.today.refresh();
    this.cases.refresh();
    this.waiting.refresh();
    this.count(items);
  }

  /** Everything that waits for the person, as it is now. */
  waitingItems(): Promise<readonly WaitingItem[]> {
    const {
      journal: { view, clock },
      directory,
      current,
      guard,
    } = this.context;
    return listWaitingItems({
      view,
      directory,
      clock,
      current: () => current.state.value,
      mismatch: (tree) => guard.mismatch(tree),
    });
  }

  dispose(): void {
    this.store.dispose();
  }

  private async caseRows(): Promise<readonly CasesRow[]> {
    const {
      journal: { view },
      directory,
      guard,
      budget,
      current,
    } = this.context;
    const { tree } = current.state.value;
    const known = await directory.list();
    await budget.update();
    return caseRows(
      {
        current: current.state.value.case?.ref,
        suggestions: tree === undefined ? [] : guard.suggestions(tree),
        recent: view.ledger.recentCases,
        pinned: view.ledger.pinned,
        findSecondsLeft: (one) => budget.stateFor(one)?.leftSeconds,
        offeredFile: undefined,
        canSearch: false,
        explain: explainFailure,
      },
      known,
    );
  }

  private count(items: readonly WaitingItem[]): void {
    const {
      journal: { view },
      current,
    } = this.context;
    this.waiting.setBadge(
      items.length,
      plural(items.length, "{0} item needs your attention", "{0} items need your attention"),
    );
    const { case: picked, paused } = current.state.value;
    this.setKey(CONTEXT_KEYS.ready, true);
    this.setKey(CONTEXT_KEYS.connected, view.ledger.connection !== undefined);
    this.setKey(CONTEXT_KEYS.hasCase, picked !== undefined);
    this.setKey(CONTEXT_KEYS.caseKey, picked?.key);
    this.setKey(CONTEXT_KEYS.paused, paused);
    this.setKey(CONTEXT_KEYS.timerRuns, view.ledger.timer !== undefined);
    this.setKey(
      CONTEXT_KEYS.mismatch,
      items.some(({ kind }) => kind === "mismatch"),
    );
    this.setKey(
      CONTEXT_KEYS.conflicts,
      items.some(({ kind }) => kind === "conflict"),
    );
  }

  private setKey(key: string, value: unknown): void {
    if (this.keys.has(key) && this.keys.get(key) === value) return;
    this.keys.set(key, value);
    void vscode.commands.executeCommand("setContext", key, value);
  }

  /** Stretches that are dropped on a case, or on "no case", go there. */
  private async drop(rows: readonly unknown[], on: TreeRow): Promise<void> {
    const { directory, flush } = this.context;
    await flush();
    await dropStretches(this.context, rows, on, (key, source) => findCase(directory, key, source));
  }
}
