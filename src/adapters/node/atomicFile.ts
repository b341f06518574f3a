import writeFileAtomic from "write-file-atomic";

/** Writes the whole file or leaves the old one: a reader never sees half of it. Readable by its owner only. */
export async function writeFileAtomically(path: string, text: string): Promise<void> {
  await writeFileAtomic(path, text, { mode: 0o600, fsync: true });
}
