import assert from "node:assert/strict";
import fs from "node:fs/promises";
import path from "node:path";
import { once } from "../host/lib/install.ts";
import { unpackPackage } from "../host/lib/npm.ts";
import { missing, OPTIONAL } from "../host/lib/optional.ts";
import { run, type Outcome, type Sandbox, type TestRepository } from "../support/repository.ts";
import { begun, OWN_COMMAND, ownHookRan, type Surroundings } from "./surroundings.ts";

const HUSKY = "9.1.7";
const LEFTHOOK = "2.2.2";

/** The columns of hook managers, each with a hook of the project's own. */
export const MANAGERS: readonly Surroundings[] = [
  {
    name: `husky ${HUSKY}`,
    missing: () => whyNot(husky),
    make: async (sandbox) => {
      const repository = await begun(sandbox, { ".husky/commit-msg": `${OWN_COMMAND}\n` });
      await good(run(process.execPath, [path.join(await husky(), "bin.js")], repository.root, sandbox.env));
      return repository;
    },
    manager: "husky",
    addsSnippets: true,
    check: ownHookRan,
  },
  {
    name: `lefthook ${LEFTHOOK}`,
    missing: () => whyNot(lefthook),
    programs: async () => [await lefthook()],
    make: async (sandbox) => {
      const command = `commit-msg:\n  commands:\n    own:\n      run: ${OWN_COMMAND}\n`;
      const repository = await begun(sandbox, { "lefthook.yml": command });
      return installed(sandbox, repository, "lefthook", "install");
    },
    manager: "lefthook",
    addsSnippets: true,
    check: ownHookRan,
  },
  {
    name: "pre-commit",
    missing: () => Promise.resolve(missing(OPTIONAL.preCommit)),
    make: async (sandbox) => {
      const repository = await begun(sandbox, { ".pre-commit-config.yaml": PRE_COMMIT });
      return installed(sandbox, repository, "pre-commit", "install", "--hook-type", "commit-msg");
    },
    manager: "pre-commit",
    addsSnippets: true,
    check: ownHookRan,
  },
];

const PRE_COMMIT = `repos:
  - repo: local
    hooks:
      - id: own
        name: Own
        language: system
        entry: sh -c '${OWN_COMMAND}'
        stages: [commit-msg]
        always_run: true
        pass_filenames: false
`;

/** The folder of husky's package. */
async function husky(): Promise<string> {
  return once(`husky-${HUSKY}`, say, (folder) =>
    unpackPackage(`husky@${HUSKY}`, folder, "package", {
      sha512: "5gs5ytaNjBrh5Ow3zrvdUUY+0VxIuWVL4i9irt6friV+BqdCfmV11CQTWMiBYWHbXhco+J1kHfTOUkePhCDvMA==",
    }),
  );
}

/** The folder of lefthook's program for this machine. */
async function lefthook(): Promise<string> {
  const platform = `${process.platform}-${process.arch}`;
  const sha512 = LEFTHOOK_SUMS[platform];
  if (sha512 === undefined) throw new Error(`lefthook is not pinned for ${platform}`);
  return once(`lefthook-${platform}-${LEFTHOOK}`, say, (folder) =>
    unpackPackage(`lefthook-${platform}@${LEFTHOOK}`, folder, "package/bin", { sha512 }),
  );
}

const LEFTHOOK_SUMS: Readonly<Record<string, string>> = {
  "linux-x64": "N/OlQyAhcU6RAXjrwFxLsh70sn96rBoi+XkuLJ8CVBkk9Ci3VDXQayDZTNz5B1xML8RwoMcV8Wblniy1xFOmSA==",
  "linux-arm64": "d+HFtS2DEKaOnD7vRU0tUz8pNgHwsUYmQ22+1dyXpOrXGyzNXR0AqX5KsIRF36JGhVvO5X5Anw5QYgR3mxVSuA==",
};

async function installed(
  sandbox: Sandbox,
  repository: TestRepository,
  program: string,
  ...args: readonly string[]
): Promise<TestRepository> {
  await good(run(program, args, repository.root, sandbox.env));
  return repository;
}

async function good(running: Promise<Outcome>): Promise<void> {
  const { status, stdout, stderr } = await running;
  assert.equal(status, 0, stdout + stderr);
}

/** Why something cannot be installed; undefined when it can. */
async function whyNot(install: () => Promise<string>): Promise<string | undefined> {
  try {
    await fs.access(await install());
    return undefined;
  } catch (error) {
    return (error instanceof Error ? error.message : String(error)).split("\n")[0];
  }
}

function say(message: string): void {
  console.error(`[git] ${message}`);
}
