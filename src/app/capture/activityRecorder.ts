import type { IDisposable } from "../../base/disposable.ts";
import { HEARTBEAT_KINDS, type HeartbeatKind, type KindCounts, type RowClass } from "../../domain/capture/heartbeat.ts";
import type { Clock } from "../../ports/clock.ts";

/** What signs of one folder share; the adapter keeps one object per folder, whose identity is the key. */
export interface ActivityContext {
  /** URI of the folder, or of the window when there is none. */
  readonly folder: string;
}

/** Signs of one class in one context: instants as the clock gave them, not floored yet. */
export interface ActivityRow {
  readonly context: ActivityContext;
  readonly class: RowClass;
  readonly first: number;
  readonly last: number;
  readonly counts: KindCounts;
}

interface Bucket {
  readonly context: ActivityContext;
  readonly class: RowClass;
  /** 0: nothing since the last row. */
  first: number;
  last: number;
  counts: Record<HeartbeatKind, number>;
}

/** A row is written this long after the first sign in it, so a crash loses little more. */
const WRITE_AFTER_MS = 2_000;
/** Signs further apart than this go into rows of their own, so that no gap hides inside a row. */
const LONGEST_SILENCE_MS = 5_000;

/**
 * Collects the signs of one window. `observe` is called for every keystroke: it reads no clock, allocates nothing and
 * waits for nothing; a timer runs only while there is something to write.
 */
export class ActivityRecorder implements IDisposable {
  private readonly clock: Clock;
  private readonly write: (rows: readonly ActivityRow[]) => void;
  private readonly buckets: Readonly<Record<RowClass, Map<ActivityContext, Bucket>>> = {
    person: new Map(),
    agent: new Map(),
    scroll: new Map(),
    presence: new Map(),
  };
  private rows: ActivityRow[] = [];
  private current: Bucket | undefined;
  private timer: IDisposable | undefined;
  private lastContext: ActivityContext | undefined;
  private lastAt = 0;

  /** @param write takes over the rows and keeps them until they are durable */
  constructor(clock: Clock, write: (rows: readonly ActivityRow[]) => void) {
    this.clock = clock;
    this.write = write;
  }

  /** The person's last sign or scroll, whether written yet or not; undefined: none yet. */
  get lastSign(): { readonly context: ActivityContext; readonly at: number } | undefined {
    return this.lastContext === undefined ? undefined : { context: this.lastContext, at: this.lastAt };
  }

  /**
   * Takes one sign. Gaining focus begins a new row: readers of rows rely on it.
   * @param at the wall clock, milliseconds
   * @param agent nobody was there; ignored for scroll and presence
   */
  observe(context: ActivityContext, kind: HeartbeatKind, at: number, agent = false): void {
    const rowClass = kind === "scroll" || kind === "presence" ? kind : agent ? "agent" : "person";
    let bucket = this.current;
    if (bucket?.context !== context || bucket.class !== rowClass) bucket = this.bucketFor(context, rowClass);
    if (bucket.first === 0) {
      bucket.first = at;
      this.timer ??= this.clock.after(WRITE_AFTER_MS, () => {
        this.flush();
      });
    } else if (at - bucket.last > LONGEST_SILENCE_MS || at < bucket.last || kind === "focus") {
      this.seal(bucket);
      bucket.first = at;
    }
    bucket.last = at;
    bucket.counts[kind] += 1;
    if (rowClass === "person" || rowClass === "scroll") {
      this.lastContext = context;
      this.lastAt = at;
    }
  }

  /** Writes out all rows collected so far. */
  flush(): void {
    this.timer?.dispose();
    this.timer = undefined;
    for (const buckets of Object.values(this.buckets)) {
      for (const bucket of buckets.values()) this.seal(bucket);
      // Contexts come and go with folders and documents: buckets are made again at the next sign.
      buckets.clear();
    }
    this.current = undefined;
    const { rows } = this;
    this.rows = [];
    if (rows.length > 0) this.write(rows);
  }

  dispose(): void {
    this.timer?.dispose();
    this.timer = undefined;
  }

  private bucketFor(context: ActivityContext, rowClass: RowClass): Bucket {
    const buckets = this.buckets[rowClass];
    let bucket = buckets.get(context);
    if (bucket === undefined) {
      bucket = { context, class: rowClass, first: 0, last: 0, counts: noCounts() };
      buckets.set(context, bucket);
    }
    this.current = bucket;
    return bucket;
  }

  private seal(bucket: Bucket): void {
    if (bucket.first === 0) return;
    const { context, first, last, counts } = bucket;
    const seen = Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)) as KindCounts;
    this.rows.push({ context, class: bucket.class, first, last, counts: seen });
    bucket.first = 0;
    bucket.counts = noCounts();
  }
}

function noCounts(): Record<HeartbeatKind, number> {
  return Object.fromEntries(HEARTBEAT_KINDS.map((kind) => [kind, 0])) as Record<HeartbeatKind, number>;
}
