import type * as vscode from "vscode";
import { computeChecksum } from "../adapters/node/system/checksum.ts";
import { VsCodeSettings } from "../adapters/vscode/settings.ts";
import type { ActivityRow } from "../app/capture/activityRecorder.ts";
import { CaseDirectory } from "../app/cases/caseDirectory.ts";
import { ContractHours } from "../app/cases/contractHours.ts";
import { CurrentCase } from "../app/cases/currentCase.ts";
import { undoActs } from "../app/edits/undoEdits.ts";
import { CaseGuard } from "../app/git/caseGuard.ts";
import { DisposableStore, type IDisposable } from "../base/disposable.ts";
import type { Span } from "../domain/capture/span.ts";
import type { Case } from "../domain/cases/case.ts";
import type { TreeId } from "../domain/cases/treeId.ts";
import type { ApiBillingProvider, ApiCaseSource } from "../ports/api.ts";
import type { Settings } from "../ports/settings.ts";
import { caseCommands, chooseCase, findCase, toFolderUri } from "../ui/cases/caseCommands.ts";
import { timeCommands } from "../ui/edits/timeCommands.ts";
import { timerCommands } from "../ui/edits/timerCommands.ts";
import { exportLog, ledgerCommands } from "../ui/export/ledgerCommands.ts";
import { importCommand } from "../ui/git/importCommand.ts";
import { taggingCommands } from "../ui/git/taggingCommands.ts";
import { privacyCommands } from "../ui/privacy/privacyCommands.ts";
import type { CommandHandlers } from "../ui/shell/commandTable.ts";
import { ReadOnlyDocuments } from "../ui/shell/readOnlyDocument.ts";
import { BillingPart, createProviders } from "./billing.ts";
import { CapturePart } from "./capture.ts";
import { CaseSourcesPart } from "./cases.ts";
import { scheduleCompaction } from "./compaction.ts";
import { exportFiles } from "./exportFiles.ts";
import { createGit, GitPart } from "./git.ts";
import { createLedger } from "./ledger.ts";
import { PolicyPart } from "./policy.ts";
import { startReminder } from "./reminder.ts";
import { ReportPart } from "./report.ts";
import { SideBarPart } from "./sideBar.ts";
import type { Shell } from "./shell.ts";
import { StatusPart } from "./status.ts";
import { TimesheetPart } from "./timesheet.ts";

/** The product behind the shell. */
export interface Window {
  readonly handlers: CommandHandlers;
  /** Takes the cases of another extension until it is disposed. */
  registerCaseSource(source: ApiCaseSource): Promise<IDisposable>;
  /** Offers the billing system of another extension until it is disposed. */
  registerBillingProvider(provider: ApiBillingProvider): IDisposable;
  /** Take over the panel that VS Code kept across a reload. */
  readonly restore: Readonly<Record<"timesheet" | "report", (panel: vscode.WebviewPanel, state: unknown) => void>>;
  write(rows: readonly ActivityRow[]): Promise<void>;
  /** Writes what is pending and closes the ledger. */
  close(): Promise<void>;
}

/**
 * Everything that `activate` need not wait for, part by part: each takes those created before it. No part holds rules of
 * the product.
 */
