import { parseBillingUrl } from "../../../domain/billingUrl.ts";
import { CaseclockError } from "../../../domain/errors.ts";
import type { BillingProviders } from "../../../ports/billingProvider.ts";
import type { Logger } from "../../../ports/logger.ts";
import type { Secrets } from "../../../ports/secrets.ts";
import { HttpTransport } from "../httpTransport.ts";
import { checkFolder, LocalProvider } from "./local.ts";
import { RestProvider, whoAmI } from "./rest.ts";

/** Longest wait for the answer to "who am I?": a person is looking at it. */
const CONNECT_TIMEOUT_MS = 15_000;

/** The providers that come with Caseclock. */
export function createBillingProviders(secrets: Secrets, logger: Logger): BillingProviders {
  return {
    open: async (connection) => {
      if (connection.provider === "local") return new LocalProvider(connection);
      const url = parseBillingUrl(connection.url);
      const token = await secrets.tokenFor(connection.id, url);
      if (token === undefined) throw new CaseclockError("billing.urlChanged", `no token for ${url}`);
      return new RestProvider(connection, new HttpTransport(url, usableToken(token), logger), logger);
    },
    whoAmI: async (provider, url, token) => {
      if (provider === "local") return checkFolder(url);
      const options = { timeoutMs: CONNECT_TIMEOUT_MS };
      const http = new HttpTransport(parseBillingUrl(url), usableToken(token), logger, options);
      return whoAmI(http, new AbortController().signal);
    },
  };
}

/** The token as it can stand in a header, without the line end it was copied with. @throws CaseclockError `billing.auth` */
function usableToken(token: string | undefined): string {
  const trimmed = token?.trim() ?? "";
  if (trimmed === "") throw new CaseclockError("billing.auth", "a token is needed");
  if (!/^[\x21-\x7E]+$/.test(trimmed)) throw new CaseclockError("billing.auth", "no token has such characters");
  return trimmed;
}
