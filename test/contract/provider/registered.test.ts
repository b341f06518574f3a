import { conformance } from "./conformance.ts";
import { EXTENSION_TOKEN, OtherExtension, type ExtensionTraits } from "./fakes/otherExtension.ts";
import type { SystemUnderTest } from "./systemUnderTest.ts";

function open(traits: ExtensionTraits): Promise<SystemUnderTest> {
  const extension = new OtherExtension(traits);
  return Promise.resolve({
    provider: extension.id,
    url: "https://billing.example",
    token: EXTENSION_TOKEN,
    badToken: "not-the-token-of-anybody",
    options: {},
    account: { id: "acct-9" },
    openCase: { id: "case/7", key: "HF-7", title: "Importer times out", customer: "Harbour Foods Ltd" },
    closedCaseId: "case/8",
    refusing: { closed: "case/8", missing: "case/99" },
    functions: extension,
    registered: extension,
    stored: () =>
      Promise.resolve(
        [...extension.stored.values()].map(({ id, billedSeconds, description, date, start }) => ({
          id,
          seconds: billedSeconds,
          text: description,
          day: date,
          ...(start === undefined ? {} : { start: Date.parse(start) }),
        })),
      ),
    close: () => Promise.resolve(),
  });
}

const CAN = { unitSeconds: 60, correction: "replace", isPerSpan: false, over: "functions" } as const;
conformance("another extension's, which says all that the API has", CAN, () => open({ isThorough: true }));
conformance("another extension's, which says the least that the API asks", CAN, () => open({ isThorough: false }));
