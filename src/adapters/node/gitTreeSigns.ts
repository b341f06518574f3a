import fs from "node:fs/promises";
import path from "node:path";
import { isSameAddress } from "../../domain/reflog.ts";
import { caseKeysOf } from "../../domain/trailer.ts";
import type { TreeSigns, WorkTree } from "../../ports/git.ts";
import type { GitProcess } from "./gitProcess.ts";
import { readBranch, readCommits, readEmail, readHead } from "./gitReflog.ts";

/** How many of the last commits are looked at. */
const COMMITS = 10;
/** Where git keeps the branch that it rebases. @source git's `wt-status.c`, wt_status_check_rebase */
const REBASED = ["rebase-merge/head-name", "rebase-apply/head-name"];

/** Reads what of a work tree hints at its case, and tells only what has changed. */
export class TreeSignsReader {
  private readonly git: GitProcess;
  private readonly tree: WorkTree;
  private readonly trailer: () => string;
  private told: string | undefined;
  private position: string | undefined;

  constructor(git: GitProcess, tree: WorkTree, trailer: () => string) {
    this.git = git;
    this.tree = tree;
    this.trailer = trailer;
  }

  /**
   * The signs; undefined when they are what was told last.
   * @param polled answers at once when branch and commit are the same
   * @throws CaseclockError `git.failed` | `git.missing`
   */
  async look(polled: boolean): Promise<TreeSigns | undefined> {
    const { root } = this.tree;
    const branch =
      (await readBranch(this.git, root)) ??
      (await this.rebasedBranch()) ??
      // A rebase may have come to its end between the two.
      (await readBranch(this.git, root));
    const head = await readHead(this.git, root);
    const position = `${branch ?? ""}\n${head ?? ""}`;
    if (polled && position === this.position) return undefined;
    const signs: TreeSigns = {
      branch,
      trailers: head === undefined ? [] : await this.trailers(head),
      remote: await this.remote(),
    };
    const text = JSON.stringify(signs);
    this.position = position;
    if (text === this.told) return undefined;
    this.told = text;
    return signs;
  }

  private async rebasedBranch(): Promise<string | undefined> {
    for (const name of REBASED) {
      const text = await fs.readFile(path.join(this.tree.gitDir, name), "utf8").catch(() => undefined);
      const branch = /^refs\/heads\/(.+)$/.exec(text?.trim() ?? "")?.[1];
      if (branch !== undefined) return branch;
    }
    return undefined;
  }

  /** Of the person's own commits only: what others commit for their cases says nothing of ours. */
  private async trailers(head: string): Promise<TreeSigns["trailers"]> {
    const email = await readEmail(this.git, this.tree.root);
    if (email === undefined) return [];
    const commits = await readCommits(this.git, this.tree.root, head, undefined, COMMITS);
    return commits
      .filter(({ authorEmail }) => isSameAddress(authorEmail, email))
      .flatMap(({ message, authoredAt }) =>
        caseKeysOf(message, this.trailer()).map((key) => ({ key, at: authoredAt })),
      );
  }

  private async remote(): Promise<string | undefined> {
    const output = await this.git.answer(this.tree.root, ["config", "-z", "--get-regexp", "^remote\\..*\\.url$"]);
    const remotes = (output ?? "").split("\0").filter(Boolean);
    const chosen = remotes.find((record) => record.startsWith("remote.origin.url\n")) ?? remotes[0];
    return chosen === undefined ? undefined : withoutCredentials(chosen.slice(chosen.indexOf("\n") + 1));
  }
}

/** `https://user:token@host/path` and `git@host:path` without what stands before the host; a path has no host. */
export function withoutCredentials(url: string): string {
  const [, scheme = "", rest = url] = /^([a-z][a-z0-9+.-]*:\/\/)(.*)$/is.exec(url) ?? [];
  if (scheme === "" && !/^[^/\\]+:/.test(rest)) return url;
  const end = scheme === "" ? rest.indexOf(":") : rest.search(/[/?#]/);
  const host = end < 0 ? rest : rest.slice(0, end);
  return `${scheme}${rest.slice(host.lastIndexOf("@") + 1)}`;
}
