/**
 * GitLab as its source and documentation say, not as a live system was seen to answer. The letters name the sources:
 * [a] gitlabhq/gitlabhq doc/api/issues.md · [b] app/graphql/mutations/timelogs/create.rb, delete.rb ·
 * [c] app/models/timelog.rb, app/services/timelogs/create_service.rb · [d] lib/gitlab/time_tracking_formatter.rb ·
 * [e] app/graphql/resolvers/timelog_resolver.rb · [f] https://docs.gitlab.com/api/rest/authentication/ ·
 * [g] lib/gitlab/sql/pattern.rb.
 */
import { recordOf, serve, textOf, unknownMembers, type Call, type FaultyServer, type Reply } from "./server.ts";

interface Timelog {
  readonly id: string;
  readonly issue: string;
  readonly seconds: number;
  readonly spentAt: string;
  readonly summary: string;
}

export interface GitlabFake {
  readonly server: FaultyServer;
  readonly timelogs: readonly Timelog[];
}

export const GITLAB_TOKEN = "glpat-0123456789abcdef";
const GONE =
  "The resource that you are attempting to access does not exist or you don't have permission to perform this action";

export async function startGitlabFake(): Promise<GitlabFake> {
  const timelogs: Timelog[] = [];
  let last = 0;
  const answer = (call: Call): Reply => {
    const { path, query, headers } = call;
    if (headers["private-token"] !== GITLAB_TOKEN) return { status: 401, body: { message: "401 Unauthorized" } };
    if (path === "/api/v4/user") return ok({ id: 12, username: "erin", name: "Erin Engineer" });
    const [isIssues, project] = /^\/api\/v4(?:\/projects\/([^/]+))?\/issues$/.exec(path) ?? [];
    if (isIssues !== undefined) return issues(query, project === undefined ? undefined : decodeURIComponent(project));
    if (path !== "/api/graphql") return { status: 404, body: { error: "404 Not Found" } };
    const { query: text, variables } = recordOf(call.body);
    const sent = recordOf(recordOf(variables)["i"]);
    const operation = textOf(text) ?? "";
    if (operation.includes("timelogCreate(")) return create(sent);
    if (operation.includes("timelogDelete(")) return remove(textOf(sent["id"]) ?? "");
    return list(recordOf(variables));
  };
  /** [b] [c] */
  const create = (sent: Readonly<Record<string, unknown>>): Reply => {
    const unknown = unknownMembers(sent, ["issuableId", "timeSpent", "spentAt", "summary"]);
    if (unknown.length > 0)
      return failed(`Variable $i of type TimelogCreateInput! was provided invalid value for ${unknown.join()}`);
    const [issue, summary, spentAt] = [sent["issuableId"], sent["summary"], sent["spentAt"]].map(textOf);
    if (issue === undefined || summary === undefined || spentAt === undefined)
      return failed("Expected value to not be null");
    if (issue !== "gid://gitlab/Issue/4711") return failed(GONE);
    const seconds = secondsIn(textOf(sent["timeSpent"]) ?? "");
    const errors = [
      ...(Array.from(summary).length > 255 ? ["Summary is too long (maximum is 255 characters)"] : []),
      ...(Date.parse(spentAt) > Date.now() ? ["Spent at can't be a future date and time."] : []),
      ...(seconds === 0 ? ["Time spent can't be zero."] : []),
    ];
    if (errors.length > 0) return ok({ data: { timelogCreate: { timelog: null, errors } } });
    last += 1;
    const made = { id: `gid://gitlab/Timelog/${last}`, issue, seconds, spentAt, summary };
    timelogs.push(made);
    return ok({ data: { timelogCreate: { timelog: shown(made), errors: [] } } });
  };
  const remove = (id: string): Reply => {
    const index = timelogs.findIndex((one) => one.id === id);
    if (index < 0) return failed(GONE);
    timelogs.splice(index, 1);
    return ok({ data: { timelogDelete: { timelog: { id }, errors: [] } } });
  };
  /** [e] both ends as instants; pages of 100, smaller here. Time logs of a quick action have no summary. */
  const list = ({ u, a, b, c }: Readonly<Record<string, unknown>>): Reply => {
    const [from, to] = [Date.parse(textOf(a) ?? ""), Date.parse(textOf(b) ?? "")];
    if (u !== "erin" || Number.isNaN(from) || Number.isNaN(to)) return failed("Provide at least one argument");
    const quick = {
      id: "gid://gitlab/Timelog/0",
      issue: "gid://gitlab/Issue/9",
      seconds: 60,
      spentAt: textOf(a) ?? "",
      summary: "",
    };
    const found = [quick, ...timelogs].filter(
      ({ spentAt }) => Date.parse(spentAt) >= from && Date.parse(spentAt) <= to,
    );
    const start = Number(c ?? 0);
    const nodes = found.slice(start, start + 20).map(shown);
    const pageInfo = { endCursor: `${start + 20}`, hasNextPage: start + 20 < found.length };
    return ok({ data: { timelogs: { nodes, pageInfo } } });
  };
  const isWrite = ({ body }: Call): boolean => (textOf(recordOf(body)["query"]) ?? "").startsWith("mutation");
  return { server: await serve(answer, isWrite), timelogs };
}

