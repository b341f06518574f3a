import { DAY_MS, dayAround, epochMs, type DayBounds, type EpochMs, type ZoneId } from "../../base/time.ts";
import type { Case } from "../cases/case.ts";
import type { Interval } from "./interval.ts";
import type { TreeId } from "../cases/treeId.ts";
import { originOf } from "./originOf.ts";

/** What counting depends on from an instant on; a later policy never changes earlier time. */
export interface Policy {
  /** Longest gap that is still bridged, inclusive; 0 means never. @minimum 0 @maximum 1800 @format seconds */
  readonly idleTimeoutSeconds: number;
  readonly zone: ZoneId;
}

/** The clock stepped back from `to` to `from`. */
export interface StepBack {
  readonly from: EpochMs;
  readonly to: EpochMs;
  /** Position of its event: rows before it were written while the clock was ahead. */
  readonly seq: number;
  /** The ledger whose clock it was (`originOf.ts`); absent or empty: this one's. */
  readonly origin?: string;
}

/** A row's instant and its position in the log; without a position it is not in the log yet. */
interface Written {
  readonly first: EpochMs;
  readonly seq?: number;
  readonly windowId?: string;
}

/** Rows this far ahead of the clock are set aside (docs/capture.md). */
export const AHEAD_MS = DAY_MS;

interface At<T> {
  readonly at: EpochMs;
  readonly value: T;
  readonly origin?: string;
}

/**
 * Everything that was in force at an instant: picks by work tree, pauses, policies and tick gaps, as the log has them.
 * Of two facts with the same instant the one added later wins. Before the first policy, `initial` is in force.
 */
export class Timeline {
  private readonly picks = new Map<TreeId, At<Case | null>[]>();
  private readonly allPicks: At<TreeId>[] = [];
  private readonly pauses: At<boolean>[] = [];
  private readonly policies: At<Policy>[];
  private readonly gaps: (Interval & { readonly origin?: string })[] = [];
  private readonly steps: StepBack[] = [];
  private lastDay: (DayBounds & { readonly zone: ZoneId }) | undefined;

  constructor(initial: Policy) {
    this.policies = [{ at: epochMs(Number.NEGATIVE_INFINITY), value: initial }];
  }

  /** @param origin here and below: the ledger that the fact comes from */
  addPick(tree: TreeId, at: EpochMs, picked: Case | null, origin = ""): void {
    let ofTree = this.picks.get(tree);
    if (ofTree === undefined) this.picks.set(tree, (ofTree = []));
    insert(ofTree, { at, value: picked, origin });
    insert(this.allPicks, { at, value: tree, origin });
  }

  addPause(at: EpochMs, paused: boolean, origin = ""): void {
    insert(this.pauses, { at, value: paused, origin });
  }

  addPolicy(at: EpochMs, policy: Policy, origin = ""): void {
    insert(this.policies, { at, value: policy, origin });
  }

  /** A stretch without a tick: sleep, a hung host, a step of the clock. */
  addTickGap({ start, end }: Interval, origin = ""): void {
    this.gaps.push({ start, end, origin });
  }

  /**
   * The clock was set back. Picks, pauses and policies dated a day or more ahead of the new time are in force from the
   * new time on: their own instants will come only later, or never.
   */
  addStepBack(step: StepBack): void {
    this.steps.push(step);
    const { origin = "" } = step;
    this.gaps.push({ start: step.from, end: step.to, origin });
    const ahead = epochMs(step.from + AHEAD_MS);
    for (const list of [...this.picks.values(), this.allPicks, this.pauses, this.policies]) {
      for (const item of takeFrom<unknown>(list, ahead, origin)) insert<unknown>(list, { ...item, at: step.from });
    }
    this.lastDay = undefined;
  }

  /** Whether a row was written while the clock was a day or more ahead: it is kept, but in no figure. */
  isAhead({ first, seq, windowId = "" }: Written): boolean {
    if (seq === undefined || this.steps.length === 0) return false;
    const origin = originOf(windowId);
    return this.steps.some((step) => isFromLedger(step, origin) && seq < step.seq && first >= step.from + AHEAD_MS);
  }

  /** Whether the clock was set back past a row after it was written: then the row's place in the log matters. */
  isBeforeStepBack({ first, seq, windowId = "" }: Written): boolean {
    if (seq === undefined || this.steps.length === 0) return false;
    const origin = originOf(windowId);
    return this.steps.some((step) => isFromLedger(step, origin) && seq < step.seq && first >= step.from);
  }

