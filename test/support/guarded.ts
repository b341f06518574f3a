import { expect } from "vitest";
import { CaseDirectory } from "../../src/app/cases/caseDirectory.ts";
import { CaseGuard } from "../../src/app/git/caseGuard.ts";
import { CurrentCase } from "../../src/app/cases/currentCase.ts";
import { toDisposable } from "../../src/base/disposable.ts";
import { findUsualKeys } from "../../src/domain/cases/caseKey.ts";
import type { TreeHints, WorkTree } from "../../src/ports/git.ts";
import { parseSettings, type Settings } from "../../src/ports/settings.ts";
import { TREE } from "./builders.ts";
import { FakeProviders, type FakeBilling } from "./fakeBilling.ts";
import { settle, type TestWindow } from "./memoryEventLog.ts";

export const WORK_TREE: WorkTree = {
  root: "/projects/alpha",
  gitDir: "/projects/alpha/.git",
  commonDir: "/projects/alpha/.git",
};

/** A window with a guard, and what git says there. */
export class Guarded {
  readonly window: TestWindow;
  readonly guard: CaseGuard;
  readonly current: CurrentCase;
  readonly errors: unknown[] = [];
  followBranch: Settings["followBranch"] = "suggest";
  watching = 0;
  private readonly takers: ((signs: TreeHints) => void)[] = [];

  constructor(window: TestWindow, billing: FakeBilling) {
    this.window = window;
    const { journal, log, view, clock } = window;
    this.current = new CurrentCase(journal);
    const directory = new CaseDirectory(log, view, new FakeProviders(billing), clock);
    this.guard = new CaseGuard({
      journal,
      directory,
      current: this.current,
      git: {
        watchHints: (_tree, onDidChange) => {
          this.watching += 1;
          this.takers.push(onDidChange);
          return toDisposable(() => (this.watching -= 1));
        },
      },
      settings: () => ({ ...parseSettings(() => undefined).value, followBranch: this.followBranch }),
      findKeys: () => findUsualKeys,
      report: (error) => this.errors.push(error),
    });
    this.guard.follow(TREE, WORK_TREE);
  }

  /** Git says so in the first tree. */
  async see(branch: string | undefined, more: Partial<TreeHints> = {}): Promise<void> {
    for (const take of this.takers) take({ branch, trailers: [], remote: undefined, ...more });
    await settle();
  }

  get suggested(): readonly string[] {
    return this.guard.suggestions(TREE).map((one) => `${one.case.key} ${one.reason.kind}`);
  }

  dispose(): void {
    this.guard.dispose();
    expect(this.watching).toBe(0);
    this.current.dispose();
    this.window.kill();
  }
}
