/**
 * Jira Cloud and Tempo as their documentation says, not as a live system was seen to answer. The letters name the sources:
 * [a] https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-search/ · [b] …/api-group-issue-worklogs/ ·
 * [c] https://developer.atlassian.com/cloud/jira/platform/jira-rest-api-basic-authentication/ ·
 * [d] https://github.com/wunderfrucht/gouqi/issues/123, https://github.com/atlassian/atlascode/issues/898 ·
 * [e] https://github.com/dogawaf/jira-toggl/issues/6 · [f] MrRefactoring/jira.js src/cloud/parameters/addWorklog.ts ·
 * [g] https://apidocs.tempo.io/, isimluk/tempo docs/WorklogsApi.md, docs/WorklogInput.md ·
 * [h] https://github.com/Ocramius/harvest-to-jira-tempo-time-sync/issues/56 · [i] https://github.com/szymonkozak/tempomat/issues/30 ·
 * [j] https://support.atlassian.com/jira-software-cloud/docs/search-for-issues-using-the-text-field/.
 */
import { recordOf, serve, textOf, unknownMembers, type Call, type FaultyServer, type Reply } from "./server.ts";

interface Worklog {
  readonly id: number;
  issue: string;
  started: string;
  seconds: number;
  text: string;
  key: unknown;
}

export interface JiraFake {
  readonly server: FaultyServer;
  readonly worklogs: readonly Worklog[];
}

export const EMAIL = "erin@example.com";
export const JIRA_TOKEN = "jira-0123456789abcdef";
export const TEMPO_TOKEN = "tempo-0123456789abcdef";
const ACCOUNT = "5b10a2844c20165700ede21g";

/** Jira, and Tempo below `/4` with worklogs of its own. @param needsAccount Tempo requires the attribute `_Account_` */
export async function startJiraFake(needsAccount = false): Promise<JiraFake & { readonly tempo: readonly Worklog[] }> {
  const worklogs: Worklog[] = [];
  const tempo: Worklog[] = [];
  const answer = (call: Call): Reply =>
    call.path.startsWith("/4/") ? answerOfTempo(call, tempo, needsAccount) : answerOfJira(call, worklogs);
  const isWrite = ({ method, path }: Call): boolean => method !== "GET" && !path.endsWith("/search/jql");
  return { server: await serve(answer, isWrite), worklogs, tempo };
}

function answerOfJira(call: Call, worklogs: Worklog[]): Reply {
  const { method, path, query, headers } = call;
  // [c]
  if (headers["authorization"] !== `Basic ${Buffer.from(`${EMAIL}:${JIRA_TOKEN}`).toString("base64")}`) {
    return {
      status: 401,
      headers: { "Content-Type": "text/plain" },
      text: "Client must be authenticated to access this resource.",
    };
  }
  if (path === "/rest/api/3/myself") return ok({ accountId: ACCOUNT, displayName: "Erin Engineer", timeZone: "UTC" });
  if (path === "/rest/api/3/search/jql") return search(recordOf(call.body), worklogs);
  const [, issue = "", id] = /^\/rest\/api\/3\/issue\/(\w+)\/worklog(?:\/(\d+))?$/.exec(path) ?? [];
  if (!/^1041\d$/.test(issue)) {
    return fault(404, ["Issue does not exist or you do not have permission to see it."]);
  }
  const index = worklogs.findIndex((one) => `${one.id}` === id && one.issue === issue);
  if (id !== undefined && index < 0) return fault(404, [`Cannot find worklog with id: '${id}'.`]);
  if (method === "GET") {
    // [b] in milliseconds, oldest first; properties only when asked for.
    const [after, before] = [Number(query.get("startedAfter")), Number(query.get("startedBefore"))];
    if (query.get("expand") !== "properties") throw new Error("properties were not asked for");
    const found = worklogs.filter(
      (one) => one.issue === issue && Date.parse(one.started) > after && Date.parse(one.started) < before,
    );
    const startAt = Number(query.get("startAt") ?? 0);
    const page = found.slice(startAt, startAt + Number(query.get("maxResults") ?? 5000));
    const foreign = {
      id: "1",
      issueId: issue,
      author: { accountId: "colleague" },
      started: "2026-03-10T09:00:00.000+0000",
      timeSpentSeconds: 60,
    };
    return ok({ startAt, total: found.length, worklogs: [...page.map(shown), ...(startAt === 0 ? [foreign] : [])] });
  }
  if (query.get("adjustEstimate") !== "leave" || query.get("notifyUsers") !== "false") {
    throw new Error("the remaining estimate would be changed, or somebody be mailed");
  }
  if (method === "DELETE") {
    worklogs.splice(index, 1);
    return { status: 204 };
  }
  const sent = recordOf(call.body);
  const unknown = unknownMembers(sent, ["started", "timeSpentSeconds", "comment", "properties"]);
  if (unknown.length > 0) return fault(400, [`Unrecognized field "${unknown.join()}"`]);
  const started = textOf(sent["started"]) ?? "";
  // [d] no colon in the offset, no Z, three decimals.
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d{4}$/.test(started)) {
    return fault(400, [`Invalid date format. Please enter the date in the format "yyyy-MM-dd'T'HH:mm:ss.SSSZ".`]);
  }
  const seconds = Number(sent["timeSpentSeconds"]);
  if (!(seconds >= 60)) return fault(400, [], { timeLogged: "Worklog must not be null." }); // [e]
  const text = documentText(sent["comment"]);
  const key = (sent["properties"] as { key: string; value: unknown }[] | undefined)?.[0]; // [f]
  const old = worklogs[index];
  const made = old ?? {
    id: 1 + Math.max(100027, ...worklogs.map((one) => one.id)),
    issue,
    started,
    seconds,
    text,
    key: undefined,
  };
  Object.assign(made, { started, seconds, text }, key === undefined ? {} : { key });
  if (old === undefined) worklogs.push(made);
  return { status: old === undefined ? 201 : 200, body: shown(made) };
}

