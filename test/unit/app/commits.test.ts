import { beforeEach, describe, expect, it } from "vitest";
import { TagCommits } from "../../../src/app/tagCommits.ts";
import { TrackCommits } from "../../../src/app/trackCommits.ts";
import { toDisposable, type IDisposable } from "../../../src/base/disposable.ts";
import { CaseclockError } from "../../../src/domain/errors.ts";
import type { Case } from "../../../src/domain/caseRef.ts";
import type { TaggingChoice } from "../../../src/domain/ledger.ts";
import type { Git, HookState, Marker, NewCommit, WorkTree } from "../../../src/ports/git.ts";
import { parseSettings, type Settings } from "../../../src/ports/settings.ts";
import { aCase, at, must, OTHER_TREE, TREE } from "../../support/builders.ts";
import { ManualClock } from "../../support/manualClock.ts";
import { settle, TestWindow } from "../../support/memoryEventLog.ts";

const ALPHA: WorkTree = { root: "/projects/alpha", gitDir: "/projects/alpha/.git", commonDir: "/projects/alpha/.git" };
const BETA: WorkTree = { root: "/projects/beta", gitDir: "/projects/beta/.git", commonDir: "/projects/beta/.git" };

/** Repositories in memory; markers and hooks by the work tree's root. */
class FakeGit implements Git {
  readonly hooks = new Map<string, HookState>();
  readonly markers = new Map<string, Marker>();
  /** What was done, in order. */
  readonly done: string[] = [];
  failure: CaseclockError | undefined;
  readonly watches: { readonly root: string; readonly since: string | undefined }[] = [];
  private readonly listeners = new Map<string, (commits: readonly NewCommit[]) => void>();

  workTreeOf(): Promise<WorkTree | undefined> {
    return Promise.resolve(undefined);
  }

  branchOf(): Promise<string | undefined> {
    return Promise.resolve(undefined);
  }

  watchSigns(): IDisposable {
    return toDisposable(() => undefined);
  }

  hookState({ root }: WorkTree): Promise<HookState> {
    return Promise.resolve(this.hooks.get(root) ?? { state: "absent" });
  }

  installHooks({ root }: WorkTree): Promise<void> {
    this.done.push(`install ${root}`);
    // Where something stands in the way only a script is put beside the marker.
    if (this.hooks.get(root)?.state !== "inTheWay") this.hooks.set(root, { state: "installed", by: "files" });
    return Promise.resolve();
  }

  removeHooks({ root }: WorkTree): Promise<void> {
    this.done.push(`remove ${root}`);
    this.hooks.delete(root);
    return Promise.resolve();
  }

  writeMarker({ root }: WorkTree, marker: Marker | undefined): Promise<void> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    this.done.push(`mark ${root} ${marker === undefined ? "-" : `${marker.trailer}: ${marker.caseKey}`}`);
    if (marker === undefined) this.markers.delete(root);
    else this.markers.set(root, marker);
    return Promise.resolve();
  }

  hasMarker({ root }: WorkTree): Promise<boolean> {
    return Promise.resolve(this.markers.has(root));
  }

  watchCommits(
    { root }: WorkTree,
    since: string | undefined,
    onDidCommit: (commits: readonly NewCommit[]) => void,
  ): IDisposable {
    this.watches.push({ root, since });
    this.listeners.set(root, onDidCommit);
    return toDisposable(() => this.listeners.delete(root));
  }

  commit({ root }: WorkTree, ...commits: readonly NewCommit[]): void {
    this.listeners.get(root)?.(commits);
  }

  get watching(): number {
    return this.listeners.size;
  }
}

let clock: ManualClock;
let window: TestWindow;
let git: FakeGit;
let settings: Settings;

const pick = (of: Case | null, tree = TREE): Promise<void> =>
  window.log.append([window.factory.create({ kind: "pick", tree, case: of })]);

beforeEach(async () => {
  clock = new ManualClock("09:00");
  window = new TestWindow(clock);
  git = new FakeGit();
  settings = parseSettings(() => undefined).value;
  await window.view.load();
});

