import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { CaseclockError } from "../../../src/domain/errors.ts";
import { Bench } from "./bench.ts";
import { folderUnderTest } from "./folderUnderTest.ts";

/** Of a disk that is soon full. */
const SIZE = "256k";

/** What has to become of a write to a folder that cannot be written, and of a look-up there. */
export function folderTroubles(bench: () => Bench): void {
  const folder = (): string => fileURLToPath(bench().system.url);
  const NOT_WRITTEN = { kind: "retryLater", stop: true, problem: { kind: "folderUnwritable" } };

  describe("a folder", () => {
    it.each<[string, () => void, () => void]>([
      ["that is gone", () => undefined, () => undefined],
      [
        "in whose place there is a file",
        () => {
          fs.writeFileSync(folder(), "");
        },
        () => {
          fs.rmSync(folder());
        },
      ],
    ])("%s: certainly not written, and written once it is back", async (_, arrange, mend) => {
      await bench().push(bench().entry());
      const aside = `${folder()}-aside`;
      fs.renameSync(folder(), aside);
      arrange();
      const more = bench().entry({ externalId: `${bench().key}-2` });
      const result = await bench().push(more);
      expect(result).toMatchObject(NOT_WRITTEN);
      expect(result).toHaveProperty("problem.detail", expect.stringContaining(folder()));
      const isTold = (error: unknown): boolean => CaseclockError.is(error, "billing.folderUnwritable");
      await expect(bench().find(more)).rejects.toSatisfy(isTold);
      await expect(bench().probe()).rejects.toSatisfy(isTold);
      mend();
      fs.renameSync(aside, folder());
      expect(await bench().find(more)).toEqual([]);
      expect(await bench().push(more, 1)).toMatchObject({ kind: "written" });
      expect(await bench().lengths()).toEqual([3600, 3600]);
    });

    it.each(["json", "csv"])("with a folder in the place of the month's %s file: not written", async (extension) => {
      const file = path.join(folder(), `caseclock-2026-03.${extension}`);
      fs.mkdirSync(file);
      expect(await bench().push(bench().entry())).toMatchObject({ kind: "retryLater", stop: true });
      fs.rmdirSync(file);
      expect(await bench().find(bench().entry())).toEqual([]);
      expect(await bench().push(bench().entry(), 1)).toMatchObject({ kind: "written" });
      expect(await bench().sum()).toBe(3600);
    });
  });

  describe("a disk", () => {
    let mounted: string | undefined;
    let own: Bench | undefined;
    afterEach(async () => {
      if (mounted === undefined) return;
      execFileSync("umount", ["--lazy", mounted]);
      await own?.close();
      mounted = own = undefined;
    });

    /** A folder on a small disk of its own, where this user may make one; else undefined. */
    async function onSmallDisk(): Promise<string | undefined> {
      const made = fs.mkdtempSync(path.join(os.tmpdir(), "caseclock-disk-"));
      try {
        execFileSync("mount", ["-t", "tmpfs", "-o", `size=${SIZE}`, "tmpfs", made], { stdio: "ignore" });
      } catch {
        fs.rmdirSync(made);
        return undefined; // not Linux, or not allowed: the test is skipped, and says so
      }
      mounted = made;
      own = await Bench.open(folderUnderTest(made));
      return made;
    }
    const must = (one: Bench | undefined): Bench => {
      if (one === undefined) throw new Error("not opened");
      return one;
    };

    it("that is full: certainly not written, what was there is whole; written once there is room", async ({ skip }) => {
      const disk = await onSmallDisk();
      if (disk === undefined) return skip("no disk of its own can be made here");
      const there = must(own);
      const first = there.entry();
      await there.push(first);
      const filler = path.join(disk, "filler");
      const handle = fs.openSync(filler, "w");
      expect(() => {
        for (;;) fs.writeSync(handle, Buffer.alloc(4_096));
      }).toThrow(/ENOSPC/);
      fs.closeSync(handle);
      const more = there.entry({ externalId: `${there.key}-2`, description: "Long ".repeat(5_000) });
      const result = await there.push(more);
      expect(result).toMatchObject(NOT_WRITTEN);
      expect(result).toHaveProperty("problem.detail", `The folder ${disk} is on a full disk.`);
      expect(await there.find(first)).toHaveLength(1);
      expect(await there.find(more)).toEqual([]);
      expect(await there.lengths()).toEqual([3600]);
      fs.rmSync(filler);
      expect(await there.push(more, 1)).toMatchObject({ kind: "written" });
      expect(await there.lengths()).toEqual([3600, 3600]);
      // Nothing half written is left over.
      expect(fs.readdirSync(disk).sort()).toEqual(["caseclock-2026-03.csv", "caseclock-2026-03.json"]);
    });

    it("that may only be read: certainly not written; what is there is found", async ({ skip }) => {
      const disk = await onSmallDisk();
      if (disk === undefined) return skip("no disk of its own can be made here");
      const there = must(own);
      const first = there.entry();
      await there.push(first);
      execFileSync("mount", ["-o", "remount,ro", disk]);
      const more = there.entry({ externalId: `${there.key}-2` });
      const result = await there.push(more);
      expect(result).toMatchObject(NOT_WRITTEN);
      expect(result).toHaveProperty("problem.detail", `The folder ${disk} is on a read-only disk.`);
      await expect(there.probe()).rejects.toSatisfy((error) => CaseclockError.is(error, "billing.folderUnwritable"));
      expect(await there.find(first)).toHaveLength(1);
      expect(await there.find(more)).toEqual([]);
      execFileSync("mount", ["-o", "remount,rw", disk]);
      expect(await there.push(more, 1)).toMatchObject({ kind: "written" });
      expect(await there.lengths()).toEqual([3600, 3600]);
    });
  });

  it("is reached by its address alone", () => {
    expect(pathToFileURL(folder()).href).toBe(bench().system.url);
  });
}
