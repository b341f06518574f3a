/** Something that holds a resource until `dispose()` is called. Calling it twice does nothing the second time. */
export interface IDisposable {
  dispose(): void;
}

/** A disposable that runs `release` once. */
export function toDisposable(release: () => void): IDisposable {
  let released = false;
  return {
    dispose: () => {
      if (released) return;
      released = true;
      release();
    },
  };
}

/**
 * Owns disposables and releases them in reverse order of adding.
 * Anything added after `dispose()` is released at once, so a late answer cannot leak.
 */
export class DisposableStore implements IDisposable {
  private readonly owned: IDisposable[] = [];
  private disposed = false;

  add<T extends IDisposable>(disposable: T): T {
    if (this.disposed) disposable.dispose();
    else this.owned.push(disposable);
    return disposable;
  }

  dispose(): void {
    this.disposed = true;
    for (let next = this.owned.pop(); next !== undefined; next = this.owned.pop()) next.dispose();
  }
}

/** Holds at most one disposable: setting a new one releases the previous one. */
export class MutableDisposable<T extends IDisposable> implements IDisposable {
  private current: T | undefined;
  private disposed = false;

  get value(): T | undefined {
    return this.current;
  }

  set value(next: T | undefined) {
    if (next === this.current) return;
    this.current?.dispose();
    this.current = next;
    if (this.disposed) this.dispose();
  }

  dispose(): void {
    this.disposed = true;
    this.current?.dispose();
    this.current = undefined;
  }
}
