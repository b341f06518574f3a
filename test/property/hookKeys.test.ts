import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { GitCli } from "../../src/adapters/node/git/gitCli.ts";
import { parseCaseKey } from "../../src/domain/cases/case.ts";
import { parseCaseKeys } from "../../src/domain/git/trailer.ts";
import type { WorkTree } from "../../src/ports/git.ts";
import { openGitScene } from "../support/gitScene.ts";
import type { Sandbox, TestRepository } from "../support/repository.ts";

let sandbox: Sandbox;
let work: TestRepository;
let git: GitCli;
let tree: WorkTree;

beforeAll(async () => {
  ({ sandbox, work, git, tree } = await openGitScene());
  await git.installHooks(tree);
});

afterAll(() => sandbox.dispose());

/** Keys a person may have: mostly ASCII, where shells and git have their own characters, and some of everything. */
const KEYS = fc
  .oneof(
    { weight: 3, arbitrary: fc.string({ minLength: 1, maxLength: 64, unit: "grapheme-ascii" }) },
    { weight: 1, arbitrary: fc.string({ minLength: 1, maxLength: 64, unit: "grapheme" }) },
    { weight: 1, arbitrary: fc.stringMatching(/^[-#:%$`'"\\;&|<>()[\]{}*?!~=^@/. ]{1,64}$/) },
  )
  .map((text) => text.trim())
  .filter((text) => parseCaseKey(text) !== undefined);

test("every key that a case may have goes through marker and hook into the commit and is read back as it is", async () => {
  const examples = ["#5127", "RT#5127", "---", "# -- >8 --", "a: b", "Case-Id: x", "%x00", "\\", "'", "$(id)"];
  await fc.assert(
    fc.asyncProperty(KEYS, async (key) => {
      await git.writeMarker(tree, { caseKey: key, trailer: "Case-Id" });
      await work.commit("Fix it\n\nIt was broken.\n");
      expect(await work.message()).toBe(`Fix it\n\nIt was broken.\n\nCase-Id: ${key}\n`);
      expect(await work.caseIds()).toEqual([key]);
      expect(parseCaseKeys(await work.message())).toEqual([key]);
    }),
    { numRuns: 100, examples: examples.map((key) => [key]) },
  );
}, 120_000);
