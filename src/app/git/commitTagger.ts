import { DisposableStore, type IDisposable } from "../../base/disposable.ts";
import { t } from "../../base/text.ts";
import { HOUR_MS, MINUTE_MS } from "../../base/time.ts";
import { CaseclockError, toErrorMessage } from "../../domain/errors.ts";
import { formatTrailer } from "../../domain/git/trailer.ts";
import type { TaggingChoice } from "../../domain/ledger.ts";
import type { Git, HookState, Marker, TagOutcome, WorkTree } from "../../ports/git.ts";
import type { Logger } from "../../ports/logger.ts";
import type { TaggingState } from "../../ports/commands.ts";
import type { Settings } from "../../ports/settings.ts";
import type { TreeId } from "../../domain/cases/treeId.ts";
import type { Journal } from "../ledger/journal.ts";

interface Followed {
  readonly workTree: WorkTree;
  /** What was written last, to write only changes; undefined: write in any case. */
  written: string | undefined;
  /** Whether a marker of this window may exist, which must be removed when the window closes. */
  marked: boolean;
  asking: boolean;
  /** Why the last write failed. */
  failure: string | undefined;
}

/**
 * Asks once whether to tag commits of a repository; undefined when the question was dismissed.
 * @param inTheWay set if only a snippet in files of others can do it
 */
export type AskTagging = (repository: string, inTheWay: TaggingState | undefined) => Promise<TaggingChoice | undefined>;

/**
 * Keeps the markers in step with the picks of this window's work trees, and installs the message hook where the person
 * wants it. A marker ends with a pause, with "no case", with the window, and 12 hours after its last renewal.
 * A hook that another tool removed is silently restored: at the start, hourly, and after a commit without a tag.
 */
export class CommitTagger implements IDisposable {
  private readonly store = new DisposableStore();
  private readonly followed = new Map<TreeId, Followed>();
  private readonly git: Git;
  private readonly journal: Journal;
  private readonly settings: () => Settings;
  private readonly ask: AskTagging;
  private readonly logger: Logger;
  private queue: Promise<void> = Promise.resolve();

  constructor(git: Git, journal: Journal, settings: () => Settings, ask: AskTagging, logger: Logger) {
    this.git = git;
    this.journal = journal;
    this.settings = settings;
    this.ask = ask;
    this.logger = logger;
    this.store.add(
      journal.view.onDidChange(() => {
        this.update();
      }),
    );
    this.store.add(
      journal.clock.every(HOUR_MS, () => {
        this.repair();
      }),
    );
    // Another window of the repository removes the marker when it closes.
    this.store.add(
      journal.clock.every(MINUTE_MS, () => {
        this.findLost().catch((error: unknown) => {
          this.logger.warn("could not look for the marker", error);
        });
      }),
    );
  }

  /** Checks the hooks again, of one work tree or all, and writes what is missing. */
  repair(tree?: TreeId): void {
    for (const [id, followed] of this.followed) {
      if (tree === undefined || tree === id) followed.written = undefined;
    }
    this.update();
  }

  /** Removes this window's markers. Another window that needs one writes it again. */
  async close(): Promise<void> {
    this.store.dispose();
    await this.queue;
    for (const { workTree, marked } of this.followed.values()) {
      if (!marked) continue;
      await this.git.writeMarker(workTree, undefined).catch((error: unknown) => {
        this.logger.warn("could not remove the marker", error);
      });
    }
    this.followed.clear();
  }

  follow(tree: TreeId, workTree: WorkTree): void {
    if (this.followed.has(tree)) return;
    this.followed.set(tree, { workTree, written: undefined, marked: false, asking: false, failure: undefined });
    this.update();
  }

  /** Starts bringing the markers in step; `settled` waits for it. */
  update(): void {
    this.queue = this.queue.then(async () => {
      for (const [tree, followed] of this.followed) {
        try {
          await this.updateTree(tree, followed);
          followed.failure = undefined;
        } catch (error) {
          followed.failure = toErrorMessage(error);
          this.logger.warn(`could not update the marker: ${toErrorMessage(error)}`);
        }
      }
    });
  }

  /** Brings the markers in step with the ledger, and waits for it. */
  settled(): Promise<void> {
    this.update();
    return this.queue;
  }

