import { t } from "../../../base/text.ts";
import { parseBillingUrl } from "../../../domain/entries/billingUrl.ts";
import { CaseclockError } from "../../../domain/errors.ts";
import type { ApiBillingProvider } from "../../../ports/api.ts";
import type { BillingProvider, BillingProviders, ConnectionProbe } from "../../../ports/billingProvider.ts";
import type { Logger } from "../../../ports/logger.ts";
import { LOCAL_PROVIDER } from "../../../ports/providerCatalog.ts";
import type { Secrets } from "../../../ports/secrets.ts";
import { HttpTransport, type TransportOptions } from "./shared/httpTransport.ts";
import { checkFolder, LocalProvider } from "./local/local.ts";
import { RegisteredProvider, testAccount } from "./registered/registered.ts";
import { RestProvider, whoAmI } from "./rest/rest.ts";
import { SystemProvider } from "./shared/systemProvider.ts";
import { SystemHttp, type OtherServices } from "./shared/systemHttp.ts";
import { SYSTEM_KINDS, type SystemKind } from "./systemKinds.ts";

/** Longest wait for the answer to "who am I?": a person is waiting for it. */
const CONNECT_TIMEOUT_MS = 15_000;

/** The providers that come with Caseclock. */
export function createBillingProviders(
  secrets: Secrets,
  logger: Logger,
  registered: ReadonlyMap<string, ApiBillingProvider> = new Map(),
): BillingProviders {
  return {
    open: async (connection): Promise<BillingProvider> => {
      const { provider } = connection;
      if (provider === LOCAL_PROVIDER) return new LocalProvider(connection);
      const url = parseBillingUrl(connection.url);
      const token = await secrets.tokenFor(connection.id, url);
      if (token === undefined) throw new CaseclockError("billing.urlChanged", t("no token for {0}", url));
      const foreign = findForeign(provider, registered);
      if (foreign !== undefined) return new RegisteredProvider(connection, foreign, { url, token: oneToken(token) });
      if (provider === "rest")
        return new RestProvider(connection, new HttpTransport(url, oneToken(token), logger), logger);
      const kind = findKind(provider);
      const { http, others } = transports(kind, url, token, connection.options ?? {}, logger);
      return new SystemProvider(connection, kind.open(connection, http, others));
    },
    probe: async ({ provider, url, token, options }): Promise<ConnectionProbe> => {
      if (provider === LOCAL_PROVIDER) return justAccount(await checkFolder(url));
      const address = parseBillingUrl(url);
      const limits = { timeoutMs: CONNECT_TIMEOUT_MS };
      const { signal } = new AbortController();
      if (provider === "rest") {
        return justAccount(await whoAmI(new HttpTransport(address, oneToken(token), logger, limits), signal));
      }
      const foreign = findForeign(provider, registered);
      if (foreign !== undefined) {
        return justAccount(
          await testAccount(foreign, { url: address, token: oneToken(token) }, signal, CONNECT_TIMEOUT_MS),
        );
      }
      const kind = findKind(provider);
      const { http, others } = transports(kind, address, token, options, logger, limits);
      const answers = { ...kind.answersIn?.(token?.trim() ?? ""), ...options };
      const probe = await kind.probe(http, answers, signal, others);
      return { ...probe, options: { ...probe.options, ...options } };
    },
  };
}

/** A provider of another extension. @throws CaseclockError `billing.noProvider` when that is not there */
function findForeign(
  provider: string,
  registered: ReadonlyMap<string, ApiBillingProvider>,
): ApiBillingProvider | undefined {
  if (!provider.includes(".")) return undefined;
  const found = registered.get(provider);
  if (found === undefined) throw new CaseclockError("billing.noProvider", t("provider {0} is not available", provider));
  return found;
}

function findKind(provider: string): SystemKind {
  const kind = SYSTEM_KINDS[provider];
  if (kind === undefined) throw new CaseclockError("arguments.invalid", `provider ${provider} is not known`);
  return kind;
}

/** A transport for each address of a system; each of several tokens goes only to its own address. */
function transports(
  kind: SystemKind,
  url: string,
  token: string | undefined,
  options: Readonly<Record<string, string>>,
  logger: Logger,
  limits: TransportOptions = {},
): { readonly http: SystemHttp; readonly others: OtherServices } {
  const addresses = Object.entries(kind.others ?? {});
  const tokens = usableTokens(token, 1 + addresses.length);
  const main = { ...limits, authorize: (secret: string) => kind.authorize(secret, options) };
  const others = addresses.map(([name, addressOf], index): [string, SystemHttp] => {
    const { url: address, authorize } = addressOf(options);
    const http = new HttpTransport(parseBillingUrl(address), tokens[index + 1] ?? "", logger, { ...limits, authorize });
    return [name, new SystemHttp(http, kind.problem)];
  });
  return {
    http: new SystemHttp(new HttpTransport(url, tokens[0] ?? "", logger, main), kind.problem),
    others: Object.fromEntries(others),
  };
}

function justAccount(account: ConnectionProbe["account"]): ConnectionProbe {
  return { account, options: {}, questions: [], notes: [] };
}

function oneToken(token: string | undefined): string {
  return usableTokens(token, 1)[0] ?? "";
}

/** The tokens fit for headers, without a line end copied along. @throws CaseclockError `billing.auth` */
function usableTokens(token: string | undefined, count: number): readonly string[] {
  const trimmed = token?.trim() ?? "";
  if (trimmed === "") throw new CaseclockError("billing.auth", t("a token is required"));
  const tokens = count === 1 ? [trimmed] : trimmed.split(/\s+/);
  if (tokens.some((one) => !/^[\x21-\x7E]+$/.test(one))) {
    throw new CaseclockError("billing.auth", t("a token cannot contain these characters"));
  }
  if (tokens.length !== count) {
    throw new CaseclockError("billing.auth", t("{0} tokens are required, separated by a space", count));
  }
  return tokens;
}
