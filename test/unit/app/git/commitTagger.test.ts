import { beforeEach, describe, expect, it } from "vitest";
import { CommitTagger } from "../../../../src/app/git/commitTagger.ts";
import type { Case } from "../../../../src/domain/cases/case.ts";
import { CaseclockError } from "../../../../src/domain/errors.ts";
import type { TaggingChoice } from "../../../../src/domain/ledger.ts";
import { parseSettings, type Settings } from "../../../../src/ports/settings.ts";
import { aCase, OTHER_TREE, TREE } from "../../../support/builders.ts";
import { ALPHA, BETA, FakeGit } from "../../../support/fakeGit.ts";
import { ManualClock } from "../../../support/manualClock.ts";
import { settle, TestWindow } from "../../../support/memoryEventLog.ts";

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
  let tags: CommitTagger;

  beforeEach(() => {
    asked = [];
    answer = undefined;
    tags = new CommitTagger(
      git,
      window.journal,
      () => settings,
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
    expect(state.tagging).toBe("unavailable");
    expect(state.reason).toContain("hook.commit-msg.enabled");
    expect(git.done.filter((what) => what.startsWith("install"))).toEqual([]);
  });

  it.each([
    [
      "within the hour",
      (): void => {
        clock.advance(3_600_000);
      },
    ],
    [
      "when it is asked to look",
      (): void => {
        tags.repair(TREE);
      },
    ],
    [
      "when somebody looks at the state",
      (): void => {
        void tags.state(TREE);
      },
    ],
  ])("puts a hook back that another tool removed, %s", async (_when, look) => {
    settings = { ...settings, tagging: "on" };
    tags.follow(TREE, ALPHA);
    await pick(aCase("ACME-1"));
    await settled();
    git.hooks.delete(ALPHA.root);
    look();
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
    expect({ hookCount: git.hooks.size, markerCount: git.markers.size }).toEqual({ hookCount: 0, markerCount: 0 });
    await pick(aCase("ACME-2"));
    await settled();
    expect({ hookCount: git.hooks.size, markerCount: git.markers.size }).toEqual({ hookCount: 0, markerCount: 0 });
    await tags.enable(TREE);
    expect(git.markers.get(ALPHA.root)?.caseKey).toBe("ACME-2");
  });

  it("never leaves the marker of the case before, whatever fails: it would tag commits with the wrong one", async () => {
    answer = "here";
    tags.follow(TREE, ALPHA);
    await pick(aCase("ACME-1"));
    await settled();
    const lookAtHook = git.hookState.bind(git);
    git.hookState = () => Promise.reject(new CaseclockError("git.failed", "the configuration is locked"));
    tags.repair();
    await settled();
    await pick(aCase("BETA-2"));
    await settled();
    expect(git.markers.get(ALPHA.root)?.caseKey).toBe("BETA-2");
    git.hookState = lookAtHook;
    const write = git.writeMarker.bind(git);
    git.writeMarker = (tree, marker) =>
      marker === undefined ? write(tree, marker) : Promise.reject(new CaseclockError("git.failed", "the disk is full"));
    await pick(aCase("ACME-1"));
    await settled();
    expect(git.markers.get(ALPHA.root)).toBeUndefined();
  });

  it("takes its marker away at its end also where it could not look at the hook any more", async () => {
    answer = "here";
    tags.follow(TREE, ALPHA);
    await pick(aCase("ACME-1"));
    await settled();
    git.hookState = () => Promise.reject(new CaseclockError("git.failed", "the configuration is locked"));
    tags.repair();
    await settled();
    await tags.close();
    expect(git.markers.get(ALPHA.root)).toBeUndefined();
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
