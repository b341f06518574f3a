import path from "node:path";
import { CaseclockError } from "../../domain/errors.ts";
import type { CommitFacts } from "../../domain/commitFacts.ts";
import { isSameAddress } from "../../domain/reflog.ts";
import type { CommitEvidence } from "../../domain/timeEntry.ts";
import type { WorkTree } from "../../ports/git.ts";
import { isAlike, MAX_FILES, patchKey, readChanges, changesBetween, type Changes } from "./gitChanges.ts";
import type { GitProcess } from "./gitProcess.ts";
import { readCommits, readEmail, readHead } from "./gitReflog.ts";

/** How far HEAD is searched for the same patches. */
const MAX_CANDIDATES = 300;
/** Longest run of commits that is tried as one that was squashed. */
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
    if (lost.size > 0) await this.find(lost, head, fates);
    return shas.map((sha) => {
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

  private async find(
    lost: ReadonlySet<string>,
    head: string,
    fates: Map<string, CommitEvidence | null>,
  ): Promise<void> {
    const { git, tree } = this;
    const facts = new Map((await this.commits([...lost])).map((commit) => [commit.sha, commit]));
    const since = Math.min(...[...facts.values()].map(({ authoredAt }) => authoredAt));
    const email = await readEmail(git, tree.root);
    const own = (await readCommits(git, tree.root, head, undefined, MAX_CANDIDATES)).filter(
      ({ sha, authorEmail, parents, committedAt }) =>
        isSameAddress(authorEmail, email) && parents.length === 1 && committedAt >= since && !lost.has(sha),
    );
    const changes = await readChanges(git, tree.root, [...own.map(({ sha }) => sha), ...lost]);
    const candidates = own.flatMap((commit): readonly Candidate[] => {
      const of = changes.get(commit.sha);
      return of === undefined ? [] : [{ commit, changes: of }];
    });
    for (const commit of facts.values()) {
      const of = changes.get(commit.sha);
      const found = of === undefined ? undefined : await this.same(commit.parents[0], commit.sha, of, candidates);
      if (found !== undefined) fates.set(commit.sha, found);
    }
    for (const commit of facts.values()) {
      if (fates.get(commit.sha) === null) await this.findSquashed(commit, facts, head, candidates, changes, fates);
    }
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
    const steps = new Map([...changesOfLost, ...(await readChanges(git, tree.root, unknown))]);
    const files = new Set<string>();
    let lines = 0;
    for (const commit of before) {
      const [parent, ...others] = commit.parents;
      if (parent === undefined || others.length > 0) return;
      if (commit.sha !== end.sha) run.push(commit.sha);
      const step = steps.get(commit.sha);
      lines += step === undefined ? 0 : addedBy(step);
      for (const file of step?.files ?? []) files.add(file);
      const canBe = (of: Changes): boolean =>
        addedBy(of) === lines && (files.size >= MAX_FILES || of.files.every((file) => files.has(file)));
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

  private async commits(shas: readonly string[]): Promise<readonly CommitFacts[]> {
    const all = await Promise.all(shas.map((sha) => readCommits(this.git, this.tree.root, sha, undefined, 1)));
    return all.flat();
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
