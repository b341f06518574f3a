import { afterEach, beforeEach, expect, test } from "vitest";
import { CommitReader } from "../../../src/adapters/node/git/gitCommitReader.ts";
import type { GitCli } from "../../../src/adapters/node/git/gitCli.ts";
import { GitProcess } from "../../../src/adapters/node/git/gitProcess.ts";
import type { WorkTreeReader } from "../../../src/adapters/node/git/gitReads.ts";
import { makeGitReader } from "../../../src/adapters/node/git/gitReflog.ts";
import type { WorkTree } from "../../../src/ports/git.ts";
import { at } from "../../support/builders.ts";
import { openGitScene } from "../../support/gitScene.ts";
import { isGitSince, type Sandbox, type TestRepository } from "../../support/repository.ts";

let sandbox: Sandbox;
let work: TestRepository;
let git: GitCli;
let tree: WorkTree;
let reads: WorkTreeReader;

beforeEach(async () => {
  ({ sandbox, work, git, tree } = await openGitScene());
  reads = sandbox.within(() => makeGitReader(new GitProcess("git"), tree));
});
afterEach(() => sandbox.dispose());

async function change(file: string): Promise<string> {
  await work.write(file, `${file}\n`);
  await work.git("add", ".");
  return work.commit(`${file}\n`);
}

/** HEAD and its movements as they were when the newest `hidden` of them had not been made yet. */
function earlier(hidden: () => number): WorkTreeReader {
  return { ...reads, reflog: async (count, ref) => (await reads.reflog(count + hidden(), ref)).slice(hidden()) };
}

test.each([1, 2, 3])(
  "a rebase that begins and ends while a look reads it, but for its last %i movements, is told by the next look",
  async (last) => {
    await change("base");
    let hidden = 0;
    const reader = new CommitReader(
      earlier(() => hidden),
      "work",
      undefined,
      () => "Case-Id",
    );
    await reader.look(at("09:00"), false);
    const [one, two, three] = [await change("one"), await change("two"), await change("three")];
    expect(await reader.look(at("09:00"), false)).toHaveLength(3);
    await work.git("-c", `sequence.editor=sed -i '2,3s/^pick/fixup/' "$1"; :`, "rebase", "-q", "-i", "HEAD~3");
    hidden = last;
    const early = await reader.look(at("09:00"), false);
    hidden = 0;
    const told = [...early, ...(await reader.look(at("09:00"), false))];
    const head = (await work.git("rev-parse", "HEAD")).trim();
    const found = told.find(({ sha }) => sha === head);
    expect([found?.replaces, ...(found?.squashed ?? [])].sort()).toEqual([one, two, three].sort());
  },
);

test.runIf(isGitSince(2, 54))(
  "`git history` rewords an older commit: it and the ones after it are followed",
  async () => {
    await change("base");
    const reader = new CommitReader(reads, "work", undefined, () => "Case-Id");
    await reader.look(at("09:00"), false);
    const [one, two, three] = [await change("one"), await change("two"), await change("three")];
    await reader.look(at("09:00"), false);
    await work.git("-c", "core.editor=sed -i s/two/TWO/", "history", "reword", "HEAD~1");
    const told = await reader.look(at("09:00"), false);
    const head = (await work.git("rev-parse", "HEAD")).trim();
    expect(told.map(({ sha, replaces }) => [sha, replaces])).toContainEqual([head, three]);
    const [before, reworded] = await git.readFates(tree, [one, two]);
    expect({ shaBefore: before?.now?.sha, subjectAfter: reworded?.now?.subject }).toEqual({
      shaBefore: one,
      subjectAfter: "TWO",
    });
  },
);
