import { DisposableStore, type IDisposable } from "../base/disposable.ts";
import { HOUR_MS } from "../base/time.ts";
import { CaseclockError, messageOf } from "../domain/errors.ts";
import type { TreeId } from "../domain/heartbeat.ts";
import type { TaggingChoice } from "../domain/ledger.ts";
import type { Clock } from "../ports/clock.ts";
import type { EventLog } from "../ports/eventLog.ts";
import type { Git, WorkTree } from "../ports/git.ts";
import type { Logger } from "../ports/logger.ts";
import type { TaggingState } from "../ports/manifest.ts";
import type { Settings } from "../ports/settings.ts";
import type { EventFactory } from "./eventFactory.ts";
import type { LedgerView } from "./ledgerView.ts";

interface Followed {
  readonly workTree: WorkTree;
  /** What was written last, to write only changes. */
  written: string | undefined;
  asking: boolean;
}

/** Asks once whether commits of a repository are to be tagged; undefined when the question was put aside. */
export type AskTagging = (repository: string) => Promise<TaggingChoice | undefined>;

/**
 * Keeps what the message hook reads in step with the picks of this window's work trees, and installs the hook where the
 * person said so. The marker goes with a pause, with "no case", and 12 hours after nobody renews it.
 */
export class TagCommits implements IDisposable {
  private readonly store = new DisposableStore();
  private readonly followed = new Map<TreeId, Followed>();
  private readonly git: Git;
  private readonly log: EventLog;
  private readonly view: LedgerView;
  private readonly factory: EventFactory;
  private readonly settings: () => Settings;
  private readonly ask: AskTagging;
  private readonly logger: Logger;
  private queue: Promise<void> = Promise.resolve();

  constructor(
    git: Git,
    log: EventLog,
    view: LedgerView,
    factory: EventFactory,
    settings: () => Settings,
    clock: Clock,
    ask: AskTagging,
    logger: Logger,
  ) {
    this.git = git;
    this.log = log;
    this.view = view;
    this.factory = factory;
    this.settings = settings;
    this.ask = ask;
    this.logger = logger;
    this.store.add(
      view.onDidChange(() => {
        this.update();
      }),
    );
    this.store.add(
      clock.every(HOUR_MS, () => {
        for (const followed of this.followed.values()) followed.written = undefined;
        this.update();
      }),
    );
  }

  follow(tree: TreeId, workTree: WorkTree): void {
    if (this.followed.has(tree)) return;
    this.followed.set(tree, { workTree, written: undefined, asking: false });
    this.update();
  }

  /** Brings the markers in step; returns when that is done. */
  update(): void {
    this.queue = this.queue.then(async () => {
      for (const [tree, followed] of this.followed) {
        try {
          await this.updateTree(tree, followed);
        } catch (error) {
          this.logger.warn(`could not update the marker: ${messageOf(error)}`);
        }
      }
    });
  }

  /** Waits for the marker to be what the ledger says. */
  settled(): Promise<void> {
    this.update();
    return this.queue;
  }

  /** @throws CaseclockError `tagging.hookInTheWay` | `git.notARepository` */
  async enable(tree: TreeId): Promise<void> {
    const followed = this.require(tree);
    await this.git.installHooks(followed.workTree);
    await this.choose(followed.workTree, "here");
    await this.settled();
  }

  /** Takes the hook and the marker away; everything else stays byte for byte. */
  async disable(tree: TreeId): Promise<void> {
    const followed = this.require(tree);
    await this.choose(followed.workTree, "notHere");
    await this.git.removeHooks(followed.workTree);
    await this.settled();
  }

  async state(tree: TreeId): Promise<TaggingState> {
    const { workTree } = this.require(tree);
    const repository = workTree.root;
    const hook = await this.git.hookState(workTree);
    const wanted = this.wanted(workTree);
    if (wanted === "off") {
      return { repository, tagging: "notHere", reason: "Tagging is switched off in the settings." };
    }
    if (wanted === "notHere" || wanted === "never") {
      return { repository, tagging: "notHere", reason: "You chose not to tag commits here." };
    }
    if (hook.state === "inTheWay") {
      const what = hook.reason === "hooksPath" ? "core.hooksPath names a folder of hooks" : "a hook of its own";
      return {
        repository,
        tagging: "unavailable",
        reason: `The repository has ${what} (${hook.path}): it is not touched.`,
      };
    }
    return hook.state === "installed"
      ? {
          repository,
          tagging: "here",
          reason: "A message hook adds the trailer to each commit while a case is picked.",
        }
      : { repository, tagging: "unasked", reason: "You have not been asked yet: pick a case to be asked." };
  }

  get trees(): readonly TreeId[] {
    return [...this.followed.keys()];
  }

  dispose(): void {
    this.store.dispose();
  }

  private require(tree: TreeId): Followed {
    const followed = this.followed.get(tree);
    if (followed === undefined)
      throw new CaseclockError("git.notARepository", "this folder is not in a git repository");
    return followed;
  }

  /** What holds for the repository: a choice, the setting, or undefined when the person has to be asked. */
  private wanted(workTree: WorkTree): TaggingChoice | "off" | undefined {
    const { tagging } = this.settings();
    if (tagging === "off") return "off";
    const { ledger } = this.view;
    const chosen = ledger.tagging.get(workTree.commonDir);
    if (chosen !== undefined) return chosen;
    if (tagging === "on") return "here";
    return ledger.tagsNowhere ? "never" : undefined;
  }

  private async updateTree(tree: TreeId, followed: Followed): Promise<void> {
    const { workTree } = followed;
    const { ledger } = this.view;
    const picked = ledger.isPaused ? undefined : ledger.pickOf(tree);
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
    if (marker !== undefined && (await this.git.hookState(workTree)).state === "absent") {
      await this.git.installHooks(workTree);
    }
    await this.git.writeMarker(workTree, marker);
    followed.written = text;
  }

  private async askFor(tree: TreeId, workTree: WorkTree): Promise<void> {
    const hook = await this.git.hookState(workTree);
    if (hook.state === "inTheWay") {
      this.logger.info(`no tagging: ${hook.reason} is in the way`);
      return; // never asked for what cannot be done; showCommitTagging tells why
    }
    const choice = await this.ask(workTree.root);
    if (choice === "here") await this.enable(tree);
    else if (choice !== undefined) await this.choose(workTree, choice);
  }

  private async choose(workTree: WorkTree, choice: TaggingChoice): Promise<void> {
    await this.log.append([this.factory.create({ kind: "tagging", repository: workTree.commonDir, choice })]);
  }
}
