import fs from "node:fs";
import path from "node:path";
import { DisposableStore, toDisposable, type IDisposable } from "../../base/disposable.ts";
import { epochMs, MINUTE_MS } from "../../base/time.ts";
import { meaningOf } from "../../domain/reflog.ts";
import { caseKeysOf } from "../../domain/trailer.ts";
import type { Clock } from "../../ports/clock.ts";
import type { NewCommit, WorkTree } from "../../ports/git.ts";

/** Entries of the reflog that are read at once; what is older was seen or was not of this window's time. */
const MOST_ENTRIES = 200;
/** Git writes several files per commit: they are read once. */
const SETTLE_MS = 300;

const FORMAT = "%H%x00%gs%x00%ct%x00%ce%x00%s%x00%B%x01";

/** Runs git in the work tree and gives its output. */
export type RunGit = (args: readonly string[]) => Promise<string>;

interface Entry {
  readonly sha: string;
  readonly action: string;
  readonly committedAt: number;
  readonly committerEmail: string;
  readonly subject: string;
  readonly body: string;
}

/**
 * Follows HEAD's reflog: whoever commits in the work tree, it is there. The folder is watched, and looked at each minute
 * where watching fails. Each look reads at most 200 entries.
 */
export class ReflogWatch implements IDisposable {
  private readonly store = new DisposableStore();
  private readonly tree: WorkTree;
  private readonly run: RunGit;
  private readonly clock: Clock;
  private readonly tell: (commits: readonly NewCommit[]) => void;
  private readonly fail: (error: unknown) => void;
  private seen: string | undefined;
  private begun: boolean;
  private settling: IDisposable | undefined;
  private looking: Promise<void> = Promise.resolve();
  private failing = false;
  private disposed = false;

  /** @param since the sha seen last; undefined begins at what HEAD is now */
  constructor(
    tree: WorkTree,
    since: string | undefined,
    run: RunGit,
    clock: Clock,
    tell: (commits: readonly NewCommit[]) => void,
    fail: (error: unknown) => void,
  ) {
    this.tree = tree;
    this.run = run;
    this.clock = clock;
    this.tell = tell;
    this.fail = fail;
    this.seen = since;
    this.begun = since !== undefined;
    this.watch(path.join(tree.gitDir, "logs"));
    this.watch(tree.gitDir);
    this.store.add(
      clock.every(MINUTE_MS, () => {
        this.look();
      }),
    );
    this.look();
  }

  dispose(): void {
    this.disposed = true;
    this.settling?.dispose();
    this.store.dispose();
  }

  private watch(folder: string): void {
    try {
      const watcher = fs.watch(folder, (_event, file) => {
        // In the git directory only what a commit moves matters: the first commit makes `logs` itself.
        if (file === null || file === "HEAD" || file === "logs" || file === "COMMIT_EDITMSG") this.settle();
      });
      watcher.on("error", () => {
        watcher.close(); // the folder went away: the look each minute goes on
      });
      this.store.add(
        toDisposable(() => {
          watcher.close();
        }),
      );
    } catch {
      // No such folder yet, or no watches left: the look each minute finds what happens.
    }
  }

  private settle(): void {
    this.settling ??= this.clock.after(SETTLE_MS, () => {
      this.settling = undefined;
      this.look();
    });
  }

  private look(): void {
    this.looking = this.looking.then(async () => {
      if (this.disposed) return;
      try {
        await this.read();
        this.failing = false;
      } catch (error) {
        if (!this.failing) this.fail(error);
        this.failing = true;
      }
    });
  }

  private async read(): Promise<void> {
    const entries = await this.entries();
    const latest = entries[0]?.sha;
    if (!this.begun) {
      this.begun = true;
      this.seen = latest;
      return;
    }
    if (latest === undefined || latest === this.seen) return;
    const known = entries.findIndex((entry) => entry.sha === this.seen);
    const fresh = known < 0 ? (this.seen === undefined ? entries : entries.slice(0, 1)) : entries.slice(0, known);
    this.seen = latest;
    const ownEmail = (await this.run(["config", "--get", "user.email"]).catch(() => "")).trim();
    const branch = (await this.run(["symbolic-ref", "--short", "-q", "HEAD"]).catch(() => "")).trim();
    const commits: NewCommit[] = [];
    for (const [index, entry] of [...fresh.entries()].reverse()) {
      const meaning = meaningOf(entry, ownEmail === "" ? undefined : ownEmail);
      if (meaning !== "new" && meaning !== "replaces") continue;
      const previous = meaning === "replaces" ? entries[index + 1]?.sha : undefined;
      const [caseKey] = caseKeysOf(entry.body);
      commits.push({
        sha: entry.sha,
        subject: entry.subject,
        repository: path.basename(this.tree.root),
        ...(branch === "" ? {} : { branch }),
        committedAt: epochMs(entry.committedAt * 1000),
        ...(caseKey === undefined ? {} : { caseKey }),
        ...(previous === undefined ? {} : { replaces: previous }),
      });
    }
    if (commits.length > 0 && !this.disposed) this.tell(commits);
  }

  private async entries(): Promise<readonly Entry[]> {
    let output: string;
    try {
      output = await this.run(["log", "-g", "-n", String(MOST_ENTRIES), `--format=${FORMAT}`, "HEAD", "--"]);
    } catch (error) {
      // A repository without a commit has no HEAD to tell of.
      if ((await this.run(["rev-parse", "-q", "--verify", "HEAD"]).catch(() => "")) === "") return [];
      throw error;
    }
    return output
      .split("\u0001")
      .map((record) => record.replace(/^\n/, "").split("\0"))
      .filter((fields) => fields.length === 6)
      .map(([sha = "", action = "", time = "", committerEmail = "", subject = "", body = ""]) => ({
        sha,
        action,
        committedAt: Number(time),
        committerEmail,
        subject,
        body,
      }));
  }
}
