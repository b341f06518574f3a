import { connectBilling, disconnectBilling, type ConnectContext } from "../../app/billing/connectBilling.ts";
import { describeDraft } from "../../app/billing/describeDraft.ts";
import type { CaseDirectory } from "../../app/cases/caseDirectory.ts";
import {
  dryRunSync,
  pushApproved,
  syncTimeEntries,
  type RunPush,
  type SyncContext,
} from "../../app/billing/syncTimeEntries.ts";
import { t } from "../../base/text.ts";
import { CaseclockError } from "../../domain/errors.ts";
import type { Logger } from "../../ports/logger.ts";
import type { ApiBillingProvider } from "../../ports/api.ts";
import type { ConnectQuestion } from "../../ports/billingProvider.ts";
import type { BillingState, SyncResult } from "../../ports/billingResults.ts";
import type { CommandArgument } from "../../ports/commands.ts";
import { LOCAL_PROVIDER, providerIds, serverProviders, type ProviderDescription } from "../../ports/providerCatalog.ts";
import { readNamedTexts, readTexts } from "../shell/arguments.ts";
import { handleCommands } from "../shell/handleCommands.ts";
import { askAboutAccount, askConnection, confirmConnection } from "./connectForm.ts";
import { showMessage } from "../shell/notifier.ts";
import { withProgress } from "../shell/progress.ts";
import { confirmSync, type DescribeDraft } from "./syncQuickPick.ts";
import { connectionName } from "../text/connectionName.ts";
import { toBillingState } from "../text/toBillingState.ts";
import { presentError } from "../text/presentError.ts";
import { presentSync } from "../text/presentNotices.ts";

export interface BillingCommandsContext {
  readonly connect: ConnectContext;
  readonly sync: SyncContext;
  readonly directory: CaseDirectory;
  readonly logger: Logger;
  /** The billing systems of other extensions, by their ids. */
  readonly registered: ReadonlyMap<string, ApiBillingProvider>;
  /** Writes what was seen so far, so that a preview shows it. */
  readonly flush: () => Promise<void>;
}

/** Connecting, and the sync with its preview. */
export const billingCommands = handleCommands((context: BillingCommandsContext) => {
  return {
    "caseclock.connectBilling": (argument) => connect(context, argument),
    "caseclock.disconnectBilling": async () => {
      await disconnectBilling(context.connect);
      return undefined;
    },
    "caseclock.sync": async ({ dryRun, ...argument }) => {
      const entryIds = readTexts("entryIds", argument.entryIds);
      await context.flush();
      if (dryRun === true) return dryRunSync(context.sync, entryIds);
      return sync(context, entryIds);
    },
  };
});

async function connect(
  { connect: needs, directory, logger, registered }: BillingCommandsContext,
  argument: CommandArgument<"caseclock.connectBilling">,
): Promise<BillingState | undefined> {
  const unattended = needs.settings.current().value.allowUnattended;
  const { provider, url, token } = argument;
  if (provider !== undefined && !providerIds().includes(provider) && !registered.has(provider)) {
    throw new CaseclockError("arguments.invalid", `provider ${provider} is not known`);
  }
  const options = readNamedTexts("options", argument.options) ?? {};
  const complete = provider !== undefined && url !== undefined && (provider === LOCAL_PROVIDER || token !== undefined);
  const answers = complete
    ? { provider, url, token, options }
    : await askConnection({ provider, url, token, options }, [...registered.values()].map(toDescription));
  if (answers === undefined) return undefined;
  if (complete && !unattended && !(await confirmConnection(answers))) return undefined;
  const label = serverProviders().find(({ id }) => id === answers.provider)?.label ?? answers.provider;
  const ask =
    complete && unattended ? {} : { ask: (questions: readonly ConnectQuestion[]) => askAboutAccount(label, questions) };
  const connected = await connectBilling(needs, answers.provider, answers.url, answers.token, {
    options: answers.options,
    ...ask,
  }).catch((error: unknown) => {
    if (CaseclockError.is(error, "billing.cancelled")) return undefined; // a question was put aside: nothing was changed
    throw error;
  });
  if (connected === undefined) return undefined;
  const { connection, tokenIsKept, notes } = connected;
  logger.info(`connected provider=${connection.provider}`);
  if (!tokenIsKept) showMessage("warning", presentError("secrets.memoryOnly").text);
  if (!complete) {
    const text = [t("Connected to {0} as {1}.", connectionName(connection), connection.account.name), ...notes].join(
      " ",
    );
    showMessage("info", text);
  }
  await directory.refreshAll();
  return toBillingState(connection);
}

/** Another extension's provider, as the form offers it. */
function toDescription({ id, label, detail }: ApiBillingProvider): ProviderDescription {
  return {
    id,
    label,
    detail: detail ?? t("From an extension by {0}", id.split(".")[0] ?? id),
    urlPrompt: t("Address of {0}", label),
    urlExample: "https://billing.example.com",
    tokenPrompt: t("Token. It is kept in the editor's secret storage and given to that extension only"),
  };
}

async function sync(context: BillingCommandsContext, entryIds: readonly string[] | undefined): Promise<SyncResult> {
  const { sync: needs, logger } = context;
  if (needs.journal.view.ledger.connection === undefined) await connect(context, {});
  const { connection } = needs.journal.view.ledger;
  if (connection === undefined) throw new CaseclockError("billing.noConnection", "not connected to a billing system");
  const destination = connectionName(connection);
  const run: RunPush = (push) => withProgress(t("Syncing to {0}", destination), push);
  // By argument and with permission, approved entries go without a question. Otherwise the preview is the question.
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

function waitingIn({ journal: { view } }: SyncContext): number {
  return view.ledger.entries.listOpen.filter(
    ({ delivery }) => delivery.state === "waiting" || delivery.state === "unknown",
  ).length;
}
