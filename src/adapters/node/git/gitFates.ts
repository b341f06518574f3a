import path from "node:path";
import { CaseclockError } from "../../../domain/errors.ts";
import type { CommitFacts } from "../../../domain/git/commitFacts.ts";
import { isSameAddress } from "../../../domain/git/reflog.ts";
import type { WorkTree } from "../../../ports/git.ts";
import { isAlike, MAX_FILES, patchKey, readChanges, changesBetween, type Changes } from "./gitChanges.ts";
import type { GitProcess } from "./gitProcess.ts";
import { readCommits, readEmail, readHead, readCommitsByName } from "./gitReflog.ts";
import type { CommitEvidence } from "../../../domain/log/approvedEntry.ts";

/** How many commits of HEAD are searched for the same patch. */
const MAX_CANDIDATES = 300;
/** How many commits one git process is asked about. */
const CHUNK = 100;
/** Longest run of commits that is tried as a squash. */
const MAX_RUN = 30;

interface Fate {
  readonly sha: string;
  readonly now: CommitEvidence | null;
}

/** What has a patch. */
interface Candidate {
  readonly commit: CommitFacts;
  readonly changes: Changes;
}

/**
 * Finds what became of commits: what a branch has is where it was; for the others the person's own commits on HEAD are
 * searched for the same patch, of one commit or of a run of them that was squashed, as a server does it when it merges.
 */
export class FateReader {
  private readonly git: GitProcess;
  private readonly tree: WorkTree;

  constructor(git: GitProcess, tree: WorkTree) {
    this.git = git;
    this.tree = tree;
  }

  /** @param shas of commits, 40 or 64 hexadecimal digits */
  async read(shas: readonly string[]): Promise<readonly Fate[]> {
    const { git, tree } = this;
    const head = await readHead(git, tree.root);
    if (shas.length === 0 || head === undefined) return [];
    const there = await this.lines(
      ["log", "--no-walk=unsorted", "--ignore-missing", "--no-show-signature", "--format=%H"],
      shas,
    );
    const known = shas.filter((sha) => there.has(sha));
    const lost = await this.unreachable(known, head);
    const fates = new Map<string, CommitEvidence | null>();
    for (const sha of shas) if (lost.has(sha) || !there.has(sha)) fates.set(sha, null);
    const unknown = lost.size > 0 ? await this.find(lost, head, fates) : new Set();
    const told = shas.filter((sha) => !unknown.has(sha) || (fates.get(sha) ?? null) !== null);
    return told.map((sha) => {
      const now = fates.get(sha);
      return { sha, now: now === undefined ? { sha, subject: "", repository: path.basename(tree.root) } : now };
    });
  }

  /** Those of the commits that no branch has, near or remote. */
  private async unreachable(shas: readonly string[], head: string): Promise<ReadonlySet<string>> {
    const near = await this.lines(["rev-list"], [...shas, "--not", head, "--branches"], false);
    const lost = shas.filter((sha) => near.has(sha));
    if (lost.length === 0) return new Set();
    const all = await this.lines(["rev-list"], [...lost, "--not", head, "--branches", "--remotes", "--tags"], false);
    return new Set(lost.filter((sha) => all.has(sha)));
  }

  /** Gives those of which it cannot be told now: one that cannot be read takes no others with it. */
  private async find(
    lost: ReadonlySet<string>,
    head: string,
    fates: Map<string, CommitEvidence | null>,
  ): Promise<ReadonlySet<string>> {
    const { git, tree } = this;
    const unknown = new Set<string>();
    const facts = new Map((await this.commits([...lost], unknown)).map((commit) => [commit.sha, commit]));
    const since = Math.min(...[...facts.values()].map(({ authoredAt }) => authoredAt));
    const email = await readEmail(git, tree.root);
    const own = (await readCommits(git, tree.root, head, undefined, MAX_CANDIDATES)).filter(
      ({ sha, authorEmail, parents, committedAt }) =>
        isSameAddress(authorEmail, email) && parents.length === 1 && committedAt >= since && !lost.has(sha),
    );
    const { changes, unread } = await readChanges(git, tree.root, [...own.map(({ sha }) => sha), ...lost]);
    const isReadable = ({ sha }: CommitFacts): boolean => !unread.has(sha);
    // A candidate that cannot be read may be the one that has the change.
    const isCertain = own.every(isReadable);
    const candidates = own.flatMap((commit): readonly Candidate[] => {
      const of = changes.get(commit.sha);
      return of === undefined ? [] : [{ commit, changes: of }];
    });
    const readable = [...facts.values()].filter(isReadable);
    const attempted = async (sha: string, search: () => Promise<unknown>): Promise<void> => {
      try {
        await search();
      } catch (error) {
        if (!CaseclockError.is(error, "git.failed")) throw error;
        unknown.add(sha);
      }
    };
    for (const { sha, parents } of readable) {
      await attempted(sha, async () => {
        const of = changes.get(sha);
        const found = of === undefined ? undefined : await this.same(parents[0], sha, of, candidates);
        if (found !== undefined) fates.set(sha, found);
      });
    }
    for (const commit of readable) {
      if (fates.get(commit.sha) !== null) continue;
      await attempted(commit.sha, () => this.findSquashed(commit, facts, head, candidates, changes, fates));
    }
    for (const sha of lost) if (fates.get(sha) === null && (unread.has(sha) || !isCertain)) unknown.add(sha);
    return unknown;
  }