function shown({ id, issue, seconds, spentAt, summary }: Timelog): unknown {
  return { id, timeSpent: seconds, spentAt, summary: summary === "" ? null : summary, issue: { id: issue } };
}

/** [d] a bare number would mean hours, a day eight of them: the fake takes hours and minutes only. */
function secondsIn(text: string): number {
  const [, hours, minutes] = /^(\d+)h (\d+)m$/.exec(text) ?? [];
  if (hours === undefined || minutes === undefined) throw new Error(`not hours and minutes: ${text}`);
  return Number(hours) * 3600 + Number(minutes) * 60;
}

/** [a] [g] one's own, or all by numbers or by words of the title, each as it stands; of closed ones none is asked for. */
function issues(query: URLSearchParams, project: string | undefined): Reply {
  if (query.get("state") !== "opened") return { status: 400, body: { error: "the fake has open issues only" } };
  const size = Math.min(100, Number(query.get("per_page") ?? 20));
  const from = (Number(query.get("page") ?? 1) - 1) * size;
  const own = Array.from({ length: 105 }, (_, index) => ({
    id: 4711 + index,
    iid: 5 + index,
    project_id: 3,
    title: index === 0 ? "Importer times out" : `Issue ${index}`,
    state: "opened",
    web_url: `https://gitlab.example.com/harbour/importer/-/issues/${5 + index}`,
    references: { full: index === 1 ? `${"very-long-group/".repeat(5)}importer#6` : `harbour/importer#${5 + index}` },
    time_stats: { time_estimate: 36000, total_time_spent: 0 },
  }));
  const [, numbers, text] = ["scope", "iids[]", "search"].map((name) => query.getAll(name));
  const isAll = query.get("scope") === "all";
  if (text?.length === 1 && query.get("in") !== "title") throw new Error("descriptions would be searched");
  const words = (text?.[0] ?? "").toLowerCase().split(/\s+/);
  const all = (isAll ? [...own, OTHER] : own).filter(
    ({ iid, title }) =>
      (numbers?.length === 0 || numbers?.includes(`${iid}`) === true) &&
      words.every((word) => title.toLowerCase().includes(word)),
  );
  const within =
    project === undefined ? all : all.filter(({ references }) => references.full.startsWith(`${project}#`));
  if (project !== undefined && !/^harbour\/(importer|scanner)$/.test(project)) {
    return { status: 404, body: { message: "404 Project Not Found" } };
  }
  return ok(within.slice(from, from + size));
}

/** Somebody else's. */
const OTHER = {
  id: 4900,
  iid: 940,
  project_id: 4,
  title: "Scanner can't reach 100% of \\\\erp",
  state: "opened",
  web_url: "https://gitlab.example.com/harbour/scanner/-/issues/940",
  references: { full: "harbour/scanner#940" },
  time_stats: { time_estimate: 0, total_time_spent: 0 },
};

/** A fault of the request itself; the status is 200 all the same. */
function failed(message: string): Reply {
  return ok({ errors: [{ message }], data: null });
}

function ok(body: unknown): Reply {
  return { status: 200, body };
}
