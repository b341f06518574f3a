import { MINUTE_MS, formatClock } from "../../base/time.ts";
import type { IDisposable } from "../../base/disposable.ts";
import type { CaseDirectory } from "../cases/caseDirectory.ts";
import { sumOpenToday, type WaitingItem } from "./waiting.ts";
import type { Journal } from "../ledger/journal.ts";

/** Counts of what waits at the end of the day. */
export interface WaitingCounts {
  /** Drafts of days that are over. */
  readonly toApprove: number;
  readonly toSend: number;
  readonly refused: number;
  readonly conflicts: number;
  /** Today's time that is not approved yet. */
  readonly todaySeconds: number;
  /** Time without a case. */
  readonly unassignedSeconds: number;
}

/** Less time than this is not worth a reminder: a short look at something. @format seconds */
const MIN_SECONDS = 600;

/** What is worth a reminder; undefined when nothing is. @param today seconds of today that are not approved yet */
export function countWaiting(items: readonly WaitingItem[], today: number): WaitingCounts | undefined {
  const states = items.flatMap((item) => (item.kind === "entry" ? [item.outbox.delivery.state] : []));
  const unassigned = items.reduce((sum, item) => sum + (item.kind === "unassigned" ? item.seconds : 0), 0);
  const waiting = {
    toApprove: items.filter(({ kind }) => kind === "draft").length,
    toSend: states.filter((state) => state === "waiting" || state === "unknown").length,
    refused: states.filter((state) => state === "refused").length,
    conflicts: items.filter(({ kind }) => kind === "conflict").length,
    todaySeconds: today < MIN_SECONDS ? 0 : today,
    unassignedSeconds: unassigned < MIN_SECONDS ? 0 : unassigned,
  };
  return Object.values(waiting).some((figure) => figure > 0) ? waiting : undefined;
}

export interface ReminderContext {
  readonly journal: Journal;
  /** Local time from which the reminder may come, HH:MM; undefined: never. */
  readonly remindAt: () => string | undefined;
  /** Whether the person is at this window and would see it. */
  readonly isThere: () => boolean;
  readonly directory: CaseDirectory;
  readonly waitingItems: () => Promise<readonly WaitingItem[]>;
  readonly show: (waiting: WaitingCounts) => void;
  readonly report: (error: unknown) => void;
}

const CAUSE = "reminder";

/**
 * Reminds the person, once a day over all windows, that something waits: after the time of the setting, when they are
 * there. Checks each minute until midnight, because something may come up later.
 */
export function remindDaily(context: ReminderContext): IDisposable {
  let looking = false;
  return context.journal.clock.every(MINUTE_MS, () => {
    if (looking || !isDue(context)) return;
    looking = true;
    look(context)
      .catch(context.report)
      .finally(() => {
        looking = false;
      });
  });
}

function isDue({ journal: { view, clock }, remindAt, isThere }: ReminderContext): boolean {
  const from = remindAt();
  if (from === undefined || !isThere()) return false;
  const now = clock.now();
  const { zone } = view.ledger.timeline.policyAt(now);
  return formatClock(now, zone) >= from && !view.ledger.wasNoticed(CAUSE, view.today());
}

async function look(context: ReminderContext): Promise<void> {
  const { journal, waitingItems, show, directory } = context;
  const { view } = journal;
  await view.load();
  if (!isDue(context)) return;
  const waiting = countWaiting(await waitingItems(), await sumOpenToday({ view, directory }));
  if (waiting !== undefined && (await isOurs(context))) show(waiting);
}

/** Whether this window shows the reminder: the first to record it does. */
async function isOurs(context: ReminderContext): Promise<boolean> {
  const { journal } = context;
  return journal.decide("notice", () => {
    if (!isDue(context)) return { events: [], result: false };
    return { events: [journal.create({ kind: "notice", cause: CAUSE })], result: true };
  });
}
