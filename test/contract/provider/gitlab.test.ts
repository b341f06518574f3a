import { conformance } from "./conformance.ts";
import { GITLAB_TOKEN, startGitlabFake } from "./fakes/gitlab.ts";
import type { SystemUnderTest } from "./systemUnderTest.ts";

const CAN = { unitSeconds: 60, correction: "recreate", isPerSpan: false, mostText: 255 } as const;

async function open(): Promise<SystemUnderTest> {
  const { server, timelogs } = await startGitlabFake();
  const customer = "harbour/importer";
  return {
    provider: "gitlab",
    url: server.url,
    token: GITLAB_TOKEN,
    badToken: "glpat-ffffffffffffffff",
    options: {},
    account: { id: "12" },
    openCase: { id: "gid://gitlab/Issue/4711", key: "harbour/importer#5", title: "Importer times out", customer },
    search: {
      unlisted: {
        id: "gid://gitlab/Issue/4900",
        key: "harbour/scanner#940",
        title: "Scanner can't reach 100% of \\\\erp",
        customer: "harbour/scanner",
      },
      keys: ["harbour/scanner#940", "scanner#940", "#940", "940", "can't", "100%", "\\\\erp"],
      words: "reach scanner",
      closed: { id: "gid://gitlab/Issue/4901", keys: ["harbour/scanner#941", "#941"], words: "printer queue" },
    },
    refusing: { missing: "gid://gitlab/Issue/999" },
    server,
    stored: () =>
      Promise.resolve(
        timelogs.map(({ id, seconds, spentAt, summary }) => ({
          id,
          seconds,
          text: summary,
          day: spentAt.slice(0, 10),
        })),
      ),
    close: () => server.close(),
  };
}

conformance("GitLab, as it is documented", CAN, open);
