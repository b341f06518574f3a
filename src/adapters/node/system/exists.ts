import fs from "node:fs/promises";

/** Whether there is a file or folder of that name. What cannot be looked at is not: the work on it reports why. */
export async function exists(file: string): Promise<boolean> {
  return fs.access(file).then(
    () => true,
    () => false,
  );
}
