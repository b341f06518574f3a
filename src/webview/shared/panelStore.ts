/** Holds the state of a panel, redraws once per event, and sends the panel's requests. */
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

  /** Changes part of the state; the page is redrawn once, after the current event. `undefined` removes a part. */
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

/** Parts of a state; `undefined` removes one. */
export type Change<State> = { readonly [K in keyof State]?: State[K] | undefined };
