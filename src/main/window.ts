import * as path from "node:path";
import * as vscode from "vscode";
import { checksumOf } from "../adapters/node/system/checksum.ts";
import { SqliteEventLog } from "../adapters/node/sqlite/sqliteEventLog.ts";
import type { EditorActivity, FolderContext } from "../adapters/vscode/editorActivity.ts";
import { VsCodeSettings } from "../adapters/vscode/settings.ts";
import { WorkTrees } from "../adapters/vscode/workTrees.ts";
import { CaseGuard } from "../app/git/caseGuard.ts";
import { CaseDirectory } from "../app/cases/caseDirectory.ts";
import { findClockAhead, writeTickGap, type StepBackReport } from "../app/capture/clockSteps.ts";
import { ContractHours } from "../app/cases/contractHours.ts";
import { CurrentCase } from "../app/cases/currentCase.ts";
import { EventFactory } from "../app/ledger/eventFactory.ts";
import { HeartbeatWriter } from "../app/capture/heartbeatWriter.ts";
import { LedgerView } from "../app/ledger/ledgerView.ts";
import type { ActivityRow, RecordActivity } from "../app/capture/recordActivity.ts";
import { undoActs } from "../app/edits/undoEdits.ts";
import { watchClock } from "../app/capture/watchClock.ts";
import { DisposableStore, type IDisposable } from "../base/disposable.ts";
import { Cell } from "../base/emitter.ts";
import { t } from "../base/text.ts";
import { isSameCase } from "../domain/cases/case.ts";
import { CaseclockError, type ErrorCode } from "../domain/errors.ts";
import type { Span } from "../domain/capture/span.ts";
import type { ApiBillingProvider, ApiCaseSource } from "../ports/api.ts";
import type { Clock } from "../ports/clock.ts";
import type { CaseSummary } from "../ports/commands.ts";
import type { Logger } from "../ports/logger.ts";
import type { Settings } from "../ports/settings.ts";
import { scheduleCompaction } from "./compaction.ts";
import { BillingPart, createProviders } from "./billing.ts";
import { CasesPart } from "./cases.ts";
import { exportFiles } from "./exportFiles.ts";
import { GitPart, createGit } from "./git.ts";
import { policyPart } from "./policy.ts";
import { startReminder } from "./reminder.ts";
import { ReportPart } from "./report.ts";
import { StatusPart } from "./status.ts";
import { TimesheetPart } from "./timesheet.ts";
import { SideBarPart } from "./sideBar.ts";
import { caseCommands, chooseCase, findCase, folderUri, summaryOf } from "../ui/cases/caseCommands.ts";
import type { CommandHandlers } from "../ui/shell/commandTable.ts";
import { importCommand } from "../ui/git/importCommand.ts";
import { tellLogNotice } from "../ui/shell/logNotices.ts";
import { exportLog, ledgerCommands } from "../ui/export/ledgerCommands.ts";
import { Notifier } from "../ui/shell/notifier.ts";
import { ReadOnlyDocuments } from "../ui/shell/readOnlyDocument.ts";
import { privacyCommands } from "../ui/privacy/privacyCommands.ts";
import type { StatusBarItem } from "../ui/status/statusBarItem.ts";
import { timeCommands } from "../ui/edits/timeCommands.ts";
import { timerCommands } from "../ui/edits/timerCommands.ts";
import { taggingCommands } from "../ui/git/taggingCommands.ts";
import type { TreeId } from "../domain/cases/treeId.ts";
import { presentStepBack } from "../ui/text/presentNotices.ts";

/** What `activate` made and hands over. */
export interface Shell {
  readonly context: vscode.ExtensionContext;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly recorder: RecordActivity;
  readonly activity: EditorActivity;
  readonly statusBar: StatusBarItem;
  readonly showLog: () => void;
  /** Tells other extensions of another case. */
  readonly onDidPick: (picked: CaseSummary | undefined) => void;
}

/** The product behind the shell. */
export interface Window {
  readonly handlers: CommandHandlers;
  /** Takes the cases of another extension until it is disposed. */
  registerCaseSource(source: ApiCaseSource): Promise<IDisposable>;
  /** Offers the billing system of another extension until it is disposed. */
  registerBillingProvider(provider: ApiBillingProvider): IDisposable;
  /** Take the panel that VS Code kept over a reload. */
  readonly restore: Readonly<Record<"timesheet" | "report", (panel: vscode.WebviewPanel, state: unknown) => void>>;
  write(rows: readonly ActivityRow[]): Promise<void>;
  /** Writes what is there and closes the ledger. */
  close(): Promise<void>;
}

