import { t } from "../../base/text.ts";
import { seconds, secondsBetween, startOfDay, type LocalDate, type Seconds } from "../../base/time.ts";
import { caseRefKey, type Case } from "../../domain/cases/case.ts";
import { caseDays } from "../../domain/day/daySheet.ts";
import { cleanSubject } from "../../domain/entries/description.ts";
import { estimateSessions, subtractTaken, type HistoryCommit } from "../../domain/git/historyEstimate.ts";
import { union, type Interval } from "../../domain/capture/interval.ts";
import type { Git, WorkTree } from "../../ports/git.ts";
import type { CaseDirectory } from "../cases/caseDirectory.ts";
import { declareTime } from "../edits/declareTime.ts";
import type { EditContext } from "../edits/reassign.ts";

const MAX_REASON = 300;

export interface HistoryImportContext extends EditContext {
  readonly git: Git;
  readonly directory: CaseDirectory;
}

/** Which history to estimate from. */
export interface HistoryRange {
  readonly trees: readonly WorkTree[];
  /** First local day. */
  readonly since: LocalDate;
  /** Time added before the first commit of each session. */
  readonly leadMs: number;
  /** Case of the commits that name none; undefined: they have none. */
  readonly fallback: Case | undefined;
}

/** Time that could be declared, because nothing else has it. */
export interface HistoryProposal {
  readonly case: Case;
  readonly interval: Interval;
  readonly seconds: Seconds;
  readonly commits: readonly HistoryCommit[];
  readonly reason: string;
}

export interface HistoryReport {
  readonly sessions: number;
  readonly proposals: readonly HistoryProposal[];
  /** Commits whose message names no known case, and that no evidence assigns to one. */
  readonly commitsWithoutCase: readonly HistoryCommit[];
  /** Cases with time since then but without a known commit. */
  readonly casesWithoutCommits: readonly Case[];
}

/**
 * Estimates past work from the person's own commits. Leaves out time that is captured, declared or approved already, so
 * nothing counts twice and a second import finds nothing.
 * @throws CaseclockError `git.failed` | `git.missing`
 */
export async function estimateHistory(context: HistoryImportContext, range: HistoryRange): Promise<HistoryReport> {
  const {
    journal: { view, clock },
    git,
    directory,
  } = context;
  await directory.list();
  await view.catchUp();
  const now = clock.now();
  const { zone } = view.ledger.timeline.policyAt(now);
  const from = startOfDay(range.since, zone);
  const read = await Promise.all(range.trees.map((tree) => git.readHistory(tree, from, now)));
  const cases = new Map<string, Case>();
  const commits = await Promise.all(read.flat().map((commit) => withCase(context, commit, range.fallback, cases)));
  const { sessions, stretches } = estimateSessions(commits, range.leadMs);
  const { taken, worked } = await takenSince(context, range.since, { start: from, end: now });
  const proposals = stretches.flatMap((stretch) => {
    const found = stretch.caseKey === undefined ? undefined : cases.get(stretch.caseKey);
    if (found === undefined) return [];
    const reason = makeReason(found, stretch.commits);
    return subtractTaken(stretch, taken).map((interval): HistoryProposal => {
      const { start, end } = interval;
      return { case: found, interval, seconds: secondsBetween(start, end), commits: stretch.commits, reason };
    });
  });
  const named = new Set(commits.map(({ caseKey }) => caseKey));
  return {
    sessions,
    proposals,
    commitsWithoutCase: commits.filter(({ caseKey }) => caseKey === undefined),
    casesWithoutCommits: worked.filter((one) => !named.has(caseRefKey(one.ref))),
  };
}

/**
 * Declares proposals, each with its reason. Leaves out time that something else has taken meanwhile.
 * @returns what was declared
 */
export async function logEstimates(
  context: HistoryImportContext,
  proposals: readonly HistoryProposal[],
): Promise<{ readonly ids: readonly string[]; readonly seconds: Seconds }> {
  const ids: string[] = [];
  let sum = 0;
  for (const { case: of, interval, commits, reason } of proposals) {
    await context.journal.view.catchUp();
    const { taken } = await takenSince(
      context,
      context.journal.view.ledger.timeline.dayAt(interval.start).date,
      interval,
    );
    for (const free of subtractTaken({ interval, commits, caseKey: undefined }, taken)) {
      const logged = await declareTime(context, of, { interval: free }, reason);
      ids.push(...logged.ids);
      sum += logged.seconds;
    }
  }
  return { ids, seconds: seconds(sum) };
}

/** The commit with the key of its case: by its message, else by recorded evidence, else the fallback. */
async function withCase(
  { journal: { view }, directory }: HistoryImportContext,
  commit: HistoryCommit,
  fallback: Case | undefined,
  cases: Map<string, Case>,
): Promise<HistoryCommit> {
  const [only, ...others] = commit.caseKey === undefined ? [] : await directory.withKey(commit.caseKey);
  const seen = view.ledger.commits.get(commit.sha)?.case ?? undefined;
  const named = others.length === 0 ? only : undefined;
  const found = commit.caseKey === undefined ? ((seen && directory.find(seen)) ?? fallback) : named;
  const { sha, subject, repository, authoredAt } = commit;
  const bare = { sha, subject, repository, authoredAt };
  if (found === undefined) return bare;
  const key = caseRefKey(found.ref);
  cases.set(key, found);
  return { ...bare, caseKey: key };
}

/** Time that something already has, ordered and disjoint, and its cases. */
async function takenSince(
  { journal: { view }, directory }: HistoryImportContext,
  since: LocalDate,
  within: Interval,
): Promise<{ readonly taken: readonly Interval[]; readonly worked: readonly Case[] }> {
  const { ledger } = view;
  const taken: Interval[] = [...ledger.entries.claimedWithin(within)];
  const worked = new Map<string, Case>();
  const days = (await view.days()).filter((day) => day >= since);
  for (const sheet of await view.sheets(days)) {
    taken.push(...sheet.pieces, ...sheet.struck, ...sheet.declarations.flatMap(({ interval }) => interval ?? []));
    for (const { case: ref } of caseDays(sheet)) {
      const of = ref === null ? undefined : directory.find(ref);
      if (of !== undefined) worked.set(caseRefKey(of.ref), of);
    }
  }
  return { taken: union(taken), worked: [...worked.values()] };
}

/** The reason of an estimate, which says what it is based on. */
function makeReason(forCase: Case, commits: readonly HistoryCommit[]): string {
  const subjects = new Set(commits.map(({ subject }) => cleanSubject(subject, forCase.key)).filter(Boolean));
  const characters = Array.from(t("Estimated from commits: {0}", [...subjects].join("; ")));
  return characters.length <= MAX_REASON ? characters.join("") : `${characters.slice(0, MAX_REASON - 1).join("")}…`;
}
