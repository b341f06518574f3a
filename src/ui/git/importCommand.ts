import * as vscode from "vscode";
import {
  estimateHistory,
  logEstimates,
  type HistoryProposal,
  type HistoryReport,
  type HistoryImportContext,
} from "../../app/git/importHistory.ts";
import { plural, t } from "../../base/text.ts";
import { DAY_MS, formatClock, parseLocalDate, type LocalDate, type ZoneId } from "../../base/time.ts";
import type { Case } from "../../domain/cases/case.ts";
import { CaseclockError } from "../../domain/errors.ts";
import type { WorkTree } from "../../ports/git.ts";
import type { HistoryImport } from "../../ports/commands.ts";
import type { Settings } from "../../ports/settings.ts";
import { handleCommands } from "../shell/handleCommands.ts";
import { presentHistory } from "./presentHistory.ts";
import { readDay } from "../shell/arguments.ts";
import type { TreeId } from "../../domain/cases/treeId.ts";
import { formatExact } from "../text/formatTime.ts";
import { sanitizeLabel } from "../text/inertText.ts";

export interface ImportCommandContext extends HistoryImportContext {
  readonly settings: () => Settings;
  readonly findTree: (folder: string | undefined) => Promise<TreeId>;
  readonly workTrees: () => ReadonlyMap<TreeId, WorkTree>;
  readonly caseWithKey: (key: string, source: string | undefined) => Promise<Case>;
  readonly flush: () => Promise<void>;
  readonly showPage: (name: string, markdown: string) => Promise<void>;
}

const DEFAULT_DAYS = 14;
/** Choices for the time added before a session's first commit. @format minutes */
const LEADS = [0, 15, 30, 60, 120];

/** Past work from one's own commits, as drafts that say what they are. */
export const importCommand = handleCommands((context: ImportCommandContext) => {
  const { view } = context.journal;
  return {
    "caseclock.importGitHistory": async ({ folder, since, key, source }, { byArgument }) => {
      await context.flush();
      await view.load();
      const first = readDay("since", since) ?? daysAgo(view.today(), DEFAULT_DAYS);
      const fallback = key === undefined ? undefined : await context.caseWithKey(key, source);
      const range = byArgument
        ? { trees: await listTrees(context, folder), since: first, leadMs: 0 }
        : await askRange(context, first);
      if (range === undefined) return undefined;
      const report = await estimateHistory(context, { ...range, fallback });
      const unattended = byArgument && context.settings().allowUnattended;
      const accepted = unattended ? report.proposals : await confirm(context, report);
      const logged = accepted === undefined ? { ids: [], seconds: 0 } : await logEstimates(context, accepted);
      if (!unattended) tell(context, report, logged.seconds);
      return toResult(report, logged);
    },
  };
});

async function listTrees(context: ImportCommandContext, folder: string | undefined): Promise<readonly WorkTree[]> {
  if (folder === undefined) return [...context.workTrees().values()];
  const tree = context.workTrees().get(await context.findTree(folder));
  if (tree === undefined) throw new CaseclockError("git.notARepository", "this folder is not in a git repository");
  return [tree];
}

async function askRange(
  context: ImportCommandContext,
  first: LocalDate,
): Promise<{ trees: readonly WorkTree[]; since: LocalDate; leadMs: number } | undefined> {
  const open = [...context.workTrees().values()];
  if (open.length === 0) throw new CaseclockError("git.notARepository", "no repository is open");
  const trees = open.length === 1 ? open : await askTrees(open);
  if (trees === undefined || trees.length === 0) return undefined;
  const since = await vscode.window.showInputBox({
    title: t("Import Time from Git History (1/2)"),
    prompt: t("Your own commits since which day? YYYY-MM-DD"),
    value: first,
    ignoreFocusOut: true,
    validateInput: (text) => (parseLocalDate(text.trim()) === undefined ? t("A day, such as 2026-03-09.") : undefined),
  });
  const day = since === undefined ? undefined : parseLocalDate(since.trim());
  if (day === undefined) return undefined;
  const lead = await vscode.window.showQuickPick(
    LEADS.map((minutes) => ({
      label: minutes === 0 ? t("Nothing") : plural(minutes, "{0} minute", "{0} minutes"),
      description:
        minutes === 0 ? t("what no commit shows is not counted") : minutes === 120 ? t("as git-hours does") : "",
      minutes,
    })),
    {
      title: t("Import Time from Git History (2/2)"),
      placeHolder: t("How much to add before the first commit of each session?"),
      ignoreFocusOut: true,
    },
  );
  return lead === undefined ? undefined : { trees, since: day, leadMs: lead.minutes * 60_000 };
}

