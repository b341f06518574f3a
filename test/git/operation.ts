import type { Counted } from "./evidence.ts";
import type { Place } from "./place.ts";

/** What an operation came to, as far as it is the same everywhere. */
export interface Result {
  /** What counts as evidence of it afterwards; nothing else may. */
  readonly counted: readonly Counted[];
  /** What stands for a commit by now. */
  readonly replaced?: readonly (readonly [old: string, by: string])[];
  /** What `git status --porcelain` says; nothing unless given. */
  readonly status?: string;
}

/** One row of the matrix: something that a person does, and assertions of what git stored. */
export interface Operation {
  readonly name: string;
  /** Why it cannot be done here; undefined where it can. */
  missing?(): string | undefined;
  run(place: Place): Promise<Result>;
}
