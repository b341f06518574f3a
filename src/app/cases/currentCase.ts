import { ObservableValue } from "../../base/emitter.ts";
import { DisposableStore, type IDisposable } from "../../base/disposable.ts";
import { isSameCase, type Case } from "../../domain/cases/case.ts";
import type { TreeId } from "../../domain/cases/treeId.ts";
import type { Journal } from "../ledger/journal.ts";

/** The pick and pause in force where the person works. */
export interface CurrentPick {
  /** Work tree of the active editor, else of the window. */
  readonly tree: TreeId | undefined;
  /** Its pick; undefined when there is none. */
  readonly case: Case | undefined;
  readonly paused: boolean;
}

/** Follows and changes the case of the active work tree. A change is committed before it shows. */
export class CurrentCase implements IDisposable {
  readonly state = new ObservableValue<CurrentPick>(
    { tree: undefined, case: undefined, paused: false },
    (a, b) => a.tree === b.tree && a.paused === b.paused && isSameSnapshot(a.case, b.case),
  );
  private readonly store = new DisposableStore();
  private readonly journal: Journal;
  private tree: TreeId | undefined;

  constructor(journal: Journal) {
    this.journal = journal;
    this.store.add(this.state);
    this.store.add(
      journal.view.onDidChange(() => {
        this.update();
      }),
    );
  }

  /** Sets the work tree to follow. */
  setActiveTree(tree: TreeId): void {
    this.tree = tree;
    this.update();
  }

  /** Picks a case (or, with null, none) for a work tree; does nothing when it is picked already. */
  async pick(tree: TreeId, picked: Case | null): Promise<void> {
    await this.journal.view.load();
    const { ledger } = this.journal.view;
    const before = ledger.findPick(tree);
    if (picked === null ? before === undefined : isSameSnapshot(before, picked)) return;
    const columns = picked === null ? {} : { case: picked.ref };
    await this.journal.append([this.journal.create({ kind: "pick", tree, case: picked }, columns)]);
  }

  async setPaused(paused: boolean): Promise<void> {
    await this.journal.view.load();
    if (this.journal.view.ledger.isPaused === paused) return;
    await this.journal.append([this.journal.create({ kind: paused ? "pause" : "resume" })]);
  }

  dispose(): void {
    this.store.dispose();
  }

  private update(): void {
    const { ledger } = this.journal.view;
    const { tree } = this;
    this.state.set({ tree, case: tree === undefined ? undefined : ledger.findPick(tree), paused: ledger.isPaused });
  }
}

/** A changed snapshot is picked again, because the case's contract affects what counts. */
function isSameSnapshot(a: Case | undefined, b: Case | undefined): boolean {
  return isSameCase(a?.ref, b?.ref) && JSON.stringify(a) === JSON.stringify(b);
}
