import { startOfDay, type EpochMs } from "../../base/time.ts";
import { EDIT_KINDS } from "../../domain/edits/undoStack.ts";
import type { DraftingOptions } from "../../domain/entries/description.ts";
import { listDeliveries } from "../../domain/entries/approvedEntries.ts";
import type { EventBody, EventKind, LogEvent } from "../../domain/log/events.ts";
import type { Ledger } from "../../domain/ledger.ts";
import { EntryLife } from "./entryLife.ts";
import { originOf } from "../../domain/capture/originOf.ts";
import type { DraftEntry } from "../../domain/entries/draftEntry.ts";
import type { ApprovedEntry } from "../../domain/log/approvedEntry.ts";
import type { Journal } from "../ledger/journal.ts";

/** One change of an entry: what happened, and what was there before, where that is known. */
export interface HistoryStep {
  readonly at: EpochMs;
  /** The person whose ledger it is, or the billing system. */
  readonly by: "person" | "billing";
  /** Who the person was: their account at the billing system connected then, else at the computer. */
  readonly name?: string;
  readonly body: EventBody;
  /** What the event replaced: the cases of moved time, the text or activity before, the amount written down before. */
  readonly before?: string | number;
  /** Of a correction: the revision that it replaces. */
  readonly corrected?: ApprovedEntry;
  /** Of a write-down: what was written down of the entry from then on. @format seconds */
  readonly after?: number;
  /** Whether it still holds or was undone later. */
  readonly state: "holds" | "undone";
}

export interface HistoryContext {
  readonly journal: Journal;
  readonly drafting: () => DraftingOptions;
}

const KINDS: readonly EventKind[] = [...EDIT_KINDS, "redone", "withdrawn", "refused", "receipted"];
const NAMING_KINDS: readonly EventKind[] = ["person", "connected", "disconnected"];

/** All changes of an entry, by a person or the billing system's answers, the oldest first. */
export async function entryHistory(
  { journal: { log, view }, drafting }: HistoryContext,
  subject: ApprovedEntry | DraftEntry,
): Promise<readonly HistoryStep[]> {
  await view.catchUp();
  const { ledger } = view;
  const events = await log.read({ kinds: KINDS, from: startOfDay(subject.day, subject.zone) });
  const nameAt = namesIn(await log.read({ kinds: NAMING_KINDS }));
  const off = takenBack(events, ledger);
  const life = new EntryLife(subject, events, await view.sheet(subject.day), ledger, drafting().grouping ?? "day");
  let told: { readonly step: HistoryStep; readonly isInPlace: boolean }[] = [];
  let approved: ApprovedEntry | undefined;
  for (const event of events) {
    const receipt = receiptIn(event, subject);
    if (receipt !== undefined) told.push({ step: receipt, isInPlace: false });
    const taken = life.take(event);
    // Changes in the entry's place before another entry was approved there belong to that other entry.
    if (taken.is === "another") told = told.filter(({ isInPlace }) => !isInPlace);
    if (taken.is === "nothing" || taken.is === "another") continue;
    const { before, after } = taken;
    const { body } = event;
    const corrected = body.kind === "approved" && body.entry.revision > 1 ? approved : undefined;
    // A correction appends a `withdrawn` to stop a window that is about to send: nobody withdrew the entry.
    if (corrected !== undefined && told.at(-1)?.step.body.kind === "withdrawn") told.pop();
    if (body.kind === "approved") approved = body.entry;
    const name = nameAt(event);
    const step: HistoryStep = {
      at: event.at,
      by: body.kind === "refused" ? "billing" : "person",
      ...(name === undefined ? {} : { name }),
      body,
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
      ...(corrected === undefined ? {} : { corrected }),
      state: off.has(event.id) ? "undone" : "holds",
    };
    told.push({ step, isInPlace: taken.is === "place" });
  }
  return told.map(({ step }) => step);
}

/** Ids of the events that no longer hold. */
function takenBack(events: readonly LogEvent[], { entries }: Ledger): ReadonlySet<string> {
  const off = new Set<string>();
  for (const { body } of events) {
    if (body.kind === "undone" && !entries.hasDeclaration(body.eventId)) off.add(body.eventId);
    else if (body.kind === "redone") off.delete(body.eventId);
  }
  return off;
}

/** The entry's receipt in an event, which may hold many. */
function receiptIn({ at, body }: LogEvent, { entryId }: ApprovedEntry | DraftEntry): HistoryStep | undefined {
  if (body.kind !== "receipted") return undefined;
  const one = listDeliveries(body).find((each) => each.entryId === entryId);
  return one?.kind === "receipted" ? { at, by: "billing", body: one, state: "holds" } : undefined;
}

/** Returns who made an event, by what its ledger had recorded before. */
function namesIn(naming: readonly LogEvent[]): (event: LogEvent) => string | undefined {
  return ({ seq, windowId }) => {
    let account: { readonly id: string; readonly name: string } | undefined;
    let person: string | undefined;
    for (const said of naming) {
      if (said.seq > seq) break;
      if (originOf(said.windowId) !== originOf(windowId)) continue;
      const { body } = said;
      if (body.kind === "person") person = body.name;
      else if (body.kind === "connected") account = { id: body.connection.id, name: body.connection.account.name };
      else if (body.kind === "disconnected" && account?.id === body.connectionId) account = undefined;
    }
    return account === undefined || account.name === "" ? person : account.name;
  };
}
