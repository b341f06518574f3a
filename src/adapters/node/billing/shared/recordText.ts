import { createHash } from "node:crypto";
import { instantAt, startOfDay } from "../../../../base/time.ts";
import type { ApprovedEntry } from "../../../../domain/log/approvedEntry.ts";

const PREFIX = "cck";
const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
const MARKER_CHARS = 20;
const MARKER = new RegExp(`\\b${PREFIX}[a-z2-7]{${MARKER_CHARS}}\\b`, "i");

/**
 * A key in the form that a description can hold: letters and digits only, 100 bits of the key's hash, stable per key.
 * Anything else is split, or taken for an operator or a wildcard, by one search engine or another.
 * @source the rules of search in Kimai, Redmine, GitLab and Request Tracker
 */
export function makeMarker(key: string): string {
  const digest = createHash("sha256").update(key).digest();
  const letters = Array.from({ length: MARKER_CHARS }, (_, index) => ALPHABET[(digest[index] ?? 0) & 31] ?? "");
  return PREFIX + letters.join("");
}

/** The marker in a billing system's text, in lower case; undefined where there is none. */
export function findMarker(text: string | undefined): string | undefined {
  return MARKER.exec(text ?? "")?.[0].toLowerCase();
}

/** A record's text about the work: the approved description, or the case's title if that is empty. */
export function makeRecordText({ description, case: { key, title } }: ApprovedEntry): string {
  const text = description.trim();
  return text === "" ? `${key} ${title}` : text;
}

/**
 * Limits a text to `most` characters with its marker last, cutting the text and never the marker.
 * @param most characters (code points) that the system keeps. @minimum 32
 */
export function fitText(text: string, most: number, marker?: string): string {
  const tail = marker === undefined ? "" : ` ${marker}`;
  const characters = Array.from(text);
  const room = most - tail.length;
  const kept =
    characters.length <= room
      ? text
      : `${characters
          .slice(0, room - 1)
          .join("")
          .trimEnd()}…`;
  return kept + tail;
}

/** Where the time of an entry begins; noon of its day for unplaced time. */
export function findStart({ start, day, zone }: ApprovedEntry): NonNullable<ApprovedEntry["start"]> {
  return start ?? instantAt(day, "12:00", zone) ?? startOfDay(day, zone);
}
