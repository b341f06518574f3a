import { toDisposable, type IDisposable } from "../../src/base/disposable.ts";
import {
  epochMs,
  HOUR_MS,
  MINUTE_MS,
  seconds,
  secondsBetween,
  SECOND_MS,
  startOfDay,
  type EpochMs,
  type LocalDate,
  type ZoneId,
} from "../../src/base/time.ts";
import type { Case } from "../../src/domain/cases/case.ts";
import type { CapturedDay } from "../../src/domain/day/daySheet.ts";
import type { Connection, EventBody } from "../../src/domain/log/events.ts";
import type { HeartbeatRow, KindCounts } from "../../src/domain/capture/heartbeat.ts";
import type { Clock } from "../../src/ports/clock.ts";
import { treeId, type TreeId } from "../../src/domain/cases/treeId.ts";

export const ZONE = "Europe/Madrid" as ZoneId;
export const WINDOWS = 4;
/** Smallest amount that the simulated billing system keeps: a minute. */
export const UNIT_SECONDS = 60;

const CASES_A_DAY = 6;
const TURN_MINUTES = 20;
/** Half of the eight hours, before lunch and after it. */
const TURNS_A_HALF_DAY = 12;
const COMMITS_A_DAY = 8;
/** Cases that are open at a time; one of them is closed, and a new one opened, each second day. */
const OPEN_CASES = 40;

/** The billing account that all simulated cases belong to. */
export const CONNECTION: Connection = {
  id: "5f0f6f2e-8d8c-4f0e-9f62-0d5b2f6f9a01",
  provider: "rest",
  url: "https://billing.example/v1",
  account: { id: "account-1", name: "Ann" },
};

const TREES: readonly TreeId[] = ["orders", "gateway", "reports", "deploy"].map((name) =>
  treeId(`file:///home/ann/projects/${name}`),
);

/** Numbers in [0, 1) that a seed repeats. @source mulberry32 by Tommy Ettinger, public domain */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A clock that stands where it was set; its ids and chance follow a seed. */
export class SimulatedClock implements Clock {
  private readonly next: () => number;
  private wall = 0;

  constructor(seed: number) {
    this.next = randomOf(seed);
  }

  set(now: EpochMs): void {
    this.wall = now;
  }

  now(): EpochMs {
    return epochMs(this.wall);
  }

  systemZone(): ZoneId {
    return ZONE;
  }

  after(): IDisposable {
    return toDisposable(() => undefined);
  }

  every(): IDisposable {
    return toDisposable(() => undefined);
  }

  newId(): string {
    return uuid(this.next);
  }

  random(): number {
    return this.next();
  }
}

/** One simulated working day. */
export interface DayPlan {
  readonly day: LocalDate;
  readonly windowIds: readonly string[];
  /** Ascending by `first`. */
  readonly rows: readonly HeartbeatRow[];
  /** Picks, focus changes, commits and sleeps, each with the window (an index) that notices it. */
  readonly facts: readonly { readonly at: EpochMs; readonly window: number; readonly body: EventBody }[];
  /** When the day is over. */
  readonly end: EpochMs;
  /** What the person does by hand before approving. */
  readonly evening: (captured: CapturedDay) => readonly EventBody[];
}

/**
 * Plans the day of a number: the same for the same seed and number, whatever was planned before. The windows take turns
 * of 20 minutes; within one, bursts of 10 to 120 s with a row each 2 s take turns with pauses of 3 s to 7 min.
 */
