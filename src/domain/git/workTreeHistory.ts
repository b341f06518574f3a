import { isSameCase, type Case, type CaseRef } from "../cases/case.ts";
import type { EpochMs } from "../../base/time.ts";
import type { TreeId } from "../cases/treeId.ts";

/** What is checked out in a work tree. */
export interface CheckedOut {
  /** Undefined when on no branch. */
  readonly branch: string | undefined;
  /** When it was first seen there. */
  readonly since: EpochMs;
}

interface Tree {
  checkedOut: CheckedOut | undefined;
  /** When the pick in force was made; undefined without one. */
  pickedAt: EpochMs | undefined;
  /** Cases picked here, the latest first, each once. */
  readonly picks: CaseRef[];
  readonly lastPicks: Map<string, CaseRef>;
  /** Mismatches in which the person decided to keep the picked case. */
  readonly kept: { readonly picked: CaseRef; readonly pointed: CaseRef }[];
}

const NOTHING: Readonly<Tree> = {
  checkedOut: undefined,
  pickedAt: undefined,
  picks: [],
  lastPicks: new Map(),
  kept: [],
};

/** The branch of each work tree and the picks made on it, folded in log order. */
export class WorkTreeHistory {
  private readonly trees = new Map<TreeId, Tree>();

  /** What is checked out; undefined when that was never seen. */
  checkedOut(tree: TreeId): CheckedOut | undefined {
    return this.read(tree).checkedOut;
  }

  /** When the pick in force was made; undefined without one. Picking the same case again does not count. */
  pickedAt(tree: TreeId): EpochMs | undefined {
    return this.read(tree).pickedAt;
  }

  /** The cases picked in the tree, the latest first, each once. */
  listPicks(tree: TreeId): readonly CaseRef[] {
    return this.read(tree).picks;
  }

  /** The last pick in the tree while a branch was checked out there. */
  lastPickOn(tree: TreeId, branch: string): CaseRef | undefined {
    return this.read(tree).lastPicks.get(branch);
  }

  /** Whether the person kept a case although signs point at another. */
  isKept(tree: TreeId, picked: CaseRef, pointed: CaseRef): boolean {
    return this.read(tree).kept.some((pair) => isSameCase(pair.picked, picked) && isSameCase(pair.pointed, pointed));
  }

  pick(tree: TreeId, at: EpochMs, picked: Case | null): void {
    const history = this.open(tree);
    if (picked === null) {
      history.pickedAt = undefined;
      return;
    }
    const [last] = history.picks;
    // The same case with another snapshot is no new pick.
    if (history.pickedAt === undefined || !isSameCase(last, picked.ref)) history.pickedAt = at;
    const known = history.picks.findIndex((ref) => isSameCase(ref, picked.ref));
    if (known >= 0) history.picks.splice(known, 1);
    history.picks.unshift(picked.ref);
    const branch = history.checkedOut?.branch;
    if (branch !== undefined) history.lastPicks.set(branch, picked.ref);
  }

  checkOut(tree: TreeId, at: EpochMs, branch: string | undefined): void {
    const history = this.open(tree);
    // Every window that has the tree open may have recorded it.
    if (history.checkedOut !== undefined && history.checkedOut.branch === branch) return;
    history.checkedOut = { branch, since: at };
  }

  keep(tree: TreeId, picked: CaseRef, pointed: CaseRef): void {
    if (!this.isKept(tree, picked, pointed)) this.open(tree).kept.push({ picked, pointed });
  }

  private read(tree: TreeId): Readonly<Tree> {
    return this.trees.get(tree) ?? NOTHING;
  }

  private open(tree: TreeId): Tree {
    let history = this.trees.get(tree);
    if (history === undefined) {
      history = { checkedOut: undefined, pickedAt: undefined, picks: [], lastPicks: new Map(), kept: [] };
      this.trees.set(tree, history);
    }
    return history;
  }
}
