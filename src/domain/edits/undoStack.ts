import type { EpochMs } from "../../base/time.ts";
import type { ActId, BodyOf, LogEvent } from "../log/events.ts";

/** Kinds of events that a person makes by hand and can undo. */
export const EDIT_KINDS = [
  "reassigned",
  "struck",
  "declared",
  "described",
  "activitySet",
  "split",
  "merged",
  "writtenDown",
  "approved",
  "undone",
] as const;

export type EditKind = (typeof EDIT_KINDS)[number];
export type EditBody = BodyOf<EditKind>;

/** What a person did at once, and undoes at once. */
export interface Act {
  readonly id: ActId;
  readonly at: EpochMs;
  readonly parts: readonly { readonly eventId: string; readonly body: EditBody }[];
}

interface GrowingAct extends Act {
  readonly parts: Act["parts"][number][];
}

/** How many acts can be undone. */
const MAX_ACTS = 200;

/**
 * The acts of a person that can be undone, and those that can be redone: the two stacks of an editor, but derived from
 * the log, so that a reload or another window changes nothing. A new act clears what could be redone.
 */
export class UndoStack {
  private done: GrowingAct[] = [];
  private undone: GrowingAct[] = [];

  /** The latest last. */
  get undoable(): readonly Act[] {
    return this.done;
  }

  /** The latest undone last. */
  get redoable(): readonly Act[] {
    return this.undone;
  }

  apply({ id, at, body }: LogEvent): void {
    switch (body.kind) {
      case "redone":
        if (body.undoes !== undefined) this.takeBack(body.undoes);
        else if (body.redoes !== undefined) this.doAgain(body.redoes);
        return;
      case "undone":
        if (body.redoes !== undefined) this.doAgain(body.redoes);
        else if (body.undoes !== undefined) this.takeBack(body.undoes);
        else if (body.act === undefined && this.has(body.eventId)) this.takeBack(body.eventId);
        else this.add(id, body.act, at, body);
        return;
      case "withdrawn":
        if (body.undoes !== undefined) this.done = this.done.filter((act) => act.id !== body.undoes);
        return;
      case "approved":
        // A correction is the entry's next revision, and only another one takes it back.
        if (body.entry.revision === 1) this.add(id, body.act, at, body);
        return;
      case "reassigned":
      case "struck":
      case "declared":
      case "described":
      case "activitySet":
      case "split":
      case "merged":
      case "writtenDown":
        this.add(id, body.act, at, body);
        return;
      default:
        return;
    }
  }

  private has(id: ActId): boolean {
    return this.done.some((act) => act.id === id);
  }

  private add(eventId: string, act: ActId | undefined, at: EpochMs, body: EditBody): void {
    const part = { eventId, body };
    const last = this.done.at(-1);
    if (act !== undefined && last?.id === act) {
      last.parts.push(part); // an approval may have thousands
      return;
    }
    this.undone = [];
    this.done.push({ id: act ?? eventId, at, parts: [part] });
    if (this.done.length > MAX_ACTS) this.done.shift();
  }

  private takeBack(id: ActId): void {
    const found = this.done.find((act) => act.id === id);
    if (found === undefined) return; // a further event of an act that was already moved
    this.done = this.done.filter((act) => act !== found);
    this.undone.push(found);
  }

  private doAgain(id: ActId): void {
    const found = this.undone.find((act) => act.id === id);
    if (found === undefined) return;
    this.undone = this.undone.filter((act) => act !== found);
    this.done.push(found);
  }
}
