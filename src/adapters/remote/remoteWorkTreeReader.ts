import type { CommitFacts } from "../../domain/git/commitFacts.ts";
import type { ReflogEntry } from "../../domain/git/reflog.ts";
import type { WorkTree } from "../../ports/git.ts";
import type { Logger } from "../../ports/logger.ts";
import type { Changes } from "../node/git/gitChanges.ts";
import type { WorkTreeReader } from "../node/git/gitReads.ts";
import { REBASED, parseRebasedBranch } from "../node/git/gitReflog.ts";
import { toLoosePath, MAX_COMMIT_BYTES, readCommitObject } from "./commitObject.ts";
import { isTrue, findLastValue, parseConfig, type ConfigValue } from "./configText.ts";
import { isSha, onlyCommitter, packedRef, parseRef, parseReflog, type ReflogLine, type RefText } from "./gitFiles.ts";
import { CachedFile, readText, readUpTo, type RemoteFiles } from "./remoteFiles.ts";

/** A reflog larger than this is not fetched: some 25,000 movements. */
export const MAX_REFLOG_BYTES = 4 * 1024 * 1024;
const MAX_PACKED_REFS_BYTES = 8 * 1024 * 1024;
const MAX_CONFIG_BYTES = 512 * 1024;
/** How many movements are read to find out whose commits they are. */
const COMMITTERS = 400;
/** How many commits are walked: each takes two round trips. */
const MAX_WALKED = 60;
const MAX_REMEMBERED = 400;
const MAX_SYMBOLIC = 5;

/**
 * Reads a work tree from its files. Commits are read where they are loose, which new ones are until git packs them; of
 * packed ones it knows only what the reflog says.
 */
export class RemoteWorkTreeReader implements WorkTreeReader {
  private readonly files: RemoteFiles;
  private readonly tree: WorkTree;
  private readonly logger: Logger;
  private readonly reflogFile: CachedFile;
  private readonly packedRefs: CachedFile;
  private readonly configs: readonly CachedFile[];
  private readonly commitsRead = new Map<string, CommitFacts>();
  private readonly said = new Set<string>();

  constructor(files: RemoteFiles, tree: WorkTree, logger: Logger) {
    this.files = files;
    this.tree = tree;
    this.logger = logger;
    this.reflogFile = new CachedFile(files, files.resolve(tree.gitDir, "logs/HEAD"), MAX_REFLOG_BYTES);
    this.packedRefs = new CachedFile(files, files.resolve(tree.commonDir, "packed-refs"), MAX_PACKED_REFS_BYTES);
    const configs = [files.resolve(tree.commonDir, "config"), files.resolve(tree.gitDir, "config.worktree")];
    this.configs = configs.map((place) => new CachedFile(files, place, MAX_CONFIG_BYTES));
  }

  async head(): Promise<string | undefined> {
    let ref = await this.ref("HEAD");
    for (let step = 0; step < MAX_SYMBOLIC; step++) {
      if (ref?.kind === "sha") return ref.sha;
      if (ref?.kind === "reftable") {
        this.say("refs are in a reftable, which cannot be read as text: commits in this folder are not seen");
      }
      if (ref?.kind !== "symbolic") return undefined;
      const name = ref.ref;
      ref = await this.ref(name);
      if (ref === undefined) return packedRef((await this.packedRefs.text()) ?? "", name);
    }
    return undefined;
  }

  async branch(): Promise<string | undefined> {
    const head = await this.ref("HEAD");
    return head?.kind === "symbolic" && head.ref.startsWith("refs/heads/") ? head.ref.slice(11) : undefined;
  }

  async rebasedBranch(): Promise<string | undefined> {
    for (const name of REBASED) {
      const branch = parseRebasedBranch(await readText(this.files, this.files.resolve(this.tree.gitDir, name)));
      if (branch !== undefined) return branch;
    }
    return undefined;
  }

  /**
   * The address in the repository's own configuration, else the one that all commits of the reflog were made with: git
   * took it from configuration that cannot be read from here. If there are several, it is unknown which is the person's,
   * and none counts: other people's commits must not.
   */
  async email(): Promise<string | undefined> {
    const configured = findLastValue(await this.config(), "user.email")?.trim();
    if (configured !== undefined && configured !== "") return configured;
    const found = onlyCommitter(await this.lines(COMMITTERS));
    if (found === undefined) {
      this.say("it is not known which commits are the person's own: set user.email in the repository's configuration");
    }
    // An address that no commit can have: without one, the rules would take every commit for the person's own.
    return found ?? "\0";
  }

