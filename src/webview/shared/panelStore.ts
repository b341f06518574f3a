/** Holds the state of a panel, has each change of it shown once, and sends the panel's requests. */
export class PanelStore<State extends { readonly scroll: number }, Request> {
  readonly post: (request: Request) => void;
  private current: State;
  private isScheduled = false;
  private readonly onDidChange: (state: State) => void;

  constructor(first: State, post: (request: Request) => void, onDidChange: (state: State) => void) {
    this.current = first;
    this.post = post;
    this.onDidChange = onDidChange;
  }

  get state(): State {
    return this.current;
  }

  /** Changes part of the state; it is shown once, after the present event. `undefined` takes a part away. */
  update(change: Change<State>): void {
    const next = Object.entries<unknown>({ ...this.current, ...change }).filter(([, value]) => value !== undefined);
    this.current = Object.fromEntries(next) as unknown as State;
    if (this.isScheduled) return;
    this.isScheduled = true;
    queueMicrotask(() => {
      this.isScheduled = false;
      this.onDidChange(this.current);
    });
  }

  /** Notes where the page was scrolled to. Nothing is drawn for that. */
  setScroll(scroll: number): void {
    this.current = { ...this.current, scroll };
  }
}

/** Parts of a state, `undefined` for those that it is not to have any more. */
export type Change<State> = { readonly [K in keyof State]?: State[K] | undefined };
