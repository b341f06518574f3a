import { caseRefKey, isSameCase, type Case, type CaseRef } from "./case.ts";
import { CaseIndex, type FindKeys } from "./caseKey.ts";
import type { EpochMs } from "../../base/time.ts";

/** What git and the log know about a work tree that hints at its case. */
export interface CaseHints {
  /** The branch checked out, or being rebased; undefined on none. */
  readonly branch: string | undefined;
  /** When the branch was first seen in the tree. */
  readonly branchSince: EpochMs;
  /** The last pick made here while the branch was checked out. */
  readonly lastPickOnBranch: CaseRef | undefined;
  /** Case keys of the last commits of the branch, newest first, with the committer's time. */
  readonly trailers: readonly { readonly key: string; readonly at: EpochMs }[];
  /** Where the repository is fetched from, without user and password. */
  readonly remote: string | undefined;
  /** Cases that were picked in the tree before, the latest first. */
  readonly folderPicks: readonly CaseRef[];
}

/** Why a case is suggested. */
export type SuggestionReason =
  | { readonly kind: "branchPick"; readonly branch: string }
  | { readonly kind: "branch"; readonly branch: string }
  | { readonly kind: "commit" }
  | { readonly kind: "remote"; readonly remote: string }
  | { readonly kind: "folder" };

export interface Suggestion {
  readonly case: Case;
  readonly reason: SuggestionReason;
  /** Since when the sign points at the case; it says nothing about earlier work. */
  readonly since: EpochMs;
  /** Other cases have the same key, so that the sign cannot decide among them. */
  readonly isAmbiguous: boolean;
}

/** Resolves what signs name to cases. */
export interface CaseLookup {
  readonly index: Pick<CaseIndex, "find">;
  /** The latest snapshot of a case. */
  readonly find: (ref: CaseRef) => Case | undefined;
  readonly findKeys: FindKeys;
}

/**
 * The cases that the signs hint at, each once with its strongest reason, strongest first: the last pick on the branch, the
 * branch's name, its last commits, the repository's remote, what was picked in this folder before. Closed and unknown
 * cases are not suggested.
 */
export function suggest(signs: CaseHints, cases: CaseLookup): readonly Suggestion[] {
  const found = new Map<string, Suggestion>();
  for (const suggestion of candidates(signs, cases)) {
    const key = caseRefKey(suggestion.case.ref);
    if (suggestion.case.status !== "closed" && !found.has(key)) found.set(key, suggestion);
  }
  return [...found.values()];
}

/** The pick that the guard checks. */
export interface PickedCase {
  readonly case: Case;
  readonly at: EpochMs;
}

/** A sign that points at another case than the picked one. */
export interface Mismatch {
  readonly picked: CaseRef;
  readonly suggestion: Suggestion;
  /** The work since then may be on the wrong case. */
  readonly since: EpochMs;
}

/**
 * The sign that contradicts the pick, if any: the branch's name, the last pick on the branch, a commit made since the
 * pick, or the remote names another case. The strongest sign that names any case decides; if the picked case is among
 * those it names, there is no mismatch. Earlier picks in the folder contradict nothing.
 */
export function findMismatch(picked: PickedCase, signs: CaseHints, cases: CaseLookup): Mismatch | undefined {
  const order = ["branch", "branchPick", "commit", "remote"] as const;
  // The picked case may have been closed since: a sign that names it contradicts nothing.
  const own = new CaseIndex([{ ...picked.case, status: "open" }]);
  const find = (key: string): readonly Case[] => {
    const found = cases.index.find(key);
    return found.length === 0 ? own.find(key) : found;
  };
  const all = [...candidates(signs, { ...cases, index: { find } })];
  for (const kind of order) {
    const pointing = all.filter(
      ({ reason, since }) => reason.kind === kind && (kind !== "commit" || since >= picked.at),
    );
    const [first] = pointing;
    if (first === undefined) continue;
    if (pointing.some((one) => isSameCase(one.case.ref, picked.case.ref))) return undefined;
    const open = pointing.find((one) => one.case.status !== "closed");
    if (open === undefined) continue;
    // If several commits name it, from the first of them on.
    const began = pointing.filter((one) => isSameCase(one.case.ref, open.case.ref)).map((one) => one.since);
    const since = kind === "remote" ? picked.at : Math.max(picked.at, Math.min(...began));
    return { picked: picked.case.ref, suggestion: open, since: since as EpochMs };
  }
  return undefined;
}

function* candidates(signs: CaseHints, { index, find, findKeys }: CaseLookup): Generator<Suggestion> {
  const { branch, branchSince, lastPickOnBranch, trailers, remote, folderPicks } = signs;
  const named = function* (key: string, reason: SuggestionReason, since: EpochMs): Generator<Suggestion> {
    const found = index.find(key);
    for (const one of found) yield { case: one, reason, since, isAmbiguous: found.length > 1 };
  };
  const picked = function* (ref: CaseRef, reason: SuggestionReason, since: EpochMs): Generator<Suggestion> {
    const one = find(ref);
    if (one !== undefined) yield { case: one, reason, since, isAmbiguous: false };
  };
  if (branch !== undefined) {
    if (lastPickOnBranch !== undefined) yield* picked(lastPickOnBranch, { kind: "branchPick", branch }, branchSince);
    for (const key of findKeys(branch)) yield* named(key, { kind: "branch", branch }, branchSince);
  }
  for (const { key, at } of trailers) yield* named(key, { kind: "commit" }, at);
  if (remote !== undefined) {
    for (const key of findKeys(remote)) yield* named(key, { kind: "remote", remote }, branchSince);
  }
  for (const ref of folderPicks) yield* picked(ref, { kind: "folder" }, branchSince);
}