  async remoteUrl(): Promise<string | undefined> {
    const values = await this.config();
    return (
      values.find(({ key }) => key === "remote.origin.url") ??
      values.find(({ key }) => key.startsWith("remote.") && key.endsWith(".url"))
    )?.value;
  }

  /** The values of the repository's own files; includes are not followed. */
  async config(): Promise<readonly ConfigValue[]> {
    const [shared, own] = this.configs;
    const values = parseConfig((await shared?.text()) ?? "").values;
    if (!isTrue(findLastValue(values, "extensions.worktreeconfig"))) return values;
    return [...values, ...parseConfig((await own?.text()) ?? "").values];
  }

  async reflog(count: number, ref = "HEAD"): Promise<readonly ReflogEntry[]> {
    if (ref === "HEAD") return this.lines(count);
    const place = this.files.resolve(this.tree.commonDir, `logs/${ref}`);
    const bytes = await readUpTo(this.files, place, MAX_REFLOG_BYTES);
    return bytes === undefined || bytes === "tooLarge" ? [] : parseReflog(bytes, count);
  }

  async isRebasing(): Promise<boolean> {
    const { files, tree } = this;
    const found = await Promise.all(
      ["rebase-merge", "rebase-apply"].map((name) => files.stat(files.resolve(tree.gitDir, name))),
    );
    return found.some((facts) => facts !== undefined);
  }

  /** Not available: trees would have to be read and compared. */
  changes(): Promise<ReadonlyMap<string, Changes>> {
    return Promise.resolve(new Map());
  }

  async complete(entries: readonly ReflogEntry[]): Promise<readonly ReflogEntry[]> {
    const complete: ReflogEntry[] = [];
    for (const entry of entries) {
      const commit = await this.commit(entry.sha);
      complete.push(commit === undefined ? entry : { ...entry, commit });
    }
    return complete;
  }

  async commits(from: string, until: string | undefined, count: number): Promise<readonly CommitFacts[]> {
    const most = Math.min(count, MAX_WALKED);
    const hidden = new Set(until === undefined ? [] : (await this.walk(until, new Set(), most)).map(({ sha }) => sha));
    if (until !== undefined) hidden.add(until);
    return this.walk(from, hidden, most);
  }

  /** Newest first; stops at packed commits. */
  private async walk(from: string, hidden: ReadonlySet<string>, most: number): Promise<readonly CommitFacts[]> {
    const found: CommitFacts[] = [];
    const waiting: CommitFacts[] = [];
    const seen = new Set(hidden);
    const add = async (sha: string): Promise<void> => {
      if (seen.has(sha)) return;
      seen.add(sha);
      const commit = await this.commit(sha);
      if (commit !== undefined) waiting.push(commit);
    };
    await add(from);
    while (found.length < most) {
      waiting.sort((a, b) => b.committedAt - a.committedAt);
      const next = waiting.shift();
      if (next === undefined) break;
      found.push(next);
      await Promise.all(next.parents.map(add));
    }
    return found;
  }

  private async lines(count: number): Promise<readonly ReflogLine[]> {
    const bytes = await this.reflogFile.read();
    if (bytes === "tooLarge") {
      this.say(`a reflog above ${MAX_REFLOG_BYTES / 1024 / 1024} MB is not read: commits are found from HEAD alone`);
      return [];
    }
    return bytes === undefined ? [] : parseReflog(bytes, count);
  }

  private async ref(name: string): Promise<RefText | undefined> {
    const { gitDir, commonDir } = this.tree;
    const text = await readText(this.files, this.files.resolve(name === "HEAD" ? gitDir : commonDir, name), 4_096);
    return text === undefined ? undefined : parseRef(text);
  }

  private async commit(sha: string): Promise<CommitFacts | undefined> {
    const known = this.commitsRead.get(sha);
    if (known !== undefined || !isSha(sha)) return known;
    const place = this.files.resolve(this.tree.commonDir, `objects/${toLoosePath(sha)}`);
    const bytes = await readUpTo(this.files, place, MAX_COMMIT_BYTES);
    if (bytes === undefined || bytes === "tooLarge") return undefined;
    const commit = await readCommitObject(bytes, sha);
    if (commit === undefined) return undefined;
    if (this.commitsRead.size >= MAX_REMEMBERED) this.commitsRead.clear();
    this.commitsRead.set(sha, commit);
    return commit;
  }

  private say(text: string): void {
    if (this.said.has(text)) return;
    this.said.add(text);
    this.logger.warn(text);
  }
}