  /**
   * Tries the runs of lost commits that end with one. What a run changed is asked of git only where a candidate has as many
   * lines more or less, and no other files: what its commits changed one by one tells that.
   */
  private async findSquashed(
    end: CommitFacts,
    facts: ReadonlyMap<string, CommitFacts>,
    head: string,
    candidates: readonly Candidate[],
    changesOfLost: ReadonlyMap<string, Changes>,
    fates: Map<string, CommitEvidence | null>,
  ): Promise<void> {
    const { git, tree } = this;
    const run = [end.sha];
    const before = await readCommits(git, tree.root, end.sha, head, MAX_RUN);
    const unknown = before.filter(({ sha }) => !changesOfLost.has(sha)).map(({ sha }) => sha);
    const steps = new Map([...changesOfLost, ...(await readChanges(git, tree.root, unknown)).changes]);
    const files = new Set<string>();
    let lines = 0;
    for (const commit of before) {
      const [parent, ...others] = commit.parents;
      if (parent === undefined || others.length > 0) return;
      if (commit.sha !== end.sha) run.push(commit.sha);
      const step = steps.get(commit.sha);
      lines += step === undefined ? 0 : addedBy(step);
      for (const file of step?.files ?? []) files.add(file);
      const canBe = (changes: Changes): boolean =>
        addedBy(changes) === lines && (files.size >= MAX_FILES || changes.files.every((file) => files.has(file)));
      if (run.length < 2 || !candidates.some((one) => canBe(one.changes))) continue;
      const changes = await changesBetween(git, tree.root, parent, end.sha);
      const found = await this.same(parent, end.sha, changes, candidates);
      if (found === undefined) continue;
      for (const sha of run) if (facts.has(sha)) fates.set(sha, found);
      return;
    }
  }

  private async same(
    from: string | undefined,
    to: string,
    changes: Changes,
    candidates: readonly Candidate[],
  ): Promise<CommitEvidence | undefined> {
    const { git, tree } = this;
    const alike = candidates.filter((one) => isAlike(one.changes, changes));
    if (from === undefined || alike.length === 0) return undefined;
    const key = await patchKey(git, tree.root, from, to);
    if (key === undefined) return undefined;
    for (const { commit, changes: of } of alike) {
      const [parent = ""] = commit.parents;
      if ((await patchKey(git, tree.root, parent, commit.sha)) !== key) continue;
      const { sha, subject, authoredAt } = commit;
      return { sha, subject, repository: path.basename(tree.root), authoredAt, ...of };
    }
    return undefined;
  }

  /** Those that are there; what cannot be read in time goes to `unknown`. */
  private async commits(shas: readonly string[], unknown: Set<string>): Promise<readonly CommitFacts[]> {
    const found: CommitFacts[] = [];
    for (let at = 0; at < shas.length; at += CHUNK) {
      const some = shas.slice(at, at + CHUNK);
      try {
        found.push(...(await readCommitsByName(this.git, this.tree.root, some)));
      } catch (error) {
        if (!CaseclockError.is(error, "git.failed")) throw error;
        for (const sha of some) unknown.add(sha);
      }
    }
    return found;
  }

  private async lines(
    args: readonly string[],
    revisions: readonly string[],
    endOfOptions = true,
  ): Promise<ReadonlySet<string>> {
    if (revisions.length === 0) return new Set();
    const between = endOfOptions ? ["--end-of-options"] : [];
    const output = await this.git.output(this.tree.root, [...args, ...between, ...revisions, "--"]);
    return new Set(output.split("\n").filter(Boolean));
  }
}

/** Lines more; negative where there are fewer. */
function addedBy({ insertions, deletions }: Changes): number {
  return insertions - deletions;
}

/** @throws CaseclockError `git.failed` where it is no sha: it goes to git as a revision */
export function checkSha(sha: string): string {
  if (!/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(sha)) throw new CaseclockError("git.failed", "not a commit's name");
  return sha;
}
