import fs from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { HOOK_EVENTS } from "../../../src/adapters/node/git/gitHookScript.ts";
import { parseCaseKeys } from "../../../src/domain/git/trailer.ts";
import { run, Sandbox, type TestRepository } from "../../support/repository.ts";
import { SHELLS, shellFile } from "../../support/shells.ts";

let sandbox: Sandbox;
let count = 0;

beforeAll(async () => {
  sandbox = await Sandbox.create();
});
afterAll(() => sandbox.dispose());
describe.each(SHELLS)("the hook under $name", (shell) => {
  let work: TestRepository;

  beforeEach(async () => {
    work = await sandbox.repository(`work${String(count++)}`);
    await work.hook(await shellFile(sandbox, shell));
    await work.mark("ACME-1");
  });
  test.each([
    ["no marker", "", undefined],
    ["an empty marker", "", ""],
    ["too few lines", "", "ACME-1\n#\nCase-Id\n"],
    ["a control character", "", "AC\u0007ME\n#\nCase-Id\n[C]\ndefault\n\n"],
    ["a key that is too long", "", `${"x".repeat(257)}\n#\nCase-Id\n[C]\ndefault\n\n`],
    ["a trailer that is none", "", "ACME-1\n#\nCase Id\n[C]\ndefault\n\n"],
  ])("leaves a message alone with %s", async (_what, _unused, text) => {
    await fs.rm(path.join(await work.gitDir(), "caseclock-case"));
    if (text !== undefined) await work.markRaw(text);
    await work.commit("Fix it\n");
    expect(await work.message()).toBe("Fix it\n");
  });

  test("leaves a message alone once the marker is stale", async () => {
    await work.mark("ACME-1", { validMs: -1_000 });
    await work.commit("Fix it\n");
    expect(await work.message()).toBe("Fix it\n");
  });

  test.each([
    "#5127",
    "RT#5127",
    "case/5127",
    `'"$(touch pwned)\`touch pwned\`;touch pwned`,
    "$HOME ${PATH} %s%n \\n \\\\ \\",
    "-n",
    "--trailer",
    "a: b = c # d",
    "Ünïcødé ✓ 案件 🧾",
    "x".repeat(64),
    ...asciiKeys(),
  ])("passes on the key %j", async (key) => {
    await work.mark(key);
    await work.commit("Fix it\n");
    expect(await work.message()).toBe(`Fix it\n\nCase-Id: ${key}\n`);
    expect(await work.caseIds()).toEqual([key]);
    expect(parseCaseKeys(await work.message())).toEqual([key]);
    expect(await fs.readdir(work.root)).toEqual([".git"]);
  });

  test("uses the trailer's name of the marker and never what the configuration makes of it", async () => {
    await work.git("config", "trailer.case-id-internal.key", "Internal");
    await work.git("config", "trailer.case.key", "Case-Number");
    await work.git("config", "trailer.see.command", "touch pwned; echo pwned");
    await work.git("config", "trailer.separators", "#:");
    await work.git("config", "trailer.where", "start");
    await work.commit("Fix it\n\nBug #42\nCase: 7\n");
    expect(await work.message()).toBe("Fix it\n\nBug #42\nCase: 7\nCase-Id: ACME-1\n");
    await work.mark("ACME-1", { trailer: "X-Matter2" });
    await work.commit("Fix it\n\nCase-Id: 7\n");
    expect(await work.message()).toBe("Fix it\n\nCase-Id: 7\nX-Matter2: ACME-1\n");
    await work.commit("Fix it\n\nx-mATTER2: 7\n");
    expect(await work.message()).toBe("Fix it\n\nx-mATTER2: 7\n");
    expect(await fs.readdir(work.root)).toEqual([".git"]);
  });

  test("tags 5,000 lines and keeps each", async () => {
    const lines = Array.from({ length: 5_000 }, (_, i) => `line ${String(i)} of a long message`);
    await work.commit(`Long\n\n${lines.join("\n")}\n`);
    expect(await work.message()).toBe(`Long\n\n${lines.join("\n")}\n\nCase-Id: ACME-1\n`);
  });

  test("works from a folder below and through a linked work tree, with its own marker only", async () => {
    await work.commit("base\n");
    await work.git("worktree", "add", "-q", "../linked" + String(count), "-b", "linked");
    const linked = await linkedTo(work, `../linked${String(count)}`);
    await linked.commit("agent\n");
    expect(await linked.message()).toBe("agent\n");
    await linked.mark("OTHER-2");
    await linked.commit("mine\n");
    expect(await linked.message()).toBe("mine\n\nCase-Id: OTHER-2\n");
    await work.write("below/file.txt", "x");
    await work.git("add", ".");
    await run("git", ["commit", "-q", "-m", "below"], path.join(work.root, "below"), sandbox.env);
    expect(await work.message()).toBe("below\n\nCase-Id: ACME-1\n");
  });

  test("works in a submodule", async () => {
    const library = await sandbox.repository(`library${String(count)}`);
    await library.commit("library\n");
    await work.git("submodule", "--quiet", "add", library.root, "library");
    const submodule = await linkedTo(work, "library");
    await submodule.hook(await shellFile(sandbox, shell));
    await submodule.mark("SUB-3");
    await submodule.commit("in the submodule\n");
    expect(await submodule.message()).toBe("in the submodule\n\nCase-Id: SUB-3\n");
  });

  test("never makes a commit fail", async () => {
    const bin = path.join(sandbox.folder, `bin${String(count)}`);
    await fs.mkdir(bin);
    await fs.writeFile(path.join(bin, "git"), "#!/bin/sh\necho broken >&2\nexit 3\n", { mode: 0o755 });
    const [first] = HOOK_EVENTS;
    const hook = path.join(await work.gitDir(), "hooks", first);
    const message = path.join(await work.gitDir(), "COMMIT_EDITMSG");
    await fs.writeFile(message, "Fix it\n");
    const env = { ...sandbox.env, GIT_EDITOR: ":" };
    const broken = await run(hook, [message, "message"], work.root, {
      ...env,
      PATH: `${bin}:${process.env["PATH"] ?? ""}`,
    });
    expect(broken).toEqual({ status: 0, stdout: "", stderr: "" });
    const missing = await run(hook, [message, "message"], work.root, { ...env, PATH: "/nowhere" });
    expect(missing).toEqual({ status: 0, stdout: "", stderr: "" });
    for (const odd of [[], [""], ["nowhere"], [work.root], [path.join(work.root, ".git", "hooks"), "message"]]) {
      expect(await run(hook, odd, work.root, env)).toEqual({ status: 0, stdout: "", stderr: "" });
    }
    expect(await fs.readFile(message, "utf8")).toBe("Fix it\n");
    await fs.rm(path.join(await work.gitDir(), "caseclock-case"));
    await fs.mkdir(path.join(await work.gitDir(), "caseclock-case"));
    await work.commit("with a folder for a marker\n");
    await fs.rm(path.join(await work.gitDir(), "hooks"), { recursive: true });
    await work.commit("without the script\n");
  });

  test("spawns one git and nothing else", async () => {
    const bin = path.join(sandbox.folder, `only${String(count)}`);
    await fs.mkdir(bin);
    const calls = path.join(bin, "calls");
    const real = (await run("/bin/sh", ["-c", "command -v git"], "/", process.env)).stdout.trim();
    await fs.writeFile(path.join(bin, "git"), `#!/bin/sh\necho "$@" >>'${calls}'\nexec ${real} "$@"\n`, {
      mode: 0o755,
    });
    const message = path.join(await work.gitDir(), "COMMIT_EDITMSG");
    for (const [event, editor] of [
      ["prepare-commit-msg", ":"],
      ["commit-msg", "vi"],
    ] as const) {
      await fs.writeFile(message, "Fix it\n\nA: b\n# comment\n");
      for (const each of HOOK_EVENTS) {
        const env = { ...sandbox.env, GIT_EDITOR: editor, PATH: bin };
        await run(path.join(await work.gitDir(), "hooks", each), [message], work.root, env);
      }
      expect(await fs.readFile(calls, "utf8"), event).toBe(`interpret-trailers --parse --no-divider -- ${message}\n`);
      expect(await fs.readFile(message, "utf8")).toBe("Fix it\n\nA: b\nCase-Id: ACME-1\n# comment\n");
      await fs.rm(calls);
    }
  });
});

async function linkedTo(repository: TestRepository, folder: string): Promise<TestRepository> {
  const root = await fs.realpath(path.resolve(repository.root, folder));
  return repository.at(root);
}

/** Keys that hold every printable ASCII character between them. */
function asciiKeys(): readonly string[] {
  const all = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).join("");
  return [`a${all.slice(0, 48)}b`, `a${all.slice(48)}b`];
}
