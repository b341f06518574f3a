import assert from "node:assert/strict";
import fs from "node:fs/promises";
import path from "node:path";
import { GitCli } from "../../src/adapters/node/git/gitCli.ts";
import { CommitTracker } from "../../src/app/git/commitTracker.ts";
import type { Case } from "../../src/domain/cases/case.ts";
import type { WorkTree } from "../../src/ports/git.ts";
import { until } from "../host/lib/processes.ts";
import { aCase } from "../support/builders.ts";
import { CountingClock } from "../support/countingClock.ts";
import { MemoryLogger } from "../support/logger.ts";
import { ManualClock } from "../support/manualClock.ts";
import { TestWindow } from "../support/memoryEventLog.ts";
import type { Outcome, Sandbox, TestRepository } from "../support/repository.ts";
import { Evidence } from "./evidence.ts";
import { treeId, type TreeId } from "../../src/domain/cases/treeId.ts";

const CASES: readonly Case[] = [aCase("ACME-1"), aCase("OTHER-2")];

/** The key that is picked when an operation begins. */
export const PICKED = "ACME-1";
/** The subject of the commit that all begins with. */
const BASE = "base";
/** A second case that is known. */
export const OTHER = "OTHER-2";

/** A work tree with the product at work in it: its hook or snippet, its marker, its watch, and a ledger in memory. */
export class Place {
  readonly repository: TestRepository;
  /** Another's clone: what is pulled, picked and applied comes from here. */
  readonly upstream: TestRepository;
  readonly tree: WorkTree;
  readonly git: GitCli;
  /** Whether commits are to be tagged here. */
  isTagged = true;
  private readonly clock: CountingClock;
  private readonly window: TestWindow;
  private readonly errors: unknown[];
  private readonly track: CommitTracker;
  private readonly id: TreeId;
  /** The commit that the watch begins at. */
  private readonly base: string;
  private operations = 0;
  private picked: string | undefined;
  private minutes = 0;
  private sentinels = 0;
  private isUpstreamThere = false;

  private constructor(
    repository: TestRepository,
    upstream: TestRepository,
    tree: WorkTree,
    git: GitCli,
    clock: CountingClock,
    base: string,
  ) {
    this.repository = repository;
    this.upstream = upstream;
    this.tree = tree;
    this.git = git;
    this.clock = clock;
    this.base = base;
    this.id = treeId(`file://${tree.root}`);
    this.window = new TestWindow(new ManualClock());
    this.errors = [];
    this.track = this.trackIn(this.window, git);
  }

  /** @param repository with at least one commit, and whatever belongs to the surroundings */
  static async at(sandbox: Sandbox, repository: TestRepository, binary: string): Promise<Place> {
    const clock = new CountingClock();
    const git = sandbox.within(() => new GitCli(clock, new MemoryLogger(), { binary }));
    const tree = await git.workTreeFor(repository.root);
    assert.ok(tree, "not a work tree");
    const upstream = sandbox.at(`upstream-${path.basename(repository.root)}`);
    await repository.git("clone", "-q", "--no-hardlinks", ".", upstream.root);
    await upstream.git("config", "user.email", "bob@example.com");
    await upstream.git("config", "user.name", "Bob Else");
    await repository.git("branch", "-f", "base", "HEAD");
    return new Place(repository, upstream, tree, git, clock, await repository.head());
  }

  /** Begins to watch and to keep what it sees. */
  async watch(): Promise<void> {
    await this.window.view.load();
    await this.beginAtBase(this.window);
    await this.pick(PICKED);
    this.track.follow(this.id, this.tree);
  }

  dispose(): void {
    this.track.dispose();
    this.window.kill();
    assert.equal(this.clock.running, 0, "a timer was left");
  }

  /**
   * A branch of its own for an operation, with the usual case picked. It begins at a commit of its own, the branch `base`,
   * so that no two operations make the same commit in the same second.
   */
  async begin(): Promise<void> {
    const { repository } = this;
    this.operations += 1;
    const base = `${this.base}^{tree}`;
    const sha = await repository.git("commit-tree", "-p", this.base, "-m", `operation ${this.operations}`, base);
    await repository.git("branch", "-q", "-f", "base", sha.trim());
    await repository.git("switch", "-q", "-f", "-C", `operation-${this.operations}`, "base");
    this.isUpstreamThere = false;
    if (this.picked !== PICKED) await this.pick(PICKED);
  }

