import { appendTo } from "../../base/collections.ts";
import type { Case } from "./case.ts";

/** Longest text that keys are sought in; longer ones are cut. Branches of git are shorter than this. */
export const MAX_SEARCHED_CHARS = 256;

/** Finds what may be a case key in a text, in the order in which it stands there, each once. */
export type FindKeys = (text: string) => readonly string[];

/**
 * The styles of common trackers, in one pass: `RT#5127` and `#5127`, `case/5127`, `ACME-1234`, and a number alone that
 * begins a part of a path, as in `feature/5127-lock`. A word such as `utf-8` looks like a key too: only a case that is
 * known makes something of it.
 */
const STYLES =
  /(?<![\p{L}\p{N}])(?:\p{L}{1,10}#\d{1,10}|\p{L}{2,10}\/\d{1,10}|\p{L}[\p{L}\p{N}_]{0,15}-\d{1,10})(?!\p{N})|#\d{1,10}(?!\p{N})|(?<=^|\/)\d{2,10}(?=$|[-_./])/gu;

/** Finds keys of the usual trackers. A key that a cut may have shortened is none: it would be another case's. */
export const findUsualKeys: FindKeys = (text) => {
  const searched = text.slice(0, MAX_SEARCHED_CHARS);
  const isCut = searched.length < text.length && /^\p{N}/u.test(text.slice(MAX_SEARCHED_CHARS));
  const found = new Set<string>();
  for (const { 0: key, index } of searched.matchAll(STYLES)) {
    if (isCut && index + key.length === searched.length) continue;
    found.add(key);
    // `feature_ACME-12`: the words before an underscore may be part of the key or stand before it.
    for (let rest = key; (rest = /_(\p{L}.*-.*)$/u.exec(rest)?.[1] ?? "") !== "";) found.add(rest);
    // `feature/5127`: the word before the slash may be part of the key or of the path.
    const number = /\/(\d{2,})$/.exec(key)?.[1];
    if (number !== undefined) found.add(number);
  }
  return [...found];
};

/** Cases by their keys, as people write these: in any case, and with or without what stands before a number. */
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
   * The open cases that a key stands for, as it is written, else by its number alone (`#5127` and `5127` mean `RT#5127`
   * where nothing else has that key); several when sources share it.
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
