import { caseRefKey, type Case } from "../../domain/cases/case.ts";
import { CaseclockError } from "../../domain/errors.ts";
import type { CaseDirectory } from "./caseDirectory.ts";
import type { LedgerView } from "../ledger/ledgerView.ts";

/** The cases with approved entries, as they are known now, in the order of their first approval. */
export function listApprovedCases(view: LedgerView, directory: CaseDirectory): readonly Case[] {
  return latest(frozenCases(view), directory);
}

/** The cases with approved entries that have a key, in all sources or one: keys may repeat across sources. */
export function findApprovedByKey(
  view: LedgerView,
  directory: CaseDirectory,
  key: string,
  source?: string,
): readonly Case[] {
  return withKey(frozenCases(view), directory, key, source);
}

/** Like `findApprovedByKey`, among all cases that the ledger may have time on. */
export function findKeptByKey(
  view: LedgerView,
  directory: CaseDirectory,
  key: string,
  source?: string,
): readonly Case[] {
  const { cases, handmadeCases } = view.ledger;
  return withKey([...frozenCases(view), ...cases.values(), ...handmadeCases.values()], directory, key, source);
}

/**
 * The only case found for a key.
 * @throws CaseclockError `cases.unknownKey` | `cases.ambiguousKey` with the candidates in its message
 */
export function requireOnlyCase(found: readonly Case[], key: string): Case {
  const [only, ...others] = found;
  if (only === undefined) throw new CaseclockError("cases.unknownKey", `no case with the key ${key}`);
  if (others.length > 0) {
    const candidates = found.map((one) => `${one.ref.source} (${one.title})`).join(", ");
    throw new CaseclockError("cases.ambiguousKey", `${key} is a key of several sources: ${candidates}`);
  }
  return only;
}

/** A renamed case is also found by its old key, unless a case has that key now. */
function withKey(
  frozen: readonly Case[],
  directory: CaseDirectory,
  key: string,
  source: string | undefined,
): readonly Case[] {
  const inSource = frozen.filter(({ ref }) => source === undefined || ref.source === source);
  const now = latest(inSource, directory).filter((one) => one.key === key);
  if (now.length > 0) return now;
  return latest(
    inSource.filter((one) => one.key === key),
    directory,
  );
}

function frozenCases({ ledger }: LedgerView): readonly Case[] {
  return ledger.entries.all.map(({ entry }) => entry.case);
}

/** Each case once: its latest snapshot, else as it was frozen last. */
function latest(frozen: readonly Case[], directory: CaseDirectory): readonly Case[] {
  return [...new Map(frozen.map((one) => [caseRefKey(one.ref), directory.find(one.ref) ?? one])).values()];
}
