import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { startEndpoint } from "../billing-endpoint/server.ts";
import { bundleTestCompanion } from "../host/lib/bundle.ts";
import { startHost, type HostOptions } from "../host/lib/host.ts";
import { temporaryFolder } from "../host/lib/processes.ts";
import { smallRepository } from "../host/lib/repository.ts";
import { unpackVsix } from "../host/lib/extensionFolder.ts";
import { Workbench } from "../host/lib/workbench.ts";
import type { Door } from "../host/lib/door.ts";

const VSIX = process.env["CASECLOCK_VSIX"] ?? "caseclock.vsix";

/** One window on a small repository. */
async function inWindow(
  options: HostOptions,
  use: (bench: Workbench, door: Door, folder: string) => Promise<void>,
): Promise<void> {
  const work = temporaryFolder("e2e-trouble");
  try {
    const folder = path.join(work.path, "sample");
    await smallRepository(folder);
    const host = await startHost({
      ...options,
      companions: [...(options.companions ?? []), await bundleTestCompanion()],
    });
    try {
      const page = await host.open({ folder });
      await use(new Workbench(page, path.join(work.path, "shots")), await host.door(folder), folder);
    } finally {
      await host.close();
    }
  } finally {
    work.remove();
  }
}

describe("trouble, as the person sees it", function () {
  this.timeout(180_000);

  it("a host without SQLite: one message, and nothing else", async () => {
    const work = temporaryFolder("e2e-nosqlite");
    try {
      const extension = path.join(work.path, "extension");
      unpackVsix(VSIX, extension);
      const worker = path.join(extension, "dist", "sqliteWorker.js");
      const code = fs.readFileSync(worker, "utf8");
      assert.ok(code.includes("node:sqlite"));
      fs.writeFileSync(worker, code.replaceAll("node:sqlite", "node:no-sqlite-here"));
      await inWindow({ companions: [extension] }, async (bench) => {
        await bench.waitForToast(/needs SQLite from VS Code/);
        const item = bench.statusBarItem("caseclock.caseclock.case");
        await item.filter({ hasText: "Caseclock" }).waitFor();
        assert.equal(await bench.page.locator(".notification-toast").count(), 1);
      });
    } finally {
      work.remove();
    }
  });

  it("a damaged ledger is kept aside and named, and a new one is begun", async () => {
    const work = temporaryFolder("e2e-damaged");
    try {
      const storage = path.join(work.path, "User", "globalStorage", "caseclock.caseclock");
      fs.mkdirSync(storage, { recursive: true });
      fs.writeFileSync(path.join(storage, "ledger.db"), "not a database at all ".repeat(500));
      await inWindow({ vsix: [VSIX], userData: work.path }, async (bench, door) => {
        const said = await bench.waitForToast(/could not be read/);
        const kept = fs.readdirSync(storage).find((name) => name.includes("damaged"));
        assert.ok(kept !== undefined && said.includes(kept), said);
        const report = (await door.command("caseclock.verify", [{}])) as { readonly lostSeconds: number };
        assert.equal(report.lostSeconds, 0);
      });
    } finally {
      work.remove();
    }
  });

  it("settings of the wrong type are named, and their defaults hold", async () => {
    const settings = { "caseclock.capture.idleTimeoutMinutes": "soon", "caseclock.timeZone": "Mars/Olympus" };
    await inWindow({ vsix: [VSIX], settings }, async (bench, door) => {
      const said = await bench.waitForToast(/their defaults apply/);
      for (const name of Object.keys(settings)) assert.ok(said.includes(name), said);
      assert.ok(!said.includes("caseclock.privacy.share"), said);
      const report = (await door.command("caseclock.verify", [{}])) as { readonly lostSeconds: number };
      assert.equal(report.lostSeconds, 0);
    });
  });

  it("by argument nothing connects and nothing leaves without the person, unless they allowed it", async () => {
    const endpoint = await startEndpoint({ database: ":memory:", seed: true });
    try {
      await inWindow({ vsix: [VSIX] }, async (bench, door) => {
        const refused = door.command("caseclock.connectBilling", [
          { provider: "rest", url: endpoint.url, token: endpoint.token },
        ]);
        await bench.page.locator(".monaco-dialog-box").waitFor();
        await bench.page.keyboard.press("Escape");
        assert.equal((await refused) ?? undefined, undefined);

        const connected = door.command("caseclock.connectBilling", [
          { provider: "rest", url: endpoint.url, token: endpoint.token },
        ]);
        assert.ok(await bench.answerModal("Connect"));
        await connected;
        await door.command("caseclock.pickCase", [{ key: "ACME-1234" }]);
        await bench.openFile("README.md");
        await bench.type("work on a case, for some seconds", 120);
        const dry = (await door.command("caseclock.sync", [{ dryRun: true }])) as {
          readonly preview: readonly { readonly exactSeconds: number }[];
        };
        assert.ok((dry.preview[0]?.exactSeconds ?? 0) > 0);
        const sync = door.command("caseclock.sync", [{ entryIds: [] }]);
        await bench.quickPickRows(); // the preview: the last confirmation is the person's
        await bench.page.keyboard.press("Escape");
        const result = (await sync) as { readonly pushed: number };
        assert.equal(result.pushed, 0);
        assert.deepEqual(endpoint.entries(), []);
      });
    } finally {
      await endpoint.close();
    }
  });
});