export function createWindow(shell: Shell): Window {
  const { context, clock, logger, recorder, activity, statusBar, showLog } = shell;
  const { extensionUri, globalState } = context;
  const store = new DisposableStore();
  const allSettings = store.add(new VsCodeSettings());
  const settings = (): Settings => allSettings.current().value;
  // A work tree is named by its URI; a window without a folder has no settings of its own.
  const settingsFor = (tree: TreeId): Settings => allSettings.current(tree.startsWith("window:") ? "" : tree).value;
  const pages = store.add(new ReadOnlyDocuments());
  const showPage = (name: string, markdown: string): Promise<void> => pages.show(name, markdown);

  const ledger = createLedger({ context, clock, logger, settings: allSettings });
  const { journal, initialPolicy, zone, notifier, trouble, report } = ledger;
  const { log, view } = journal;

  const git = createGit(clock, logger.child("git"), allSettings);
  const { secrets, providers, registered, registerProvider } = createProviders(context.secrets, logger);
  const directory = store.add(new CaseDirectory(log, view, providers, clock));
  const budget = store.add(new ContractHours(log, view, directory));
  const current = store.add(new CurrentCase(journal));
  const known = { journal, directory, budget, current, settings, report };

  const sources = store.add(
    new CaseSourcesPart({ ...known, clock, logger, notifier, settingsFor: settingsFor, onDidPick: shell.onDidPick }),
  );
  const commits = store.add(new GitPart({ ...known, git, showPage, logger }));
  const { tagging } = commits;
  const guard = store.add(
    new CaseGuard({ ...known, git, settings: settingsFor, findKeys: (tree) => sources.findKeys(tree) }),
  );
  const capture = store.add(
    new CapturePart({
      ledger,
      git,
      recorder,
      activity,
      logger,
      settings,
      onDidFindRepository: (tree, workTree) => {
        commits.follow(tree, workTree);
        guard.follow(tree, workTree);
      },
      onDidEnterTree: (tree) => {
        current.setActiveTree(tree);
      },
    }),
  );
  const flush = (): Promise<void> => capture.flush();
  const resolveTree = (folder: string | undefined): Promise<TreeId> => capture.findTree(folder);

  const sideBar = store.add(new SideBarPart({ ...known, guard, flush }));
  const waitingItems = () => sideBar.waitingItems();
  store.add(startReminder({ journal, directory, waitingItems, report }, allSettings, settings));
  const status = store.add(
    new StatusPart({
      ...known,
      notifier,
      guard,
      statusBar,
      trouble,
      waitingItems,
      onDidShow: (waiting) => {
        sideBar.update(waiting);
      },
      lastSign: () => recorder.lastSign?.at ?? 0,
    }),
  );
  store.add(
    scheduleCompaction({ journal, clock, keepEvidenceDays: () => settings().keepEvidenceDays, logger, report }),
  );
  const policy = store.add(
    new PolicyPart({
      shell,
      ledger,
      zone,
      settings: allSettings,
      begin: async () => {
        await capture.begin();
        sources.update();
      },
      onDidChangeSettings: () => {
        tagging.update();
        sources.update();
        status.update();
      },
    }),
  );

  const caseContext = {
    ...known,
    guard,
    findTree: resolveTree,
    flush,
    settled: () => tagging.settled(),
    undo: (act: string) => undoActs({ journal }, [act]),
    showPage,
    offeredFile: () => sources.offeredFile(),
    useFile: async (file: string) => {
      await allSettings.write({ "cases.file": file });
      await directory.list();
    },
  };
  const caseWithKey = (key: string, source: string | undefined): Promise<Case> => findCase(directory, key, source);
  const askCase = async (title: string): Promise<Case | null | undefined> =>
    chooseCase(caseContext, await resolveTree(undefined), title);
  const asking = { journal, flush, caseWithKey, askCase };
  const timeContext = {
    ...asking,
    findCaseKey: ({ case: ref }: Span) => (ref === null ? "" : (directory.find(ref)?.key ?? ref.id)),
  };
  const syncLogger = logger.child("sync");
  const sync = { ...known, logger: syncLogger, providers };
  const connect = { journal, providers, secrets, settings: allSettings };
  const billing = store.add(
    new BillingPart({ connect, sync, notifier, logger: syncLogger, flush, showPage, report, registered }),
  );
  const timesheet = store.add(new TimesheetPart({ sync, extensionUri, askCase, flush, report }));
  const exporting = {
    ...known,
    view,
    logger: logger.child("ledger"),
    initialPolicy,
    computeChecksum,
    ...exportFiles(globalState),
    flush,
    showLog,
    showPage,
  };
  const reports = store.add(
    new ReportPart({
      ...known,
      extensionUri,
      flush,
      exportLog: (argument, subject) => exportLog(exporting, argument, { byArgument: false, byPerson: true }, subject),
    }),
  );
  const forgetSecrets = async (ids: readonly string[]): Promise<void> => {
    await Promise.all([...ids.map((id) => secrets.deleteToken(id)), exporting.exportFolder.forget()]);
  };

  policy.start();
  return {
    handlers: {
      ...caseCommands(caseContext),
      ...timeCommands(timeContext),
      ...timerCommands(timeContext),
      ...billing.handlers,
      ...timesheet.handlers,
      ...reports.handlers,
      ...ledgerCommands(exporting),
      ...privacyCommands({ ...asking, settings, forgetSecrets }),
      ...importCommand({
        ...asking,
        git,
        directory,
        settings,
        findTree: resolveTree,
        workTrees: () => commits.workTrees,
        showPage,
      }),
      ...taggingCommands({
        ...asking,
        tagging,
        findTree: resolveTree,
        obstaclesIn: (folder) => capture.trees.obstaclesIn(toFolderUri(folder)),
        currentCase: (tree) => view.ledger.findPick(tree),
        showPage,
      }),
    },
    restore: { timesheet: timesheet.restore.bind(timesheet), report: reports.restore.bind(reports) },
    registerCaseSource: (source) => sources.register(source),
    registerBillingProvider: registerProvider,
    write: (rows) => capture.write(rows),
    close: async () => {
      const untagged = tagging.close();
      await flush();
      store.dispose();
      await ledger.close();
      await untagged;
    },
  };
}
