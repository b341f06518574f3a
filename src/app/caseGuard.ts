import { Emitter, type Event } from "../base/emitter.ts";
import { DisposableStore, type IDisposable } from "../base/disposable.ts";
import { floorToSecond, secondsBetween, type Seconds } from "../base/time.ts";
import type { FindKeys } from "../domain/caseKey.ts";
import type { TreeId } from "../domain/heartbeat.ts";
import { mismatchOf, suggest, type Mismatch, type Signs, type Suggestion } from "../domain/suggestion.ts";
import type { Git, TreeSigns, WorkTree } from "../ports/git.ts";
import type { Settings } from "../ports/settings.ts";
import type { CaseDirectory } from "./caseDirectory.ts";
import type { CurrentCase } from "./currentCase.ts";
import { reassign, type EditContext, type Reassigned } from "./editTime.ts";

export interface CaseGuardContext extends EditContext {
  readonly git: Pick<Git, "watchSigns">;
  readonly directory: CaseDirectory;
  readonly current: CurrentCase;
  /** The settings that hold in a work tree. */
  readonly settings: (tree: TreeId) => Settings;
  /** How keys are found in a work tree. */
  readonly findKeys: (tree: TreeId) => FindKeys;
  readonly report: (error: unknown) => void;
}

/**
 * Knows which case the signs in each work tree point at, and whether that contradicts the pick. It blocks nothing and,
 * unless the person wants it to follow the branch, picks nothing.
 */
export class CaseGuard implements IDisposable {
  private readonly changed = new Emitter<void>();
  private readonly store = new DisposableStore();
  private readonly context: CaseGuardContext;
  private readonly followed = new Set<TreeId>();
  private readonly signs = new Map<TreeId, TreeSigns>();

  /** What git says of some work tree has changed. */
  readonly onDidChange: Event<void> = this.changed.event;

  constructor(context: CaseGuardContext) {
    this.context = context;
    this.store.add(this.changed);
  }

  /** Looks at the signs of a work tree from now on. */
  follow(tree: TreeId, workTree: WorkTree): void {
    if (this.followed.has(tree)) return;
    this.followed.add(tree);
    const { git, report } = this.context;
    this.store.add(
      git.watchSigns(
        workTree,
        (signs) => {
          this.take(tree, signs).catch(report);
        },
        report,
      ),
    );
  }

  /** What to pick in a work tree, the best first. */
  suggestions(tree: TreeId): readonly Suggestion[] {
    const { directory, findKeys, settings } = this.context;
    const signs = this.signsOf(tree, settings(tree).followBranch !== "off");
    return suggest(signs, {
      index: directory.index(),
      find: (ref) => directory.find(ref),
      findKeys: findKeys(tree),
    });
  }

  /** What contradicts the pick of a work tree; undefined when nothing does, or the person has decided. */
  mismatch(tree: TreeId): Mismatch | undefined {
    const { directory, findKeys, settings, view } = this.context;
    const { ledger } = view;
    const picked = ledger.pickOf(tree);
    const at = ledger.trees.pickedAt(tree);
    if (picked === undefined || at === undefined || settings(tree).followBranch === "off") return undefined;
    const found = mismatchOf({ case: picked, at }, this.signsOf(tree, true), {
      index: directory.index(),
      find: (ref) => directory.find(ref),
      findKeys: findKeys(tree),
    });
    return found === undefined || ledger.trees.isKept(tree, found.picked, found.suggestion.case.ref)
      ? undefined
      : found;
  }

  /** The person keeps the picked case: this contradiction is told no more in this work tree. */
  async keep(tree: TreeId): Promise<void> {
    const { log, factory } = this.context;
    const found = this.mismatch(tree);
    if (found === undefined) return;
    const { picked, suggestion } = found;
    await log.append([
      factory.create({ kind: "kept", tree, picked, pointed: suggestion.case.ref }, { case: suggestion.case.ref }),
    ]);
  }

  /**
   * Does what the sign says: picks its case, and moves to it what was captured in the work tree on the picked one since
   * the contradiction began. What is approved stays.
   * @returns what moved; undefined when nothing contradicts the pick
   */
  async acceptSuggestion(
    tree: TreeId,
  ): Promise<(Reassigned & { readonly mismatch: Mismatch; readonly span: Seconds }) | undefined> {
    const { clock, current } = this.context;
    const mismatch = this.mismatch(tree);
    if (mismatch === undefined) return undefined;
    const range = { start: mismatch.since, end: floorToSecond(clock.now()) };
    const nothing: Reassigned = { movedSeconds: 0 as Seconds, eventId: undefined };
    const only = { tree, case: mismatch.picked };
    const moved =
      range.start < range.end ? await reassign(this.context, range, mismatch.suggestion.case, only) : nothing;
    await current.pick(tree, mismatch.suggestion.case);
    return { ...moved, mismatch, span: secondsBetween(range.start, range.end) };
  }

  dispose(): void {
    this.store.dispose();
  }

  private async take(tree: TreeId, signs: TreeSigns): Promise<void> {
    const { log, view, factory, settings, current, directory } = this.context;
    await view.load();
    await directory.list(); // so that there is something to find
    this.signs.set(tree, signs);
    const before = view.ledger.trees.checkedOut(tree);
    if (before === undefined || before.branch !== signs.branch) {
      await log.append([factory.create({ kind: "branch", tree, branch: signs.branch ?? null })]);
      if (settings(tree).followBranch === "switch") {
        const [best] = this.suggestions(tree).filter(
          ({ reason, isAmbiguous }) => !isAmbiguous && (reason.kind === "branch" || reason.kind === "branchPick"),
        );
        if (best !== undefined) await current.pick(tree, best.case);
      }
    }
    this.changed.fire();
  }

  /** @param withGit whether git has a say, or only what was picked here before */
  private signsOf(tree: TreeId, withGit: boolean): Signs {
    const { trees } = this.context.view.ledger;
    const found = withGit ? this.signs.get(tree) : undefined;
    const { branch, trailers = [], remote } = found ?? { branch: undefined, remote: undefined };
    return {
      branch,
      branchSince: trees.checkedOut(tree)?.since ?? this.context.clock.now(),
      lastPickOnBranch: branch === undefined ? undefined : trees.lastPickOn(tree, branch),
      trailers,
      remote,
      folderPicks: trees.picksOf(tree),
    };
  }
}