  /** Whether a clock was ever set back. */
  get hasStepBack(): boolean {
    return this.steps.length > 0;
  }

  /** Whether a row lies in repeated time: the clock had been set back, and its instants passed a second time. */
  isRelived({ first, seq, windowId = "" }: Written): boolean {
    if (seq === undefined || this.steps.length === 0) return false;
    const origin = originOf(windowId);
    return this.steps.some(
      (step) => isFromLedger(step, origin) && seq > step.seq && first >= step.from && first < step.to,
    );
  }

  /** Work trees whose latest pick is after an instant, with that pick. */
  picksAfter(at: EpochMs): readonly { readonly tree: TreeId; readonly case: Case | null }[] {
    return [...this.picks].flatMap(([tree, list]) => {
      const last = list.at(-1);
      return last !== undefined && last.at > at ? [{ tree, case: last.value }] : [];
    });
  }

  /** The case picked in a work tree; null for "no case", undefined when nothing was ever picked there. */
  caseAt(tree: TreeId, at: EpochMs): Case | null | undefined {
    const ofTree = this.picks.get(tree);
    return ofTree === undefined ? undefined : latest(ofTree, at)?.value;
  }

  isPaused(at: EpochMs): boolean {
    return latest(this.pauses, at)?.value ?? false;
  }

  policyAt(at: EpochMs): Policy {
    const found = latest(this.policies, at) ?? this.policies[0];
    if (found === undefined) throw new Error("a timeline always has its initial policy");
    return found.value;
  }

  /** The local day around an instant in the zone in force then. */
  dayAt(at: EpochMs): DayBounds {
    const { zone } = this.policyAt(at);
    const last = this.lastDay;
    if (last?.zone === zone && at >= last.start && at < last.end) return last;
    this.lastDay = { ...dayAround(at, zone), zone };
    return this.lastDay;
  }

  /** The instant of the next change of policy after `at`, the zone included; infinity if there is none. */
  policyEndsAfter(at: EpochMs): number {
    return after(this.policies, at);
  }

  /** The next instant after `at` at which `tree`'s case changes, a pause begins or ends, or a policy changes. */
  nextChange(tree: TreeId, at: EpochMs): EpochMs {
    return Math.min(after(this.picks.get(tree) ?? [], at), after(this.pauses, at), after(this.policies, at)) as EpochMs;
  }

  /**
   * Whether something inside the gap forbids bridging it: pause, pick, tick gap or local midnight.
   * @param windows those of its two ends: another computer's sleep does not matter
   */
  isBroken(gap: Interval, ...windows: readonly string[]): boolean {
    const origins = windows.length === 0 ? [""] : windows.map(originOf);
    return (
      after(this.allPicks, gap.start) < gap.end ||
      after(this.pauses, gap.start) < gap.end ||
      this.gaps.some(
        (other) =>
          other.start < gap.end && gap.start < other.end && origins.some((origin) => isFromLedger(other, origin)),
      ) ||
      this.dayAt(gap.start).end < gap.end
    );
  }
}

/** Inserts ascending by instant, after its equals. New items nearly always belong at the end. */
function insert<T>(list: At<T>[], item: At<T>): void {
  let index = list.length;
  while (index > 0 && (list[index - 1]?.at ?? 0) > item.at) index -= 1;
  list.splice(index, 0, item);
}

/** Removes and returns the items at or after `at` that come from a ledger. */
function takeFrom<T>(list: At<T>[], at: EpochMs, origin: string): readonly At<T>[] {
  const from = list.findIndex((item) => item.at >= at);
  if (from < 0) return [];
  const later = list.splice(from);
  list.push(...later.filter((item) => !isFromLedger(item, origin)));
  return later.filter((item) => isFromLedger(item, origin));
}

function isFromLedger({ origin = "" }: { readonly origin?: string }, ledger: string): boolean {
  return origin === ledger;
}

/** The last item at or before `at`. */
function latest<T>(list: readonly At<T>[], at: EpochMs): At<T> | undefined {
  return list[countUpTo(list, at) - 1];
}

/** The instant of the first item after `at`, else infinity. */
function after<T>(list: readonly At<T>[], at: EpochMs): number {
  return list[countUpTo(list, at)]?.at ?? Number.POSITIVE_INFINITY;
}

function countUpTo<T>(list: readonly At<T>[], at: EpochMs): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((list[middle]?.at ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}
