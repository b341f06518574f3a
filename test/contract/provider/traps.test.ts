/** What other clients of these systems have stumbled over, each as a test. */
import { afterEach, describe, expect, it } from "vitest";
import { createBillingProviders } from "../../../src/adapters/node/billing/providers.ts";
import { seconds, type LocalDate, type ZoneId } from "../../../src/base/time.ts";
import { CaseclockError } from "../../../src/domain/errors.ts";
import { at } from "../../support/builders.ts";
import { Bench, NEVER } from "./bench.ts";
import { GITLAB_TOKEN, startGitlabFake } from "./fakes/gitlab.ts";
import { HARVEST_TOKEN, startHarvestFake } from "./fakes/harvest.ts";
import { EMAIL, JIRA_TOKEN, startJiraFake, TEMPO_TOKEN } from "./fakes/jira.ts";
import { KIMAI_TOKEN, startKimaiFake, type KimaiRules } from "./fakes/kimai.ts";
import { REDMINE_TOKEN, startRedmineFake } from "./fakes/redmine.ts";
import { RT_TOKEN, startRequestTrackerFake } from "./fakes/requestTracker.ts";
import type { FaultyServer } from "./fakes/server.ts";
import type { SystemUnderTest } from "./systemUnderTest.ts";

let opened: Bench | undefined;

afterEach(() => opened?.close());

async function bench(
  provider: string,
  server: FaultyServer,
  token: string,
  caseId: string,
  more: Partial<SystemUnderTest> = {},
): Promise<Bench> {
  opened = await Bench.open({
    provider,
    url: server.url,
    token,
    badToken: "",
    options: {},
    account: { id: "" },
    openCase: { id: caseId, key: "CASE-1", title: "Case", customer: "Customer" },
    refusing: {},
    server,
    stored: () => Promise.resolve([]),
    close: () => server.close(),
    ...more,
  });
  return opened;
}

describe("Kimai", () => {
  const kimai = async (rules: KimaiRules) => {
    const { server, sheets } = await startKimaiFake(rules);
    return { on: await bench("kimai", server, KIMAI_TOKEN, "17", { activityId: "4" }), sheets };
  };

  it("overlap: spans that touch after they are cut to minutes do not overlap", async () => {
    const { on, sheets } = await kimai({ mayOverlap: false });
    const intervals = [
      { start: at("09:00:50"), end: at("09:10:20") },
      { start: at("09:10:40"), end: at("09:20:30") },
    ];
    const sent = on.entry({ intervals, billedSeconds: seconds(1200) });
    expect(await on.push(sent)).toMatchObject({ kind: "written" });
    expect(sheets.reduce((sum, { begin, end }) => sum + (end - begin) / 1000, 0)).toBe(1200);
  });

  it("lockdown: a locked period is refused in Kimai's words", async () => {
    const { on } = await kimai({ lockedBefore: "2026-04-01" });
    const detail = "begin: This period is locked, please choose a later date.";
    expect(await on.push(on.entry())).toMatchObject({ kind: "rejected", problem: { detail } });
  });

  it.each([0, 600])(
    "refused half-way and corrected by %i s: what was written is changed, not written again",
    async (less) => {
      const { on, sheets } = await kimai({ mayOverlap: false });
      const other = on.entry({ externalId: `${on.key}-other`, start: at("11:05"), end: at("11:10") });
      await on.push(other);
      const sent = on.inPieces({ billedSeconds: seconds(5400) });
      expect(await on.push(sent)).toMatchObject({ kind: "rejected" });
      expect(sheets).toHaveLength(2); // the other one, and the first span
      const billedSeconds = seconds(5400 - less);
      const second = { ...sent, revision: 2, description: "Told better", billedSeconds };
      expect(await on.push(second)).toMatchObject({ kind: "rejected" });
      expect(sheets).toHaveLength(2);
      Object.assign(sheets[0] ?? {}, { begin: at("20:00"), end: at("20:05") });
      const third = { ...second, revision: 3 };
      const result = await on.push(third);
      expect(result).toMatchObject({ kind: "written", remote: { billedSeconds, revision: 3 } });
      const own = sheets.slice(1);
      expect(own.reduce((sum, { begin, end }) => sum + (end - begin) / 1000, 0)).toBe(billedSeconds);
      expect(own.every(({ description }) => description.startsWith("Told better"))).toBe(true);
    },
  );

  it("rounding on the server: what it kept is told, not what was sent", async () => {
    const { on } = await kimai({ roundingMinutes: 15 });
    const sent = on.entry({ end: at("09:20"), intervals: [{ start: at("09:00"), end: at("09:20") }] });
    expect(await on.push(sent)).toMatchObject({ kind: "written", remote: { billedSeconds: 1800 } });
  });

  it("tracking mode: told when connecting, and refused when pushing", async () => {
    const { on } = await kimai({ trackingMode: "punch" });
    expect((await on.probe()).notes.join()).toContain('"punch"');
    const detail = "This form should not contain extra fields.";
    expect(await on.push(on.entry())).toMatchObject({ kind: "rejected", problem: { detail } });
  });

  it("without the right to say what is billable, records are written all the same", async () => {
    const { on, sheets } = await kimai({ mayBillable: false });
    expect(await on.push(on.entry())).toMatchObject({ kind: "written" });
    expect(sheets).toHaveLength(1);
  });

  it("local times are those of the Kimai user's zone, not of the entry's", async () => {
    const { on, sheets } = await kimai({ zone: "America/New_York" });
    await on.push(on.entry({ zone: "Europe/Madrid" as ZoneId }));
    expect(sheets[0]?.begin).toBe(at("09:00"));
    expect(on.server.calls.find(({ method }) => method === "POST")?.text).toContain("2026-03-10T05:00:00");
  });

  it("an hour that clocks show twice cannot be told apart, and that is said", async () => {
    const { on } = await kimai({ zone: "Europe/Berlin" });
    const [start, end] = [at("2026-10-25 01:10"), at("2026-10-25 01:20")];
    const sent = on.entry({ day: "2026-10-25" as LocalDate, start, end, intervals: [{ start, end }] });
    expect(await on.push(sent)).toMatchObject({ kind: "written", warning: { kind: "time-shifted" } });
  });
});

