import { epochMs, SECOND_MS } from "../../base/time.ts";
import type { CommitFacts } from "../../domain/git/commitFacts.ts";
import type { ReflogEntry } from "../../domain/git/reflog.ts";

const SHA = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;
/** What HEAD names in a repository that keeps its refs in a reftable. @source git's `refs/reftable-backend.c` */
const REFTABLE_HEAD = "refs/heads/.invalid";

/** Whether a text is the full name of an object: 40 hex digits, or 64 with SHA-256. */
export function isSha(text: string): boolean {
  return SHA.test(text);
}

/**
 * The path in a `.git` file, as written; undefined when it is not such a file.
 * @source gitrepository-layout(5); git's `setup.c`, read_gitfile_gently
 */
export function parseGitFile(text: string): string | undefined {
  const named = /^gitdir: (.+?)[\r\n]*$/s.exec(text)?.[1];
  // Git would accept a path of several lines, but nothing creates one.
  return named === undefined || /[\0\r\n]/.test(named) ? undefined : named;
}

/** What HEAD or a ref contains. */
export type RefText =
  | { readonly kind: "symbolic"; readonly ref: string }
  | { readonly kind: "sha"; readonly sha: string }
  /** The stub that is there when the refs are in a reftable. */
  | { readonly kind: "reftable" }
  | { readonly kind: "unreadable" };

export function parseRef(text: string): RefText {
  const line = text.replace(/[\r\n]+$/, "");
  const named = /^ref:[ \t]*(\S.*)$/.exec(line)?.[1]?.trimEnd();
  if (named === REFTABLE_HEAD) return { kind: "reftable" };
  if (named !== undefined) return isRefName(named) ? { kind: "symbolic", ref: named } : { kind: "unreadable" };
  return isSha(line) ? { kind: "sha", sha: line } : { kind: "unreadable" };
}

/** Whether a ref may be read as a file below the git directory: its name must not lead out of it. */
function isRefName(name: string): boolean {
  return (
    name.startsWith("refs/") &&
    name.length <= 1_024 &&
    !/[\0-\x20\x7f~^:?*[\\]/.test(name) &&
    name.split("/").every((part) => part !== "" && !part.startsWith("."))
  );
}

/** The sha of a ref in `packed-refs`; undefined when it is missing there. */
export function packedRef(text: string, ref: string): string | undefined {
  const at = text.startsWith(`${ref}\n`, 41) ? 41 : text.indexOf(` ${ref}\n`) + 1;
  if (at <= 0) return undefined;
  const sha = text.slice(text.lastIndexOf("\n", at - 1) + 1, at - 1);
  return isSha(sha) ? sha : undefined;
}

/** One line of a reflog, as far as it can be read without any object. */
export interface ReflogLine extends ReflogEntry {
  /** Where HEAD was; undefined when there was nothing. */
  readonly previous: string | undefined;
}

const LINE = /^([0-9a-f]{40}(?:[0-9a-f]{24})?) ([0-9a-f]{40}(?:[0-9a-f]{24})?) (.*?>) (\d{1,12}) [-+]\d{4}(?:\t(.*))?$/;

/** How much of the end of a reflog is read for so many lines: git's own are shorter than this. */
const MAX_LINE_BYTES = 1_024;

/**
 * The last lines of a reflog, newest first. Invalid lines, such as half of one, are left out.
 * @param count how many at most
 * @source git's `refs/files-backend.c`, show_one_reflog_ent
 */
export function parseReflog(bytes: Uint8Array, count: number): readonly ReflogLine[] {
  const from = Math.max(0, bytes.length - count * MAX_LINE_BYTES);
  const lines = new TextDecoder().decode(bytes.subarray(from)).split("\n");
  // The first may be cut off; after the last line end there is nothing, or a line still being written.
  const whole = lines.slice(from === 0 ? 0 : 1, -1);
  const found: ReflogLine[] = [];
  for (let index = whole.length - 1; index >= 0 && found.length < count; index--) {
    const line = parseReflogLine(whole[index] ?? "");
    if (line !== undefined) found.push(line);
  }
  return found;
}

function parseReflogLine(line: string): ReflogLine | undefined {
  const [, old = "", sha = "", who = "", seconds = "", subject = ""] = LINE.exec(line) ?? [];
  if (sha === "") return undefined;
  const movedAt = epochMs(Number(seconds) * SECOND_MS);
  const previous = /^0+$/.test(old) ? undefined : old;
  const address = parseEmail(who);
  return { sha, subject, movedAt, previous, commit: factsOfLine(sha, previous, subject, movedAt, address) };
}

/**
 * What a reflog line says about its commit. Where git says `commit`, the one who moved HEAD made the commit; otherwise its
 * author is unknown, and the empty address is nobody's.
 */
function factsOfLine(
  sha: string,
  previous: string | undefined,
  subject: string,
  at: ReflogEntry["movedAt"],
  address: string,
): CommitFacts {
  const made = /^commit(?: \((?:initial|amend|merge)\))?: (.*)$/s.exec(subject)?.[1];
  const email = made === undefined ? "" : address;
  return {
    sha,
    parents: previous === undefined ? [] : [previous],
    authorEmail: email,
    authoredAt: at,
    committerEmail: email,
    committedAt: at,
    subject: made ?? subject,
    message: made ?? subject,
  };
}

/** The address in `Name <address>`. */
export function parseEmail(who: string): string {
  const end = who.lastIndexOf(">");
  return end < 0 ? "" : who.slice(who.lastIndexOf("<", end) + 1, end).trim();
}

/**
 * The one address that every `commit` in a reflog was made with; undefined when there are several or none: then it is
 * unknown whose commits they are.
 */
export function onlyCommitter(lines: readonly ReflogLine[]): string | undefined {
  const addresses = new Map<string, string>();
  for (const { commit } of lines) {
    if (commit.committerEmail !== "") addresses.set(commit.committerEmail.toLowerCase(), commit.committerEmail);
  }
  const [only, ...others] = addresses.values();
  return others.length === 0 ? only : undefined;
}
