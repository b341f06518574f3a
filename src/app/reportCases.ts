import { caseRefKey, type Case, type CaseRef } from "../domain/caseRef.ts";
import type { ReportCase } from "../ports/report.ts";
import type { CaseDirectory } from "./caseDirectory.ts";
import type { ReportDay } from "./reportDays.ts";

/** Names of the cases of a report: as their source has them now, else as an entry froze them. */
export class CaseNames {
  private readonly known = new Map<string, Case>();

  constructor(directory: CaseDirectory, days: readonly ReportDay[]) {
    for (const { ref, frozen } of days.flatMap(({ lines }) => lines)) {
      if (ref === null) continue;
      const found = directory.find(ref) ?? frozen ?? this.known.get(caseRefKey(ref));
      if (found !== undefined) this.known.set(caseRefKey(ref), found);
    }
  }

  /** Undefined for time without a case. */
  of(ref: CaseRef | null): ReportCase | undefined {
    if (ref === null) return undefined;
    const known = this.known.get(caseRefKey(ref));
    if (known !== undefined) return this.describe(known);
    return { id: idOf(ref), key: ref.id, title: "", customer: "" };
  }

  describe({ ref, key, title, customer }: Case): ReportCase {
    return { id: idOf(ref), key, title, customer: customer.name };
  }

  /** Each case of some days once, in order of appearance. */
  workedOn(days: readonly ReportDay[]): readonly Case[] {
    const refs = new Set(days.flatMap(({ lines }) => lines.map(({ ref }) => caseRefKey(ref))));
    return [...refs].flatMap((key) => this.known.get(key) ?? []);
  }
}

/** A case's name in the panel. */
function idOf(ref: CaseRef): string {
  return encodeURIComponent(caseRefKey(ref));
}

/** The case that a name of the panel stands for; undefined if the name is none. */
export function refOfId(id: string): CaseRef | undefined {
  try {
    const [source, of, ...more] = decodeURIComponent(id).split("\n");
    return source === undefined || of === undefined || more.length > 0 ? undefined : { source, id: of };
  } catch {
    return undefined; // URIError is how `decodeURIComponent` answers what it never encoded
  }
}
