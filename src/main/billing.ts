import type * as vscode from "vscode";
import { SecretStorageSecrets } from "../adapters/vscode/secrets.ts";
import { AutomaticSync } from "../app/billing/automaticSync.ts";
import { describeDraft } from "../app/billing/describeDraft.ts";
import type { ConnectContext } from "../app/billing/connectBilling.ts";
import type { SyncContext } from "../app/billing/syncTimeEntries.ts";
import { toDisposable, type IDisposable } from "../base/disposable.ts";
import { once } from "../base/once.ts";
import { t } from "../base/text.ts";
import type { ApiBillingProvider } from "../ports/api.ts";
import type { BillingProviders } from "../ports/billingProvider.ts";
import type { Secrets } from "../ports/secrets.ts";
import type { Logger } from "../ports/logger.ts";
import { billingCommands } from "../ui/billing/billingCommands.ts";
import type { CommandHandlers } from "../ui/shell/commandTable.ts";
import type { Notifier } from "../ui/shell/notifier.ts";
import { reviewCommands } from "../ui/billing/reviewCommands.ts";
import { connectionName } from "../ui/text/connectionName.ts";
import { presentSync } from "../ui/text/presentNotices.ts";
import type { WindowPart } from "./part.ts";

/** The billing systems that entries can go to. */
interface Providers {
  readonly secrets: Secrets;
  readonly providers: BillingProviders;
  /** The billing systems of other extensions, by their ids. */
  readonly registered: ReadonlyMap<string, ApiBillingProvider>;
  /** Offers the billing system of another extension until it is disposed. */
  readonly registerProvider: (provider: ApiBillingProvider) => IDisposable;
}

/** The providers, each loaded when it is first needed. */
export function createProviders(storage: vscode.SecretStorage, parent: Logger): Providers {
  const logger = parent.child("billing");
  const secrets = new SecretStorageSecrets(storage, logger);
  const registered = new Map<string, ApiBillingProvider>();
  const billing = once(async () =>
    (await import("../adapters/node/billing/providers.ts")).createBillingProviders(secrets, logger, registered),
  );
  return {
    secrets,
    providers: {
      open: async (connection) => (await billing()).open(connection),
      probe: async (request) => (await billing()).probe(request),
    },
    registered,
    registerProvider: (provider) => {
      registered.set(provider.id, provider);
      return toDisposable(() => registered.delete(provider.id));
    },
  };
}

interface BillingContext {
  readonly connect: ConnectContext;
  readonly sync: SyncContext;
  readonly notifier: Notifier;
  readonly logger: Logger;
  readonly flush: () => Promise<void>;
  readonly showPage: (name: string, markdown: string) => Promise<void>;
  readonly report: (error: unknown) => void;
  /** The billing systems of other extensions, by their ids. */
  readonly registered: ReadonlyMap<string, ApiBillingProvider>;
}

type Handled = keyof ReturnType<typeof billingCommands> | keyof ReturnType<typeof reviewCommands>;

/** Everything between approved entries and the billing system: commands, and the automatic sync. */
export class BillingPart implements WindowPart<Handled> {
  readonly handlers: Pick<CommandHandlers, Handled>;
  private readonly automatic: AutomaticSync;

  constructor({ connect, sync, notifier, logger, flush, showPage, report, registered }: BillingContext) {
    this.automatic = new AutomaticSync({
      ...sync,
      tell: (result) => {
        const { connection } = sync.journal.view.ledger;
        if (connection === undefined) return;
        notifier.tell("automaticSync", "warning", presentSync(result, connectionName(connection)), showWaiting());
      },
      report,
    });
    this.handlers = {
      ...billingCommands({ connect, sync, directory: sync.directory, logger, flush, registered }),
      ...reviewCommands({
        sync,
        describe: ({ draft }, text) => describeDraft(sync, draft, text),
        connectionName,
        flush,
        showPage,
      }),
    };
  }

  dispose(): void {
    this.automatic.dispose();
  }
}

const showWaiting = () => ({ label: t("Show"), command: "caseclock.waiting.focus" });