async function askTrees(open: readonly WorkTree[]): Promise<readonly WorkTree[] | undefined> {
  const items = open.map((tree) => ({ label: sanitizeLabel(tree.root), picked: true, tree }));
  const chosen = await vscode.window.showQuickPick(items, {
    title: t("Import Time from Git History"),
    placeHolder: t("Use the commits of which repositories?"),
    canPickMany: true,
    ignoreFocusOut: true,
  });
  return chosen?.map(({ tree }) => tree);
}

/** The review: ticked proposals become drafts. Undefined when dismissed, or when there is nothing. */
async function confirm(
  { journal: { view, clock } }: ImportCommandContext,
  { proposals }: HistoryReport,
): Promise<readonly HistoryProposal[] | undefined> {
  if (proposals.length === 0) return undefined;
  const { zone } = view.ledger.timeline.policyAt(clock.now());
  const items = proposals.map((proposal) => ({
    label: `${sanitizeLabel(proposal.case.key)}  ${presentTime(proposal, zone, view.ledger.timeline.dayAt(proposal.interval.start).date)}`,
    description: formatExact(proposal.seconds),
    detail: sanitizeLabel(`${plural(proposal.commits.length, "{0} commit", "{0} commits")} · ${proposal.reason}`),
    picked: true,
    proposal,
  }));
  const chosen = await vscode.window.showQuickPick(items, {
    title: t("Estimated from commits: at most two hours between commits of a session"),
    placeHolder: t("Ticked rows become drafts · Enter logs them · nothing is approved or sent"),
    canPickMany: true,
    ignoreFocusOut: true,
    matchOnDetail: true,
  });
  return chosen?.map(({ proposal }) => proposal);
}

function presentTime({ interval }: HistoryProposal, zone: ZoneId, day: LocalDate): string {
  return `${day} ${formatClock(interval.start, zone)}–${formatClock(interval.end, zone)}`;
}

/** Shown beside the result: the caller does not wait for it to be closed. */
function tell({ showPage }: ImportCommandContext, report: HistoryReport, seconds: number): void {
  const logged =
    seconds > 0
      ? t("{0} logged as estimates; review them like any other time.", formatExact(seconds))
      : t("Nothing was logged.");
  const without = report.commitsWithoutCase.length;
  const more = without > 0 ? ` ${plural(without, "{0} commit names no case.", "{0} commits name no case.")}` : "";
  void vscode.window.showInformationMessage(`${logged}${more}`, t("Show Report")).then(async (choice) => {
    if (choice !== undefined) await showPage(t("Git History"), presentHistory(report, seconds));
  });
}

function toResult(
  { proposals, commitsWithoutCase, casesWithoutCommits, sessions }: HistoryReport,
  logged: { readonly ids: readonly string[]; readonly seconds: number },
): HistoryImport {
  return {
    sessions,
    proposals: proposals.map(({ case: of, interval, seconds, commits }) => ({
      key: of.key,
      start: new Date(interval.start).toISOString(),
      end: new Date(interval.end).toISOString(),
      seconds,
      commits: commits.map(({ sha }) => sha),
    })),
    loggedSeconds: logged.seconds,
    ids: logged.ids,
    commitsWithoutCase: commitsWithoutCase.map(({ sha }) => sha),
    casesWithoutCommits: casesWithoutCommits.map(({ key }) => key),
  };
}

function daysAgo(today: LocalDate, days: number): LocalDate {
  const day = new Date(Date.parse(`${today}T00:00:00Z`) - days * DAY_MS).toISOString().slice(0, 10);
  return parseLocalDate(day) ?? today;
}
