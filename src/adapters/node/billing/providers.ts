import { parseBillingUrl } from "../../../domain/billingUrl.ts";
import { CaseclockError } from "../../../domain/errors.ts";
import type { BillingProviders } from "../../../ports/billingProvider.ts";
import type { Logger } from "../../../ports/logger.ts";
import type { Secrets } from "../../../ports/secrets.ts";
import { HttpTransport } from "../httpTransport.ts";
import { checkFolder, LocalProvider } from "./local.ts";
import { RestProvider, whoAmI } from "./rest.ts";

/** Longest wait for the answer to "who am I?". */
const CONNECT_TIMEOUT_MS = 15_000;

/** The providers that come with Caseclock. */
export function createBillingProviders(secrets: Secrets, logger: Logger): BillingProviders {
  return {
    open: async (connection) => {
      if (connection.provider === "local") return new LocalProvider(connection);
      const token = await secrets.tokenFor(connection.id, connection.url);
      if (token === undefined) throw new CaseclockError("billing.urlChanged", `no token for ${connection.url}`);
      return new RestProvider(connection, new HttpTransport(parseBillingUrl(connection.url), token, logger), logger);
    },
    whoAmI: async (provider, url, token) => {
      if (provider === "local") return checkFolder(url);
      const http = new HttpTransport(parseBillingUrl(url), token ?? "", logger);
      return whoAmI(http, AbortSignal.timeout(CONNECT_TIMEOUT_MS));
    },
  };
}
