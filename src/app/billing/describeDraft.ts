import { CaseclockError } from "../../domain/errors.ts";
import type { Settings } from "../../ports/settings.ts";
import type { CaseDirectory } from "../cases/caseDirectory.ts";
import { listDrafts, writeDraftDescription } from "../edits/draftEdits.ts";
import type { EditContext } from "../edits/reassign.ts";
import type { DraftEntry } from "../../domain/entries/draftEntry.ts";

export interface DescribeContext extends EditContext {
  readonly directory: CaseDirectory;
  readonly settings: () => Settings;
}

/**
 * Replaces the drafted description of a draft in a preview by what a person wrote.
 * @param text up to 2,000 characters; empty or only spaces: it is drafted again
 * @returns the description in force now
 * @throws CaseclockError `arguments.invalid` when it is too long, or the draft has no id yet | `entries.stale` when it
 * is no longer a draft
 */
export async function describeDraft(context: DescribeContext, draft: DraftEntry, text: string): Promise<string> {
  const { entryId, day, case: of } = draft;
  if (entryId === undefined) throw new CaseclockError("arguments.invalid", "a draft is described once it has an id");
  const drafting = { ...context, drafting: context.settings };
  await writeDraftDescription(drafting, { entryId, case: of.ref, day }, text);
  return (await listDrafts(drafting, day)).find((one) => one.entryId === entryId)?.description ?? text.trim();
}
