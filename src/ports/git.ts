import type { IDisposable } from "../base/disposable.ts";
import type { EpochMs } from "../base/time.ts";
import type { HistoryCommit } from "../domain/git/historyEstimate.ts";
import type { CommitEvidence } from "../domain/log/approvedEntry.ts";

/** A git work tree: the main one, a linked one or a submodule. All paths are absolute. */
export interface WorkTree {
  readonly root: string;
  /** This work tree's own git directory (`git rev-parse --absolute-git-dir`). */
  readonly gitDir: string;
  /** The directory that all work trees of the repository share. */
  readonly commonDir: string;
}

/** A commit of the person that the reflog shows. */
export interface NewCommit extends CommitEvidence {
  /** The committer's time. */
  readonly committedAt: EpochMs;
  /** The case key that its message names, at any place; the first of several. */
  readonly caseKey?: string;
  /** The commit that an amend or rebase replaced by this one. */
  readonly replaces?: string;
  /** Further commits that a rebase squashed into it. */
  readonly squashed?: readonly string[];
  /** It was rebased, reworded or squashed: no new work. */
  readonly rewritten?: boolean;
}

/** What git knows about a work tree that hints at its case. */
export interface TreeHints {
  /** The branch checked out, or being rebased; undefined on none. */
  readonly branch: string | undefined;
  /** Case keys that the person's own last commits on HEAD name, newest first. `at`: when the commit was written. */
  readonly trailers: readonly { readonly key: string; readonly at: EpochMs }[];
  /** Where `origin`, else the first remote, is fetched from, without user and password. */
  readonly remote: string | undefined;
}

/** What the message hook reads: a small file in the work tree's git directory, valid for 12 hours after writing. */
export interface Marker {
  readonly caseKey: string;
  /** Name of the trailer, `Case-Id` unless configured. */
  readonly trailer: string;
}

/** The tool that manages the hooks of a repository; `own`: none that Caseclock knows. */
export type HookManager = "husky" | "lefthook" | "pre-commit" | "own";

/** Text for a person to add to a file, so that their own hooks run ours. */
export interface HookSnippet {
  /** Relative to the work tree, or absolute. */
  readonly file: string;
  readonly text: string;
  /** A command to run once afterwards. */
  readonly then: string | undefined;
}

/** How commits of a repository are tagged. */
export type HookState =
  /** `config`: git's configuration runs our script; `files`: our hook files; `manager`: a snippet in others' files. */
  | { readonly state: "installed"; readonly by: "config" | "files" }
  | { readonly state: "installed"; readonly by: "manager"; readonly manager: HookManager }
  /**
   * The configuration of a repository on another machine, whose git must be 2.54 or newer. `otherwise`: what the person
   * runs there once for an older git; undefined if something is in its way.
   */
  | { readonly state: "installed"; readonly by: "remote"; readonly otherwise: string | undefined }
  /** Not installed, or in need of repair. */
  | { readonly state: "absent" }
  /** Somebody switched our hook off in git's configuration. `key`: where. */
  | { readonly state: "switchedOff"; readonly key: string }
  /** The repository has something of its own where our hook would go: it is not touched. */
  | {
      readonly state: "inTheWay";
      readonly reason: "hooksPath" | "foreignHook";
      readonly path: string;
      readonly manager: HookManager;
      readonly snippets: readonly HookSnippet[];
    };

/** The outcome of tagging the last commit. `by`: the case, address, branch or tag that is in the way. */
export type TagOutcome =
  | { readonly kind: "tagged"; readonly sha: string; readonly replaces: string; readonly subject: string }
  | { readonly kind: "refused"; readonly reason: "noCommit" | "busy" | "locked" | "remote" }
  | { readonly kind: "refused"; readonly reason: "named" | "foreign" | "pushed" | "released"; readonly by: string };

/** Git of local folders. No call takes the index lock, asks for a password or runs longer than ten seconds. */
export interface Git {
  /**
   * The work tree that holds a folder; undefined outside of git.
   * @throws CaseclockError `git.distrusted` where git refuses a folder of another owner | `git.failed` | `git.missing`
   */
  workTreeFor(folder: string): Promise<WorkTree | undefined>;
  /** The branch checked out; undefined when HEAD is detached or there is no commit yet to name. */
  readBranch(tree: WorkTree): Promise<string | undefined>;
  hookState(tree: WorkTree): Promise<HookState>;
  /**
   * Installs or repairs the message hooks for the repository of the work tree; idempotent. If something is in the way,
   * it only puts a script beside the marker, which a snippet can run.
   * @throws CaseclockError `tagging.hookInTheWay` when something got in the way just now; nothing was changed then
   */
  installHooks(tree: WorkTree): Promise<void>;
  /** Removes our hooks, scripts and markers of all its work trees and leaves everything else byte for byte. */
  removeHooks(tree: WorkTree): Promise<void>;
  /** Writes (or, with undefined, removes) what the hook reads. Renew it at least hourly. */
  writeMarker(tree: WorkTree, marker: Marker | undefined): Promise<void>;
  /**
   * Rewrites the last commit with the trailer, if nobody else can have it yet.
   * @throws CaseclockError `git.failed` when git refuses; the commit is then unchanged
   */
  tagHead(tree: WorkTree, marker: Marker): Promise<TagOutcome>;
  /** Adds a git note with the case to a commit, under `refs/notes/caseclock`; the commit itself is unchanged. */
  writeNote(tree: WorkTree, sha: string, marker: Marker): Promise<void>;
  hasMarker(tree: WorkTree): Promise<boolean>;
  /**
   * Reports commits made by any program from now on, within about a second; also checks every minute.
   * Commits of others, pulls and checkouts are not reported.
   * @param since the sha seen last, to catch up from; undefined: from now on
   */
  watchCommits(
    tree: WorkTree,
    since: string | undefined,
    onDidCommit: (commits: readonly NewCommit[]) => void,
    onError: (error: unknown) => void,
  ): IDisposable;
  /**
   * What became of commits that were seen in this work tree: for each, the commit that has its change now. That is
   * itself if a branch has it, another commit of the person with the same patch (cherry-picked or squashed elsewhere),
   * or null: none. Commits whose fate cannot be told now are missing.
   * @throws CaseclockError `git.failed` | `git.missing`
   */
  readFates(
    tree: WorkTree,
    shas: readonly string[],
  ): Promise<readonly { readonly sha: string; readonly now: CommitEvidence | null }[]>;
  /**
   * The person's own commits on any local branch, without merges, that were written within `[from, to)`, unordered, at
   * most 10,000. None for folders on another machine, where no git is run.
   * @throws CaseclockError `git.failed` | `git.missing`
   */
  readHistory(tree: WorkTree, from: EpochMs, to: EpochMs): Promise<readonly HistoryCommit[]>;
  /** Reports the hints now, and then each change within about a second; also checks every minute. */
  watchHints(tree: WorkTree, onDidChange: (signs: TreeHints) => void, onError: (error: unknown) => void): IDisposable;
}
