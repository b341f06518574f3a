import { Emitter, type Event } from "../../base/emitter.ts";
import { DisposableStore, type IDisposable } from "../../base/disposable.ts";
import { floorToSecond, secondsBetween, type Seconds } from "../../base/time.ts";
import type { FindKeys } from "../../domain/cases/caseKey.ts";
import { isSameCase, type Case, type CaseRef } from "../../domain/cases/case.ts";
import { CaseclockError } from "../../domain/errors.ts";
import {
  findMismatch,
  suggest,
  type Mismatch,
  type CaseHints,
  type Suggestion,
} from "../../domain/cases/suggestion.ts";
import type { Git, TreeHints, WorkTree } from "../../ports/git.ts";
import type { Settings } from "../../ports/settings.ts";
import type { CaseDirectory } from "../cases/caseDirectory.ts";
import type { CurrentCase } from "../cases/currentCase.ts";
import { reassign, type EditContext, type ReassignResult } from "../edits/reassign.ts";
import type { TreeId } from "../../domain/cases/treeId.ts";

export interface CaseGuardContext extends EditContext {
  readonly git: Pick<Git, "watchHints">;
  readonly directory: CaseDirectory;
  readonly current: CurrentCase;
  /** The settings in force in a work tree. */
  readonly settings: (tree: TreeId) => Settings;
  /** How keys are found in a work tree. */
  readonly findKeys: (tree: TreeId) => FindKeys;
  readonly report: (error: unknown) => void;
}

/** A mismatch, with all cases that its key may mean. */
export interface GuardMismatch extends Mismatch {
  /** The open cases that the key stands for, including the suggested one; absent if that is the only one. */
  readonly sameKey?: readonly Case[];
}

/** The result of following a suggestion. */
export interface FollowResult extends ReassignResult {
  /** What is picked now. */
  readonly case: Case;
  readonly mismatch: GuardMismatch;
  /** How long the mismatch lasted. */
  readonly span: Seconds;
}

/**
 * Knows which case the signs in each work tree point at, and whether they contradict the pick. It blocks nothing and,
 * unless set to follow the branch, picks nothing.
 */
export class CaseGuard implements IDisposable {
  private readonly changed = new Emitter<void>();
  private readonly store = new DisposableStore();
  private readonly context: CaseGuardContext;
  private readonly followed = new Set<TreeId>();
  private readonly signs = new Map<TreeId, TreeHints>();

  /** Fires after the signs of some work tree have changed. */
  readonly onDidChange: Event<void> = this.changed.event;

  constructor(context: CaseGuardContext) {
    this.context = context;
    this.store.add(this.changed);
  }

  /** Watches the signs of a work tree from now on. */
  follow(tree: TreeId, workTree: WorkTree): void {
    if (this.followed.has(tree)) return;
    this.followed.add(tree);
    const { git, report } = this.context;
    this.store.add(
      git.watchHints(
        workTree,
        (signs) => {
          this.take(tree, signs).catch(report);
        },
        report,
      ),
    );
  }

  /** Suggestions for a work tree, the best first. */
  suggestions(tree: TreeId): readonly Suggestion[] {
    const { directory, findKeys, settings } = this.context;
    const signs = this.collectSigns(tree, settings(tree).followBranch !== "off");
    return suggest(signs, {
      index: directory.index(),
      find: (ref) => directory.find(ref),
      findKeys: findKeys(tree),
    });
  }

  /** The mismatch in a work tree; undefined when nothing contradicts the pick, or the person has decided. */
  mismatch(tree: TreeId): GuardMismatch | undefined {
    const {
      journal: { view },
      directory,
      findKeys,
      settings,
    } = this.context;
    const { ledger } = view;
    const picked = ledger.findPick(tree);
    const at = ledger.trees.pickedAt(tree);
    if (picked === undefined || at === undefined || settings(tree).followBranch === "off") return undefined;
    const signs = this.collectSigns(tree, true);
    const found = findMismatch({ case: picked, at }, signs, {
      index: directory.index(),
      find: (ref) => directory.find(ref),
      findKeys: findKeys(tree),
    });
    if (found === undefined || ledger.trees.isKept(tree, found.picked, found.suggestion.case.ref)) return undefined;
    const sameKey = this.sameKeyAs(found.suggestion, signs, findKeys(tree));
    return sameKey.length > 1 ? { ...found, sameKey } : found;
  }