function shown({ id, issue, started, seconds, text, key }: Worklog): unknown {
  const author = { accountId: ACCOUNT, displayName: "Erin Engineer" };
  const comment = { type: "doc", version: 1, content: [{ type: "paragraph", content: [{ type: "text", text }] }] };
  const properties = key === undefined ? [] : [key];
  return { id: `${id}`, issueId: issue, author, started, timeSpentSeconds: seconds, comment, properties };
}

const OWN = "assignee = currentUser() AND statusCategory != Done ORDER BY updated DESC";
/** The words of JQL that Caseclock searches with; HF-40 is done, and nothing that is done is asked for. */
const TEXT_SEARCH =
  /^(key = "([\w-]+)"|\(summary ~ "([^"]*)" OR summary ~ "([^"]*)"\)) AND statusCategory != Done ORDER BY updated DESC$/;
const OTHER = {
  id: "10450",
  key: "HF-39",
  fields: { summary: "Scanner can't reach the ERP", project: { id: "10000", key: "HF", name: "Harbour Foods Ltd" } },
};

/** [a] pages by a token, no total; without a bound it is refused; without `fields` there are ids only. */
function search(sent: Readonly<Record<string, unknown>>, worklogs: readonly Worklog[]): Reply {
  const jql = textOf(sent["jql"]) ?? "";
  const [, from, to] =
    /^worklogAuthor = currentUser\(\) AND worklogDate >= "(.*?)" AND worklogDate <= "(.*?)"/.exec(jql) ?? [];
  const [isText, isKey, key = "", words = "", beginning = ""] = TEXT_SEARCH.exec(jql) ?? [];
  if (from === undefined && isText === undefined && jql !== OWN) {
    return fault(400, ["Unbounded JQL queries are not allowed here."]);
  }
  // [j] a key that there is not is a fault; marks are operators of the text search.
  if (isKey?.startsWith("key") === true && !["HF-39", "HF-40"].includes(key.toUpperCase())) {
    return fault(400, [`An issue with key '${key}' does not exist for field 'key'.`]);
  }
  if (/[+\-&|!(){}[\]^~*?\\:/]/.test(words) || beginning !== `${words}*`) {
    if (isText !== undefined && isKey?.startsWith("key") !== true)
      throw new Error(`not a text to search for: ${words}`);
  }
  const own = Array.from({ length: 5 }, (_, index) => ({
    id: `${10412 + index}`,
    key: `HF-${index + 1}`,
    fields: {
      summary: index === 0 ? "Importer times out" : `Issue ${index}`,
      project: { id: "10000", key: "HF", name: "Harbour Foods Ltd" },
      timetracking: { originalEstimateSeconds: 36000 },
    },
  }));
  if (isText !== undefined) {
    const found = [OTHER].filter(
      (one) => one.key === key.toUpperCase() || (key === "" && isIn(one.fields.summary, words)),
    );
    return ok({ issues: found, isLast: true });
  }
  const hits = own.filter(
    ({ id }) =>
      from === undefined ||
      worklogs.some(
        (one) => one.issue === id && one.started.slice(0, 10) >= from && one.started.slice(0, 10) <= (to ?? ""),
      ),
  );
  const start = Number(sent["nextPageToken"] ?? 0);
  const next = start + 2 < hits.length ? { nextPageToken: `${start + 2}` } : { isLast: true };
  return ok({ issues: hits.slice(start, start + 2), ...next });
}

