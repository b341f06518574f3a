import { conformance } from "./conformance.ts";
import { REDMINE_TOKEN, startRedmineFake } from "./fakes/redmine.ts";
import type { SystemUnderTest } from "./systemUnderTest.ts";

const CAN = { unitSeconds: 60, correction: "replace", isPerSpan: false, mostText: 1024 } as const;

async function open(keyField: boolean): Promise<SystemUnderTest> {
  const { server, entries } = await startRedmineFake(keyField);
  return {
    provider: "redmine",
    url: server.url,
    token: REDMINE_TOKEN,
    badToken: "f".repeat(40),
    options: {},
    account: { id: "6" },
    openCase: { id: "1", key: "#1", title: "VPN gateway drops tunnels", customer: "Nordwind Logistik GmbH" },
    closedCaseId: "8",
    search: {
      unlisted: { id: "140", key: "#140", title: "Onboard the new IT lead", customer: "Nordwind Logistik GmbH" },
      keys: ["140", "#140"],
      words: "lead onboard",
      closed: { id: "8", keys: ["8", "#8"], words: "8 issue" },
    },
    refusing: { missing: "999", forbidden: "22" },
    activityId: "3",
    server,
    stored: () =>
      Promise.resolve(
        entries
          .filter(({ issue }) => issue === 1)
          .map(({ id, hours, comments, day }) => ({
            id: `${id}`,
            seconds: Math.round(hours * 3600),
            text: comments,
            day,
          })),
      ),
    close: () => server.close(),
  };
}

conformance("Redmine, as it was seen, with a field for the key", CAN, () => open(true));
conformance("Redmine, as it was seen, with the key in the comment", CAN, () => open(false));
