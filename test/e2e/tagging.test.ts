import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import type { Door } from "../host/lib/door.ts";
import { until } from "../host/lib/processes.ts";
import { commitFiles, git, smallRepository } from "../host/lib/repository.ts";
import { openScene, type Scene } from "../host/lib/scene.ts";
import type { Workbench } from "../host/lib/workbench.ts";
import { DAY_MS } from "../../src/base/time.ts";

interface Worklog {
  readonly entries: readonly { readonly commits: string }[];
}
interface State {
  readonly tagging: string;
  readonly by?: string;
  readonly reason: string;
  readonly snippets?: readonly { readonly file: string; readonly text: string }[];
}

describe("commits that know their case, from outside", function () {
  this.timeout(180_000);
  let scene: Scene;
  let door: Door;
  let bench: Workbench;
  let sample: string;
  let hooked: string;
  let untouched: readonly string[];

  const run = async <T>(command: string, argument: object = {}): Promise<T> =>
    (await door.command(`caseclock.${command}`, [argument])) as T;
  const message = (folder: string): Promise<string> => git(folder, ["log", "-1", "--format=%B"]);
  const hooks = (): readonly string[] =>
    fs.readdirSync(path.join(sample, ".git/hooks")).map((name) => `${name} ${fs.readFileSync(path.join(sample, ".git/hooks", name), "utf8")}`); // prettier-ignore
  const evidence = async (): Promise<string> =>
    JSON.stringify((JSON.parse(await run<string>("export", { format: "json" })) as Worklog).entries.map((row) => row.commits)); // prettier-ignore
  const state = async (folder: string): Promise<State> => {
    const [found] = await run<readonly State[]>("showCommitTagging", { folder });
    assert.ok(found);
    return found;
  };

  before(async () => {
    scene = await openScene(
      "e2e-tagging",
      async (work) => {
        [sample, hooked] = [path.join(work, "sample"), path.join(work, "hooked")];
        for (const folder of [sample, hooked]) await smallRepository(folder);
        fs.mkdirSync(path.join(hooked, "githooks"));
        await git(hooked, ["config", "core.hooksPath", "githooks"]);
        const workspace = path.join(work, "both.code-workspace");
        fs.writeFileSync(workspace, JSON.stringify({ folders: [{ path: "sample" }, { path: "hooked" }] }));
        return { folder: sample, workspace };
      },
      { settings: { "caseclock.commits.tagging": "ask" } },
    );
    ({ door, bench } = scene);
  });
  after(() => scene.close());
  afterEach(async function () {
    if (this.currentTest?.state === "failed") await bench.screenshot("failed");
  });

  it("are asked about once, and tagged from then on, whoever commits", async () => {
    untouched = hooks();
    await bench.openFile("sample/README.md");
    await run("pickCase", { key: "ACME-1234", folder: sample });
    assert.match(await bench.waitForToast("Add the case to each commit message"), /"sample"/);
    await bench.screenshot("question");
    assert.ok(await bench.answerToast("Tag Here"));
    await until("tagging", async () => ((await state(sample)).tagging === "here" ? true : undefined));
    await bench.openFile("sample/README.md"); // the question took the focus
    await bench.type("work on the import ", 120);
    await commitFiles(sample, "Read large files in chunks", { "a.txt": "a\n" });
    assert.equal(await message(sample), "Read large files in chunks\n\nCase-Id: ACME-1234");
    const sha = await git(sample, ["rev-parse", "HEAD"]);
    const started = Date.now();
    await until("the commit as evidence", async () => ((await evidence()).includes(sha) ? true : undefined));
    console.log(`      evidence after ${String(Date.now() - started)} ms, export and polling included`);
    await run("pickCase", { key: "FSB-77", folder: sample });
    await run("pickCase", { key: "ACME-1234", folder: sample });
    assert.equal(await bench.page.locator(".notification-toast").filter({ hasText: "Add the case" }).count(), 0);
  });

  it("are tagged again when another program took the hook away", async () => {
    for (const name of ["commit-msg", "prepare-commit-msg"]) fs.rmSync(path.join(sample, ".git/hooks", name));
    await commitFiles(sample, "Without a hook", { "b.txt": "b\n" });
    assert.equal(await message(sample), "Without a hook");
    await until("the hook", () => fs.existsSync(path.join(sample, ".git/hooks/commit-msg")) || undefined);
    await commitFiles(sample, "With the hook", { "c.txt": "c\n" });
    assert.equal(await message(sample), "With the hook\n\nCase-Id: ACME-1234");
  });

  it("can be tagged by a snippet where a repository has hooks of its own", async () => {
    await run("pickCase", { key: "FSB-77", folder: hooked });
    assert.match(await bench.waitForToast("has its own hooks"), /"hooked".*not touched/);
    await bench.screenshot("question-snippet");
    assert.ok(await bench.answerToast("Show How"));
    await bench.page.locator(".tab").filter({ hasText: "Commit Tagging" }).waitFor();
    await until("the marker", () => fs.existsSync(path.join(hooked, ".git/caseclock-case")) || undefined);
    await bench.page
      .frameLocator("iframe.webview")
      .frameLocator("iframe")
      .getByText("through your own hooks")
      .waitFor();
    assert.equal((await state(hooked)).snippets?.length, 2);
    await bench.screenshot("snippets");
    assert.deepEqual(fs.readdirSync(path.join(hooked, "githooks")), []);
    for (const { file, text } of (await state(hooked)).snippets ?? []) {
      fs.writeFileSync(path.resolve(hooked, file), `#!/bin/sh\n${text}`, { mode: 0o755 });
    }
    assert.deepEqual(
      { tagging: (await state(hooked)).tagging, by: (await state(hooked)).by },
      { tagging: "here", by: "own" },
    );
    await commitFiles(hooked, "Through own hooks", { "a.txt": "a\n" });
    assert.equal(await message(hooked), "Through own hooks\n\nCase-Id: FSB-77");
  });

  for (const theme of ["light", "dark", "highContrast"] as const) {
    it(`are told about for each repository, in a list (${theme})`, async () => {
      await bench.useTheme(door, theme);
      await bench.clearToasts();
      await bench.runCommand("Caseclock: Show Commit Tagging");
      const rows = await bench.quickPickRows();
      await bench.screenshot(`states-${theme}`);
      assert.equal(rows.length, 2);
      assert.match(
        rows.find((row) => row.includes("sample")) ?? "",
        /Tagged.*two files in the hooks folder.*ACME-1234/,
      );
      assert.match(rows.find((row) => row.includes("hooked")) ?? "", /Tagged.*Your own hooks.*FSB-77/);
      await bench.page.keyboard.press("Escape");
    });
  }

  it("can be tagged afterwards, if nobody else can have them", async () => {
    await bench.openFile("sample/README.md");
    fs.rmSync(path.join(sample, ".git/caseclock-case"));
    await commitFiles(sample, "Forgotten", { "d.txt": "d\n" });
    assert.equal(await message(sample), "Forgotten");
    await bench.runCommand("Caseclock: Tag Last Commit");
    assert.match(await bench.waitForToast("is now tagged with ACME-1234"), /"Forgotten"/);
    await bench.screenshot("tagged");
    assert.equal(await message(sample), "Forgotten\n\nCase-Id: ACME-1234");
    const sha = await git(sample, ["rev-parse", "HEAD"]);
    await until("the new commit as evidence", async () => ((await evidence()).includes(sha) ? true : undefined));
    const again = await run<{ readonly tagged: boolean; readonly reason: string }>("tagLastCommit", { folder: sample });
    assert.deepEqual(
      { tagged: again.tagged, namesCase: again.reason.includes("already names ACME-1234") },
      { tagged: false, namesCase: true },
    );
  });

  it("draft a description, which is edited in the preview", async () => {
    await bench.runCommand("Caseclock: Sync Time Entries");
    const row = bench.page.locator(".quick-input-widget .monaco-list-row").filter({ hasText: "ACME-1234" }).first();
    await row.waitFor();
    assert.match((await row.getAttribute("aria-label")) ?? "", /Read large files in chunks; Without a hook/);
    await row.hover();
    await row.locator(".codicon-edit").click();
    await bench.page.locator(".quick-input-title").filter({ hasText: "Description of ACME-1234" }).waitFor();
    await bench.quickInput();
    await bench.page.keyboard.press("Control+A");
    await bench.type("Import made faster", 20);
    await bench.screenshot("describe");
    await bench.page.keyboard.press("Enter");
    await bench.quickPickRow("Import made faster");
    await bench.screenshot("described");
    await bench.page.keyboard.press("Escape");
    const exported = await run<string>("export", { format: "json" });
    assert.match(exported, /Import made faster/);
  });

  it("are what past time is estimated from, for review", async () => {
    const yesterday = new Date(Date.now() - DAY_MS).toISOString().slice(0, 10);
    const past = (name: string, time: string): Promise<void> =>
      commitFiles(sample, `${name}\n\nCase-Id: ACME-1240`, { [`${name}.txt`]: name }, `${yesterday}T${time}:00+00:00`);
    await past("Lock the import", "09:00");
    await past("Unlock it again", "09:45");
    await bench.runCommand("Caseclock: Import Time from Git History…");
    await bench.quickPickRow("sample");
    await bench.page.keyboard.press("Enter");
    await bench.page.locator(".quick-input-title").filter({ hasText: "(1/2)" }).waitFor();
    await bench.quickInput();
    await bench.page.keyboard.press("Enter");
    await bench.quickPickRow("Nothing");
    await bench.screenshot("import-lead");
    await bench.page.keyboard.press("Enter");
    await bench.quickPickRow("ACME-1240");
    await bench.screenshot("import-list");
    const rows = await bench.quickPickRows();
    assert.match(rows.join("\n"), /ACME-1240.*45 min 00 s.*Estimated from commits: Lock the import; Unlock it again/);
    await bench.accept();
    assert.match(await bench.waitForToast("logged as estimates"), /^45 min \d\d s logged/);
    assert.ok(await bench.answerToast("Show Report"));
    const page = bench.page.frameLocator("iframe.webview").frameLocator("iframe");
    await page.getByText("Commits without a case").waitFor();
    await bench.screenshot("import-report");
    const again = await run<{ readonly proposals: readonly { readonly key: string }[] }>("importGitHistory", {
      folder: sample,
      since: yesterday,
    });
    assert.deepEqual(
      again.proposals.filter(({ key }) => key === "ACME-1240"),
      [],
    );
  });

  it("are tagged no more after disabling, and the repository is as it was", async () => {
    await bench.openFile("sample/README.md");
    await bench.runCommand("Caseclock: Disable Commit Tagging");
    await bench.waitForToast(/"sample" are no longer tagged/);
    await bench.screenshot("disabled");
    assert.deepEqual(hooks(), untouched);
    assert.deepEqual(
      fs.readdirSync(path.join(sample, ".git")).filter((name) => name.startsWith("caseclock")),
      [],
    );
    await commitFiles(sample, "After", { "e.txt": "e\n" });
    assert.equal(await message(sample), "After");
  });
});
