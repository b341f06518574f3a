import type { NewEvent } from "../../domain/log/events.ts";
import type { DraftEntry } from "../../domain/entries/draftEntry.ts";
import type { Journal } from "../ledger/journal.ts";

/** The event that gives a draft its id for life. */
export function makeMintEvent(journal: Journal, draft: DraftEntry, entryId: string): NewEvent {
  const { ref } = draft.case;
  const begin = draft.from ?? draft.start;
  const from = begin === undefined ? {} : { from: begin };
  return journal.create(
    { kind: "entryMinted", entryId, case: ref, entryDay: draft.day, ...from },
    { case: ref, entryId },
  );
}
