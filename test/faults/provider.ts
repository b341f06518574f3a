import { RestProvider } from "../../src/adapters/node/billing/rest/rest.ts";
import { toWireEntry } from "../../src/adapters/node/billing/rest/wireEntry.ts";
import { HttpTransport } from "../../src/adapters/node/billing/shared/httpTransport.ts";
import type { Connection } from "../../src/domain/log/events.ts";
import type { BillingProvider } from "../../src/ports/billingProvider.ts";
import type { Logger } from "../../src/ports/logger.ts";
import type { ApprovedEntry } from "../../src/domain/log/approvedEntry.ts";

/** The product's provider for the reference endpoint's API. All that the fault campaign and the bench know of it. */
export function restProvider(
  connection: Connection,
  token: string,
  logger: Logger,
  options: { readonly timeoutMs?: number } = {},
): BillingProvider {
  return new RestProvider(connection, new HttpTransport(connection.url, token, logger, options), logger);
}

/** What that provider sends of an entry, for whoever sends it by other means. */
export function bodyOf(entry: ApprovedEntry): unknown {
  return toWireEntry(entry);
}

/** A provider that sends each entry for itself, as one does for a system without batches. */
export function oneByOne(provider: BillingProvider): BillingProvider {
  return Object.create(provider, { pushBatch: { value: undefined } }) as BillingProvider;
}

/** A provider without its look-up: for it nothing is ever stored. What it breaks must be found. */
export function withoutLookUp(provider: BillingProvider): BillingProvider {
  const find: BillingProvider["find"] = () => Promise.resolve([]);
  return Object.create(provider, { find: { value: find } }) as BillingProvider;
}
