import { appendTo } from "../../base/collections.ts";
import type { Case } from "./case.ts";

/** Longest text searched for keys; longer ones are cut. Git branch names are shorter than this. */
export const MAX_SEARCHED_CHARS = 256;

/** Finds what may be case keys in a text, in order of appearance, each once. */
export type FindKeys = (text: string) => readonly string[];

/**
 * The styles of common trackers, in one pass: `RT#5127` and `#5127`, `case/5127`, `ACME-1234`, and a bare number that
 * begins a path segment, as in `feature/5127-lock`. A word such as `utf-8` matches too: only known cases are looked up
 * by it.
 */
const STYLES =
  /(?<![\p{L}\p{N}])(?:\p{L}{1,10}#\d{1,10}|\p{L}{2,10}\/\d{1,10}|\p{L}[\p{L}\p{N}_]{0,15}-\d{1,10})(?!\p{N})|#\d{1,10}(?!\p{N})|(?<=^|\/)\d{2,10}(?=$|[-_./])/gu;

/** Finds keys of the usual trackers. Skips a key that the cut may have shortened: it would be another case's. */
export const findUsualKeys: FindKeys = (text) => {
  const searched = text.slice(0, MAX_SEARCHED_CHARS);
  const isCut = searched.length < text.length && /^\p{N}/u.test(text.slice(MAX_SEARCHED_CHARS));
  const found = new Set<string>();
  for (const { 0: key, index } of searched.matchAll(STYLES)) {
    if (isCut && index + key.length === searched.length) continue;
    found.add(key);
    // `feature_ACME-12`: the words before an underscore may or may not be part of the key.
    for (let rest = key; (rest = /_(\p{L}.*-.*)$/u.exec(rest)?.[1] ?? "") !== "";) found.add(rest);
    // `feature/5127`: the word before the slash may be part of the key or of the path.
    const number = /\/(\d{2,})$/.exec(key)?.[1];
    if (number !== undefined) found.add(number);
  }
  return [...found];
};

/** Finds cases by key as people write it: in any letter case, with or without the prefix of a number. */
export class CaseIndex {
  private readonly byKey = new Map<string, Case[]>();
  private readonly byNumber = new Map<string, Case[]>();

  /** Closed cases are left out: nothing suggests them. */
  constructor(cases: Iterable<Case>) {
    for (const one of cases) {
      if (one.status === "closed") continue;
      appendTo(this.byKey, normal(one.key), one);
      const number = NUMBERED.exec(one.key)?.[1];
      if (number !== undefined) appendTo(this.byNumber, number, one);
    }
  }

  /**
   * The open cases with exactly this key, else by its number alone (`#5127` and `5127` mean `RT#5127` if no case has
   * that key); several when sources share it.
   */
  find(key: string): readonly Case[] {
    const exact = this.byKey.get(normal(key));
    if (exact !== undefined) return exact;
    const number = /^#?(\d+)$/.exec(key)?.[1];
    return (number === undefined ? undefined : this.byNumber.get(number)) ?? [];
  }
}

/** Keys whose number alone names them: `5127`, `#5127`, `RT#5127`, `case/5127`. */
const NUMBERED = /^(?:\p{L}*#|\p{L}+\/)?(\d+)$/u;

function normal(key: string): string {
  return key.toLowerCase();
}
