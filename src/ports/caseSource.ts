import type { Event } from "../base/emitter.ts";
import type { Case } from "../domain/cases/case.ts";

/**
 * Where cases come from besides the billing system: a file, another extension. Every case that it lists has the
 * source's id in its reference.
 */
export interface CaseSource {
  /** UUID; half of the identity of its cases. */
  readonly id: string;
  /** Its name, for lists with cases of several sources. */
  readonly label: string;
  /** Its cases, page by page. @throws CaseclockError `cases.sourceFailed` with the reason as its message */
  listCases(signal: AbortSignal): AsyncIterable<readonly Case[]>;
  /** What is wrong with the last list, if it was usable all the same. */
  readonly problem?: string | undefined;
  /** Fires when its cases have changed and are to be listed again. */
  readonly onDidChange?: Event<void>;
}
