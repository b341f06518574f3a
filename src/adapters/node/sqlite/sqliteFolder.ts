import fs from "node:fs";
import path from "node:path";

/** Files that SQLite keeps beside a database. */
export const COMPANIONS = ["-wal", "-shm", "-journal"] as const;

/** Marks a set-aside file whose events have not been brought over yet, with the reason. */
const PENDING = ".pending";

/** Identifies a file independently of its name; -1 when there is none. */
export function readInode(file: string): number {
  return fs.statSync(file, { throwIfNoEntry: false })?.ino ?? -1;
}

/** A name for a file that is set aside now. */
export function makeAsideName(file: string, now: Date): string {
  return file.replace(/(\.\w+)?$/, `-damaged-${now.toISOString().replaceAll(/[:.]/g, "-")}$1`);
}

/** Renames a database and its companions, after noting that its events are to be brought over. */
export function moveAside(file: string, kept: string, reason: string): void {
  fs.writeFileSync(kept + PENDING, reason, { mode: 0o600 });
  fs.renameSync(file, kept);
  moveCompanions(file, kept);
}

/** Finishes a renaming during which a window died: SQLite deletes companions that it finds beside a new file. */
export function finishMoveAside(file: string): void {
  const [newest] = fs.existsSync(file) ? [] : listPending(file);
  if (newest !== undefined) moveCompanions(file, newest.kept);
}

function moveCompanions(file: string, kept: string): void {
  for (const suffix of COMPANIONS) {
    try {
      if (!fs.existsSync(kept + suffix)) fs.renameSync(file + suffix, kept + suffix);
    } catch (error) {
      // Nothing is there, or another window was faster.
      if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
    }
  }
}

/** Set-aside files whose events are still to be brought over, newest first, with the reason. */
export function listPending(file: string): readonly { readonly kept: string; readonly reason: string }[] {
  return asideFiles(file)
    .filter((name) => name.endsWith(PENDING) && fs.existsSync(name.slice(0, -PENDING.length)))
    .map((name) => ({ kept: name.slice(0, -PENDING.length), reason: fs.readFileSync(name, "utf8") }))
    .reverse();
}

export function forgetPending(kept: string): void {
  fs.rmSync(kept + PENDING, { force: true });
}

/** Every file that was ever set aside, with companions and notes, ascending by name and so by time. */
export function asideFiles(file: string): readonly string[] {
  const { dir, name } = path.parse(file);
  return namesIn(dir)
    .filter((entry) => entry.startsWith(`${name}-damaged-`))
    .map((entry) => path.join(dir, entry));
}

export function backupFolder(file: string): string {
  return path.join(path.dirname(file), "backups");
}

/** The backup of one day. @param day `YYYY-MM-DD` */
export function backupFile(file: string, day: string): string {
  const { name, ext } = path.parse(file);
  return path.join(backupFolder(file), `${name}-${day}${ext}`);
}

/** All complete backups, newest first. */
export function listBackups(file: string): readonly string[] {
  const { name, ext } = path.parse(file);
  return namesIn(backupFolder(file))
    .filter((entry) => entry.startsWith(`${name}-`) && entry.endsWith(ext))
    .filter((entry) => /^\d{4}-\d\d-\d\d$/.test(entry.slice(name.length + 1, entry.length - ext.length)))
    .map((entry) => path.join(backupFolder(file), entry))
    .reverse();
}

/** Deletes what unfinished backups left. */
export function removeUnfinishedBackups(file: string): void {
  const folder = backupFolder(file);
  for (const name of namesIn(folder))
    if (/\.tmp(-\w+)?$/.test(name)) fs.rmSync(path.join(folder, name), { force: true });
}

function namesIn(folder: string): readonly string[] {
  return fs.existsSync(folder) ? fs.readdirSync(folder).sort() : [];
}
