import { draftsOf } from "../domain/drafts.ts";
import { MOST_DESCRIPTION } from "../domain/description.ts";
import { CaseclockError } from "../domain/errors.ts";
import type { DraftEntry } from "../domain/timeEntry.ts";
import type { EventLog } from "../ports/eventLog.ts";
import type { Settings } from "../ports/settings.ts";
import type { CaseDirectory } from "./caseDirectory.ts";
import type { EventFactory } from "./eventFactory.ts";
import type { LedgerView } from "./ledgerView.ts";

export interface DescribeContext {
  readonly log: EventLog;
  readonly view: LedgerView;
  readonly factory: EventFactory;
  readonly directory: CaseDirectory;
  readonly settings: () => Settings;
}

/**
 * Keeps what a person wrote about a draft, in place of what is drafted.
 * @param text up to 2,000 characters; empty or only spaces: it is drafted again
 * @returns the description that holds now
 * @throws CaseclockError `arguments.invalid` when it is too long, or the draft has no id yet
 */
export async function describeDraft(
  { log, view, factory, directory, settings }: DescribeContext,
  draft: DraftEntry,
  text: string,
): Promise<string> {
  const { entryId, day } = draft;
  const { ref } = draft.case;
  const description = text.trim();
  if (description === draft.description) return description; // so that what comes later is drafted too
  if (entryId === undefined || Array.from(description).length > MOST_DESCRIPTION) {
    throw new CaseclockError("arguments.invalid", "a description of at most 2,000 characters, of a draft with an id");
  }
  const body = { kind: "described", entryId, case: ref, entryDay: day, description } as const;
  await log.append([factory.create(body, { case: ref, entryId })]);
  const drafts = draftsOf(await view.sheet(day), view.ledger, settings(), (one) => directory.find(one));
  return drafts.find((one) => one.entryId === entryId)?.description ?? description;
}
