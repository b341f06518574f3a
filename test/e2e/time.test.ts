import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import type { Endpoint } from "../billing-endpoint/server.ts";
import type { Door } from "../host/lib/door.ts";
import { until } from "../host/lib/processes.ts";
import { openScene, type Scene } from "../host/lib/scene.ts";
import type { Workbench } from "../host/lib/workbench.ts";

interface TodayLine {
  readonly key?: string;
  readonly observedSeconds: number;
  readonly declaredSeconds: number;
}
interface Deleted {
  readonly events: number;
  readonly backups: number;
  readonly remainingEntries: number;
}

const REASON = "Talked through the outage of the scanners";

describe("time by hand, from outside", function () {
  this.timeout(180_000);
  let scene: Scene;
  let endpoint: Endpoint;
  let door: Door;
  let bench: Workbench;

  const run = async <T>(command: string, argument: object = {}): Promise<T> =>
    (await door.command(`caseclock.${command}`, [argument])) as T;
  const failureOf = async (command: string, argument: object): Promise<string> =>
    run(command, argument).then(
      () => "nothing",
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
  const line = async (key: string | undefined): Promise<TodayLine | undefined> =>
    (await run<TodayLine[]>("today")).find((one) => one.key === key);

  before(async () => {
    scene = await openScene("e2e-time");
    ({ endpoint, door, bench } = scene);
    await bench.openFile("README.md");
    await bench.type("work without a case", 200);
  });
  after(() => scene.close());

  it("captured time gets its case by a command, and loses it again by Undo", async () => {
    const unassigned = (await line(undefined))?.observedSeconds ?? 0;
    assert.ok(unassigned >= 2, `${String(unassigned)} s captured`);
    await bench.runCommand("Caseclock: Reassign Time");
    await bench.tickAllRows();
    await bench.page.locator(".quick-input-widget:visible .quick-input-box input").focus();
    await bench.page.keyboard.press("Enter");
    await bench.page.getByText("Move to which case?").waitFor();
    await bench.pick("ACME-1234");
    await bench.waitForToast(/Moved \d+ s to ACME-1234\./);
    assert.ok(((await line("ACME-1234"))?.observedSeconds ?? 0) >= unassigned);
    assert.ok(await bench.answerToast("Undo"));
    await until("the time without a case", async () =>
      ((await line(undefined))?.observedSeconds ?? 0) >= unassigned ? true : undefined,
    );
    const from = new Date(Date.now() - 3_600_000).toISOString();
    const moved = await run<number>("reassign", { from, to: new Date().toISOString(), key: "ACME-1234" });
    assert.ok(moved >= unassigned);
  });

  it("a call is logged by keyboard alone, with its reason", async () => {
    await bench.runCommand("Caseclock: Log Time");
    await bench.quickInput();
    await bench.page.keyboard.type("1h 20m");
    await bench.quickPickRow("1 h 20 min 00 s");
    await bench.page.keyboard.press("Enter");
    await bench.page.getByText("Log time on which case?").waitFor();
    await bench.pick("ACME-1234");
    await bench.page.getByText("Log time on ACME-1234").waitFor();
    await bench.quickInput();
    await bench.page.keyboard.type(REASON);
    await bench.page.keyboard.press("Enter");
    await bench.waitForToast("Logged 1 h 20 min 00 s on ACME-1234.");
    assert.equal((await line("ACME-1234"))?.declaredSeconds, 4_800);
    await bench.clearToasts();
  });

  it("bad arguments are refused by name, and log nothing", async () => {
    const now = new Date(Date.now() + 60_000).toISOString();
    assert.match(
      await failureOf("logTime", { key: "ACME-1234", seconds: 60, reason: " " }),
      /declarationWithoutReason/,
    );
    assert.match(await failureOf("logTime", { key: "NONE-1", seconds: 60, reason: "x" }), /NONE-1/);
    assert.match(await failureOf("logTime", { key: "ACME-1234", seconds: -1, reason: "x" }), /seconds/);
    assert.match(await failureOf("logTime", { key: "ACME-1234", seconds: 86_400, reason: "x" }), /has 8\d{4} s/);
    assert.match(await failureOf("logTime", { key: "ACME-1234", start: "25:00", end: now, reason: "x" }), /start/);
    assert.match(
      await failureOf("logTime", { key: "ACME-1234", start: "00:00", end: now, reason: "x" }),
      /timeNotOver/,
    );
    assert.match(await failureOf("reassign", { from: "soon", to: now, key: "" }), /from/);
    assert.match(await failureOf("withdrawApproval", {}), /date/);
    assert.match(await failureOf("deleteData", {}), /one of all/);
    assert.match(await failureOf("deleteData", { from: "2026-02-30" }), /from/);
    await bench.clearToasts();
    assert.equal((await line("ACME-1234"))?.declaredSeconds, 4_800);
  });

  it("a reason that is not given is asked for, and nothing is logged without it", async () => {
    const asked = run("logTime", { key: "ACME-1234", seconds: 60 });
    await bench.page.getByText("Log time on ACME-1234").waitFor();
    await bench.quickInput();
    await bench.page.keyboard.press("Escape");
    assert.equal((await asked) ?? null, null);
    assert.equal((await line("ACME-1234"))?.declaredSeconds, 4_800);
  });

  it("what is approved stays as it is until the approval is withdrawn; what was sent cannot be", async () => {
    endpoint.misbehave([{ kind: "status503", match: { method: "POST", path: "/time-entries*" }, times: 4 }]);
    await bench.runCommand("Caseclock: Sync Time Entries");
    await bench.tickAllRows();
    await bench.accept();
    await bench.waitForToast(/to be sent again|arrived/);
    await bench.clearToasts();
    const range = { from: new Date(Date.now() - 3_600_000).toISOString(), to: new Date().toISOString() };
    assert.match(await failureOf("reassign", { ...range, key: "ACME-1240" }), /approved time: ACME-1234/);
    const { preview } = await run<{ preview: { entryId: string; state: string }[] }>("sync", { dryRun: true });
    const entryIds = preview.filter((one) => one.state === "approved").map((one) => one.entryId);
    assert.equal(entryIds.length, 1);
    assert.match(await failureOf("withdrawApproval", { entryIds }), /was sent/);
    await bench.clearToasts();
    endpoint.misbehave([]);
    const result = await run<{ pushed: number }>("sync", { entryIds });
    assert.equal(result.pushed, 1);
    const [entry] = endpoint.entries();
    assert.ok(entry);
    assert.equal(entry.declaredSeconds, 4_800);
    assert.equal(entry.billedSeconds, entry.observedSeconds + entry.bridgedSeconds + 4_800);
  });

  it("everything that is held can be exported, and deleted: no byte of it stays in any file", async () => {
    const everything = JSON.parse(await run<string>("export", { everything: true })) as { readonly events: unknown[] };
    assert.ok(JSON.stringify(everything.events).includes(REASON));
    assert.ok(bytesOf(scene.storage).includes(REASON));
    const today = new Date().toISOString().slice(0, 10);
    const days = await run<Deleted>("deleteData", { from: today, to: today });
    assert.equal(days.remainingEntries, 1);
    assert.equal((await line("ACME-1234"))?.observedSeconds ?? 0, 0);
    assert.ok(bytesOf(scene.storage).includes(REASON), "the approved entry keeps its reason");
    const all = await run<Deleted>("deleteData", { all: true });
    assert.ok(all.events > 0);
    assert.ok(!bytesOf(scene.storage).includes(REASON), "the reason is still in a file");
    assert.deepEqual(await run("today"), []);
    const report = await run<Record<string, number>>("verify");
    assert.deepEqual(
      { observed: report["observed"], declared: report["declared"], approved: report["approved"] },
      { observed: 0, declared: 0, approved: 0 },
    );
  });

  it("asks before it deletes, and does nothing when the answer is no", async () => {
    await bench.type(" and more work", 200);
    await run("today");
    await bench.runCommand("Caseclock: Delete Captured Data");
    await bench.pick("Everything");
    const dialog = bench.page.locator(".monaco-dialog-box");
    await dialog.getByText(/This deletes .* from this computer/).waitFor();
    assert.ok(await bench.answerModal("Cancel"));
    assert.ok((await run<TodayLine[]>("today")).length > 0);
  });
});

/** All bytes of all files of a folder, as Latin-1 text. */
function bytesOf(folder: string): string {
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => fs.readFileSync(path.join(entry.parentPath, entry.name), "latin1"))
    .join("\n");
}
