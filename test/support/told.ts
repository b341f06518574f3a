/** What a watch tells, to be waited for. */
export class Told<T> {
  readonly items: T[] = [];
  readonly errors: unknown[] = [];
  private waiting: (() => void)[] = [];

  readonly take = (items: T | readonly T[]): void => {
    this.items.push(...(Array.isArray(items) ? (items as readonly T[]) : [items as T]));
    for (const resolve of this.waiting.splice(0)) resolve();
  };
  readonly fail = (error: unknown): void => {
    this.errors.push(error);
    for (const resolve of this.waiting.splice(0)) resolve();
  };

  async until(done: (told: this) => boolean): Promise<void> {
    while (!done(this)) await new Promise<void>((resolve) => this.waiting.push(resolve));
  }
}