  /** Clears away what an operation that failed may have left. */
  async recover(): Promise<void> {
    for (const what of ["rebase", "cherry-pick", "revert", "merge", "am"]) {
      await this.repository.tryGit([what, "--abort"]);
    }
    await this.repository.tryGit(["reset", "-q", "--hard"]);
    await this.repository.tryGit(["clean", "-q", "-f", "-d"]);
    this.errors.splice(0);
    await this.settle();
  }

  /** Picks a case, or none: in the ledger and in the marker. */
  async pick(key: string | undefined): Promise<void> {
    const picked = CASES.find((one) => one.key === key) ?? null;
    await this.window.log.append([this.window.factory.create({ kind: "pick", tree: this.id, case: picked })]);
    this.picked = key;
    await this.mark();
  }

  /** Writes the marker anew, as the product does when it is renewed. */
  async mark(): Promise<void> {
    await this.git.writeMarker(
      this.tree,
      this.picked === undefined ? undefined : { caseKey: this.picked, trailer: "Case-Id" },
    );
  }

  /** Runs something under settings of the repository, which are as before afterwards, byte for byte. */
  async configured<T>(settings: Readonly<Record<string, string>>, run: () => Promise<T>): Promise<T> {
    const file = path.join(this.tree.commonDir, "config");
    const before = await fs.readFile(file);
    try {
      for (const [name, value] of Object.entries(settings)) await this.repository.git("config", name, value);
      await this.mark();
      return await run();
    } finally {
      await fs.writeFile(file, before);
      await this.mark();
    }
  }

  /** The message that is expected of one that ends with no trailer. */
  tag(message: string, key = this.picked): string {
    return this.isTagged && key !== undefined ? `${message}\nCase-Id: ${key}\n` : message;
  }

  /** The message that is expected of one that ends with trailers. */
  join(message: string, key = this.picked): string {
    return this.isTagged && key !== undefined ? `${message}Case-Id: ${key}\n` : message;
  }

  /** The trailers that are expected of such a message. */
  trailers(...own: readonly string[]): readonly string[] {
    return this.isTagged && this.picked !== undefined ? [...own, `Case-Id: ${this.picked}`] : own;
  }

  /** Commits a file of that name with that message, each a minute after the one before, and gives its sha. */
  async commitFile(name: string, message = name, text = `${name}\n`): Promise<string> {
    this.minutes += 1;
    const date = new Date(Date.UTC(2026, 2, 4, 9, this.minutes)).toISOString();
    await this.repository.write(`${name}.txt`, text);
    await this.repository.git("add", `${name}.txt`);
    await this.repository.git("commit", "-q", "-m", message, `--date=${date}`);
    return this.repository.head();
  }

  /** Bob commits a file upstream, on the branch of this operation. */
  async theirs(name: string, message = name): Promise<string> {
    if (!this.isUpstreamThere) {
      await this.upstream.git("fetch", "-q", this.repository.root, "base");
      await this.upstream.git("switch", "-q", "-f", "-C", `operation-${this.operations}`, "FETCH_HEAD");
      this.isUpstreamThere = true;
    }
    await this.upstream.write(`${name}.txt`, `${name} of Bob\n`);
    await this.upstream.git("add", `${name}.txt`);
    await this.upstream.git("commit", "-q", "-m", message);
    return this.upstream.head();
  }

  /** Runs git with an editor for messages and one for the list of a rebase, both shell commands on "$1". */
  async edit(args: readonly string[], editor: string, sequence = ":"): Promise<Outcome> {
    return this.repository.tryGit(args, {
      GIT_EDITOR: `f() { ${editor} ; }; f`,
      GIT_SEQUENCE_EDITOR: `f() { ${sequence} ; }; f`,
    });
  }

