import * as vscode from "vscode";
import { connectBilling, disconnectBilling, type ConnectContext } from "../app/connectBilling.ts";
import { describeDraft } from "../app/describeDraft.ts";
import type { CaseDirectory } from "../app/caseDirectory.ts";
import { dryRunSync, pushApproved, syncTimeEntries, type RunPush, type SyncContext } from "../app/syncTimeEntries.ts";
import { CaseclockError } from "../domain/errors.ts";
import type { Connection } from "../domain/events.ts";
import type { Logger } from "../ports/logger.ts";
import type { BillingState, SyncResult } from "../ports/manifest.ts";
import type { CommandHandlers } from "./commandTable.ts";
import { askConnection, confirmConnection } from "./connectForm.ts";
import { showMessage } from "./notifier.ts";
import { presentError, presentSync } from "./present.ts";
import { withProgress } from "./progress.ts";
import { confirmSync, type DescribeDraft } from "./syncQuickPick.ts";

export interface BillingCommandsContext {
  readonly connect: ConnectContext;
  readonly sync: SyncContext;
  readonly directory: CaseDirectory;
  readonly logger: Logger;
  /** Writes what was seen so far, so that a preview shows it. */
  readonly flush: () => Promise<void>;
}

type Handled = "caseclock.connectBilling" | "caseclock.disconnectBilling" | "caseclock.sync";

/** Connecting, and the sync with its preview. */
export function billingCommands(context: BillingCommandsContext): Pick<CommandHandlers, Handled> {
  return {
    "caseclock.connectBilling": (argument) => connect(context, argument),
    "caseclock.disconnectBilling": async () => {
      await disconnectBilling(context.connect);
      return undefined;
    },
    "caseclock.sync": async ({ dryRun, entryIds }) => {
      checkEntryIds(entryIds);
      await context.flush();
      if (dryRun === true) return dryRunSync(context.sync, entryIds);
      return sync(context, entryIds);
    },
  };
}

/** What the user calls the place that entries go to. */
export function nameOf(connection: Connection): string {
  return connection.provider === "local" ? vscode.Uri.parse(connection.url).fsPath : new URL(connection.url).host;
}

/** The connection as commands answer it. */
export function billingStateOf({ id, provider, url, account }: Connection): BillingState {
  return { connectionId: id, provider, url, account: account.name };
}

async function connect(
  { connect: needs, directory, logger }: BillingCommandsContext,
  argument: { provider?: "local" | "rest"; url?: string; token?: string },
): Promise<BillingState | undefined> {
  const unattended = needs.settings.current().value.allowUnattended;
  const { provider, url, token } = argument;
  if (provider !== undefined && !["local", "rest"].includes(provider)) {
    throw new CaseclockError("arguments.invalid", `provider ${provider} is not known`);
  }
  const complete = provider !== undefined && url !== undefined && (provider === "local" || token !== undefined);
  const answers = complete ? { provider, url, token } : await askConnection({ provider, url, token });
  if (answers === undefined) return undefined;
  if (complete && !unattended && !(await confirmConnection(answers))) return undefined;
  const { connection, tokenIsKept } = await connectBilling(needs, answers.provider, answers.url, answers.token);
  logger.info(`connected provider=${connection.provider}`);
  if (!tokenIsKept) showMessage("warning", presentError("secrets.memoryOnly").text);
  if (!complete) showMessage("info", `Connected to ${nameOf(connection)} as ${connection.account.name}.`);
  await directory.refreshAll();
  return billingStateOf(connection);
}

async function sync(context: BillingCommandsContext, entryIds: readonly string[] | undefined): Promise<SyncResult> {
  const { sync: needs, logger } = context;
  if (needs.view.ledger.connection === undefined) await connect(context, {});
  const { connection } = needs.view.ledger;
  if (connection === undefined) throw new CaseclockError("billing.noConnection", "not connected to a billing system");
  const destination = nameOf(connection);
  const run: RunPush = (push) => withProgress(`Syncing to ${destination}`, push);
  // By argument and allowed to: what was approved before goes without a question. Otherwise the preview is the question.
  const describe: DescribeDraft = ({ draft }, text) => describeDraft(needs, draft, text);
  const unattended = entryIds !== undefined && needs.settings().allowUnattended;
  const result = unattended
    ? await pushApproved(needs, entryIds, run)
    : await syncTimeEntries(needs, (preview) => confirmSync(preview, destination, describe), run);
  if (result === undefined) {
    return { pushed: 0, rejected: 0, retryLater: 0, unknown: 0, waiting: waitingIn(needs), carried: 0, problems: [] };
  }
  logger.info(
    `synced pushed=${result.pushed} rejected=${result.rejected} retryLater=${result.retryLater} unknown=${result.unknown}`,
  );
  const allWell = result.rejected + result.retryLater + result.unknown === 0;
  showMessage(allWell ? "info" : "warning", presentSync(result, destination));
  return result;
}

function waitingIn({ view }: SyncContext): number {
  return view.ledger.entries.open.filter(({ delivery }) => delivery.state === "waiting" || delivery.state === "unknown")
    .length;
}

function checkEntryIds(entryIds: unknown): void {
  if (entryIds === undefined) return;
  if (Array.isArray(entryIds) && entryIds.every((id) => typeof id === "string")) return;
  throw new CaseclockError("arguments.invalid", "entryIds must be a list of texts");
}
