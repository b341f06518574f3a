import type { NewEvent } from "../../domain/log/events.ts";
import type { EventFactory } from "../ledger/eventFactory.ts";
import type { DraftEntry } from "../../domain/entries/draftEntry.ts";

/** Gives a draft its id for life. */
export function mintEntry(factory: EventFactory, draft: DraftEntry, entryId: string): NewEvent {
  const { ref } = draft.case;
  const begin = draft.from ?? draft.start;
  const from = begin === undefined ? {} : { from: begin };
  return factory.create(
    { kind: "entryMinted", entryId, case: ref, entryDay: draft.day, ...from },
    { case: ref, entryId },
  );
}
