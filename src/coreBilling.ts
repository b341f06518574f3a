import { AutomaticSync } from "./app/automaticSync.ts";
import { describeDraft } from "./app/describeDraft.ts";
import type { ConnectContext } from "./app/connectBilling.ts";
import type { SyncContext } from "./app/syncTimeEntries.ts";
import type { IDisposable } from "./base/disposable.ts";
import type { Logger } from "./ports/logger.ts";
import { billingCommands, nameOf } from "./ui/billingCommands.ts";
import type { CommandHandlers } from "./ui/commandTable.ts";
import type { Notifier } from "./ui/notifier.ts";
import { presentSync } from "./ui/present.ts";
import { reviewCommands } from "./ui/reviewCommands.ts";

interface CoreBillingContext {
  readonly connect: ConnectContext;
  readonly sync: SyncContext;
  readonly notifier: Notifier;
  readonly logger: Logger;
  readonly flush: () => Promise<void>;
  readonly showPage: (name: string, markdown: string) => Promise<void>;
  readonly report: (error: unknown) => void;
}

type Handled = keyof ReturnType<typeof billingCommands> | keyof ReturnType<typeof reviewCommands>;

/** Everything between approved entries and the billing system: commands, and the sync that goes by itself. */
export class CoreBilling implements IDisposable {
  readonly handlers: Pick<CommandHandlers, Handled>;
  private readonly automatic: AutomaticSync;

  constructor({ connect, sync, notifier, logger, flush, showPage, report }: CoreBillingContext) {
    this.automatic = new AutomaticSync({
      ...sync,
      tell: (result) => {
        const { connection } = sync.view.ledger;
        if (connection === undefined) return;
        notifier.tell("automaticSync", "warning", presentSync(result, nameOf(connection)), SHOW_WAITING);
      },
      report,
    });
    this.handlers = {
      ...billingCommands({ connect, sync, directory: sync.directory, logger, flush }),
      ...reviewCommands({
        sync,
        describe: ({ draft }, text) => describeDraft(sync, draft, text),
        nameOf,
        flush,
        showPage,
      }),
    };
  }

  dispose(): void {
    this.automatic.dispose();
  }
}

const SHOW_WAITING = { label: "Show", command: "caseclock.waiting.focus" };