describe("tagging commits", () => {
  let asked: string[];
  let answer: TaggingChoice | undefined;
  let tags: TagCommits;

  beforeEach(() => {
    asked = [];
    answer = undefined;
    tags = new TagCommits(
      git,
      window.log,
      window.view,
      window.factory,
      () => settings,
      clock,
      (repository, inTheWay) => {
        asked.push(inTheWay === undefined ? repository : `${repository} (${String(inTheWay.manager)})`);
        return Promise.resolve(answer);
      },
      window.logger,
    );
  });
  const settled = async (): Promise<void> => {
    await tags.settled();
    await settle();
    await tags.settled();
  };

  it("asks once per repository, when a case is picked there, and touches nothing before", async () => {
    tags.follow(TREE, ALPHA);
    await settled();
    expect(asked).toEqual([]);
    await pick(aCase("ACME-1"));
    await settled();
    await pick(aCase("ACME-2"));
    await settled();
    expect(asked).toEqual(["/projects/alpha"]);
    expect(git.done.filter((what) => !what.endsWith(" -"))).toEqual([]);
    expect(await tags.state(TREE)).toMatchObject({ repository: "/projects/alpha", tagging: "unasked" });
  });

  it("installs where the person said so and keeps the marker in step with pick, pause and end", async () => {
    answer = "here";
    tags.follow(TREE, ALPHA);
    await pick(aCase("ACME-1"));
    await settled();
    expect(git.hooks.get(ALPHA.root)).toEqual({ state: "installed", by: "files" });
    expect(git.markers.get(ALPHA.root)).toEqual({ caseKey: "ACME-1", trailer: "Case-Id" });
    expect((await tags.state(TREE)).tagging).toBe("here");
    await pick(aCase("ACME-2"));
    await settled();
    expect(git.markers.get(ALPHA.root)?.caseKey).toBe("ACME-2");
    await window.log.append([window.factory.create({ kind: "pause" })]);
    await settled();
    expect(git.markers.size).toBe(0);
    await window.log.append([window.factory.create({ kind: "resume" })]);
    await settled();
    expect(git.markers.get(ALPHA.root)?.caseKey).toBe("ACME-2");
    settings = { ...settings, trailer: "Ticket" };
    await settled();
    expect(git.markers.get(ALPHA.root)?.trailer).toBe("Ticket");
    await pick(null);
    await settled();
    expect(git.markers.size).toBe(0);
    expect(git.done.filter((what) => what.startsWith("install"))).toHaveLength(1);
  });

  it("follows a pick made in another window", async () => {
    answer = "here";
    tags.follow(TREE, ALPHA);
    await pick(aCase("ACME-1"));
    await settled();
    const other = window.beside("window-2");
    await other.log.append([
      other.factory.create({ kind: "pick", tree: TREE, case: aCase("ACME-9") }, { id: "other" }),
    ]);
    clock.advance(1_000);
    await settled();
    expect(git.markers.get(ALPHA.root)?.caseKey).toBe("ACME-9");
  });

  it("renews the marker hourly, so that it goes stale only when nobody does, and writes it no more often", async () => {
    settings = { ...settings, tagging: "on" };
    tags.follow(TREE, ALPHA);
    await pick(aCase("ACME-1"));
    await settled();
    await settled();
    const writes = (): number => git.done.filter((what) => what.endsWith("ACME-1")).length;
    expect(writes()).toBe(1);
    clock.advance(3_600_000);
    await settled();
    expect(writes()).toBe(2);
    tags.dispose();
    clock.advance(7_200_000);
    await settle();
    expect(writes()).toBe(2);
  });

  it("does not tag where the person said no, nor anywhere after 'never', nor when it is switched off", async () => {
    answer = "notHere";
    tags.follow(TREE, ALPHA);
    await pick(aCase("ACME-1"));
    await settled();
    expect(await tags.state(TREE)).toMatchObject({ tagging: "notHere" });
    answer = "never";
    tags.follow(OTHER_TREE, BETA);
    await pick(aCase("ACME-1"), OTHER_TREE);
    await settled();
    expect(asked).toEqual(["/projects/alpha", "/projects/beta"]);
    expect(window.view.ledger.tagsNowhere).toBe(true);
    settings = { ...settings, tagging: "off" };
    expect((await tags.state(OTHER_TREE)).reason).toContain("settings");
    expect(git.markers.size + git.hooks.size).toBe(0);
  });

  it("asks about a snippet where something stands in the way, says why, and tags once the snippet is there", async () => {
    answer = "here";
    const snippets = [{ file: ".husky/commit-msg", text: "caseclock-hook", then: undefined }];
    git.hooks.set(ALPHA.root, { state: "inTheWay", reason: "hooksPath", path: ".husky/_", manager: "husky", snippets });
    tags.follow(TREE, ALPHA);
    await pick(aCase("ACME-1"));
    await settled();
    expect(asked).toEqual(["/projects/alpha (husky)"]);
    expect(git.done).toContain("install /projects/alpha");
    const state = await tags.state(TREE);
    expect(state).toMatchObject({ tagging: "unavailable", manager: "husky", snippets });
    expect(state.reason).toContain(".husky/_");
    git.hooks.set(ALPHA.root, { state: "installed", by: "manager", manager: "husky" });
    expect(await tags.state(TREE)).toMatchObject({ tagging: "here", by: "husky" });
    expect((await tags.state(TREE)).reason).toContain('"Case-Id: ACME-1"');
    await expect(tags.enable(OTHER_TREE)).rejects.toMatchObject({ code: "git.notARepository" });
  });

  it("says so where git's configuration switches the hook off", async () => {
    settings = { ...settings, tagging: "on" };
    git.hooks.set(ALPHA.root, { state: "switchedOff", key: "hook.commit-msg.enabled" });
    tags.follow(TREE, ALPHA);
    await pick(aCase("ACME-1"));
    await settled();
    const state = await tags.state(TREE);
    expect([state.tagging, state.reason]).toEqual(["unavailable", expect.stringContaining("hook.commit-msg.enabled")]);
    expect(git.done.filter((what) => what.startsWith("install"))).toEqual([]);
  });

  it.each([
    ["within the hour", (): void => clock.advance(3_600_000)],
    ["when it is asked to look", (): void => tags.repair(TREE)],
    ["when somebody looks at the state", (): Promise<unknown> => tags.state(TREE)],
  ])("puts a hook back that another tool removed, %s", async (_when, look) => {
    settings = { ...settings, tagging: "on" };
    tags.follow(TREE, ALPHA);
    await pick(aCase("ACME-1"));
    await settled();
    git.hooks.delete(ALPHA.root);
    await look();
    await settled();
    expect(git.hooks.get(ALPHA.root)?.state).toBe("installed");
  });

  it("takes its markers away at its end, and puts back within a minute what another window took", async () => {
    settings = { ...settings, tagging: "on" };
    tags.follow(TREE, ALPHA);
    await pick(aCase("ACME-1"));
    await settled();
    git.markers.delete(ALPHA.root);
    clock.advance(60_000);
    await settle();
    await settled();
    expect(git.markers.get(ALPHA.root)?.caseKey).toBe("ACME-1");
    await tags.close();
    expect(git.markers.size).toBe(0);
    clock.advance(7_200_000);
    await settle();
    expect(git.markers.size).toBe(0);
  });

  it("takes hook and marker away when it is disabled", async () => {
    answer = "here";
    tags.follow(TREE, ALPHA);
    await pick(aCase("ACME-1"));
    await settled();
    await tags.disable(TREE);
    expect([git.hooks.size, git.markers.size]).toEqual([0, 0]);
    await pick(aCase("ACME-2"));
    await settled();
    expect([git.hooks.size, git.markers.size]).toEqual([0, 0]);
    await tags.enable(TREE);
    expect(git.markers.get(ALPHA.root)?.caseKey).toBe("ACME-2");
  });

  it("goes on with the other repositories when one fails, and tries again", async () => {
    settings = { ...settings, tagging: "on" };
    git.failure = new CaseclockError("git.failed", "read-only");
    tags.follow(TREE, ALPHA);
    await pick(aCase("ACME-1"));
    await settled();
    expect(window.logger.lines.join()).toContain("read-only");
    git.failure = undefined;
    await settled();
    expect(git.markers.get(ALPHA.root)?.caseKey).toBe("ACME-1");
  });
});

