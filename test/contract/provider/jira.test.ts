import { conformance } from "./conformance.ts";
import { EMAIL, JIRA_TOKEN, startJiraFake, TEMPO_TOKEN } from "./fakes/jira.ts";
import type { SystemUnderTest } from "./systemUnderTest.ts";

const CAN = { unitSeconds: 60, correction: "replace", isPerSpan: false } as const;

async function open(provider: "jira" | "tempo", needsAccount = false): Promise<SystemUnderTest> {
  const { server, worklogs, tempo } = await startJiraFake(needsAccount);
  const isTempo = provider === "tempo";
  return {
    provider,
    url: server.url,
    token: isTempo ? `${JIRA_TOKEN} ${TEMPO_TOKEN}` : JIRA_TOKEN,
    badToken: isTempo ? `${JIRA_TOKEN} tempo-ffffffffffffffff` : "jira-ffffffffffffffff",
    options: {
      email: EMAIL,
      ...(isTempo ? { tempoUrl: `${server.url}/4` } : {}),
      ...(needsAccount ? { "attribute._Account_": "ACME" } : {}),
    },
    account: { id: "5b10a2844c20165700ede21g" },
    openCase: { id: "10412", key: "HF-1", title: "Importer times out", customer: "Harbour Foods Ltd" },
    search: {
      unlisted: { id: "10450", key: "HF-39", title: "Scanner can't reach the ERP", customer: "Harbour Foods Ltd" },
      keys: ["HF-39", "hf-39", "scanner (can't)", "the ERP"],
      words: "reach sc",
      closed: { id: "10451", keys: ["HF-40"], words: "printer queue" },
    },
    refusing: { missing: "99999" },
    server,
    stored: () =>
      Promise.resolve(
        (isTempo ? tempo : worklogs).map(({ id, issue, seconds, started, text }) => ({
          id: isTempo ? `${id}` : `${issue}/${id}`,
          seconds,
          text,
          day: started.slice(0, 10),
          start: Date.parse(isTempo ? `${started}Z` : started),
        })),
      ),
    close: () => server.close(),
  };
}

conformance("Jira Cloud, as it is documented", CAN, () => open("jira"));
conformance("Tempo, as it is documented", CAN, () => open("tempo"));
conformance("Tempo with an attribute that it requires", CAN, () => open("tempo", true));
