import type { CaseDirectory } from "../../app/cases/caseDirectory.ts";
import type { LedgerView } from "../../app/ledger/ledgerView.ts";
import { caseDays } from "../../domain/day/daySheet.ts";
import type { TodayLine } from "../../ports/commands.ts";

/** Today's figures by case, in order of first work. */
export async function readTodayLines(
  view: LedgerView,
  directory: CaseDirectory,
): Promise<readonly (TodayLine & { readonly title: string })[]> {
  const sheet = await view.sheet(view.today());
  return caseDays(sheet).map(({ case: ref, ...figures }) => {
    const known = ref === null ? undefined : directory.find(ref);
    return { key: known?.key ?? ref?.id, source: ref?.source, title: known?.title ?? "", ...figures };
  });
}
