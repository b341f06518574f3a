import { appendTo } from "../../base/collections.ts";

/**
 * Runs work on items that arrive bit by bit: items with the same key in order and never two at once, and at most `most`
 * items at a time. Items added while others run begin without a pause.
 */
export class KeyedQueue<T> {
  private readonly most: number;
  private readonly toKey: (item: T) => string;
  private readonly work: (item: T) => Promise<void>;
  /** Items that have not begun, by key. */
  private readonly waiting = new Map<string, T[]>();
  private readonly running = new Set<string>();
  private left = 0;
  private failure: { readonly error: unknown } | undefined;
  private watchers: (() => void)[] = [];

  /** @param work after its first failure no further item begins */
  constructor(most: number, toKey: (item: T) => string, work: (item: T) => Promise<void>) {
    this.most = most;
    this.toKey = toKey;
    this.work = work;
  }

  add(items: readonly T[]): void {
    for (const item of items) appendTo(this.waiting, this.toKey(item), item);
    this.left += items.length;
    this.begin();
  }

  /** Resolves when at most `count` items are left. @throws what `work` threw first, once nothing is running */
  async whenAtMost(count: number): Promise<void> {
    while (this.failure === undefined ? this.left > count : this.running.size > 0) {
      await new Promise<void>((resolve) => this.watchers.push(resolve));
    }
    if (this.failure !== undefined) throw this.failure.error;
  }

  private begin(): void {
    for (const [key, lane] of this.waiting) {
      if (this.running.size >= this.most || this.failure !== undefined) return;
      if (this.running.has(key)) continue;
      const item = lane.shift();
      if (lane.length === 0) this.waiting.delete(key);
      if (item === undefined) continue;
      this.running.add(key);
      void this.run(key, item);
    }
  }

  private async run(key: string, item: T): Promise<void> {
    try {
      await this.work(item);
    } catch (error) {
      this.failure ??= { error };
    }
    this.running.delete(key);
    this.left -= 1;
    this.begin();
    for (const wake of this.watchers.splice(0)) wake();
  }
}
