import { randomUUID } from "node:crypto";
import fs from "node:fs/promises";
import path from "node:path";
import { HOUR_MS, type EpochMs } from "../../../base/time.ts";
import { MARKER_FILE } from "./gitHookScript.ts";

/** How long a marker is valid after it was written. */
export const MARKER_VALID_MS = 12 * HOUR_MS;

/** What the hook has to know and could only learn from git by another process. */
export interface MarkerFacts {
  readonly caseKey: string;
  readonly trailer: string;
  /** `core.commentString` as git resolves it, or `auto`. */
  readonly commentString: string;
  /** `commit.cleanup`, or `default`. */
  readonly cleanup: string;
  /** Absolute path of `commit.template`. */
  readonly template: string | undefined;
}

/**
 * The marker's text: six lines, see `gitHookScript.ts`.
 * @param facts checked: the key by `parseCaseKey`, the trailer by `isTrailerName`
 */
export function markerText(facts: MarkerFacts): string {
  const anyCase = facts.trailer.replace(/[A-Za-z]/g, (letter) => `[${letter.toUpperCase()}${letter.toLowerCase()}]`);
  const lines = [facts.caseKey, facts.commentString, facts.trailer, anyCase, facts.cleanup, facts.template ?? ""];
  // A line end inside a value (a template's path may hold one) would shift the lines after it: such a value is left out.
  return lines.map((line) => (line.includes("\n") ? "\n" : `${line}\n`)).join("");
}

/**
 * Writes a marker into a git directory atomically, readable by its owner only.
 * Its modification time is its expiry: 12 hours after `now`.
 */
export async function writeMarkerFile(gitDir: string, text: string, now: EpochMs): Promise<void> {
  const until = new Date(now + MARKER_VALID_MS);
  const temporary = path.join(gitDir, `${MARKER_FILE}.${randomUUID()}`);
  try {
    await fs.writeFile(temporary, text, { mode: 0o600, flag: "wx" });
    await fs.utimes(temporary, until, until);
    await fs.rename(temporary, path.join(gitDir, MARKER_FILE));
  } catch (error) {
    await fs.rm(temporary, { force: true });
    throw error;
  }
}

/** Removes the marker, if there is one. */
export async function removeMarkerFile(gitDir: string): Promise<void> {
  await fs.rm(path.join(gitDir, MARKER_FILE), { force: true });
}
