import * as vscode from "vscode";
import type { EditorActivity, FolderContext } from "../adapters/vscode/editorActivity.ts";
import { WorkTrees } from "../adapters/vscode/workTrees.ts";
import { findClockAhead, writeTickGap, type StepBackReport } from "../app/capture/clockSteps.ts";
import { HeartbeatWriter } from "../app/capture/heartbeatWriter.ts";
import type { ActivityRow, ActivityRecorder } from "../app/capture/activityRecorder.ts";
import { watchClock } from "../app/capture/watchClock.ts";
import { DisposableStore, type IDisposable } from "../base/disposable.ts";
import type { TreeId } from "../domain/cases/treeId.ts";
import type { Git, WorkTree } from "../ports/git.ts";
import type { Logger } from "../ports/logger.ts";
import type { Settings } from "../ports/settings.ts";
import { toFolderUri } from "../ui/cases/caseCommands.ts";
import { presentStepBack } from "../ui/text/presentNotices.ts";
import type { WindowLedger } from "./ledger.ts";

interface CaptureContext {
  readonly ledger: WindowLedger;
  readonly git: Git;
  readonly recorder: ActivityRecorder;
  readonly activity: EditorActivity;
  readonly logger: Logger;
  readonly settings: () => Settings;
  /** Somebody was in a repository: it is watched from now on. */
  readonly onDidFindRepository: (tree: TreeId, workTree: WorkTree) => void;
  /** Somebody has switched to another work tree. */
  readonly onDidEnterTree: (tree: TreeId) => void;
}

/** Clocks are adjusted by seconds all the time: smaller steps are not reported. */
const TOLD_FROM_SECONDS = 60;
/** The tree for signs whose folder cannot be resolved at all. */
const NO_FOLDER = "window:empty" as TreeId;

/** Takes what is seen in this window, by work tree, into the ledger. */
export class CapturePart implements IDisposable {
  readonly trees: WorkTrees;
  private readonly context: CaptureContext;
  private readonly store = new DisposableStore();
  private readonly writer: HeartbeatWriter;

  constructor(context: CaptureContext) {
    this.context = context;
    const { ledger, git, logger, activity } = context;
    const { journal, report } = ledger;
    this.trees = new WorkTrees(git, journal.clock, logger.child("git"));
    this.writer = this.store.add(
      new HeartbeatWriter(journal, ({ folder }) => this.resolve(folder).catch(() => NO_FOLDER), report),
    );
    this.store.add(
      activity.onDidChangeFolder((folder) => {
        this.follow(folder);
      }),
    );
    this.store.add(
      vscode.workspace.onDidGrantWorkspaceTrust(() => {
        this.trees.forget();
        this.follow(activity.currentFolder);
      }),
    );
    this.store.add(
      activity.onDidChangeFocus((focused) => {
        journal.append([journal.create({ kind: "focus", focused })]).catch(report);
      }),
    );
    this.store.add(
      watchClock(journal.clock, (gap) => {
        this.flush()
          .then(() => writeTickGap({ journal }, gap))
          .then((step) => {
            this.tell(step);
          })
          .catch(report);
      }),
    );
  }

  /** Checks whether the clock was ahead while no window was open, then follows the folder that somebody is in. */
  async begin(): Promise<void> {
    this.tell(await findClockAhead(this.context.ledger));
    this.follow(this.context.activity.currentFolder);
  }

  /** The work tree of a folder (URI or path), else the active one. */
  async findTree(folder: string | undefined): Promise<TreeId> {
    return this.resolve(toFolderUri(folder) ?? this.context.activity.currentFolder.folder);
  }

  /** Takes rows of signs. What was seen before the setting changed is kept; what is seen while it is off is dropped. */
  write(rows: readonly ActivityRow[]): Promise<void> {
    const isOff = this.context.settings().agentTime === "off";
    return this.writer.write(isOff ? rows.filter(({ class: of }) => of !== "agent") : rows);
  }

  /** Writes what was seen so far. */
  async flush(): Promise<void> {
    this.context.recorder.flush();
    await this.writer.write([]);
  }

  dispose(): void {
    this.store.dispose();
  }

  private follow({ folder }: FolderContext): void {
    const { ledger, onDidEnterTree } = this.context;
    this.resolve(folder).then(onDidEnterTree).catch(ledger.report);
  }

  private async resolve(folder: string): Promise<TreeId> {
    const { tree, workTree } = await this.trees.resolve(folder);
    if (workTree !== undefined) {
      await this.context.ledger.journal.view.load();
      this.context.onDidFindRepository(tree, workTree);
    }
    return tree;
  }

  private tell(step: StepBackReport | undefined): void {
    if (step === undefined || step.seconds < TOLD_FROM_SECONDS) return;
    this.context.ledger.notifier.tell("clockBack", "warning", presentStepBack(step));
  }
}