/** Whole words in any order, the last of which may be a beginning; in the index there are no marks but those within a word. */
function isIn(summary: string, text: string): boolean {
  const indexed = summary.toLowerCase().match(/[\p{L}\p{N}']+/gu) ?? [];
  const words = text.split(" ");
  return words.every((word, index) =>
    indexed.some((one) => one === word || (index === words.length - 1 && one.startsWith(word))),
  );
}

/** Text of a document; what is none is refused. */
function documentText(comment: unknown): string {
  const { type, version, content } = recordOf(comment);
  if (type !== "doc" || version !== 1 || !Array.isArray(content)) throw new Error("no document");
  const lines = (content as { type: string; content: { type: string; text: string }[] }[]).map((paragraph) => {
    if (paragraph.type !== "paragraph" || paragraph.content.some(({ text }) => text === ""))
      throw new Error("no paragraph");
    return paragraph.content.map(({ text }) => text).join("");
  });
  return lines.join("\n");
}

/** [g] */
function answerOfTempo(call: Call, worklogs: Worklog[], needsAccount: boolean): Reply {
  const { method, path, query, headers } = call;
  if (headers["authorization"] !== `Bearer ${TEMPO_TOKEN}`)
    return { status: 401, headers: { "Content-Type": "text/html" }, text: "<html>401</html>" };
  if (path === "/4/work-attributes") {
    const account = { key: "_Account_", name: "Account", type: "ACCOUNT", required: true };
    const other = { key: "_Note_", name: "Note", type: "INPUT_FIELD", required: false };
    return ok({ metadata: { count: 1 }, results: needsAccount ? [account, other] : [other] });
  }
  if (path === `/4/worklogs/user/${ACCOUNT}`) {
    const found = worklogs.filter(
      ({ started }) =>
        started.slice(0, 10) >= (query.get("from") ?? "") && started.slice(0, 10) <= (query.get("to") ?? ""),
    );
    const [offset, limit] = [Number(query.get("offset") ?? 0), Number(query.get("limit") ?? 50)];
    if (limit > 5000) return tempoFault(400, "limit");
    const next =
      offset + limit < found.length ? { next: `https://api.tempo.io/4/worklogs?offset=${offset + limit}` } : {};
    return ok({
      metadata: { count: 0, offset, limit, ...next },
      results: found.slice(offset, offset + limit).map(tempoShown),
    });
  }
  const id = Number(/^\/4\/worklogs\/(\d+)$/.exec(path)?.[1] ?? -1);
  const index = worklogs.findIndex((one) => one.id === id);
  if (path !== "/4/worklogs" && index < 0) return tempoFault(404, "Worklog not found");
  if (method === "DELETE") {
    worklogs.splice(index, 1);
    return { status: 204 };
  }
  const sent = recordOf(call.body);
  const known = [
    "issueId",
    "authorAccountId",
    "startDate",
    "startTime",
    "timeSpentSeconds",
    "description",
    "attributes",
    "billableSeconds",
    "remainingEstimateSeconds",
  ];
  const unknown = unknownMembers(sent, known);
  if (unknown.length > 0) return tempoFault(400, `Unknown property ${unknown.join()}`);
  if (typeof sent["issueId"] !== "number") return tempoFault(400, "issueId must be a number");
  if (sent["issueId"] === 99999) return { status: 400, body: { errors: [{ message: "Issue not found" }] } }; // [h] as it was seen
  if (sent["authorAccountId"] !== ACCOUNT) return tempoFault(400, "Invalid author");
  if (!/^\d\d:\d\d:\d\d$/.test(textOf(sent["startTime"]) ?? "")) return tempoFault(400, "Invalid startTime");
  const account = (sent["attributes"] as { key: string; value: string }[] | undefined)?.find(
    ({ key }) => key === "_Account_",
  );
  if (needsAccount && account === undefined) return tempoFault(400, "Work attribute Account (_Account_) is required"); // [i]
  const old = worklogs[index];
  const made = old ?? {
    id: 1 + Math.max(500, ...worklogs.map((one) => one.id)),
    issue: "",
    started: "",
    seconds: 0,
    text: "",
    key: undefined,
  };
  made.issue = String(sent["issueId"]);
  made.started = `${textOf(sent["startDate"]) ?? ""}T${textOf(sent["startTime"]) ?? ""}`;
  made.seconds = Number(sent["timeSpentSeconds"]);
  made.text = textOf(sent["description"]) ?? "";
  if (old === undefined) worklogs.push(made);
  return ok(tempoShown(made));
}

function tempoShown({ id, issue, started, seconds, text }: Worklog): unknown {
  const [startDate, startTime] = started.split("T");
  return {
    tempoWorklogId: id,
    issue: { id: Number(issue) },
    startDate,
    startTime,
    timeSpentSeconds: seconds,
    description: text,
  };
}

function tempoFault(status: number, message: string): Reply {
  return { status, body: { errors: { message } } };
}

function fault(status: number, errorMessages: readonly string[], errors: Readonly<Record<string, string>> = {}): Reply {
  return { status, body: { errorMessages, errors } };
}

function ok(body: unknown): Reply {
  return { status: 200, body };
}
