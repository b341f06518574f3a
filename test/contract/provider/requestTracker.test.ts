import { conformance } from "./conformance.ts";
import { RT_TOKEN, startRequestTrackerFake } from "./fakes/requestTracker.ts";
import type { SystemUnderTest } from "./systemUnderTest.ts";

const CAN = { unitSeconds: 60, correction: "compensate", isPerSpan: false } as const;

async function open(hasField: boolean): Promise<SystemUnderTest> {
  const { server, transactions } = await startRequestTrackerFake(hasField);
  const own = () => transactions.filter(({ ticket }) => ticket === 30);
  return {
    provider: "requestTracker",
    url: server.url,
    token: RT_TOKEN,
    badToken: "1-27-ffffffffffffffffffffffffffffffff",
    options: {},
    account: { id: "27" },
    openCase: { id: "30", key: "#30", title: "VPN gateway drops tunnels", customer: "Nordwind Logistik GmbH" },
    search: {
      unlisted: {
        id: "205",
        key: "#205",
        title: "Onboard O'Neil\\IT (100% remote)",
        customer: "Nordwind Logistik GmbH",
      },
      keys: ["205", "#205", "o'neil\\it", "100% remote)"],
      words: "remote onboard",
      closed: { id: "206", keys: ["206", "#206"], words: "printer queue" },
    },
    refusing: { missing: "999", forbidden: "22" },
    server,
    stored: () =>
      Promise.resolve(own().map(({ id, minutes, content }) => ({ id: `${id}`, seconds: minutes * 60, text: content }))),
    close: () => server.close(),
  };
}

conformance("Request Tracker, as it was seen, with a field for the key", CAN, () => open(true));
conformance("Request Tracker, as it was seen, with the key in the subject", CAN, () => open(false));
