import { SystemClock } from "../../src/adapters/node/system/systemClock.ts";
import { toDisposable, type IDisposable } from "../../src/base/disposable.ts";
import { MINUTE_MS } from "../../src/base/time.ts";

/** Real time, but for the look every minute, which a test asks for; it counts what is left running. */
export class CountingClock extends SystemClock {
  running = 0;
  private readonly minutely = new Set<() => void>();

  override after(ms: number, run: () => void): IDisposable {
    this.running += 1;
    const end = toDisposable(() => (this.running -= 1));
    const timer = super.after(ms, () => {
      end.dispose();
      run();
    });
    return toDisposable(() => {
      timer.dispose();
      end.dispose();
    });
  }

  override every(ms: number, run: () => void): IDisposable {
    if (ms !== MINUTE_MS) throw new Error("an unexpected interval");
    this.running += 1;
    this.minutely.add(run);
    return toDisposable(() => {
      this.running -= 1;
      this.minutely.delete(run);
    });
  }

  minute(): void {
    for (const run of this.minutely) run();
  }
}
