import type { IDisposable } from "../base/disposable.ts";
import type { HeartbeatKind, KindCounts } from "../domain/heartbeat.ts";
import type { Clock } from "../ports/clock.ts";

/** What signs of one folder have in common; the adapter keeps one object per folder, and its identity is the key. */
export interface ActivityContext {
  /** URI of the folder, or of the window when there is none. */
  readonly folder: string;
}

/** What was seen in one context: instants as the clock gave them, not floored yet. */
export interface ActivityRow {
  readonly context: ActivityContext;
  readonly agent: boolean;
  readonly first: number;
  readonly last: number;
  readonly counts: KindCounts;
}

interface Bucket {
  readonly context: ActivityContext;
  readonly agent: boolean;
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
export class RecordActivity implements IDisposable {
  private readonly clock: Clock;
  private readonly write: (rows: readonly ActivityRow[]) => void;
  private readonly buckets = new Map<ActivityContext, Bucket>();
  private readonly agentBuckets = new Map<ActivityContext, Bucket>();
  private rows: ActivityRow[] = [];
  private current: Bucket | undefined;
  private timer: IDisposable | undefined;

  /** @param write takes the rows over; it keeps them until they are durable */
  constructor(clock: Clock, write: (rows: readonly ActivityRow[]) => void) {
    this.clock = clock;
    this.write = write;
  }

  /** @param at the wall clock, milliseconds */
  observe(context: ActivityContext, kind: HeartbeatKind, at: number, agent = false): void {
    let bucket = this.current;
    if (bucket?.context !== context || bucket.agent !== agent) bucket = this.bucketOf(context, agent);
    if (bucket.first === 0) {
      bucket.first = at;
      this.timer ??= this.clock.after(WRITE_AFTER_MS, () => {
        this.flush();
      });
    } else if (at - bucket.last > LONGEST_SILENCE_MS || at < bucket.last) {
      this.seal(bucket);
      bucket.first = at;
    }
    bucket.last = at;
    bucket.counts[kind] += 1;
  }

  /** Hands over what is there now. */
  flush(): void {
    this.timer?.dispose();
    this.timer = undefined;
    for (const bucket of this.buckets.values()) this.seal(bucket);
    for (const bucket of this.agentBuckets.values()) this.seal(bucket);
    // Contexts come and go with folders and documents: they are found again at the next sign.
    this.buckets.clear();
    this.agentBuckets.clear();
    this.current = undefined;
    const { rows } = this;
    this.rows = [];
    if (rows.length > 0) this.write(rows);
  }

  dispose(): void {
    this.timer?.dispose();
    this.timer = undefined;
  }

  private bucketOf(context: ActivityContext, agent: boolean): Bucket {
    const buckets = agent ? this.agentBuckets : this.buckets;
    let bucket = buckets.get(context);
    if (bucket === undefined) {
      bucket = { context, agent, first: 0, last: 0, counts: noCounts() };
      buckets.set(context, bucket);
    }
    this.current = bucket;
    return bucket;
  }

  private seal(bucket: Bucket): void {
    if (bucket.first === 0) return;
    const { context, agent, first, last, counts } = bucket;
    const seen = Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)) as KindCounts;
    this.rows.push({ context, agent, first, last, counts: seen });
    bucket.first = 0;
    bucket.counts = noCounts();
  }
}

function noCounts(): Record<HeartbeatKind, number> {
  return { edit: 0, select: 0, save: 0, switch: 0, terminal: 0, focus: 0, scm: 0, debug: 0 };
}
