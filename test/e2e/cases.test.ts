import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import type { Endpoint } from "../billing-endpoint/server.ts";
import type { Door } from "../host/lib/door.ts";
import { temporaryFolder, until } from "../host/lib/processes.ts";
import { commitFiles, git } from "../host/lib/repository.ts";
import { openScene, type Scene } from "../host/lib/scene.ts";
import type { Workbench } from "../host/lib/workbench.ts";

interface State {
  readonly case?: { readonly key: string };
  readonly paused: boolean;
}
interface TodayLine {
  readonly key?: string;
  readonly observedSeconds: number;
}

const ITEM = "caseclock.caseclock.case";
const CHORD = "Control+Alt+k";

describe("cases, from outside", function () {
  this.timeout(180_000);
  let scene: Scene;
  let endpoint: Endpoint;
  let door: Door;
  let bench: Workbench;
  const work = temporaryFolder("e2e-cases");

  const run = async <T>(command: string, argument: object = {}): Promise<T> =>
    (await door.command(`caseclock.${command}`, [argument])) as T;
  const set = (key: string, value: unknown): Promise<void> =>
    door.evaluate(
      (vscode, [name, to]) => vscode.workspace.getConfiguration("caseclock").update(name as string, to, true),
      [key, value],
    );
  /** What a screen reader says of the status bar item. */
  const spoken = async (): Promise<string> =>
    (await bench.statusBarItem(ITEM).locator("a").first().getAttribute("aria-label")) ?? "";
  const says = (text: RegExp): Promise<string> =>
    until(`the status bar to say ${String(text)}`, async () => {
      const label = await spoken();
      return text.test(label) ? label : undefined;
    });
  const chord = async (key: string): Promise<void> => {
    await bench.page.keyboard.press(CHORD);
    await bench.page.keyboard.press(key);
  };
  const rowsOfPicker = async (): Promise<string[]> => {
    await chord("c");
    return bench.quickPickRows();
  };
  const leave = async (): Promise<void> => {
    await bench.page.keyboard.press("Escape");
    await bench.page.locator(".quick-input-widget").waitFor({ state: "hidden" });
  };
  /** The row with `text` in an open picker; only what is on the screen is there, so it is searched for. */
  const rowWith = async (text: string, search = text): Promise<string> => {
    await bench.quickInput();
    await bench.page.keyboard.press("Control+a");
    await bench.page.keyboard.type(search);
    return until(`a row with ${text}`, async () => (await bench.quickPickRows()).find((row) => row.includes(text)));
  };

  before(async () => {
    scene = await openScene("e2e-cases");
    ({ endpoint, door, bench } = scene);
    await bench.openFile("README.md");
  });
  after(async () => {
    await scene.close();
    work.remove();
  });

  it("are picked by keyboard alone, by key, title or customer", async () => {
    await says(/no case is picked/);
    await chord("c");
    await bench.pick("1234", /ACME-1234/);
    await says(/^Caseclock: case ACME-1234, Import job times out on large files\./);
    await chord("c");
    await bench.pick("label printer", /ACME-1240/);
    await says(/case ACME-1240/);
    await chord("c");
    await bench.pick("Fernhill", /FSB-77/);
    await says(/case FSB-77/);
    await chord("b");
    await says(/case ACME-1240/);
  });

  it("stand in sections: recent, pinned, by customer; closed ones in none", async () => {
    await run("pinCase", { key: "FSB-84" });
    const rows = await rowsOfPicker();
    const at = (key: string): number => rows.findIndex((row) => row.startsWith(key) || row.startsWith(`check  ${key}`));
    assert.match(rows[0] ?? "", /^FSB-77.*picked in this folder before, suggested$/);
    assert.match(rows[at("ACME-1240")] ?? "", /^check  ACME-1240.*recent$/);
    assert.ok(at("FSB-77") < at("ACME-1240") && at("ACME-1240") < at("FSB-84"), rows.join("\n"));
    assert.match(rows[at("FSB-84")] ?? "", /pinned$/);
    assert.ok(at("FSB-84") < at("ACME-1251"), rows.join("\n"));
    await bench.page.keyboard.type("1198");
    await bench.quickPickRow("No case");
    assert.equal((await bench.quickPickRows()).filter((row) => row.includes("ACME-1198")).length, 0);
    await leave();
  });

  it("are paused, resumed and put away, and the item says so", async () => {
    await chord("p");
    await says(/case ACME-1240.*Paused\.$/);
    await chord("p");
    await says(/today\.$/);
    await bench.runCommand("Caseclock: Work on No Case");
    await says(/no case is picked; time is kept but not billed/);
    await run("pickCase", { key: "ACME-1240" });
    await says(/case ACME-1240/);
  });

  describe("that the branch points at", () => {
    const checkout = {
      "in a terminal": async (branch: string) => {
        await bench.openTerminal(door);
        await bench.typeInTerminal(`git checkout -q -b ${branch}`);
      },
      "in the Source Control view": async (branch: string) => {
        await git(scene.folder, ["branch", branch]);
        await door.command("git.refresh");
        await bench.runCommand("Git: Checkout to...");
        await bench.page.getByPlaceholder(/Select a branch/).waitFor();
        await bench.pick(branch);
      },
      "by a rebase that stops": async (branch: string) => {
        await git(scene.folder, ["checkout", "-q", "-b", branch]);
        await commitFiles(scene.folder, "Ours", { "conflict.txt": "ours\n" });
        await git(scene.folder, ["checkout", "-q", "-b", "upstream", "HEAD~1"]);
        await commitFiles(scene.folder, "Theirs", { "conflict.txt": "theirs\n" });
        await git(scene.folder, ["checkout", "-q", "main"]);
        await git(scene.folder, ["rebase", "-q", "upstream", branch]).catch(() => "stopped on the conflict");
      },
    };
    before(() => run("pickCase", { key: "ACME-1240" }));
    const branches = [
      ["feature/5131-reports", "#5131"],
      ["case/5127", "#5127"],
      ["fix/FSB-81-certificates", "FSB-81"],
    ] as const;
    for (const [index, [how, change]] of Object.entries(checkout).entries()) {
      it(`is suggested after a checkout ${how}, and nothing switches by itself`, async () => {
        const [branch, key] = branches[index] ?? ["", ""];
        await change(branch);
        await says(new RegExp(`case ACME-1240.*Branch ${branch} points at ${key}\\.`));
        const rows = await rowsOfPicker();
        assert.match(rows[0] ?? "", new RegExp(`^${key},.*from branch ${branch}, suggested$`));
        await leave();
      });
    }
    after(async () => {
      await git(scene.folder, ["rebase", "--abort"]);
      await git(scene.folder, ["checkout", "-q", "main"]);
    });
  });

  it("get the time since the branch said so by one key, and the next pick as well", async () => {
    await bench.clearToasts();
    await run("pickCase", { key: "ACME-1240" });
    await git(scene.folder, ["checkout", "-q", "-b", "fix/ACME-1251-depot"]);
    await says(/points at ACME-1251/);
    await bench.openFile("README.md");
    await bench.type("work on the depot", 200);
    await chord("m");
    const told = await bench.waitForToast(/Moved .* to ACME-1251, which is now picked\./);
    assert.match(told, /\d+ s/);
    await says(/case ACME-1251.*today\.$/);
    const line = (await run<TodayLine[]>("today")).find(({ key }) => key === "ACME-1251");
    assert.ok((line?.observedSeconds ?? 0) >= 2, JSON.stringify(line));
    assert.ok(await bench.answerToast("Undo"));
    await until("the time back on the case it was captured for", async () => {
      const lines = await run<TodayLine[]>("today");
      return (lines.find(({ key }) => key === "ACME-1251")?.observedSeconds ?? 0) < (line?.observedSeconds ?? 0)
        ? true
        : undefined;
    });
  });

  it("that the person keeps are kept: the mark goes and does not come again", async () => {
    await run("pickCase", { key: "ACME-1240" });
    await says(/points at ACME-1251/);
    await chord("k");
    await says(/case ACME-1240.*today\.$/);
    await git(scene.folder, ["checkout", "-q", "main"]);
    await git(scene.folder, ["checkout", "-q", "fix/ACME-1251-depot"]);
    await git(scene.folder, ["checkout", "-q", "-b", "fix/ACME-1234-other"]);
    await says(/points at ACME-1234/);
    await git(scene.folder, ["checkout", "-q", "fix/ACME-1251-depot"]);
    await says(/case ACME-1240.*today\.$/);
  });

  it("follow the branch by themselves where that is set, and say nothing where it is off", async () => {
    await set("cases.followBranch", "switch");
    await git(scene.folder, ["checkout", "-q", "-b", "fix/FSB-77-cent"]);
    await says(/case FSB-77/);
    await set("cases.followBranch", "off");
    await git(scene.folder, ["checkout", "-q", "-b", "fix/FSB-84-audit"]);
    const rows = await rowsOfPicker();
    assert.equal(rows.filter((row) => row.includes("from branch")).length, 0, rows.join("\n"));
    await leave();
    assert.match(await spoken(), /case FSB-77.*today\.$/);
    await set("cases.followBranch", undefined);
    await says(/points at FSB-84/);
  });

  it("come from a file too, as it changes, and what is wrong in it is said in the picker", async () => {
    const file = path.join(work.path, "caseclock.cases.json");
    const title = "[run](command:workbench.action.quit) $(bug) <b>bold</b>";
    fs.writeFileSync(file, JSON.stringify({ cases: [{ key: "OWN-1", title, customer: "Self & Co" }] }));
    await set("cases.file", file);
    await chord("c");
    const row = await rowWith("OWN-1");
    assert.ok(row.includes("[run](command:workbench.action.quit)"), row);
    const list = [
      { key: "OWN-1" },
      { key: "עברית-2", title: "\u202Eright to left 🚀" },
      { key: "OWN-1" },
      { key: " " },
    ];
    fs.writeFileSync(file, JSON.stringify({ cases: list }));
    await rowWith("עברית-2");
    await rowWith("left out cases[2]: OWN-1 is a duplicate; cases[3]: key", "OWN");
    fs.writeFileSync(file, '{ "cases": [ {');
    await rowWith("it is not JSON", "OWN");
    await rowWith("OWN-1");
    await leave();
    await run("pickCase", { key: "עברית-2" });
    await says(/case עברית-2/);
    fs.writeFileSync(file, JSON.stringify({ cases: [{ key: "OWN-1" }] }));
    await chord("c");
    await until("the case to go", async () =>
      (await bench.quickPickRows()).some((one) => one.includes("עברית-2")) ? undefined : true,
    );
    await leave();
    await set("cases.file", undefined);
  });

  it("that have a key in common are asked about before one of them gets any time", async () => {
    const file = path.join(work.path, "caseclock.cases.json");
    fs.writeFileSync(file, JSON.stringify({ cases: [{ key: "FSB-81", title: "Ledgers", customer: "Other Bank" }] }));
    await set("cases.file", file);
    await run("pickCase", { key: "ACME-1240" });
    await git(scene.folder, ["checkout", "-q", "-b", "fix/FSB-81-ledgers"]);
    await says(/points at FSB-81 \(.+\) \/ FSB-81 \(.+\)/);
    await chord("m");
    const rows = await bench.quickPickRows();
    assert.equal(rows.filter((row) => row.includes("FSB-81")).length, 2, rows.join("\n"));
    await bench.screenshot("same-key");
    await leave();
    assert.match(await spoken(), /case ACME-1240/);
    await assert.rejects(run("followSuggestion"), /several cases.*Other Bank/);
    await chord("m");
    await bench.pick("Other Bank", "FSB-81");
    await says(/case FSB-81.*today\.$/);
    assert.equal((await run<{ case: { title: string } }>("resume")).case.title, "Ledgers");
    await set("cases.file", undefined);
  });

  it("come from a file of the workspace only after it was chosen", async () => {
    const file = path.join(scene.folder, "caseclock.cases.json");
    fs.writeFileSync(file, JSON.stringify({ cases: [{ key: "OFFERED-1" }] }));
    await chord("c");
    await rowWith("Use the cases of this workspace", "OFFERED");
    await leave();
    await chord("c");
    await bench.pick("this workspace", /Use the cases of this workspace/);
    await bench.pick("OFFERED-1", /OFFERED-1/);
    await says(/case OFFERED-1/);
    fs.rmSync(file);
    await set("cases.file", undefined);
  });

  it("tell once when a share of the bought hours is used", async () => {
    const file = path.join(work.path, "budget.caseclock.cases.json");
    const of = (usedSeconds: number): string =>
      JSON.stringify({ cases: [{ key: "BUDGET-1", contract: { budgetSeconds: 36_000, usedSeconds } }] });
    fs.writeFileSync(file, of(30_000));
    await set("cases.file", file);
    await until("the case of the file", async () =>
      run("pickCase", { key: "BUDGET-1" }).then(
        () => true as const,
        () => undefined,
      ),
    );
    await bench.waitForToast("8:20 h of the 10:00 h bought for BUDGET-1 are used; 1:40 h are left.");
    await bench.clearToasts();
    fs.writeFileSync(file, of(36_000));
    await bench.waitForToast("no hours are left");
    await bench.clearToasts();
    await run("clearCase");
    await run("pickCase", { key: "BUDGET-1" });
    await says(/case BUDGET-1/);
    assert.equal(await bench.toast("BUDGET-1").count(), 0);
    await set("cases.file", undefined);
  });

  it("have keys that nothing built in begins with", async () => {
    await door.command("workbench.action.openDefaultKeybindingsFile");
    const text = await until("the default key bindings", () =>
      door.evaluate((vscode) => {
        const found = vscode.window.activeTextEditor?.document.getText() ?? "";
        return found.includes("caseclock.pickCase") ? found : undefined;
      }, undefined),
    );
    const bound = [...text.matchAll(/"key": "ctrl\+alt\+k\b[^"]*",\s*"command": "([^"]+)"/g)].map(
      ([, command]) => command,
    );
    assert.ok(bound.length >= 10);
    assert.deepEqual(
      bound.filter((command) => command?.startsWith("caseclock.") !== true),
      [],
    );
    await door.command("workbench.action.closeActiveEditor");
  });

  it("come from other extensions, and a failing or slow source holds back nobody", async () => {
    const failing = await door.evaluate((vscode) => {
      const { exports } = vscode.extensions.getExtension("caseclock.caseclock") as { exports: Api };
      interface Api {
        readonly version: number;
        registerCaseSource(source: object): { dispose(): void };
      }
      exports.registerCaseSource({
        id: "11111111-1111-4111-8111-111111111111",
        label: "Tracker",
        listCases: () => Promise.resolve([{ id: "1", key: "TRK-1", title: "From another extension" }]),
      });
      exports.registerCaseSource({
        id: "22222222-2222-4222-8222-222222222222",
        label: "Broken tracker",
        listCases: () => Promise.reject(new Error("its server is on fire")),
      });
      exports.registerCaseSource({
        id: "33333333-3333-4333-8333-333333333333",
        label: "Slow tracker",
        listCases: () => new Promise(() => undefined),
      });
      try {
        exports.registerCaseSource({ id: "no uuid", label: "x", listCases: () => [] });
        return "nothing";
      } catch (error) {
        return (error as Error).message;
      }
    }, undefined);
    assert.match(failing, /UUID/);
    await chord("c");
    await rowWith("TRK-1");
    await rowWith("Broken tracker: its server is on fire", "TRK");
    await rowWith("ACME-1234");
    await leave();
    await run("pickCase", { key: "TRK-1" });
    await says(/case TRK-1, From another extension/);
  });

  it("are shown from the last list when the server answers with a page, refuses the token or cannot be reached", async () => {
    for (const [kind, text] of [
      ["malformedJson", "answer could not be read"],
      ["htmlPage", "answer could not be read"],
      ["status401", "does not accept the token"],
      ["reset", "cannot be reached"],
    ] as const) {
      endpoint.misbehave([{ kind, match: { path: "/cases*" } }]);
      await chord("c");
      await rowWith(text, "ACME");
      await rowWith("ACME-1251");
      await leave();
      endpoint.misbehave([]);
    }
  });

  it("have a timer that outlives the window", async () => {
    await run("startTimer", { key: "ACME-1234", reason: "Call with the customer" });
    await says(/A timer is running on ACME-1234\./);
    const { pid } = door;
    await bench.page.reload();
    door = await scene.host.door(scene.folder, { notPid: pid });
    await says(/A timer is running on ACME-1234\./);
    const logged = await run<{ key: string; seconds: number }>("stopTimer");
    assert.equal(logged.key, "ACME-1234");
    assert.ok(logged.seconds >= 1);
    const state = await run<State>("pause");
    assert.equal(state.paused, true);
    await run("resume");
  });
});
