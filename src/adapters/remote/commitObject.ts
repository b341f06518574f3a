import { promisify } from "node:util";
import { inflate } from "node:zlib";
import { epochMs, SECOND_MS } from "../../base/time.ts";
import type { CommitFacts } from "../../domain/git/commitFacts.ts";
import { parseEmail, isSha } from "./gitFiles.ts";

/** Largest commit that is read, inflated. Messages are a few hundred bytes; larger commits are known by the reflog alone. */
export const MAX_COMMIT_BYTES = 1024 * 1024;

const inflated = promisify(inflate);

/** Where a loose object lies below `objects`. */
export function toLoosePath(sha: string): string {
  return `${sha.slice(0, 2)}/${sha.slice(2)}`;
}

/**
 * Reads a commit from a loose object; undefined when it is no commit, damaged or too large. Never rejects.
 * @source gitformat-loose-object: zlib over `commit <length>\0<body>`
 */
export async function readCommitObject(bytes: Uint8Array, sha: string): Promise<CommitFacts | undefined> {
  let content: Uint8Array;
  try {
    content = await inflated(bytes, { maxOutputLength: MAX_COMMIT_BYTES });
  } catch {
    return undefined; // truncated while it was written, larger than the bound, or no zlib at all
  }
  const end = content.indexOf(0);
  const header = new TextDecoder("latin1").decode(content.subarray(0, Math.min(Math.max(end, 0), 32)));
  const length = /^commit (\d+)$/.exec(header)?.[1];
  const body = content.subarray(end + 1);
  return length !== undefined && body.length === Number(length) ? parseCommit(body, sha) : undefined;
}

/**
 * Reads the body of a commit object; undefined when it names no committer.
 * @source git's `commit.c`, parse_commit_buffer, and `pretty.c`, format_subject
 */
export function parseCommit(body: Uint8Array, sha: string): CommitFacts | undefined {
  const split = endOfHeaders(body);
  const headers = new TextDecoder().decode(body.subarray(0, split));
  const parents: string[] = [];
  let author: Person | undefined;
  let committer: Person | undefined;
  let encoding = "utf-8";
  // A line that begins with a space continues the header before it (signatures).
  for (const line of headers.split("\n")) {
    const [, name = "", value = ""] = /^(\S+) (.*)$/.exec(line) ?? [];
    if (name === "parent" && isSha(value)) parents.push(value);
    else if (name === "author") author ??= parsePerson(value);
    else if (name === "committer") committer ??= parsePerson(value);
    else if (name === "encoding") encoding = value;
  }
  if (author === undefined || committer === undefined) return undefined;
  const message = decoded(body.subarray(Math.min(split + 2, body.length)), encoding);
  return {
    sha,
    parents,
    authorEmail: author.email,
    authoredAt: author.at,
    committerEmail: committer.email,
    committedAt: committer.at,
    subject: parseSubject(message),
    message,
  };
}

interface Person {
  readonly email: string;
  readonly at: CommitFacts["committedAt"];
}

function parsePerson(value: string): Person | undefined {
  const [, who, seconds] = /^(.*>) (\d{1,12}) [-+]\d{1,5}$/.exec(value) ?? [];
  if (who === undefined) return undefined;
  return { email: parseEmail(who), at: epochMs(Number(seconds) * SECOND_MS) };
}

/** Offset of the empty line that ends the headers; the text's end if there is none. */
function endOfHeaders(body: Uint8Array): number {
  for (let at = body.indexOf(0x0a); at >= 0; at = body.indexOf(0x0a, at + 1)) {
    if (body[at + 1] === 0x0a) return at;
  }
  return body.length;
}

function decoded(bytes: Uint8Array, encoding: string): string {
  try {
    return new TextDecoder(encoding).decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes); // an encoding that nobody knows: what is ASCII can still be read
  }
}

/** The first paragraph as one line. */
function parseSubject(message: string): string {
  const lines = message.split("\n");
  const first = lines.findIndex((line) => line.trim() !== "");
  if (first < 0) return "";
  const length = lines.slice(first).findIndex((line) => line.trim() === "");
  return lines
    .slice(first, length < 0 ? undefined : first + length)
    .map((line) => line.trim())
    .join(" ");
}
