import * as vscode from "vscode";
import { makeKeyFinder } from "../adapters/node/cases/keyPattern.ts";
import type { CaseDirectory, SourceFailure } from "../app/cases/caseDirectory.ts";
import type { CurrentCase } from "../app/cases/currentCase.ts";
import { DisposableStore, MutableDisposable, type IDisposable } from "../base/disposable.ts";
import { t } from "../base/text.ts";
import { isSameCase } from "../domain/cases/case.ts";
import type { FindKeys } from "../domain/cases/caseKey.ts";
import type { ApiCaseSource } from "../ports/api.ts";
import type { CaseSource } from "../ports/caseSource.ts";
import type { Clock } from "../ports/clock.ts";
import type { Logger } from "../ports/logger.ts";
import type { CaseSummary } from "../ports/commands.ts";
import type { Settings } from "../ports/settings.ts";
import { explainFailure, toCaseSummary } from "../ui/cases/caseCommands.ts";
import { openSettings, type Notifier } from "../ui/shell/notifier.ts";
import type { TreeId } from "../domain/cases/treeId.ts";

interface CaseSourcesContext {
  readonly directory: CaseDirectory;
  readonly current: CurrentCase;
  /** Tells other extensions that the case has changed. */
  readonly onDidPick: (picked: CaseSummary | undefined) => void;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly notifier: Notifier;
  readonly settings: () => Settings;
  /** The settings that hold in a work tree. */
  readonly settingsFor: (tree: TreeId) => Settings;
  readonly report: (error: unknown) => void;
}

/** The path of a case file in a workspace folder. */
const OFFERED_FILES = ["caseclock.cases.json", ".vscode/caseclock.cases.json"];

/** The sources of cases beside the billing system, and how keys are found. */
export class CaseSourcesPart implements IDisposable {
  private readonly store = new DisposableStore();
  private readonly file = this.store.add(new MutableDisposable());
  private readonly finders = new Map<string, FindKeys>();
  private readonly context: CaseSourcesContext;
  private fileInUse = "";

  constructor(context: CaseSourcesContext) {
    this.context = context;
    const { directory, current, onDidPick, report } = context;
    this.store.add(
      directory.onDidChange(() => {
        // If a case's contract has changed, the new one counts from now on.
        const { tree, case: picked } = current.state.value;
        const fresh = picked === undefined ? undefined : directory.find(picked.ref);
        if (tree !== undefined && fresh !== undefined && isSameCase(fresh.ref, picked?.ref)) {
          current.pick(tree, fresh).catch(report);
        }
      }),
    );
    this.store.add(
      current.state.onDidChange(() => {
        const { case: picked } = current.state.value;
        onDidPick(picked === undefined ? undefined : toCaseSummary(picked));
      }),
    );
  }

  /** Brings the case file and the pattern in line with the settings. */
  update(): void {
    this.finders.clear();
    const { caseFile } = this.context.settings();
    if (caseFile === this.fileInUse) return;
    this.fileInUse = caseFile;
    this.file.value = undefined;
    if (caseFile !== "") this.useFile(caseFile).catch(this.context.report);
  }

  /** How keys are found in a work tree. A pattern that takes too long is dropped and reported. */
  findKeys(tree: TreeId): FindKeys {
    const { settingsFor, logger, notifier } = this.context;
    const { casePattern } = settingsFor(tree);
    let finder = this.finders.get(casePattern);
    if (finder === undefined) {
      const tell = (reason: string): void => {
        logger.warn(`caseclock.cases.pattern: ${reason}`);
        const text = t(
          "caseclock.cases.pattern takes too long and is not used, so it suggests nothing. Change it to try again.",
        );
        notifier.tell(`pattern:${casePattern}`, "warning", text, openSettings());
      };
      this.finders.set(casePattern, (finder = makeKeyFinder(casePattern, tell)));
    }
    return finder;
  }

  /** Takes the cases of a source until disposed, and reports its failures. */
  add(source: CaseSource): IDisposable {
    return this.context.directory.addSource(source, (failure) => {
      this.tell(failure);
    });
  }

  /** Takes the cases of another extension. @throws Error when the id is no UUID or has a source already */
  async register(source: ApiCaseSource): Promise<IDisposable> {
    const { RegisteredSource } = await import("../adapters/node/cases/caseSources.ts");
    return this.add(new RegisteredSource(source));
  }

  /** A case file in a folder of a trusted workspace that is not in use: it is offered, never loaded unasked. */
  async offeredFile(): Promise<string | undefined> {
    if (!vscode.workspace.isTrusted) return undefined;
    for (const { uri } of vscode.workspace.workspaceFolders ?? []) {
      if (uri.scheme !== "file") continue;
      for (const name of OFFERED_FILES) {
        const found = vscode.Uri.joinPath(uri, name);
        if (found.fsPath !== this.fileInUse && (await isFile(found))) return found.fsPath;
      }
    }
    return undefined;
  }

  dispose(): void {
    this.store.dispose();
  }

  private async useFile(file: string): Promise<void> {
    const { CaseFile } = await import("../adapters/node/cases/caseSources.ts");
    if (file !== this.fileInUse) return; // changed again meanwhile
    const store = new DisposableStore();
    const source = store.add(new CaseFile(file, this.context.clock));
    store.add(this.add(source));
    this.file.value = store;
  }

  private tell(failure: SourceFailure): void {
    const { logger, notifier } = this.context;
    const reason = explainFailure(failure);
    logger.warn(`cases of ${failure.label}`, failure.error);
    const text = t("Cases from {0}: {1}. The last known cases are used.", failure.label, reason);
    notifier.tell(`source:${failure.source}:${reason}`, "warning", text);
  }
}

async function isFile(uri: vscode.Uri): Promise<boolean> {
  return vscode.workspace.fs.stat(uri).then(
    ({ type }) => type === vscode.FileType.File,
    () => false,
  );
}
