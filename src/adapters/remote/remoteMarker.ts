import { SECOND_MS, type EpochMs } from "../../base/time.ts";
import { MARKER_FILE } from "../node/git/gitHookScript.ts";
import { markerText, MARKER_VALID_MS, type MarkerFacts } from "../node/git/gitMarker.ts";
import type { RemoteFiles } from "./remoteFiles.ts";

/** The marker's text with the line of its expiry: `20261125 0340`, UTC, the minute before which it is valid. */
export function datedMarkerText(facts: MarkerFacts, until: number): string {
  const text = new Date(until).toISOString();
  const day = text.slice(0, 10).replaceAll("-", "");
  return `${markerText(facts)}${day} ${text.slice(11, 16).replace(":", "")}\n`;
}

/**
 * Writes a marker into a git directory. It is valid for 12 hours by the clock of its own machine, which the hook uses; if
 * that clock is ahead of ours, for less, so that no wrong clock can extend it.
 */
export async function writeDatedMarker(
  files: RemoteFiles,
  gitDir: string,
  facts: MarkerFacts,
  now: EpochMs,
  id: string,
): Promise<void> {
  const temporary = files.resolve(gitDir, `${MARKER_FILE}.${id}`);
  const encode = (until: number): Uint8Array => new TextEncoder().encode(datedMarkerText(facts, until));
  try {
    // The first write shows the time there. Until the second write the marker counts as expired.
    await files.write(temporary, encode(0));
    const written = await files.stat(temporary);
    const there = Math.floor((written?.modifiedAt ?? 0) / SECOND_MS) * SECOND_MS;
    await files.write(temporary, encode(Math.min(there, now) + MARKER_VALID_MS));
    await files.replace(temporary, files.resolve(gitDir, MARKER_FILE));
  } catch (error) {
    await files.remove(temporary).catch(() => undefined); // what failed first is told; the rest has another name
    throw error;
  }
}
