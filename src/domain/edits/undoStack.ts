import type { EpochMs } from "../../base/time.ts";
import type { ActId, BodyOf, LogEvent } from "../log/events.ts";

/** What a person changes by hand, and can take back. */
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

/** What a person did at once. */
export interface Act {
  readonly id: ActId;
  readonly at: EpochMs;
  readonly parts: readonly { readonly eventId: string; readonly body: EditBody }[];
}

interface GrowingAct extends Act {
  readonly parts: Act["parts"][number][];
}

/** How far back one can go. */
const MAX_ACTS = 200;

/**
 * The acts of a person that can be taken back, and those that were and can be done again: the two stacks of an editor, kept
 * by the log, so that a reload or another window changes nothing of them. A new act ends what could be redone.
 */
export class UndoStack {
  private done: GrowingAct[] = [];
  private undone: GrowingAct[] = [];

  /** The latest last. */
  get undoable(): readonly Act[] {
    return this.done;
  }

  /** The latest taken back last. */
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
        // A correction is told by the entry's next revision and taken back by another one.
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
    if (found === undefined) return; // a further part of one that has been moved already
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
