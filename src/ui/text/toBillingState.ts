import type { Connection } from "../../domain/log/events.ts";
import type { BillingState } from "../../ports/billingResults.ts";

/** The connection as commands answer it. */
export function toBillingState({ id, provider, url, account }: Connection): BillingState {
  return { connectionId: id, provider, url, account: account.name };
}
