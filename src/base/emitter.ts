import { toDisposable, type IDisposable } from "./disposable.ts";

/** Subscribes a listener; disposing the result ends the subscription. */
export type Event<T> = (listener: (value: T) => void) => IDisposable;

/** A source of events that needs no VS Code. Listeners are called in the order in which they subscribed. */
export class Emitter<T> implements IDisposable {
  private readonly listeners = new Set<(value: T) => void>();

  readonly event: Event<T> = (listener) => {
    const own = (value: T): void => {
      listener(value);
    };
    this.listeners.add(own);
    return toDisposable(() => this.listeners.delete(own));
  };

  fire(value: T): void {
    for (const listener of [...this.listeners]) listener(value);
  }

  dispose(): void {
    this.listeners.clear();
  }
}

/** A value with a change event. Setting an equal value (by `equals`, default `===`) is silent. */
export class ObservableValue<T> implements IDisposable {
  private readonly changed = new Emitter<T>();
  private current: T;
  private readonly equals: (a: T, b: T) => boolean;

  constructor(initial: T, equals: (a: T, b: T) => boolean = (a, b) => a === b) {
    this.current = initial;
    this.equals = equals;
  }

  readonly onDidChange: Event<T> = (listener) => this.changed.event(listener);

  get value(): T {
    return this.current;
  }

  set(next: T): void {
    if (this.equals(this.current, next)) return;
    this.current = next;
    this.changed.fire(next);
  }

  dispose(): void {
    this.changed.dispose();
  }
}