describe("Redmine", () => {
  it("a field that the user may not see is dropped without a word: that is told", async () => {
    const { server } = await startRedmineFake(false);
    const options = { keyField: "1", keyFieldSeen: "yes" };
    const on = await bench("redmine", server, REDMINE_TOKEN, "1", { options });
    expect(await on.push(on.entry())).toMatchObject({ kind: "written", warning: { kind: "key-dropped" } });
  });

  it("an inactive activity is refused in Redmine's words", async () => {
    const { server } = await startRedmineFake(true);
    const on = await bench("redmine", server, REDMINE_TOKEN, "1", { activityId: "7" });
    const detail = "Activity is not included in the list";
    expect(await on.push(on.entry())).toMatchObject({ kind: "rejected", problem: { detail } });
  });

  it("a minute is shown as 0.02 h, and read as a minute", async () => {
    const { server } = await startRedmineFake(true);
    const on = await bench("redmine", server, REDMINE_TOKEN, "1");
    const sent = on.entry({ billedSeconds: seconds(60) });
    expect(await on.push(sent)).toMatchObject({ remote: { billedSeconds: 60 } });
  });
});

describe("Request Tracker", () => {
  it("dates time by itself: the true day and hours stand in the text", async () => {
    const { server, transactions } = await startRequestTrackerFake(false);
    const on = await bench("requestTracker", server, RT_TOKEN, "30");
    await on.push(on.entry({ zone: "Europe/Madrid" as ZoneId }));
    expect(transactions[0]?.content).toBe("Fixed the importer\n\n2026-03-10, 10:00–11:00 (Europe/Madrid)");
    expect(transactions[0]?.subject).toContain("2026-03-10");
  });

  it("appends only: a correction is a comment of its own with minutes taken off", async () => {
    const { server, transactions } = await startRequestTrackerFake(true);
    const on = await bench("requestTracker", server, RT_TOKEN, "30");
    await on.correct(on.revision(45), await on.receipt(on.entry()));
    expect(transactions.map(({ minutes }) => minutes)).toEqual([60, -15]);
    expect(transactions.map(({ fields }) => fields["External ID"])).toEqual([on.key, `${on.key}-r2`]);
  });

  it("never corresponds, as that goes to the customer", async () => {
    const { server } = await startRequestTrackerFake(true);
    const on = await bench("requestTracker", server, RT_TOKEN, "30");
    await on.push(on.entry());
    expect(server.calls.filter(({ path }) => path.includes("correspond"))).toEqual([]);
  });

  it("tells a ticket that is missing from one that is hidden", async () => {
    const { server } = await startRequestTrackerFake(true);
    const on = await bench("requestTracker", server, RT_TOKEN, "30");
    const caseOf = (id: string) => ({ ...on.case, ref: { ...on.case.ref, id } });
    const missing = await on.push(on.entry({ case: caseOf("999") }));
    expect(missing).toMatchObject({
      kind: "rejected",
      problem: { kind: "not-found", detail: "Ticket 999: Not Found" },
    });
    const hidden = await on.push(on.entry({ case: caseOf("22") }));
    expect(hidden).toMatchObject({ kind: "rejected", problem: { kind: "permission", detail: "Ticket 22: Forbidden" } });
  });
});

