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

/** One change of an entry: what happened, and what it was before, where that is kept. */
export interface HistoryStep {
  readonly at: EpochMs;
  /** The person whose ledger it is, or the billing system. */
  readonly by: "person" | "billing";
  /** Who the person was: the account at the billing system that was in use then, else the one at the computer. */
  readonly name?: string;
  readonly body: EventBody;
  /** What the body replaced: the cases of moved time, the text or activity before, the amount written down before. */
  readonly before?: string | number;
  /** Of a correction: the revision that it replaces. */
  readonly corrected?: ApprovedEntry;
  /** Of a write-down: what was written down of the entry from then on. @format seconds */
  readonly after?: number;
  /** It was taken back, or done again, later. */
  readonly state: "holds" | "undone";
}

export interface HistoryContext {
  readonly journal: Journal;
  readonly drafting: () => DraftingOptions;
}

const KINDS: readonly EventKind[] = [...EDIT_KINDS, "redone", "withdrawn", "refused", "receipted"];
const NAMING_KINDS: readonly EventKind[] = ["person", "connected", "disconnected"];

/** Everything that a person, or the billing system's answer, changed about an entry, the oldest first. */
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
    // What lay in the place of an entry until another one was approved there was that one's.
    if (taken.is === "another") told = told.filter(({ isInPlace }) => !isInPlace);
    if (taken.is === "nothing" || taken.is === "another") continue;
    const { before, after } = taken;
    const { body } = event;
    const corrected = body.kind === "approved" && body.entry.revision > 1 ? approved : undefined;
    // A correction calls off the revision before it, should a window be about to send it: nobody has withdrawn that.
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

/** Ids of the events that do not hold any more. */
function takenBack(events: readonly LogEvent[], { entries }: Ledger): ReadonlySet<string> {
  const off = new Set<string>();
  for (const { body } of events) {
    if (body.kind === "undone" && !entries.hasDeclaration(body.eventId)) off.add(body.eventId);
    else if (body.kind === "redone") off.delete(body.eventId);
  }
  return off;
}

/** The billing system's answer, which may be one of many in an event. */
function receiptIn({ at, body }: LogEvent, { entryId }: ApprovedEntry | DraftEntry): HistoryStep | undefined {
  if (body.kind !== "receipted") return undefined;
  const one = listDeliveries(body).find((each) => each.entryId === entryId);
  return one?.kind === "receipted" ? { at, by: "billing", body: one, state: "holds" } : undefined;
}

/** Who made an event, by what its ledger had said of that before. */
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
