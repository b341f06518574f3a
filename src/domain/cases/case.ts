/** Identity of a case: the source's id (a UUID per connection or file) and the case's id there. Unlike keys, unique. */
export interface CaseRef {
  readonly source: string;
  readonly id: string;
}

/** How a case's time is billed (`contract` of `docs/billing-api.yaml`). Absent members mean: no such rule. */
export interface Contract {
  /** Billable time of a day is counted in steps of this. @minimum 1 @format seconds */
  readonly incrementSeconds?: number;
  readonly rounding?: "none" | "up" | "nearest" | "down";
  /** Minimum counted on a day with any billable time. @minimum 0 @format seconds */
  readonly minimumSeconds?: number;
  readonly budgetSeconds?: number;
  readonly usedSeconds?: number;
  readonly billable?: boolean;
  /** Idle timeout for this case. @minimum 0 @maximum 1800 @format seconds */
  readonly idleSeconds?: number;
  readonly agentTimeBillable?: boolean;
}

export interface Activity {
  readonly id: string;
  readonly name: string;
  readonly billable?: boolean;
}

/** A snapshot of a case; an approval freezes one. */
export interface Case {
  readonly ref: CaseRef;
  /** Shown to people: `ACME-1234`, `#5127`. 1–64 printable characters, no space at the ends. */
  readonly key: string;
  readonly title: string;
  readonly customer: { readonly id: string; readonly name: string };
  readonly status: "open" | "closed";
  readonly url?: string;
  readonly activities?: readonly Activity[];
  readonly contract?: Contract;
}

/** Source of the cases that the engineer defined by hand. */
export const HANDMADE_SOURCE = "00000000-0000-4000-8000-000000000001";

/** Whether two references name the same case. */
export function isSameCase(a: CaseRef | null | undefined, b: CaseRef | null | undefined): boolean {
  return (a ?? null) === (b ?? null) || (a?.id === b?.id && a?.source === b?.source);
}

/** A map key for a case; null stands for "no case". */
export function caseRefKey(ref: CaseRef | null): string {
  return ref === null ? "" : `${ref.source}\n${ref.id}`;
}

/**
 * The key if it can be shown, written into a commit and read back, else undefined (docs/cases.md).
 * Rule: 1–64 characters, none of them a control or line-separating character, no white space at the ends.
 */
export function parseCaseKey(value: string): string | undefined {
  if (value.length === 0 || Array.from(value).length > 64 || value.trim() !== value) return undefined;
  return /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u.test(value) ? undefined : value;
}