describe("Jira and Tempo", () => {
  const options = { email: EMAIL };

  it("an instant has no colon in its offset and no Z", async () => {
    const { server, worklogs } = await startJiraFake();
    const on = await bench("jira", server, JIRA_TOKEN, "10412", { options });
    await on.push(on.entry({ zone: "Europe/Madrid" as ZoneId }));
    expect(worklogs[0]?.started).toBe("2026-03-10T10:00:00.000+0100");
  });

  it("a correction on another issue moves the worklog, and leaves none behind", async () => {
    const { server, worklogs } = await startJiraFake();
    const on = await bench("jira", server, JIRA_TOKEN, "10412", { options });
    const before = await on.receipt(on.entry());
    const other = { ...on.case, ref: { ...on.case.ref, id: "10413" } };
    expect(await on.correct(on.revision(60, { case: other }), before)).toMatchObject({ kind: "written" });
    expect(worklogs.map(({ issue, seconds: length }) => [issue, length])).toEqual([["10413", 3600]]);
  });

  it("where Tempo is used, nothing is written to Jira", async () => {
    const { server, worklogs, tempo } = await startJiraFake();
    const more = { options: { ...options, tempoUrl: `${server.url}/4` } };
    const on = await bench("tempo", server, `${JIRA_TOKEN} ${TEMPO_TOKEN}`, "10412", more);
    await on.push(on.entry());
    expect({ worklogCount: worklogs.length, tempoCount: tempo.length }).toEqual({ worklogCount: 0, tempoCount: 1 });
  });

  it("each of the two tokens goes to its own service only", async () => {
    const { server } = await startJiraFake();
    const more = { options: { ...options, tempoUrl: `${server.url}/4` } };
    const on = await bench("tempo", server, `${JIRA_TOKEN} ${TEMPO_TOKEN}`, "10412", more);
    await on.push(on.entry());
    for (const { path, headers } of server.calls) {
      expect({
        path,
        hasRightScheme: headers["authorization"]?.startsWith(path.startsWith("/4/") ? "Bearer " : "Basic "),
      }).toEqual({ path, hasRightScheme: true });
    }
  });

  it("an attribute that Tempo requires is asked for when connecting", async () => {
    const { server } = await startJiraFake(true);
    const more = { options: { ...options, tempoUrl: `${server.url}/4` } };
    const on = await bench("tempo", server, `${JIRA_TOKEN} ${TEMPO_TOKEN}`, "10412", more);
    expect((await on.probe()).questions.map(({ id }) => id)).toEqual(["attribute._Account_"]);
    const detail = "Work attribute Account (_Account_) is required";
    expect(await on.push(on.entry())).toMatchObject({ kind: "rejected", problem: { detail } });
  });
});

