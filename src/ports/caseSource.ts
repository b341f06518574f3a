import type { Event } from "../base/emitter.ts";
import type { Case } from "../domain/cases/case.ts";

/**
 * Where cases come from besides the billing system: a file, another extension. Every case that it gives has the
 * source's id in its reference.
 */
export interface CaseSource {
  /** UUID; half of the identity of its cases. */
  readonly id: string;
  /** What it is called where cases of several sources stand side by side. */
  readonly label: string;
  /** Its cases, page by page. @throws CaseclockError `cases.sourceFailed` with the reason as its message */
  listCases(signal: AbortSignal): AsyncIterable<readonly Case[]>;
  /** What is wrong with the list that was given last, though not so wrong that there was none. */
  readonly problem?: string | undefined;
  /** Its cases are not what they were: they are asked for again. */
  readonly onDidChange?: Event<void>;
}
