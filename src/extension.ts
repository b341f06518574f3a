import * as vscode from "vscode";
import { PublicApi } from "./main/publicApi.ts";
import { SystemClock } from "./adapters/node/system/systemClock.ts";
import { EditorActivity } from "./adapters/vscode/editorActivity.ts";
import { GitSigns } from "./adapters/vscode/gitSigns.ts";
import { NotebookSigns } from "./adapters/vscode/notebookSigns.ts";
import { OutputLogger } from "./adapters/vscode/outputLogger.ts";
import { WindowSigns } from "./adapters/vscode/windowSigns.ts";
import { ActivityRecorder, type ActivityRow } from "./app/capture/activityRecorder.ts";
import { PresenceWatcher } from "./app/capture/presenceWatcher.ts";
import { DisposableStore } from "./base/disposable.ts";
import { setTexts, t } from "./base/text.ts";
import type { Window } from "./main/window.ts";
import { CaseclockError, toErrorMessage } from "./domain/errors.ts";
import { REPORT_VIEW, TIMESHEET_VIEW } from "./ports/manifest.ts";
import type { CaseclockApi } from "./ports/api.ts";
import { STATUS_BAR } from "./ports/startSettings.ts";
import { registerCommands } from "./ui/shell/commandTable.ts";
import { showMessage } from "./ui/shell/notifier.ts";
import { StatusBarItem } from "./ui/status/statusBarItem.ts";
import { presentFailure, showLogAction } from "./ui/text/presentError.ts";

let closeCore: (() => Promise<void>) | undefined;

/**
 * Starts to listen and shows the status bar item; the rest is loaded right after, off the path of VS Code's start.
 * What is seen until then is held and written.
 */
export function activate(context: vscode.ExtensionContext): CaseclockApi {
  setTexts(vscode.env.language, vscode.l10n.bundle ?? {});
  const store = new DisposableStore();
  context.subscriptions.push(store);
  const clock = new SystemClock();
  const channel = store.add(vscode.window.createOutputChannel("Caseclock", { log: true }));
  const logger = new OutputLogger(channel);
  const report = (command: string, error: unknown): void => {
    logger.error(command, error);
    if (CaseclockError.is(error)) {
      const { text, action } = presentFailure(error);
      showMessage("error", text, action);
    } else {
      showMessage("error", t("Caseclock: {0}", toErrorMessage(error)), showLogAction());
    }
  };
  let core: Window | undefined;
  const write = (rows: readonly ActivityRow[]): void => {
    // At once where that is possible: who flushes waits for the write that is queued by then.
    const writing = core?.write(rows) ?? loadCore().then((loaded) => loaded.write(rows));
    writing.catch((error: unknown) => {
      logger.error("could not write activity", error);
    });
  };
  const recorder = store.add(new ActivityRecorder(clock, write));
  const activity = store.add(
    new EditorActivity((folder, kind, at, agent) => {
      recorder.observe(folder, kind, at, agent);
    }),
  );
  store.add(new WindowSigns(activity));
  store.add(new NotebookSigns(activity));
  store.add(
    new GitSigns(activity, clock, (error) => {
      logger.warn("commits of the Source Control view are not heard", error);
    }),
  );
  const presence = store.add(
    new PresenceWatcher(
      clock,
      () => recorder.lastSign?.at ?? 0,
      (at) => {
        recorder.observe(recorder.lastSign?.context ?? activity.currentFolder, "presence", at);
      },
    ),
  );
  presence.update(activity.attendance);
  store.add(
    activity.onDidChangeAttendance((attendance) => {
      presence.update(attendance);
    }),
  );
  const statusBar = store.add(new StatusBarItem());
  const shown = STATUS_BAR.read(vscode.workspace.getConfiguration("caseclock").get(STATUS_BAR.key));
  statusBar.setVisible(shown.value !== "hidden");

  const api = new PublicApi(
    () => loadCore(),
    (error) => {
      logger.error("case source", error);
    },
  );
  let loading: Promise<Window> | undefined;
  const showLog = (): void => {
    channel.show();
  };
  const loadCore = (): Promise<Window> => {
    loading ??= import("./main/window.ts").then(({ createWindow }) => {
      const made = createWindow({
        context,
        clock,
        logger,
        recorder,
        activity,
        statusBar,
        showLog,
        onDidPick: (picked) => {
          api.show(picked);
        },
      });
      core = made;
      closeCore = () => made.close();
      return made;
    });
    return loading;
  };
  store.add(registerCommands(async () => (await loadCore()).handlers, report));
  store.add(
    vscode.window.registerUriHandler({
      handleUri: async (uri) => {
        try {
          const { openUri } = await import("./ui/shell/openUri.ts");
          await openUri(uri, (await loadCore()).handlers);
        } catch (error) {
          report("uri", error);
        }
      },
    }),
  );
  for (const [view, kind] of [
    [TIMESHEET_VIEW, "timesheet"],
    [REPORT_VIEW, "report"],
  ] as const) {
    store.add(
      vscode.window.registerWebviewPanelSerializer(view, {
        deserializeWebviewPanel: async (panel, state: unknown) => {
          (await loadCore()).restore[kind](panel, state);
        },
      }),
    );
  }
  store.add(
    clock.after(0, () => {
      loadCore().catch((error: unknown) => {
        report("activate", error);
      });
    }),
  );
  return api.exports;
}

/** VS Code waits up to five seconds; its own services are gone by now, the ledger's thread is not. */
export async function deactivate(): Promise<void> {
  await closeCore?.();
  closeCore = undefined;
}
