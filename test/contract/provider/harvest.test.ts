import { conformance } from "./conformance.ts";
import { HARVEST_TOKEN, startHarvestFake } from "./fakes/harvest.ts";
import type { SystemUnderTest } from "./systemUnderTest.ts";

async function open(clockTimes: boolean): Promise<SystemUnderTest> {
  const { server, entries } = await startHarvestFake(clockTimes);
  const key = "HF-17/Support";
  return {
    provider: "harvest",
    url: `${server.url}/v2`,
    token: HARVEST_TOKEN,
    badToken: "harvest-ffffffffffffffff",
    options: { accountId: "1234567" },
    account: { id: "77" },
    openCase: { id: "100/8", key, title: "Importer: Support", customer: "Harbour Foods Ltd" },
    closedCaseId: "103/8",
    refusing: { missing: "999/8" },
    server,
    stored: () =>
      Promise.resolve(
        entries.map(({ id, hours, notes, day, started }) => ({
          id: `${id}`,
          seconds: Math.round(hours * 3600),
          text: notes,
          day,
          ...(started === null ? {} : { start: Date.parse(`${day} ${started.replace(/(am|pm)$/, " $1")} UTC`) }),
        })),
      ),
    close: () => server.close(),
  };
}

const CAN = { correction: "replace" } as const;
conformance("Harvest, as it is documented", { ...CAN, unitSeconds: 36, isPerSpan: false }, () => open(false));
conformance("Harvest with clock times, as it is documented", { ...CAN, unitSeconds: 60, isPerSpan: true }, () =>
  open(true),
);
