import type { Connection } from "../../../domain/log/events.ts";
import type { ConnectionProbe } from "../../../ports/billingProvider.ts";
import { gitlabHeaders, gitlabProblem, GitlabSystem } from "./gitlab/gitlab.ts";
import { probeGitlab } from "./gitlab/gitlabProbe.ts";
import { harvestHeaders, harvestProblem, HarvestSystem, probeHarvest } from "./harvest/harvest.ts";
import { jiraHeaders, jiraProblem, JiraSystem } from "./jira/jira.ts";
import { probeJira } from "./jira/jiraProbe.ts";
import { kimaiProblem, KimaiSystem } from "./kimai/kimai.ts";
import { probeKimai } from "./kimai/kimaiProbe.ts";
import { redmineHeaders, redmineProblem, RedmineSystem } from "./redmine/redmine.ts";
import { probeRedmine } from "./redmine/redmineProbe.ts";
import { rtHeaders, rtProblem, RequestTrackerSystem } from "./requestTracker/requestTracker.ts";
import { probeRequestTracker, readRtAccount } from "./requestTracker/requestTrackerProbe.ts";
import { probeTempo, tempoAddress, tempoProblem, TempoSystem } from "./jira/tempo.ts";
import type { ProblemReader } from "./shared/httpOutcome.ts";
import type { BillingSystem } from "./shared/systemProvider.ts";
import type { OtherAddress, OtherServices, SystemHttp } from "./shared/systemHttp.ts";

/** What Caseclock has to know about one kind of billing system. */
export interface SystemKind {
  /** The headers that carry the token. */
  readonly authorize: (token: string, options: Readonly<Record<string, string>>) => Readonly<Record<string, string>>;
  readonly problem?: ProblemReader;
  /** What a token reveals about its account, for `probe`; not secret. */
  readonly answersIn?: (token: string) => Readonly<Record<string, string>>;
  /** Further addresses that it uses, each with headers of its own (`http` of `probe` and `open` by their names). */
  readonly others?: Readonly<Record<string, (options: Readonly<Record<string, string>>) => OtherAddress>>;
  probe(
    http: SystemHttp,
    answers: Readonly<Record<string, string>>,
    signal: AbortSignal,
    others: OtherServices,
  ): Promise<ConnectionProbe>;
  open(connection: Connection, http: SystemHttp, others: OtherServices): BillingSystem;
}

const bearer = (token: string): Readonly<Record<string, string>> => ({ Authorization: `Bearer ${token}` });

/** By provider id, as in `ports/providerCatalog.ts`. */
export const SYSTEM_KINDS: Readonly<Record<string, SystemKind>> = {
  redmine: {
    authorize: redmineHeaders,
    problem: redmineProblem,
    probe: probeRedmine,
    open: (connection, http) => new RedmineSystem(connection, http),
  },
  gitlab: {
    authorize: gitlabHeaders,
    problem: gitlabProblem,
    probe: probeGitlab,
    open: (connection, http) => new GitlabSystem(connection, http),
  },
  harvest: {
    authorize: harvestHeaders,
    problem: harvestProblem,
    probe: probeHarvest,
    open: (connection, http) => new HarvestSystem(connection, http),
  },
  jira: {
    authorize: jiraHeaders,
    problem: jiraProblem,
    probe: probeJira,
    open: (connection, http) => new JiraSystem(connection, http),
  },
  kimai: {
    authorize: bearer,
    problem: kimaiProblem,
    probe: probeKimai,
    open: (connection, http) => new KimaiSystem(connection, http),
  },
  tempo: {
    authorize: jiraHeaders,
    problem: tempoProblem,
    others: { tempo: tempoAddress },
    probe: probeTempo,
    open: (connection, http, others) => new TempoSystem(connection, http, others),
  },
  requestTracker: {
    authorize: rtHeaders,
    problem: rtProblem,
    answersIn: readRtAccount,
    probe: probeRequestTracker,
    open: (connection, http) => new RequestTrackerSystem(connection, http),
  },
};
