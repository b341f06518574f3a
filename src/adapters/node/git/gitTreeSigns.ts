import { isSameAddress } from "../../../domain/git/reflog.ts";
import { parseCaseKeys } from "../../../domain/git/trailer.ts";
import type { TreeHints } from "../../../ports/git.ts";
import type { WorkTreeReader } from "./gitReads.ts";

/** How many recent commits are read for keys. */
const COMMITS = 10;

/** Reads the signs in a work tree that point at its case, and reports them only when they have changed. */
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
   * The signs; undefined when they have not changed since the last call.
   * @param polled returns at once when branch and commit are the same
   * @throws CaseclockError `git.failed` | `git.missing`
   */
  async look(polled: boolean): Promise<TreeHints | undefined> {
    const { reads } = this;
    const branch =
      (await reads.branch()) ??
      (await reads.rebasedBranch()) ??
      // A rebase may have ended between the two reads.
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

  /** The person's own commits only: other people's commits say nothing about this person's case. */
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

/** `https://user:token@host/path` or `git@host:path` without user and token; undefined for a plain path, which has no host. */
export function withoutCredentials(url: string): string {
  const [, scheme = "", rest = url] = /^([a-z][a-z0-9+.-]*:\/\/)(.*)$/is.exec(url) ?? [];
  if (scheme === "" && !/^[^/\\]+:/.test(rest)) return url;
  const end = scheme === "" ? rest.indexOf(":") : rest.search(/[/?#]/);
  const host = end < 0 ? rest : rest.slice(0, end);
  return `${scheme}${rest.slice(host.lastIndexOf("@") + 1)}`;
}
