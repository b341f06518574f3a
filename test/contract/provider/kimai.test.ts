import { conformance } from "./conformance.ts";
import { KIMAI_TOKEN, startKimaiFake, type KimaiRules } from "./fakes/kimai.ts";
import type { SystemUnderTest } from "./systemUnderTest.ts";

const CAN = { unitSeconds: 60, correction: "replace", isPerSpan: true } as const;

export async function openKimai(rules: KimaiRules = {}): Promise<SystemUnderTest> {
  const { server, sheets } = await startKimaiFake(rules);
  return {
    provider: "kimai",
    url: server.url,
    token: KIMAI_TOKEN,
    badToken: "kimai-ffffffffffffffff",
    options: {},
    account: { id: "3" },
    openCase: { id: "17", key: "HF-17", title: "Importer", customer: "Harbour Foods Ltd" },
    refusing: { invisible: "99" },
    activityId: "4",
    server,
    stored: () =>
      Promise.resolve(
        sheets.map(({ id, begin, end, description }) => ({
          id: `${id}`,
          seconds: (end - begin) / 1000,
          text: description,
          day: new Date(begin).toISOString().slice(0, 10),
          start: begin,
        })),
      ),
    close: () => server.close(),
  };
}

conformance("Kimai, as it is documented", CAN, () => openKimai());