/** The second half of the composition root: everything that `activate` need not wait for. One window, one core. */
export function createWindow(shell: Shell): Window {
  const { context, clock, logger, recorder, activity, statusBar } = shell;
  const store = new DisposableStore();
  const windowId = clock.newId();
  const dist = path.join(context.extensionUri.fsPath, "dist");
  const ledgerFile = path.join(context.globalStorageUri.fsPath, "ledger.db");
  const settings = store.add(new VsCodeSettings());
  const current = (): Settings => settings.current().value;
  // A work tree is named by its URI; a window without a folder has no settings of its own.
  const settingsOf = (tree: TreeId): Settings => settings.current(tree.startsWith("window:") ? "" : tree).value;
  const zone = () => current().zone ?? clock.systemZone();
  const log = new SqliteEventLog(ledgerFile, path.join(dist, "sqliteWorker.js"), logger.child("ledger"));
  const initialPolicy = { idleTimeoutSeconds: 300, zone: clock.systemZone() };
  const view = store.add(new LedgerView(log, clock, logger.child("ledger"), initialPolicy));
  const factory = new EventFactory(windowId, clock, zone);
  const notifier = new Notifier(log, view, factory, logger);
  const trouble = new Cell<ErrorCode | undefined>(undefined);
  const fail = (error: unknown): void => {
    if (CaseclockError.is(error, "ledger.unsupported", "ledger.newer", "ledger.unavailable")) trouble.set(error.code);
    notifier.trouble(error);
  };

  const git = createGit(clock, logger.child("git"), settings);
  const { secrets, providers, registered, registerProvider } = createProviders(context.secrets, logger);
  const pages = store.add(new ReadOnlyDocuments());
  const showPage = (name: string, markdown: string): Promise<void> => pages.show(name, markdown);
  const directory = store.add(new CaseDirectory(log, view, providers, clock));
  const budget = store.add(new ContractHours(log, view, directory));
  const currentCase = store.add(new CurrentCase(log, view, factory));
  const trees = new WorkTrees(git, clock, logger.child("git"));
  const commits = store.add(
    new GitPart({
      git,
      log,
      view,
      factory,
      clock,
      directory,
      settings: current,
      showPage,
      logger,
      report: fail,
    }),
  );
  const { tagging } = commits;
  const sources = store.add(
    new CasesPart({ directory, clock, logger, notifier, settings: current, settingsOf, report: fail }),
  );
  const edits = { log, view, factory, clock };
  const guard = store.add(
    new CaseGuard({
      ...edits,
      git,
      directory,
      current: currentCase,
      settings: settingsOf,
      findKeys: (tree) => sources.findKeys(tree),
      report: fail,
    }),
  );
  const resolve = async (folder: string): Promise<TreeId> => {
    const { tree, workTree } = await trees.resolve(folder);
    if (workTree !== undefined) {
      await view.load();
      commits.follow(tree, workTree);
      guard.follow(tree, workTree);
    }
    return tree;
  };
  const treeOf = async (folder: string | undefined): Promise<TreeId> =>
    resolve(folderUri(folder) ?? activity.currentFolder.folder);
  const writer = store.add(
    new HeartbeatWriter(log, view, factory, clock, ({ folder }) => resolve(folder).catch(() => windowFallback), fail),
  );
  const flush = async (): Promise<void> => {
    recorder.flush();
    await writer.write([]);
  };

  const views = store.add(
    new SideBarPart({ ...edits, directory, budget, guard, current: currentCase, flush, report: fail }),
  );
  const waitingItems = () => views.waitingItems();
  store.add(startReminder({ ...edits, directory, waitingItems, report: fail }, settings, current));
  const status = store.add(
    new StatusPart({
      ...edits,
      logger,
      notifier,
      directory,
      budget,
      guard,
      current: currentCase,
      statusBar,
      trouble,
      settings: current,
      waitingItems,
      onDidShow: (waiting) => {
        views.update(waiting);
      },
      lastSign: () => recorder.lastSign?.at ?? 0,
      fail,
    }),
  );
  const followFolder = ({ folder }: FolderContext): void => {
    resolve(folder)
      .then((tree) => {
        currentCase.setActiveTree(tree);
      })
      .catch(fail);
  };
  const { applyPolicy, applyPerson, checkSettings } = policyPart({ ...edits, settings, zone, statusBar, notifier });

  const steps = { log, view, factory, clock };
  const tellStepBack = (report: StepBackReport | undefined): void => {
    // Clocks are put right by seconds all the time: that is nothing to tell.
    if (report !== undefined && report.seconds >= 60) notifier.tell("clockBack", "warning", presentStepBack(report));
  };
  const begin = async (): Promise<void> => {
    await view.load();
    tellStepBack(await findClockAhead(steps));
    checkSettings();
    sources.update();
    followFolder(activity.currentFolder);
    await applyPolicy();
    if (vscode.env.remoteName !== undefined && context.extension.extensionKind === vscode.ExtensionKind.Workspace) {
      const text = t("Caseclock keeps its ledger on {0}, where this window's extensions run.", vscode.env.remoteName);
      notifier.tell("ledgerOnRemote", "info", text, undefined, true);
    }
    await applyPerson();
  };
  store.add(activity.onDidChangeFolder(followFolder));
  store.add(
    activity.onDidChangeFocus((focused) => {
      log.append([factory.create({ kind: "focus", focused })]).catch(fail);
    }),
  );
  store.add(
    settings.onDidChange(() => {
      checkSettings();
      applyPolicy().catch(fail);
      tagging.update();
      sources.update();
      status.update();
    }),
  );
  store.add(
    watchClock(clock, (gap) => {
      recorder.flush();
      writer
        .write([])
        .then(() => writeTickGap(steps, gap))
        .then(tellStepBack)
        .catch(fail);
    }),
  );
  store.add(
    log.onDidNotice((notice) => {
      tellLogNotice(notifier, logger, notice);
      // The policy in force may have been among what was taken out.
      if (notice.kind === "rewritten") view.load().then(applyPolicy).catch(fail);
    }),
  );
  store.add(scheduleCompaction({ ...steps, keepEvidenceDays: () => current().keepEvidenceDays, logger, report: fail }));
  store.add(
    vscode.workspace.onDidGrantWorkspaceTrust(() => {
      trees.forget();
      followFolder(activity.currentFolder);
    }),
  );
  store.add(
    directory.onDidChange(() => {
      // A case whose contract changed counts by the new one from now on.
      const { tree, case: picked } = currentCase.state.value;
      const fresh = picked === undefined ? undefined : directory.find(picked.ref);
      if (tree !== undefined && fresh !== undefined && isSameCase(fresh.ref, picked?.ref)) {
        currentCase.pick(tree, fresh).catch(fail);
      }
    }),
  );
  store.add(
    currentCase.state.onDidChange(() => {
      const { case: picked } = currentCase.state.value;
      shell.onDidPick(picked === undefined ? undefined : summaryOf(picked));
    }),
  );
  begin().catch(fail);

  const cases = {
    ...edits,
    directory,
    guard,
    budget,
    current: currentCase,
    treeOf,
    flush,
    settled: () => tagging.settled(),
    undo: (act: string) => undoActs(edits, [act]),
    showPage,
    offeredFile: () => sources.offeredFile(),
    useFile: async (file: string) => {
      await settings.write({ "cases.file": file });
      await directory.list();
    },
    report: fail,
  };
  const caseWithKey = (key: string, source: string | undefined) => findCase(directory, key, source);
  const askCase = async (title: string) => chooseCase(cases, await treeOf(undefined), title);
  const time = {
    ...edits,
    flush,
    caseWithKey,
    askCase,
    keyOf: ({ case: ref }: Span) => (ref === null ? "" : (directory.find(ref)?.key ?? ref.id)),
  };
  const push = { log, view, factory, clock, logger: logger.child("sync") };
  const connect = { log, view, factory, clock, providers, secrets, settings };
  const sync = { ...push, directory, providers, settings: current };
  const timesheet = store.add(
    new TimesheetPart({ sync, extensionUri: context.extensionUri, askCase, flush, report: fail }),
  );
  const billingOf = store.add(
    new BillingPart({
      connect,
      sync,
      notifier,
      logger: logger.child("sync"),
      flush,
      showPage,
      report: fail,
      registered,
    }),
  );
  const reading = {
    ...edits,
    logger: logger.child("ledger"),
    directory,
    settings: current,
    initialPolicy,
    budget,
    checksumOf,
    ...exportFiles(context.globalState),
    flush,
    showLog: shell.showLog,
    showPage,
  };
  const report = store.add(
    new ReportPart({
      ...edits,
      directory,
      budget,
      extensionUri: context.extensionUri,
      flush,
      exportLog: (argument, of) => exportLog(reading, argument, { byArgument: false, byPerson: true }, of),
      report: fail,
    }),
  );
  return {
    handlers: {
      ...caseCommands(cases),
      ...timeCommands(time),
      ...timerCommands(time),
      ...billingOf.handlers,
      ...timesheet.handlers,
      ...report.handlers,
      ...ledgerCommands(reading),
      ...privacyCommands({
        log,
        view,
        factory,
        settings: current,
        flush,
        caseWithKey,
        askCase,
        forgetSecrets: async (ids) => {
          await Promise.all([...ids.map((id) => secrets.deleteToken(id)), reading.exportFolder.forget()]);
        },
      }),
      ...importCommand({
        ...edits,
        git,
        directory,
        settings: current,
        treeOf,
        workTrees: () => commits.workTrees,
        caseWithKey,
        flush,
        showPage,
      }),
      ...taggingCommands({
        tagging,
        treeOf,
        obstaclesIn: (folder) => trees.obstaclesIn(folderUri(folder)),
        currentCase: (tree) => view.ledger.pickOf(tree),
        caseWithKey,
        askCase,
        showPage,
      }),
    },
    restore: { timesheet: timesheet.restore.bind(timesheet), report: report.restore.bind(report) },
    registerCaseSource: (source) => sources.register(source),
    registerBillingProvider: registerProvider,
    // What was seen before the setting changed is kept, what is seen while it is off is not.
    write: (rows) =>
      writer.write(current().agentTime === "off" ? rows.filter(({ class: of }) => of !== "agent") : rows),
    close: async () => {
      const untagged = tagging.close();
      await flush();
      store.dispose();
      await log.close();
      await untagged;
    },
  };
}

/** Where signs belong whose folder cannot be resolved at all. */
const windowFallback = "window:empty" as TreeId;