  /**
   * Tags commits from now on. If something is in the way, tagging begins as soon as the snippet is in place.
   * @throws CaseclockError `git.notARepository` | `git.failed` | `tagging.hookInTheWay`
   */
  async enable(tree: TreeId): Promise<void> {
    const followed = this.require(tree);
    await this.git.installHooks(followed.workTree);
    await this.choose(followed.workTree, "here");
    await this.settled();
  }

  /** Removes the hook and the marker; everything else stays byte for byte. */
  async disable(tree: TreeId): Promise<void> {
    const followed = this.require(tree);
    await this.choose(followed.workTree, "notHere");
    await this.settled();
    await this.git.removeHooks(followed.workTree);
  }

  async state(tree: TreeId): Promise<TaggingState> {
    const followed = this.require(tree);
    const { workTree } = followed;
    const repository = workTree.root;
    const wanted = this.wanted(workTree);
    if (wanted === "off") {
      return { repository, tagging: "notHere", reason: t("Tagging is switched off in the settings.") };
    }
    if (wanted === "notHere" || wanted === "never") {
      return { repository, tagging: "notHere", reason: t("You chose not to tag commits here.") };
    }
    let hook: HookState;
    try {
      hook = await this.git.hookState(workTree);
    } catch (error) {
      if (CaseclockError.is(error)) {
        const reason = t(
          "Commits are not tagged, because git gave no answer: {0}. They are still detected and counted as evidence.",
          error.message,
        );
        return { repository, tagging: "unavailable", reason };
      }
      throw error;
    }
    if (hook.state === "inTheWay") return blockedState(repository, hook);
    if (hook.state === "switchedOff") {
      const reason = t("git's configuration switches the hook off ({0}).", hook.key);
      return { repository, tagging: "unavailable", reason };
    }
    if (wanted === undefined) {
      return { repository, tagging: "unasked", reason: t("You have not been asked yet: pick a case to be asked.") };
    }
    if (hook.state === "absent") {
      this.repair(tree);
      await this.queue;
    }
    if (followed.failure !== undefined) return failedState(repository, followed.failure);
    if (hook.state === "absent") {
      return { repository, tagging: "unavailable", reason: t("The hook was missing and is being reinstalled.") };
    }
    const by = hook.by === "manager" ? hook.manager : hook.by === "remote" ? "config" : hook.by;
    const sentences = [describeWay(hook), this.whatNow(tree)];
    // A command, if there is one, comes last.
    if (hook.by === "remote") sentences.reverse();
    return { repository, tagging: "here", by, reason: sentences.join(" ") };
  }

  /**
   * Tags the last commit, unless somebody else may have it.
   * @throws CaseclockError `git.notARepository` | `git.failed`
   */
  tagLast(tree: TreeId, caseKey: string): Promise<TagOutcome> {
    const { workTree } = this.require(tree);
    return this.git.tagHead(workTree, { caseKey, trailer: this.settings().trailer });
  }

  get trees(): readonly TreeId[] {
    return [...this.followed.keys()];
  }

  dispose(): void {
    this.store.dispose();
  }

  private whatNow(tree: TreeId): string {
    const { ledger } = this.journal.view;
    if (ledger.isPaused) return t("While you are paused, commits get no trailer.");
    const picked = ledger.findPick(tree);
    return picked === undefined
      ? t("No case is picked: commits get no trailer.")
      : t('Commits now get "{0}".', formatTrailer(this.settings().trailer, picked.key));
  }

  private async findLost(): Promise<void> {
    for (const followed of this.followed.values()) {
      const { workTree, written } = followed;
      if (written === undefined || written === "" || (await this.git.hasMarker(workTree))) continue;
      if (followed.written === written) followed.written = undefined;
      this.update();
    }
  }

  private require(tree: TreeId): Followed {
    const followed = this.followed.get(tree);
    if (followed === undefined)
      throw new CaseclockError("git.notARepository", "this folder is not in a git repository");
    return followed;
  }

  /** Whether to tag in the repository, by choice or setting; undefined when the person has to be asked. */
  private wanted(workTree: WorkTree): TaggingChoice | "off" | undefined {
    const { tagging } = this.settings();
    if (tagging === "off") return "off";
    const { ledger } = this.journal.view;
    const chosen = ledger.tagging.get(workTree.commonDir);
    if (chosen !== undefined) return chosen;
    if (tagging === "on") return "here";
    return ledger.tagsNowhere ? "never" : undefined;
  }

