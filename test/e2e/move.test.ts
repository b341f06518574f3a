import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import type { Door } from "../host/lib/door.ts";
import { temporaryFolder, until } from "../host/lib/processes.ts";
import { openScene, type Scene } from "../host/lib/scene.ts";
import type { Workbench } from "../host/lib/workbench.ts";

interface Verified {
  readonly observed: number;
  readonly receipted: number;
  readonly overlapSeconds: number;
  readonly lostSeconds: number;
}
interface Imported {
  readonly added: number;
  readonly entries: number;
  readonly waiting: number;
}

/** Sets a setting of the user. */
async function set(door: Door, key: string, value: unknown): Promise<void> {
  await door.evaluate(
    (vscode, [name, to]) =>
      vscode.workspace.getConfiguration("caseclock").update(String(name), to, vscode.ConfigurationTarget.Global),
    [key, value],
  );
}

describe("a worklog, moved to another computer", function () {
  this.timeout(240_000);
  const work = temporaryFolder("e2e-move-files");
  const file = path.join(work.path, "worklog.json");
  let scene: Scene;
  let door: Door;
  let bench: Workbench;
  let before: Verified;
  let entries: string;

  const run = async <T>(command: string, argument: object = {}): Promise<T> =>
    (await door.command(`caseclock.${command}`, [argument])) as T;
  const approvedEntries = async (): Promise<string> => {
    const csv = await run<string>("export", { format: "csv" });
    return csv
      .split("\r\n")
      .filter((line) => /,(?:receipted|waiting),/.test(line))
      .sort()
      .join("\n");
  };

  after(async () => {
    await scene.close();
    work.remove();
  });

  it("is written whole to a file outside of the workspace only when a person agrees", async () => {
    scene = await openScene("e2e-move-there");
    ({ door, bench } = scene);
    await run("pickCase", { key: "ACME-1234" });
    await bench.openFile("README.md");
    await bench.type("the import job ", 200);
    const today = new Date().toISOString().slice(0, 10);
    const ids = await run<readonly string[]>("approve", { date: today });
    assert.equal(ids.length, 1);
    await run("sync", { entryIds: ids });
    await bench.type("and something more ", 200);
    assert.equal((await run<readonly string[]>("approve", { date: today })).length, 1);
    await set(door, "allowUnattended", false);
    const writing = run<string | undefined>("export", { format: "json", path: file });
    await bench.page.getByText("It is outside the workspace").waitFor();
    assert.ok(await bench.answerModal("Export"));
    assert.equal(await writing, file);
    before = await run<Verified>("verify");
    entries = await approvedEntries();
    const text = fs.readFileSync(file, "utf8");
    assert.equal(text.includes(scene.endpoint.token), false, "a token is in the file");
    assert.equal((JSON.parse(text) as { version: number }).version, 1);
  });

  it("is all there after the import, which asks and says what comes", async () => {
    await scene.close();
    scene = await openScene("e2e-move-here");
    ({ door, bench } = scene);
    await set(door, "allowUnattended", false);
    const importing = run<Imported | undefined>("importJson", { path: file });
    await bench.page.getByText("Import this worklog").waitFor();
    await bench.page.getByText("2 time entries are new here; 1 in the file are not settled").waitFor();
    await bench.screenshot("question");
    assert.ok(await bench.answerModal("Import"));
    const brought = await importing;
    assert.ok(brought !== undefined && brought.added > 0);
    assert.equal(brought.entries, 2);
    const { overlapSeconds, lostSeconds, receipted, observed } = await run<Verified>("verify");
    assert.deepEqual(
      { overlapSeconds, lostSeconds, receipted },
      { overlapSeconds: 0, lostSeconds: 0, receipted: before.receipted },
    );
    assert.ok(observed >= before.observed, `${observed} s of ${before.observed} s`);
    assert.equal(await approvedEntries(), entries);
  });

  it("is the same when it is imported again, or not at all", async () => {
    await set(door, "allowUnattended", true);
    assert.equal((await run<Imported>("importJson", { path: file })).added, 0);
    await set(door, "allowUnattended", false);
    const importing = run<Imported | undefined>("importJson", { path: file });
    await bench.page.getByText("All decisions in the file are already here.").waitFor();
    assert.ok(await bench.answerModal("Cancel"));
    assert.equal(await importing, undefined);
  });

  it("is refused with what is wrong when it is damaged", async () => {
    const damaged = path.join(work.path, "damaged.json");
    fs.writeFileSync(damaged, fs.readFileSync(file, "utf8").slice(0, -100));
    await assert.rejects(run("importJson", { path: damaged }), /end is missing/);
    // To a person, who has chosen it in a dialog, it says so itself.
    await bench.clearToasts();
    await bench.runCommand("Caseclock: Import Worklog from Another Computer");
    await bench.chooseFile(damaged);
    const says = await bench.waitForToast("The file cannot be imported. Nothing was changed.");
    assert.match(says, /its end is missing/);
  });

  it("has the reminder come at the end of the day, once, and go for good", async () => {
    await bench.clearToasts();
    await bench.openFile("README.md");
    await set(door, "reminder", "00:00");
    const says = await bench.waitForToast("Before you go", 90_000);
    assert.match(says, /^Before you go: 1 approved entry to send/);
    await bench.screenshot("reminder");
    assert.ok(await bench.answerToast("Turn Off"));
    await until("the setting to be off", async () =>
      (await door.evaluate((vscode) => vscode.workspace.getConfiguration("caseclock").get("reminder"), [])) === "off"
        ? true
        : undefined,
    );
  });
});
