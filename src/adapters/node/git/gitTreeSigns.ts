import { isSameAddress } from "../../../domain/git/reflog.ts";
import { parseCaseKeys } from "../../../domain/git/trailer.ts";
import type { TreeHints } from "../../../ports/git.ts";
import type { WorkTreeReader } from "./gitReads.ts";

/** How many of the last commits are looked at. */
const COMMITS = 10;

/** Reads what of a work tree hints at its case, and tells only what has changed. */
export class TreeHintsReader {
  private readonly reads: WorkTreeReader;
  private readonly trailer: () => string;
  private told: string | undefined;
  private position: string | undefined;

  constructor(reads: WorkTreeReader, trailer: () => string) {
    this.reads = reads;
    this.trailer = trailer;
  }

  /**
   * The signs; undefined when they are what was told last.
   * @param polled answers at once when branch and commit are the same
   * @throws CaseclockError `git.failed` | `git.missing`
   */
  async look(polled: boolean): Promise<TreeHints | undefined> {
    const { reads } = this;
    const branch =
      (await reads.branch()) ??
      (await reads.rebasedBranch()) ??
      // A rebase may have come to its end between the two.
      (await reads.branch());
    const head = await reads.head();
    const position = `${branch ?? ""}\n${head ?? ""}`;
    if (polled && position === this.position) return undefined;
    const signs: TreeHints = {
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

  /** Of the person's own commits only: what others commit for their cases says nothing of ours. */
  private async trailers(head: string): Promise<TreeHints["trailers"]> {
    const email = await this.reads.email();
    if (email === undefined) return [];
    const commits = await this.reads.commits(head, undefined, COMMITS);
    return commits
      .filter(({ authorEmail }) => isSameAddress(authorEmail, email))
      .flatMap(({ message, authoredAt }) =>
        parseCaseKeys(message, this.trailer()).map((key) => ({ key, at: authoredAt })),
      );
  }

  private async remote(): Promise<string | undefined> {
    const url = await this.reads.remoteUrl();
    return url === undefined ? undefined : withoutCredentials(url);
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
