import fs from "node:fs/promises";
import path from "node:path";
import writeFileAtomic from "write-file-atomic";
import { exists } from "./exists.ts";

/**
 * Writes the whole file or leaves the old one: a reader never sees half of it, and once this has ended the text survives
 * a power cut. A new file is readable by its owner only; an old one keeps its permissions.
 * @throws Error of `node:fs` with its `code`; a missing folder is not made
 */
export async function writeFileAtomically(file: string, text: string): Promise<void> {
  const isNew = !(await exists(file));
  await writeFileAtomic(file, text, { fsync: true, ...(isNew ? { mode: 0o600 } : {}) });
  await flushFolder(path.dirname(file));
}

/** A file's new name is an entry of its folder, which reaches the disk on its own. */
export async function flushFolder(folder: string): Promise<void> {
  try {
    const handle = await fs.open(folder, "r");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch {
    // Windows and some network disks do not flush folders: there the file system's own order has to do.
  }
}
