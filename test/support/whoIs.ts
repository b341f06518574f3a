import type { Connection } from "../../src/domain/log/events.ts";
import type { BillingProviders } from "../../src/ports/billingProvider.ts";

/** Whom a token belongs to, as connecting asks. */
export async function whoIs(
  providers: BillingProviders,
  provider: string,
  url: string,
  token: string | undefined,
): Promise<Connection["account"]> {
  return (await providers.probe({ provider, url, token, options: {} })).account;
}
