import { DisposableStore, MutableDisposable, type IDisposable } from "../../base/disposable.ts";
import { HOUR_MS, MINUTE_MS, formatClock } from "../../base/time.ts";
import { CaseclockError } from "../../domain/errors.ts";
import type { SyncResult } from "../../ports/billingResults.ts";
import { pushApproved, listReadyEntries, type SyncContext } from "./syncTimeEntries.ts";

export interface AutomaticSyncContext extends SyncContext {
  /** Receives results that a person has to know about: refused entries, a rejected token. */
  readonly tell: (result: SyncResult) => void;
  readonly report: (error: unknown) => void;
}

/** Waits for further approvals: those of one review come one after the other. */
const AFTER_APPROVAL_MS = 5_000;

/**
 * Sends approved entries automatically, as set: after an approval, every hour, or once a day. It never approves
 * anything, respects the waits of earlier failures, and shows nothing while all goes well.
 */
export class AutomaticSync implements IDisposable {
  private readonly store = new DisposableStore();
  private readonly soon = this.store.add(new MutableDisposable<IDisposable>());
  private readonly context: AutomaticSyncContext;
  private readonly stop = new AbortController();
  private seenApproval: number | undefined;
  private running: Promise<void> | undefined;
  private lastHour = 0;
  private lastDay = "";

  constructor(context: AutomaticSyncContext) {
    this.context = context;
    this.store.add(
      context.journal.clock.every(MINUTE_MS, () => {
        this.onMinute();
      }),
    );
    this.store.add(
      context.journal.view.onDidChange(() => {
        this.onChange();
      }),
    );
  }

  /** Stops sending. Nobody waits for requests in flight: the next sync looks them up. */
  dispose(): void {
    this.stop.abort();
    this.store.dispose();
  }

  /** Resolves when nothing is being sent. */
  async settled(): Promise<void> {
    await this.running;
  }

  private onChange(): void {
    const {
      journal: { view, clock },
      settings,
    } = this.context;
    const seq = view.ledger.lastSeqFor("approved");
    // Approvals that are read from history at the start are not new.
    const isNew = this.seenApproval !== undefined && seq > this.seenApproval;
    this.seenApproval = seq;
    if (!isNew || settings().automaticSync !== "onApproval") return;
    this.soon.value = clock.after(AFTER_APPROVAL_MS, () => {
      this.run();
    });
  }

  private onMinute(): void {
    const {
      journal: { view, clock },
      settings,
    } = this.context;
    const { automaticSync, dailySyncAt } = settings();
    const now = clock.now();
    if (automaticSync === "off") return;
    if (automaticSync === "onApproval") {
      this.run(); // retries what could not be sent at once when its wait is over
      return;
    }
    if (automaticSync === "hourly") {
      const age = now - this.lastHour;
      // A clock that was set back must not stop it.
      if (age >= 0 && age < HOUR_MS) return;
      this.lastHour = now;
      this.run();
      return;
    }
    const day = view.today();
    const { zone } = view.ledger.timeline.policyAt(now);
    if (this.lastDay === day || formatClock(now, zone) < dailySyncAt) return;
    this.lastDay = day;
    this.run();
  }

  private run(): void {
    if (this.running !== undefined) return;
    this.running = this.send()
      .catch((error: unknown) => {
        // Another window is sending, or there is no network: the next turn comes anyway.
        if (!CaseclockError.is(error, "billing.busy", "billing.offline", "billing.unanswered"))
          this.context.report(error);
      })
      .finally(() => {
        this.running = undefined;
      });
  }

  private async send(): Promise<void> {
    const {
      journal: { view },
      logger,
    } = this.context;
    await view.load();
    if (view.ledger.connection === undefined) return;
    const ids = listReadyEntries(this.context);
    if (ids.length === 0) return;
    const result = await pushApproved(this.context, ids, (push) => push(this.stop.signal, () => undefined));
    logger.info(
      `sent by itself pushed=${result.pushed} rejected=${result.rejected} later=${result.retryLater + result.unknown}`,
    );
    if (result.rejected > 0 || result.problems.some(({ kind }) => kind === "auth")) this.context.tell(result);
  }
}
