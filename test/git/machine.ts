import path from "node:path";
import { run } from "../support/repository.ts";

/** A git that the matrix runs with, as the product's program and as the tests'. */
export interface GitProgram {
  readonly binary: string;
  /** Its version: `2.39.5`. */
  readonly version: string;
}

/** The git of PATH, and the one that CASECLOCK_GIT names if that is another version. */
export async function gits(): Promise<readonly GitProgram[]> {
  const found = await programAt("git");
  const named = process.env["CASECLOCK_GIT"];
  const other = named === undefined || named === "" ? undefined : await programAt(path.resolve(named));
  return other === undefined || other.version === found.version ? [found] : [found, other];
}

/** Whether a version is this one or newer. @param wanted `2.45` */
export function isAtLeast(version: string, wanted: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [wantedMajor = 0, wantedMinor = 0] = wanted.split(".").map(Number);
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}

async function programAt(binary: string): Promise<GitProgram> {
  const { stdout } = await run(binary, ["version"], "/", process.env);
  const version = /\d+(?:\.\d+)+/.exec(stdout)?.[0];
  if (version === undefined) throw new Error(`${binary} says no version: ${stdout}`);
  return { binary, version };
}
