import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { Memento } from "vscode";
import { StoredExportFolder } from "../../../../src/adapters/vscode/exportFolder.ts";

function memento(): Pick<Memento, "get" | "update"> {
  const values = new Map<string, unknown>();
  return {
    get: (key: string): undefined => values.get(key) as undefined,
    update: (key, value) => Promise.resolve(void values.set(key, value)),
  };
}

it("exports are proposed to go where the last one went, while that is there, else to the person's own folder", async () => {
  const folder = new StoredExportFolder(memento());
  const own = [homedir(), join(homedir(), "Documents")];
  expect(own).toContain(folder.current());
  await folder.use(tmpdir());
  expect(folder.current()).toBe(tmpdir());
  await folder.use(join(tmpdir(), "not-there-any-more"));
  expect(own).toContain(folder.current());
  await folder.use(tmpdir());
  await folder.forget();
  expect(own).toContain(folder.current());
});
