import { MutableDisposable, type IDisposable } from "../../base/disposable.ts";
import { HOUR_MS, MINUTE_MS } from "../../base/time.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Git, Marker, WorkTree } from "../../ports/git.ts";

/** After so many failures a run stops, because each attempt may last until git times out. */
const MAX_FAILURES = 3;
/** How many times a note is tried before it is dropped. */
const MAX_TRIES = 12;
/** How many notes wait at most; further ones push out the oldest. */
const MAX_WAITING = 1_000;

interface Waiting {
  readonly workTree: WorkTree;
  readonly sha: string;
  readonly marker: Marker;
  tries: number;
}

/**
 * Writes git notes with cases, one after the other. One that fails does not hold up the others: it is retried after a
 * minute, then after twice as long each time, at most an hour. A failure is reported once until all are written.
 */
export class CommitNotes implements IDisposable {
  private readonly git: Git;
  private readonly clock: Clock;
  private readonly report: (error: unknown) => void;
  private readonly again: () => void;
  private readonly waiting = new Map<string, Waiting>();
  private readonly timer = new MutableDisposable();
  private wait = MINUTE_MS;
  private hasTold = false;

  /** @param again called when it is time to write what is left */
  constructor(git: Git, clock: Clock, report: (error: unknown) => void, again: () => void) {
    this.git = git;
    this.clock = clock;
    this.report = report;
    this.again = again;
  }

  add(workTree: WorkTree, sha: string, marker: Marker): void {
    const [oldest] = this.waiting.keys();
    if (this.waiting.size >= MAX_WAITING && oldest !== undefined) this.waiting.delete(oldest);
    this.waiting.set(`${workTree.root}\n${sha}`, { workTree, sha, marker, tries: 0 });
  }

  /** Writes the waiting notes. Never rejects. */
  async write(): Promise<void> {
    let failures = 0;
    for (const [key, note] of [...this.waiting]) {
      if (failures === MAX_FAILURES) break;
      try {
        await this.git.writeNote(note.workTree, note.sha, note.marker);
        this.waiting.delete(key);
      } catch (error) {
        failures += 1;
        note.tries += 1;
        this.waiting.delete(key);
        // Goes behind those that were not tried yet.
        if (note.tries < MAX_TRIES) this.waiting.set(key, note);
        if (!this.hasTold) this.report(error);
        this.hasTold = true;
      }
    }
    if (this.waiting.size === 0) {
      this.hasTold = false;
      this.wait = MINUTE_MS;
      this.timer.value = undefined;
      return;
    }
    this.timer.value = this.clock.after(this.wait, this.again);
    this.wait = Math.min(this.wait * 2, HOUR_MS);
  }

  dispose(): void {
    this.timer.dispose();
  }
}