  /** Records that the person keeps the picked case: this mismatch is no longer reported in this work tree. */
  async keep(tree: TreeId): Promise<void> {
    const { journal } = this.context;
    const found = this.mismatch(tree);
    if (found === undefined) return;
    const { picked, suggestion } = found;
    await journal.append([
      journal.create({ kind: "kept", tree, picked, pointed: suggestion.case.ref }, { case: suggestion.case.ref }),
    ]);
  }

  /**
   * Follows the sign: picks its case, and reassigns to it what was captured in the work tree on the picked case since
   * the mismatch began. Approved time stays.
   * @param chosen which case, if the sign cannot decide among several
   * @returns what moved, and to which case; undefined when nothing contradicts the pick
   * @throws CaseclockError `cases.ambiguousKey` with the candidates in its message when the sign cannot decide and none
   * is chosen | `entries.stale` when it no longer points at the chosen one; nothing is changed then
   */
  async acceptSuggestion(tree: TreeId, chosen?: CaseRef): Promise<FollowResult | undefined> {
    const {
      journal: { clock },
      current,
    } = this.context;
    const mismatch = this.mismatch(tree);
    if (mismatch === undefined) return undefined;
    const range = { start: mismatch.since, end: floorToSecond(clock.now()) };
    const nothing: ReassignResult = { movedSeconds: 0 as Seconds, eventId: undefined };
    const only = { tree, case: mismatch.picked };
    const to = pointedAt(mismatch, chosen);
    const moved = range.start < range.end ? await reassign(this.context, range, to, only) : nothing;
    await current.pick(tree, to);
    return { ...moved, case: to, mismatch, span: secondsBetween(range.start, range.end) };
  }

  dispose(): void {
    this.store.dispose();
  }

  private async take(tree: TreeId, signs: TreeHints): Promise<void> {
    const { journal, settings, current, directory } = this.context;
    const { view } = journal;
    await view.load();
    await directory.list(); // so that cases can be found
    this.signs.set(tree, signs);
    const before = view.ledger.trees.checkedOut(tree);
    if (before === undefined || before.branch !== signs.branch) {
      await journal.append([journal.create({ kind: "branch", tree, branch: signs.branch ?? null })]);
      if (settings(tree).followBranch === "switch") {
        const [best] = this.suggestions(tree).filter(
          ({ reason, isAmbiguous }) => !isAmbiguous && (reason.kind === "branch" || reason.kind === "branchPick"),
        );
        if (best !== undefined) await current.pick(tree, best.case);
      }
    }
    this.changed.fire();
  }

  /** The open cases that the key of a suggestion stands for, as written in the sign: it may be just a number there. */
  private sameKeyAs({ reason, case: of }: Suggestion, signs: CaseHints, findKeys: FindKeys): readonly Case[] {
    const { branch = "", trailers, remote = "" } = signs;
    const keys = {
      branch: () => findKeys(branch),
      commit: () => trailers.map(({ key }) => key),
      remote: () => findKeys(remote),
      branchPick: () => [of.key],
      folder: () => [of.key],
    };
    const index = this.context.directory.index();
    const named = keys[reason.kind]().map((key) => index.find(key));
    return named.find((cases) => cases.some(({ ref }) => isSameCase(ref, of.ref))) ?? [];
  }

  /** @param withGit whether git's signs count, or only what was picked here before */
  private collectSigns(tree: TreeId, withGit: boolean): CaseHints {
    const { trees } = this.context.journal.view.ledger;
    const found = withGit ? this.signs.get(tree) : undefined;
    const { branch, trailers = [], remote } = found ?? { branch: undefined, remote: undefined };
    return {
      branch,
      branchSince: trees.checkedOut(tree)?.since ?? this.context.journal.clock.now(),
      lastPickOnBranch: branch === undefined ? undefined : trees.lastPickOn(tree, branch),
      trailers,
      remote,
      folderPicks: trees.listPicks(tree),
    };
  }
}

/** The case to pick when following a mismatch. @throws CaseclockError as `acceptSuggestion` */
function pointedAt({ suggestion, sameKey = [] }: GuardMismatch, chosen: CaseRef | undefined): Case {
  const { case: of, isAmbiguous } = suggestion;
  if (chosen === undefined && isAmbiguous) {
    const candidates = sameKey.map(
      ({ ref, title, customer }) => `${ref.source} ${ref.id} (${customer.name}, ${title})`,
    );
    throw new CaseclockError("cases.ambiguousKey", `${of.key} is a key of several cases: ${candidates.join(", ")}`);
  }
  if (chosen === undefined) return of;
  const found = (isAmbiguous ? sameKey : [of]).find(({ ref }) => isSameCase(ref, chosen));
  if (found === undefined) throw new CaseclockError("entries.stale", "nothing points at the chosen case any more");
  return found;
}
