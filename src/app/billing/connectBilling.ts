import { CaseclockError } from "../../domain/errors.ts";
import type { Connection } from "../../domain/log/events.ts";
import { parseBillingUrl } from "../../domain/entries/billingUrl.ts";
import type { BillingProviders, ConnectionProbe, ConnectQuestion } from "../../ports/billingProvider.ts";
import { LOCAL_PROVIDER } from "../../ports/providerCatalog.ts";
import type { Secrets } from "../../ports/secrets.ts";
import type { SettingsSource } from "../../ports/settings.ts";
import type { Journal } from "../ledger/journal.ts";

export interface ConnectContext {
  readonly journal: Journal;
  readonly providers: BillingProviders;
  readonly secrets: Secrets;
  readonly settings: SettingsSource;
}

export interface ConnectResult {
  readonly connection: Connection;
  /** False when the token will be gone after a restart. */
  readonly tokenIsKept: boolean;
  /** What the person should know about how entries are stored there. */
  readonly notes: readonly string[];
}

/** Asks what only a person can decide about an account. Returns answers by id; undefined when dismissed. */
export type AskAboutAccount = (
  questions: readonly ConnectQuestion[],
) => Promise<Readonly<Record<string, string>> | undefined>;

export interface ConnectDetails {
  /** Answers given in advance. */
  readonly options?: Readonly<Record<string, string>>;
  /** Without it the fallback of each question is used. */
  readonly ask?: AskAboutAccount;
}

/**
 * Tests an address and a token and, only when they work, makes them the active connection. The same address and account
 * as before are the same connection, with its receipts and carried time.
 * @param url base URL; for `local` the URI of a folder
 * @throws CaseclockError `billing.*`; nothing was changed then. `billing.cancelled` when a question was dismissed |
 * `arguments.invalid` when an answer is required and nobody is asked
 */
export async function connectBilling(
  { journal, providers, secrets, settings }: ConnectContext,
  provider: Connection["provider"],
  url: string,
  token: string | undefined,
  { options: given = {}, ask }: ConnectDetails = {},
): Promise<ConnectResult> {
  const { clock } = journal;
  const address = provider === LOCAL_PROVIDER ? url : parseBillingUrl(url);
  if (provider !== LOCAL_PROVIDER && (token === undefined || token.trim() === "")) {
    throw new CaseclockError("billing.auth", "a token is needed");
  }
  const probe = await providers.probe({ provider, url: address, token, options: given });
  const { account, notes } = probe;
  const options = await answered(probe, given, ask);
  await settings.write({ "billing.provider": provider, "billing.url": address });
  // Deletes the token of an attempt that was overtaken: it is stored under an id that nothing else knows.
  let minted: string | undefined;
  return journal.decide("connected", async (ledger) => {
    const known = [...ledger.connections.values()].find(
      (one) => one.provider === provider && one.url === address && one.account.id === account.id,
    );
    const id = known?.id ?? clock.newId();
    if (minted !== undefined) await secrets.deleteToken(minted);
    minted = known === undefined ? id : undefined;
    const connection: Connection = {
      id,
      provider,
      url: address,
      account,
      ...(Object.keys(options).length === 0 ? {} : { options }),
    };
    const tokenIsKept = token === undefined ? true : await secrets.storeToken(connection.id, address, token);
    const event = journal.create({ kind: "connected", connection });
    return { events: [event], result: { connection, tokenIsKept, notes } };
  });
}

/** Ends the active connection: deletes its token; its approved entries wait for it to be connected again. */
export async function disconnectBilling({ journal, secrets, settings }: ConnectContext): Promise<void> {
  const { view } = journal;
  await view.load();
  const { connection } = view.ledger;
  if (connection === undefined) return;
  await secrets.deleteToken(connection.id);
  await settings.write({ "billing.provider": "local", "billing.url": "" });
  await journal.append([journal.create({ kind: "disconnected", connectionId: connection.id })]);
}

/** The options: probed ones, then given ones, then the answers to the remaining questions. */
async function answered(
  { options, questions }: ConnectionProbe,
  given: Readonly<Record<string, string>>,
  ask: AskAboutAccount | undefined,
): Promise<Readonly<Record<string, string>>> {
  const open = questions.filter(({ id }) => given[id] === undefined);
  const fallbacks = Object.fromEntries(
    open.flatMap(({ id, fallback }) => (fallback === undefined ? [] : [[id, fallback]])),
  );
  const asked = ask === undefined || open.length === 0 ? fallbacks : await ask(open);
  if (asked === undefined) throw new CaseclockError("billing.cancelled", "put aside");
  const missing = open.find(({ id }) => asked[id] === undefined);
  if (missing !== undefined) {
    throw new CaseclockError("arguments.invalid", `an answer is needed: options.${missing.id} (${missing.prompt})`);
  }
  return { ...options, ...given, ...asked };
}
