import { GitCli } from "../../src/adapters/node/git/gitCli.ts";
import { SystemClock } from "../../src/adapters/node/system/systemClock.ts";
import { CaseclockError, type ErrorCode } from "../../src/domain/errors.ts";
import type { WorkTree } from "../../src/ports/git.ts";
import { MemoryLogger } from "./logger.ts";
import { Sandbox, type TestRepository } from "./repository.ts";

/** A real repository, and the adapter that is tried on it. */
export interface GitScene {
  readonly sandbox: Sandbox;
  readonly work: TestRepository;
  readonly logger: MemoryLogger;
  readonly git: GitCli;
  readonly tree: WorkTree;
}

export async function openGitScene(): Promise<GitScene> {
  const sandbox = await Sandbox.create();
  const work = await sandbox.repository();
  const logger = new MemoryLogger();
  const git = sandbox.within(() => new GitCli(new SystemClock(), logger));
  return { sandbox, work, logger, git, tree: await treeOf(git, work.root) };
}

/** The work tree of a folder that is in one. */
export async function treeOf(git: GitCli, folder: string): Promise<WorkTree> {
  const found = await git.workTreeFor(folder);
  if (found === undefined) throw new Error(`${folder} is not in git`);
  return found;
}

/** The code that a promise is rejected with; undefined when it is not. */
export async function codeOf(promise: Promise<unknown>): Promise<ErrorCode | undefined> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return CaseclockError.is(error) ? error.code : undefined;
}
