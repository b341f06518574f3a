import { must } from "../../support/builders.ts";
import { startEndpoint } from "../../billing-endpoint/server.ts";
import { conformance } from "./conformance.ts";
import { forwardTo, serve } from "./fakes/server.ts";
import type { SystemUnderTest } from "./systemUnderTest.ts";

const CAN = { unitSeconds: 1, correction: "replace", isPerSpan: false } as const;

async function open(): Promise<SystemUnderTest> {
  const endpoint = await startEndpoint({ database: ":memory:", seed: true });
  const server = await serve(forwardTo(new URL(endpoint.url).origin));
  const listed = must(endpoint.cases().find(({ status }) => status === "open"));
  const closed = endpoint.cases().find(({ status }) => status === "closed");
  return {
    provider: "rest",
    url: `${server.url}/v1`,
    token: endpoint.token,
    badToken: "not-the-token-of-anybody",
    options: {},
    account: { id: "u-17" },
    openCase: { id: listed.id, key: listed.key, title: listed.title, customer: listed.customer.name },
    ...(closed === undefined ? {} : { closedCaseId: closed.id }),
    search: {
      unlisted: {
        id: "case-1240",
        key: "ACME-1240",
        title: "Label printer skips every second parcel",
        customer: must(endpoint.cases().find(({ id }) => id === "case-1240")).customer.name,
      },
      isListed: true,
      keys: ["ACME-1240"],
      words: "parcel label",
      closed: { id: "case-1198", keys: ["ACME-1198"], words: "nightly export" },
    },
    refusing: { missing: "no-such-case" },
    server,
    stored: () =>
      Promise.resolve(
        endpoint.entries().map(({ id, billedSeconds, description, date }) => ({
          id,
          seconds: billedSeconds,
          text: description,
          day: date,
        })),
      ),
    close: async () => {
      await server.close();
      await endpoint.close();
    },
  };
}

conformance("the billing API, at its reference endpoint", CAN, open);
