import { CaseclockError } from "../domain/errors.ts";
import type { Connection } from "../domain/events.ts";
import { parseBillingUrl } from "../domain/billingUrl.ts";
import type { BillingProviders } from "../ports/billingProvider.ts";
import type { Clock } from "../ports/clock.ts";
import type { EventLog } from "../ports/eventLog.ts";
import type { Secrets } from "../ports/secrets.ts";
import type { SettingsSource } from "../ports/settings.ts";
import type { EventFactory } from "./eventFactory.ts";
import type { LedgerView } from "./ledgerView.ts";

export interface ConnectContext {
  readonly log: EventLog;
  readonly view: LedgerView;
  readonly factory: EventFactory;
  readonly clock: Clock;
  readonly providers: BillingProviders;
  readonly secrets: Secrets;
  readonly settings: SettingsSource;
}

export interface Connected {
  readonly connection: Connection;
  /** False when the token will be gone after a restart. */
  readonly tokenIsKept: boolean;
}

/**
 * Tests an address and a token and, only when they work, makes them the active connection. The same address and account
 * as before is the same connection: its receipts and carries go on.
 * @param url base URL; for `local` the URI of a folder
 * @throws CaseclockError `billing.*`; nothing was changed then
 */
export async function connectBilling(
  { log, view, factory, clock, providers, secrets, settings }: ConnectContext,
  provider: Connection["provider"],
  url: string,
  token: string | undefined,
): Promise<Connected> {
  const address = provider === "local" ? url : parseBillingUrl(url);
  if (provider === "rest" && (token === undefined || token.trim() === "")) {
    throw new CaseclockError("billing.auth", "a token is needed");
  }
  const account = await providers.whoAmI(provider, address, token);
  await settings.write({ "billing.provider": provider, "billing.url": address });
  for (;;) {
    await view.catchUp();
    const { ledger } = view;
    const seq = ledger.lastSeqOf("connected");
    const known = [...ledger.connections.values()].find(
      (one) => one.provider === provider && one.url === address && one.account.id === account.id,
    );
    const connection: Connection = { id: known?.id ?? clock.newId(), provider, url: address, account };
    const tokenIsKept = token === undefined ? true : await secrets.storeToken(connection.id, address, token);
    const event = factory.create({ kind: "connected", connection });
    if (await log.appendIfLast("connected", seq, [event])) return { connection, tokenIsKept };
    // Another window connected in between, perhaps for the first time to the same account: then its connection is ours.
    if (known === undefined) await secrets.deleteToken(connection.id);
  }
}

/** Ends the active connection: its token is deleted, its approved entries wait under its name. */
export async function disconnectBilling({ log, view, factory, secrets, settings }: ConnectContext): Promise<void> {
  await view.load();
  const { connection } = view.ledger;
  if (connection === undefined) return;
  await secrets.deleteToken(connection.id);
  await settings.write({ "billing.provider": "local", "billing.url": "" });
  await log.append([factory.create({ kind: "disconnected", connectionId: connection.id })]);
}
