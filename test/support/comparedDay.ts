import { epochMs } from "../../src/base/time.ts";
import type { HeartbeatRow } from "../../src/domain/capture/heartbeat.ts";
import { foldAgentPieces, foldPieces, type Piece } from "../../src/domain/capture/span.ts";
import { aCase, aTimeline, at, TREE } from "./builders.ts";

/** Seconds of typing, with a sign of work every ten seconds, then seconds without any. */
type Stretch = readonly [typing: number, silence: number];

/** Lunch, in which an agent edits for twenty minutes. */
const LUNCH: Stretch = [40, 3_600];
const AGENT = { after: 900, length: 1_200 };

/**
 * A day of support work as evidence: 22 minutes of typing in 30 bursts, and between them pauses of every kind that the
 * published rules treat differently. Nothing in it is random.
 */
const STRETCHES: readonly Stretch[] = [
  ...repeat(12, [40, 30]), // reading a line, looking at a test
  ...repeat(8, [50, 120]), // thinking
  ...repeat(4, [50, 240]), // reading
  LUNCH,
  ...repeat(3, [50, 420]), // a chat at the door
  ...repeat(2, [25, 780]), // a call that nobody logged
];

/** What a rule makes of the day. Whole seconds. */
export interface ComparedFigures {
  readonly name: string;
  readonly rule: string;
  readonly observed?: number;
  readonly bridged?: number;
  readonly agent?: number;
  readonly total: number;
}

/** The evidence of the day. @param withAgent with the edits of the agent at lunch */
export function comparedDay(withAgent: boolean): readonly HeartbeatRow[] {
  const rows: HeartbeatRow[] = [];
  const add = (offset: number, agent: boolean): void => {
    const instant = epochMs(at("09:00") + offset * 1_000);
    const row = { windowId: "window-1", tree: TREE, first: instant, last: instant, counts: { edit: 1 } };
    rows.push(agent ? { ...row, agent: true } : row);
  };
  let offset = 0;
  for (const stretch of STRETCHES) {
    const [typing, silence] = stretch;
    for (let second = 0; second <= typing; second += 10) add(offset + Math.min(second, typing), false);
    if (typing % 10 !== 0) add(offset + typing, false);
    offset += typing + silence;
    if (stretch !== LUNCH || !withAgent) continue;
    const began = offset - silence + AGENT.after;
    for (let second = 0; second <= AGENT.length; second += 10) add(began + second, true);
  }
  for (let second = 0; second <= REST_SECONDS; second += 10) add(offset + second, false);
  return rows;
}

/** The last burst makes the typing of the day 22 minutes. */
const REST_SECONDS = 22 * 60 - STRETCHES.reduce((sum, [typing]) => sum + typing, 0);

/** The day by each rule. The other tools cannot tell an agent's edits from a person's: they hear the same change events. */
export function compare(rows: readonly HeartbeatRow[]): readonly ComparedFigures[] {
  const timeline = aTimeline(aCase("ACME-1"), 300);
  const pieces = foldPieces(rows, timeline);
  const observed = secondsOf(pieces.filter((piece) => piece.part === "observed"));
  const bridged = secondsOf(pieces.filter((piece) => piece.part === "bridged"));
  const agent = secondsOf(foldAgentPieces(rows, timeline, pieces));
  const instants = [...new Set(rows.map((row) => row.first))].sort((a, b) => a - b);
  return [
    { name: "ActivityWatch", rule: "joins signs at most 20 s apart", total: joined(instants, 20) },
    {
      name: "Caseclock",
      rule: "observed below 60 s, bridged to 5 min",
      observed,
      bridged,
      agent,
      total: observed + bridged,
    },
    { name: "Wakapi", rule: "joins signs at most 10 min apart", total: joined(instants, 600) },
    { name: "WakaTime", rule: "joins signs at most 15 min apart", total: joined(instants, 900) },
  ];
}

/** Lengths of all gaps up to a limit, inclusive. */
function joined(instants: readonly number[], limitSeconds: number): number {
  return instants.slice(1).reduce((sum, instant, index) => {
    const gap = (instant - (instants[index] ?? instant)) / 1_000;
    return gap <= limitSeconds ? sum + gap : sum;
  }, 0);
}

function secondsOf(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, piece) => sum + (piece.end - piece.start) / 1_000, 0);
}

function repeat(times: number, stretch: Stretch): Stretch[] {
  return Array.from({ length: times }, () => stretch);
}