describe("Harvest", () => {
  const more = (server: FaultyServer) => ({ url: `${server.url}/v2`, options: { accountId: "1234567" } });

  it("an entry of a week that is approved is refused in Harvest's words", async () => {
    const { server } = await startHarvestFake(false, "2026-04-01");
    const on = await bench("harvest", server, HARVEST_TOKEN, "100/8", more(server));
    const detail = "Time entry cannot be saved: the timesheet is approved and locked";
    expect(await on.push(on.entry())).toMatchObject({ kind: "rejected", problem: { detail } });
  });

  it.each([
    [false, true],
    [true, false],
  ])(
    "clock times %s when an answer was lost, and %s when it is looked up: it is found all the same",
    async (was, is) => {
      const { server } = await startHarvestFake(was);
      const on = await bench("harvest", server, HARVEST_TOKEN, "100/8", more(server));
      const sent = on.inPieces({ billedSeconds: seconds(5400) });
      await on.push(sent);
      const { connection } = on.provider;
      const options = { ...connection.options, clockTimes: is ? "yes" : "" };
      const secrets = {
        tokenFor: () => Promise.resolve(HARVEST_TOKEN),
        storeToken: () => Promise.resolve(true),
        deleteToken: () => Promise.resolve(),
      };
      const now = await createBillingProviders(secrets, on.logger).open({ ...connection, options });
      expect(await now.find(sent, NEVER)).toMatchObject([{ billedSeconds: 5400 }]);
    },
  );

  it("decimal hours: 88 minutes are 1.47 h, and read as the same", async () => {
    const { server, entries } = await startHarvestFake(false);
    const on = await bench("harvest", server, HARVEST_TOKEN, "100/8", more(server));
    const sent = on.entry({ billedSeconds: seconds(147 * 36) });
    expect(await on.push(sent)).toMatchObject({ remote: { billedSeconds: 147 * 36 } });
    expect(entries[0]?.hours).toBe(1.47);
  });
});

describe("GitLab", () => {
  it("errors stand in an answer with status 200, and a look-up fails by them", async () => {
    const { server } = await startGitlabFake();
    const on = await bench("gitlab", server, GITLAB_TOKEN, "gid://gitlab/Issue/4711");
    server.breakReads({ kind: "answer", reply: { status: 200, body: { errors: [{ message: "Query too complex" }] } } });
    await expect(on.provider.find(on.entry(), NEVER)).rejects.toSatisfy(
      (error) => CaseclockError.is(error, "billing.rejected") && error.message.includes("Query too complex"),
    );
  });

  it("an internal error in an answer with status 200 leaves it open whether it was written", async () => {
    const { server } = await startGitlabFake();
    const on = await bench("gitlab", server, GITLAB_TOKEN, "gid://gitlab/Issue/4711");
    const body = { errors: [{ message: "Internal server error" }] };
    server.breakWrites({ kind: "answer", reply: { status: 200, body } });
    expect(await on.push(on.entry())).toMatchObject({ kind: "unknown" });
  });

  it("nothing lies in the future, also not the noon of a day to come", async () => {
    const { server, timelogs } = await startGitlabFake();
    const on = await bench("gitlab", server, GITLAB_TOKEN, "gid://gitlab/Issue/4711");
    const { start, end, ...rest } = on.entry({ day: "2126-03-10" as LocalDate, intervals: [] });
    expect([start, end]).not.toContain(undefined);
    expect(await on.push({ ...rest, billedSeconds: seconds(600) })).toMatchObject({ kind: "written" });
    expect(Date.parse(timelogs[0]?.spentAt ?? "")).toBeLessThanOrEqual(Date.now());
  });

  it("one refused entry leaves the others as they are", async () => {
    const { server, timelogs } = await startGitlabFake();
    const on = await bench("gitlab", server, GITLAB_TOKEN, "gid://gitlab/Issue/4711");
    await on.push(on.entry());
    const missing = { ...on.case, ref: { ...on.case.ref, id: "gid://gitlab/Issue/999" } };
    expect(await on.push(on.entry({ externalId: `${on.key}-x`, case: missing }))).toMatchObject({ kind: "rejected" });
    expect(await on.push(on.entry({ externalId: `${on.key}-y` }))).toMatchObject({ kind: "written" });
    expect(timelogs).toHaveLength(2);
  });
});
