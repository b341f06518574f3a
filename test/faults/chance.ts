import { hash } from "node:crypto";

/** A number in [0, 1) that is the same for the same seed and words, whatever else was drawn. */
export function chance(seed: number, ...words: readonly (string | number)[]): number {
  return parseInt(hash("sha256", [seed, ...words].join("\n")).slice(0, 12), 16) / 2 ** 48;
}

/** A whole number of `from` to `to`, both inclusive. */
export function between(share: number, from: number, to: number): number {
  return from + Math.floor(share * (to - from + 1));
}