  private async updateTree(tree: TreeId, followed: Followed): Promise<void> {
    const { workTree } = followed;
    const { ledger } = this.journal.view;
    const picked = ledger.isPaused ? undefined : ledger.findPick(tree);
    let wanted = this.wanted(workTree);
    if (wanted === undefined && picked !== undefined && !followed.asking) {
      followed.asking = true;
      this.askFor(tree, workTree).catch((error: unknown) => {
        this.logger.warn("could not ask about tagging", error);
      });
      wanted = undefined;
    }
    const { trailer } = this.settings();
    const marker = wanted === "here" && picked !== undefined ? { caseKey: picked.key, trailer } : undefined;
    const text = marker === undefined ? "" : `${marker.caseKey}\n${marker.trailer}`;
    if (text === followed.written) return;
    // Even if the hook fails: a marker of the previous case would tag commits with the wrong one.
    const mended = marker === undefined ? undefined : this.mend(followed);
    const failed = await mended?.then(
      () => false,
      () => true,
    );
    await this.mark(followed, marker);
    followed.written = failed === true ? undefined : text;
    await mended;
  }

  /** Writes the marker; if that fails, removes the previous one. */
  private async mark(followed: Followed, marker: Marker | undefined): Promise<void> {
    const { workTree } = followed;
    followed.marked ||= marker !== undefined;
    try {
      await this.git.writeMarker(workTree, marker);
    } catch (error) {
      followed.written = undefined;
      // The first failure is thrown.
      if (marker !== undefined) await this.git.writeMarker(workTree, undefined).catch(() => undefined);
      throw error;
    }
    followed.marked = marker !== undefined;
  }

  /** Restores what is missing of the hook, before the first marker and at each repair. */
  private async mend({ workTree, written }: Followed): Promise<void> {
    if (written !== undefined && written !== "") return;
    const hook = await this.git.hookState(workTree);
    if (hook.state === "absent" || hook.state === "inTheWay") await this.git.installHooks(workTree);
  }

  private async askFor(tree: TreeId, workTree: WorkTree): Promise<void> {
    const hook = await this.git.hookState(workTree);
    const { root } = workTree;
    const choice = await this.ask(root, hook.state === "inTheWay" ? blockedState(root, hook) : undefined);
    if (choice === "here") await this.enable(tree);
    else if (choice !== undefined) await this.choose(workTree, choice);
  }

  private async choose(workTree: WorkTree, choice: TaggingChoice): Promise<void> {
    await this.journal.append([this.journal.create({ kind: "tagging", repository: workTree.commonDir, choice })]);
  }
}

function blockedState(repository: string, hook: Extract<HookState, { state: "inTheWay" }>): TaggingState {
  const { manager, snippets } = hook;
  return { repository, tagging: "unavailable", reason: describeObstacle(hook), manager, snippets };
}

function failedState(repository: string, why: string): TaggingState {
  const reason = t("Commits are not tagged: {0}. They are still detected and counted as evidence.", why);
  return { repository, tagging: "unavailable", reason };
}

function describeObstacle({ path, manager, reason }: Extract<HookState, { state: "inTheWay" }>): string {
  if (manager !== "own") {
    return t("The hooks of this repository belong to {0} ({1}): they are not touched.", manager, path);
  }
  return reason === "hooksPath"
    ? t("core.hooksPath points to a folder of hooks ({0}), which are not touched.", path)
    : t("The repository has its own hook ({0}), which is not touched.", path);
}

function describeWay(hook: Extract<HookState, { state: "installed" }>): string {
  switch (hook.by) {
    case "config":
      return t("Git's configuration runs the message hook.");
    case "remote":
      return hook.otherwise === undefined
        ? t("Git 2.54 or newer on that machine runs the message hook; with older versions, commits are not tagged.")
        : t(
            "Git 2.54 or newer on that machine runs the message hook; with older versions, run this once in its terminal: {0}",
            hook.otherwise,
          );
    case "files":
      return t("The message hook consists of two files in the hooks folder.");
    case "manager":
      return hook.manager === "own"
        ? t("Your own hooks run the message hook.")
        : t("The hooks of {0} run the message hook.", hook.manager);
  }
}