describe("seeing commits", () => {
  let known: readonly Case[];
  let reports: unknown[];
  let track: TrackCommits;
  const commit = (sha: string, more: Partial<NewCommit> = {}): NewCommit => ({
    sha,
    subject: `Fix ${sha}`,
    repository: "alpha",
    committedAt: at("08:59:30"),
    ...more,
  });
  const seen = (): readonly (readonly [string, string | undefined])[] =>
    window.view.ledger.commits.map((one) => [one.sha, one.case?.id]);

  beforeEach(async () => {
    known = [aCase("ACME-1"), aCase("BETA-2")];
    reports = [];
    const make = (of: TestWindow): TrackCommits =>
      new TrackCommits(
        git,
        of.log,
        of.view,
        of.factory,
        (key) => Promise.resolve(known.filter((one) => one.key === key)),
        (error) => reports.push(error),
      );
    track = make(window);
    track.follow(TREE, ALPHA);
    await pick(aCase("ACME-1"));
  });

  it("counts each for the work tree's pick, at the time it was made, once", async () => {
    git.commit(ALPHA, commit("a"), commit("b"));
    git.commit(ALPHA, commit("a"), commit("c"));
    await settle();
    expect(seen()).toEqual([
      ["a", "ACME-1"],
      ["b", "ACME-1"],
      ["c", "ACME-1"],
    ]);
    expect(must(window.view.ledger.commits[0])).toMatchObject({ at: at("08:59:30"), tree: TREE, day: "2026-03-10" });
    expect(await window.log.read({ kinds: ["commit"] })).toHaveLength(3);
  });

  it("counts for the case that its message names, and for none when that is unknown or ambiguous", async () => {
    known = [...known, aCase("TWICE-1"), { ...aCase("TWICE-1"), ref: { source: "other", id: "x" } }];
    git.commit(
      ALPHA,
      commit("a", { caseKey: "ACME-1" }),
      commit("b", { caseKey: "BETA-2" }),
      commit("c", { caseKey: "GONE-3" }),
      commit("d", { caseKey: "TWICE-1" }),
    );
    await settle();
    expect(seen()).toEqual([
      ["a", "ACME-1"],
      ["b", "BETA-2"],
      ["c", undefined],
      ["d", undefined],
    ]);
  });

  it("knows what a rewritten one replaces", async () => {
    git.commit(ALPHA, commit("a"));
    await settle();
    git.commit(ALPHA, commit("b", { replaces: "a" }));
    await settle();
    const open = window.view.ledger.openCommits(aCase("ACME-1").ref, must(window.view.ledger.commits[0]).day);
    expect(open.map((one) => one.sha)).toEqual(["b"]);
  });

  it("catches up from the last one seen, watches each tree once, and stops at its end", async () => {
    git.commit(ALPHA, commit("a"), commit("b"));
    await settle();
    track.follow(TREE, ALPHA);
    expect(git.watches).toEqual([{ root: "/projects/alpha", since: undefined }]);
    track.dispose();
    expect(git.watching).toBe(0);
    const later = new TrackCommits(
      git,
      window.log,
      window.view,
      window.factory,
      () => Promise.resolve([]),
      () => undefined,
    );
    later.follow(TREE, ALPHA);
    expect(git.watches.at(-1)).toEqual({ root: "/projects/alpha", since: "b" });
  });

  it("is one fact when two windows see it", async () => {
    const other = window.beside("window-2");
    await other.view.load();
    const otherGit = new FakeGit();
    const both = new TrackCommits(
      otherGit,
      other.log,
      other.view,
      other.factory,
      () => Promise.resolve([]),
      (error) => reports.push(error),
    );
    both.follow(TREE, ALPHA);
    git.commit(ALPHA, commit("a"));
    otherGit.commit(ALPHA, commit("a"));
    await settle();
    clock.advance(1_000);
    expect(await window.log.read({ kinds: ["commit"] })).toHaveLength(1);
    expect(other.view.ledger.commits).toHaveLength(1);
    expect(reports).toEqual([]);
  });

  it("reports what cannot be written", async () => {
    const failure = new CaseclockError("ledger.full", "no room");
    window.log.beforeAppend = () => {
      throw failure;
    };
    git.commit(ALPHA, commit("a"));
    await settle();
    expect(reports).toEqual([failure]);
  });
});
