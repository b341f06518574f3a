/** One entry of HEAD's reflog, as `git log -g` tells it. */
export interface ReflogEntry {
  readonly sha: string;
  /** The action and its subject, such as `commit: Fix it`. */
  readonly action: string;
  readonly committerEmail: string;
}

/**
 * What a reflog entry is to the person's evidence.
 * `new`: a commit object of one's own. `replaces`: it stands for the commit that HEAD was at before. `rewrite`: existing
 * commits were made anew, without new work. `position`: HEAD moved, nothing was made.
 */
export type ReflogMeaning = "new" | "replaces" | "rewrite" | "position";

/**
 * Classifies by the beginning of the action. An action that is not known was made by some tool through
 * `GIT_REFLOG_ACTION`: it is a commit of one's own only if the committer is.
 * @param ownEmail `user.email`; undefined when none is configured
 * @source git 2.39 and 2.56: builtin/commit.c, sequencer.c, builtin/merge.c, builtin/pull.c
 */
export function meaningOf({ action, committerEmail }: ReflogEntry, ownEmail: string | undefined): ReflogMeaning {
  if (action.startsWith("commit (amend): ")) return "replaces";
  if (/^commit \(rebase\): |^rebase (-i )?\((pick|reword|edit|squash|fixup|continue)\): |^reword: /.test(action))
    return "rewrite";
  if (/^pull\b.*?\((pick|continue)\): /.test(action)) return "rewrite";
  if (/^commit( \((initial|merge|cherry-pick)\))?: |^(cherry-pick|revert): /.test(action)) return "new";
  if (/^(merge|pull)\b.*?: Merge made/.test(action)) return "new";
  if (/^(merge|pull)\b.*?: (Fast-forward|fast-forward)/.test(action)) return "position";
  if (
    /^(pull\b.*?\((start|finish)\)|rebase\b|checkout|reset|Branch|clone|branch|am \(|merge|pull|fetch|initial pull)/.test(
      action,
    )
  ) {
    return "position";
  }
  return ownEmail !== undefined && committerEmail === ownEmail ? "new" : "position";
}
