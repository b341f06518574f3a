import * as vscode from "vscode";
import { accountName } from "../adapters/node/system/accountName.ts";
import type { VsCodeSettings } from "../adapters/vscode/settings.ts";
import { DisposableStore, type IDisposable } from "../base/disposable.ts";
import { t } from "../base/text.ts";
import type { ZoneId } from "../base/time.ts";
import { tellLogNotice } from "../ui/shell/logNotices.ts";
import { openSettings } from "../ui/shell/notifier.ts";
import type { WindowLedger } from "./ledger.ts";
import type { Shell } from "./shell.ts";

interface PolicyContext {
  readonly shell: Shell;
  readonly ledger: WindowLedger;
  readonly settings: VsCodeSettings;
  readonly zone: () => ZoneId;
  /** Starts what needs the ledger, once it has been read. */
  readonly begin: () => Promise<void>;
  readonly onDidChangeSettings: () => void;
}

/** Writes into the ledger what the settings mean from now on and who works at this computer; names unusable settings. */
export class PolicyPart implements IDisposable {
  private readonly context: PolicyContext;
  private readonly store = new DisposableStore();

  constructor(context: PolicyContext) {
    this.context = context;
    const { shell, ledger, settings, onDidChangeSettings } = context;
    const { journal, notifier, report } = ledger;
    this.store.add(
      settings.onDidChange(() => {
        this.checkSettings();
        this.applyPolicy().catch(report);
        onDidChangeSettings();
      }),
    );
    this.store.add(
      journal.log.onDidNotice((notice) => {
        tellLogNotice(notifier, shell.logger, notice);
        // The policy in force may have been among what was removed.
        if (notice.kind === "rewritten")
          journal.view
            .load()
            .then(() => this.applyPolicy())
            .catch(report);
      }),
    );
  }

  /** Reads the ledger and brings it in line with the settings; reports failures. */
  start(): void {
    const { ledger, begin } = this.context;
    const run = async (): Promise<void> => {
      await ledger.journal.view.load();
      await begin();
      this.checkSettings();
      await this.applyPolicy();
      this.tellWhereTheLedgerIs();
      await this.applyPerson();
    };
    run().catch(ledger.report);
  }

  dispose(): void {
    this.store.dispose();
  }

  /** Writes the policy of the settings, if another one is in force. */
  private async applyPolicy(): Promise<void> {
    const { ledger, settings, zone } = this.context;
    const { journal } = ledger;
    const { idleTimeoutSeconds } = settings.current().value;
    const inForce = journal.view.ledger.timeline.policyAt(journal.clock.now());
    if (inForce.idleTimeoutSeconds === idleTimeoutSeconds && inForce.zone === zone()) return;
    await journal.append([journal.create({ kind: "policy", idleTimeoutSeconds, zone: zone() })]);
  }

  /** Writes who works at this computer if that has changed: an entry's history names them. */
  private async applyPerson(): Promise<void> {
    const { journal } = this.context.ledger;
    const name = accountName();
    if (name === "" || name === journal.view.ledger.person) return;
    await journal.append([journal.create({ kind: "person", name })]);
  }

  private checkSettings(): void {
    const { shell, ledger, settings } = this.context;
    const { value, rejected } = settings.current();
    shell.statusBar.setVisible(value.statusBar !== "hidden");
    if (rejected.length === 0) return;
    const names = rejected.map((key) => `caseclock.${key}`).join(", ");
    const text = t("These settings have invalid values; their defaults apply: {0}.", names);
    ledger.notifier.tell(`settings:${names}`, "warning", text, openSettings());
  }

  private tellWhereTheLedgerIs(): void {
    const { shell, ledger } = this.context;
    if (vscode.env.remoteName === undefined) return;
    if (shell.context.extension.extensionKind !== vscode.ExtensionKind.Workspace) return;
    const text = t("Caseclock keeps its ledger on {0}, where this window's extensions run.", vscode.env.remoteName);
    ledger.notifier.tell("ledgerOnRemote", "info", text, undefined, true);
  }
}