export function planDay(seed: number, index: number, day: LocalDate): DayPlan {
  const random = randomOf(seed + index * 7_919);
  const within = (low: number, high: number): number => low + Math.floor(random() * (high - low + 1));
  const windowIds = TREES.map(() => uuid(random));
  const cases = casesOf(index, within);
  const rows: HeartbeatRow[] = [];
  const facts: { at: EpochMs; window: number; body: EventBody }[] = [];
  const begin = startOfDay(day, ZONE) + 9 * HOUR_MS;
  const afternoon = begin + 5 * HOUR_MS;
  // Four cases in the morning, one a window; two of the windows go on with another after lunch.
  for (const [number, picked] of cases.entries()) {
    const window = number % WINDOWS;
    const at = epochMs((number < WINDOWS ? begin : afternoon) + number * SECOND_MS);
    facts.push({ at, window, body: { kind: "pick", tree: TREES[window] ?? missing(), case: picked } });
  }
  for (let turn = 0; turn < 2 * TURNS_A_HALF_DAY; turn += 1) {
    const window = turn % WINDOWS;
    const half = turn < TURNS_A_HALF_DAY ? begin : afternoon - TURNS_A_HALF_DAY * TURN_MINUTES * MINUTE_MS;
    const start = half + turn * TURN_MINUTES * MINUTE_MS + 10 * SECOND_MS;
    const end = half + (turn + 1) * TURN_MINUTES * MINUTE_MS;
    facts.push({ at: epochMs(start), window, body: { kind: "focus", focused: true } });
    facts.push({ at: epochMs(end), window, body: { kind: "focus", focused: false } });
    addTurn(rows, windowIds[window] ?? missing(), TREES[window] ?? missing(), start, end, within);
  }
  // The lid is closed over lunch and over night.
  for (const [from, to] of [
    [begin - 14 * HOUR_MS, begin - MINUTE_MS],
    [begin + 4 * HOUR_MS + MINUTE_MS, afternoon - MINUTE_MS],
  ] as const) {
    facts.push({ at: epochMs(to), window: 0, body: { kind: "tickGap", from: epochMs(from), to: epochMs(to) } });
  }
  for (let number = 0; number < COMMITS_A_DAY; number += 1) {
    const turn = within(0, TURNS_A_HALF_DAY - 1);
    const window = turn % WINDOWS;
    const picked = cases[window] ?? missing();
    const at = epochMs(begin + ((turn + 1) * TURN_MINUTES - 1) * MINUTE_MS);
    const commit = {
      sha: hex(random, 40),
      subject: `Handle the ${hex(random, 6)} case of ${picked.key} in the import of orders`,
      repository: "orders",
      branch: `fix/${picked.key}`,
    };
    facts.push({ at, window, body: { kind: "commit", tree: TREES[window] ?? missing(), commit, case: picked.ref } });
  }
  const called = cases[within(0, CASES_A_DAY - 1)] ?? missing();
  const minutes = within(5, 40);
  const evening = (captured: CapturedDay): readonly EventBody[] => {
    const call: EventBody = {
      kind: "declared",
      case: called,
      entryDay: day,
      seconds: seconds(minutes * 60),
      reason: "Call with the customer",
    };
    const moved = captured.pieces.find((piece) => secondsBetween(piece.start, piece.end) > 120);
    if (index % 2 === 1 || moved === undefined) return [call];
    const { start, end } = moved;
    return [call, { kind: "reassigned", from: start, to: end, intervals: [{ start, end }], case: called }];
  };
  return { day, windowIds, rows, facts, end: epochMs(afternoon + 4 * HOUR_MS + 5 * MINUTE_MS), evening };
}

type Within = (low: number, high: number) => number;

function addTurn(
  rows: HeartbeatRow[],
  windowId: string,
  tree: TreeId,
  start: number,
  end: number,
  within: Within,
): void {
  const add = (at: number, counts: KindCounts, more: Partial<HeartbeatRow> = {}): void => {
    const last = "weak" in more ? at : at + SECOND_MS;
    rows.push({ windowId, tree, first: epochMs(at), last: epochMs(last), counts, ...more });
  };
  add(start, { focus: 1, switch: 1 });
  for (let at = start + 3 * SECOND_MS; at < end - 5 * SECOND_MS;) {
    const burstEnd = Math.min(end - 5 * SECOND_MS, at + within(10, 120) * SECOND_MS);
    for (; at < burstEnd; at += 2 * SECOND_MS) {
      const dice = within(1, 20);
      if (dice <= 13) add(at, { edit: within(2, 14) });
      else if (dice <= 17) add(at, { edit: within(1, 6), select: within(1, 4) });
      else if (dice === 18) add(at, { edit: 2, save: 1 });
      else add(at, { select: 1, switch: 1 });
    }
    const dice = within(1, 10);
    const pause = dice <= 6 ? within(3, 40) : dice <= 9 ? within(40, 180) : within(180, 420);
    if (pause > 60 && within(1, 4) === 1 && at + 30 * SECOND_MS < end) {
      add(at + 20 * SECOND_MS, { presence: 1 }, { weak: "presence" });
    }
    if (pause > 90 && within(1, 6) === 1) {
      // An agent writes while the person is away.
      for (let agent = at + 10 * SECOND_MS; agent < Math.min(end, at + 60 * SECOND_MS); agent += 2 * SECOND_MS) {
        add(agent, { edit: 3 }, { agent: true });
      }
    }
    at += pause * SECOND_MS;
  }
}

/** Different ones of those that are open, each with its contract. */
function casesOf(index: number, within: Within): readonly Case[] {
  const numbers = new Set<number>();
  while (numbers.size < CASES_A_DAY) numbers.add(Math.floor(index / 2) + within(1, OPEN_CASES));
  return [...numbers].map((number) => {
    const key = `ACME-${1_000 + number}`;
    return {
      ref: { source: CONNECTION.id, id: String(1_000 + number) },
      key,
      title: `Orders of branch ${number} arrive twice since the last release`,
      customer: { id: `customer-${number % 30}`, name: `Customer number ${number % 30}` },
      status: "open",
      ...(number % 3 === 0 ? { contract: { incrementSeconds: 900, rounding: "up" } } : {}),
    };
  });
}

function uuid(random: () => number): string {
  return `${hex(random, 8)}-${hex(random, 4)}-4${hex(random, 3)}-9${hex(random, 3)}-${hex(random, 12)}`;
}

function hex(random: () => number, digits: number): string {
  let text = "";
  while (text.length < digits) {
    text += Math.floor(random() * 65_536)
      .toString(16)
      .padStart(4, "0");
  }
  return text.slice(0, digits);
}

function missing(): never {
  throw new Error("missing");
}