  /** Asserts what git stored as a message, and what git reads in it. @param trailers those that end it, in order */
  async stored(revision: string, message: string, trailers: readonly string[]): Promise<void> {
    const { repository } = this;
    const found = await repository.message(revision);
    assert.equal(found, message, `message of ${revision}`);
    const parsed = await repository.tryGit(["interpret-trailers", "--parse", "--no-divider"], {}, found);
    assert.deepEqual(lines(parsed.stdout), trailers, `trailers of ${revision}, by interpret-trailers`);
    const cases = trailers.flatMap((line) => /^case-id: (.*)$/i.exec(line)?.[1] ?? []);
    assert.deepEqual(await repository.caseIds(revision), cases, `cases of ${revision}, by git log`);
  }

  /** What counts as evidence by now. Whatever was done before is in it. */
  async evidence(): Promise<Evidence> {
    await this.settle();
    return new Evidence(this.window.view.ledger, CASES);
  }

  /** What another window finds that begins to watch now, and goes on from the base. */
  async evidenceOfCatchingUp(sandbox: Sandbox, binary: string): Promise<Evidence> {
    const window = new TestWindow(new ManualClock());
    await window.view.load();
    const clock = new CountingClock();
    const git = sandbox.within(() => new GitCli(clock, new MemoryLogger(), { binary }));
    const track = this.trackIn(window, git);
    await this.beginAtBase(window);
    track.follow(this.id, this.tree);
    const head = await this.repository.head();
    await until("another window catches up", () => window.view.ledger.commits.has(head) || undefined);
    await track.settled();
    await track.updateFates(this.id); // as the first window did
    const evidence = new Evidence(window.view.ledger, CASES);
    track.dispose();
    window.kill();
    assert.equal(clock.running, 0, "a timer was left");
    return evidence;
  }

  /** Waits until a commit is in the ledger. */
  async noticed(sha: string): Promise<void> {
    await until("the ledger sees a commit", () => this.window.view.ledger.commits.has(sha) || undefined);
  }

  /** Asserts that git is neither in the middle of something nor sees anything but `status` (porcelain). */
  async isAtRest(status: string): Promise<void> {
    assert.equal(await this.repository.git("status", "--porcelain"), status, "git status");
    const names = await fs.readdir(this.tree.gitDir);
    const busy = names.filter((name) => /^(rebase-|MERGE_HEAD|CHERRY_PICK_HEAD|REVERT_HEAD|sequencer)/.test(name));
    assert.deepEqual(busy, [], "git is in the middle of something");
  }

  /** Waits until everything that was done is in the ledger: a movement that no hook sees comes after it. */
  private async settle(): Promise<void> {
    const { repository, window } = this;
    this.sentinels += 1;
    const subject = sentinel(this.sentinels);
    const sha = (await repository.git("commit-tree", "-p", "HEAD", "-m", subject, "HEAD^{tree}")).trim();
    await repository.git("update-ref", "-m", `commit: ${subject}`, "HEAD", sha);
    await until("the ledger sees what was committed", () => {
      assert.deepEqual(this.errors.splice(0), [], "the watch reported an error");
      return window.view.ledger.commits.has(sha) || undefined;
    });
    await this.track.settled();
    await this.track.updateFates(this.id); // as it does every hour
  }

  /** The base is the commit seen last. */
  private async beginAtBase({ log, factory }: TestWindow): Promise<void> {
    const commit = { sha: this.base, subject: BASE, repository: "" };
    await log.append([factory.create({ kind: "commit", tree: this.id, case: null, commit }, { id: BASE })]);
  }

  private trackIn({ journal }: TestWindow, git: GitCli): CommitTracker {
    const casesWithKey = (key: string): Promise<readonly Case[]> =>
      Promise.resolve(CASES.filter((one) => one.key === key));
    return new CommitTracker(
      git,
      journal,
      casesWithKey,
      () => ({ notes: false, trailer: "Case-Id" }),
      (error) => this.errors.push(error),
    );
  }
}

function sentinel(count: number): string {
  return `sentinel ${count}`;
}

function lines(text: string): readonly string[] {
  return text.split("\n").filter(Boolean);
}
