import type { Case } from "../domain/caseRef.ts";
import type { CaseSummary, TodayLine } from "./manifest.ts";

/**
 * What `activate` gives to other extensions: `vscode.extensions.getExtension("caseclock.caseclock").exports`. Members are
 * added, never changed; `version` grows with them.
 */
export interface CaseclockApi {
  readonly version: 1;
  /** The case picked in the active work tree. */
  currentCase(): CaseSummary | undefined;
  /** After another case was picked there, or another work tree became the active one. */
  readonly onDidChangeCurrentCase: (listener: (picked: CaseSummary | undefined) => unknown) => ApiDisposable;
  /** Today's totals by case, in whole seconds. */
  today(): Promise<readonly TodayLine[]>;
  /**
   * Offers the cases of another system in the picker, until it is disposed. What cannot be used of them is left out, and
   * said in the picker.
   * @throws Error when `id` is no UUID, or another source has it
   */
  registerCaseSource(source: ApiCaseSource): ApiDisposable;
}

export interface ApiDisposable {
  dispose(): void;
}

/** A case as the billing API gives it (`docs/billing-api.yaml`): `id` is its identity within the source. */
export type ApiCase = Omit<Case, "ref"> & { readonly id: string };

export interface ApiCaseSource {
  /** UUID that never changes: it is half of the identity of the source's cases. */
  readonly id: string;
  /** Name of the system, for people. */
  readonly label: string;
  /** All cases that can be worked on, in pages or at once. A rejection is shown in the picker; the last list stays. */
  listCases(signal: AbortSignal): AsyncIterable<readonly ApiCase[]> | Promise<readonly ApiCase[]>;
  /** Called with a listener that is to be called when the cases have changed. */
  readonly onDidChange?: (listener: () => void) => ApiDisposable;
}
