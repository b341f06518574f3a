import { describe, expect, it } from "vitest";
import { seconds } from "../../../../src/base/time.ts";
import type { Declaration } from "../../../../src/domain/edits/declaration.ts";
import type { Interval } from "../../../../src/domain/capture/interval.ts";
import type { Piece } from "../../../../src/domain/capture/span.ts";
import { findWorkedTime } from "../../../../src/domain/day/workedTime.ts";
import { aCase, anEntry, at, day, TREE, UTC } from "../../../support/builders.ts";
import type { ApprovedEntry } from "../../../../src/domain/log/approvedEntry.ts";

const CASE = aCase("ACME-1");

const from = (start: string, end: string): Interval => ({ start: at(start), end: at(end) });

function agentPiece(start: string, end: string, of = CASE): Piece {
  return { ...from(start, end), part: "agent", case: of.ref, tree: TREE, day: day("2026-03-10") };
}

function declaration(id: string, length: number, interval?: Interval): Declaration {
  const entered = { case: CASE, day: day("2026-03-10"), zone: UTC, reason: "Call", enteredAt: at("12:00") };
  return { id, interval, seconds: seconds(length), ...entered };
}

/** Ten minutes of work and ten of an agent, which the contract bills. */
function anEntryWithAgent(more: Partial<ApprovedEntry> = {}): ApprovedEntry {
  return anEntry("a", {
    intervals: [from("09:00", "09:20")],
    observedSeconds: seconds(600),
    agentSeconds: seconds(600),
    billableSeconds: seconds(1_200),
    ...more,
  });
}

const call = { id: "call", seconds: seconds(300), reason: "Call" };

describe("the worked time of an entry", () => {
  it("is what it claims, and what is declared at no time of day", () => {
    const entry = anEntry("a", { declaredSeconds: seconds(300), billableSeconds: seconds(900), declarations: [call] });
    const sheet = { agentPieces: [agentPiece("09:00", "09:10")], declarations: [declaration("call", 300)] };
    expect(findWorkedTime(entry, sheet)).toEqual({ intervals: [from("09:00", "09:10")], unplacedSeconds: 300 });
  });

  it("is without an agent's time that is billed, which hides no declared time", () => {
    const entry = anEntryWithAgent({
      declaredSeconds: seconds(300),
      billableSeconds: seconds(1_400),
      writtenDownSeconds: seconds(100),
      declarations: [call],
    });
    const agentPieces = [agentPiece("09:05", "09:15"), agentPiece("09:00", "09:20", aCase("BETA-1"))];
    expect(findWorkedTime(entry, { agentPieces, declarations: [declaration("call", 300)] })).toEqual({
      intervals: [from("09:00", "09:05"), from("09:15", "09:20")],
      unplacedSeconds: 300,
    });
  });

  it("is worked where it was declared while an agent was busy", () => {
    const entry = anEntryWithAgent({
      intervals: [from("09:00", "09:22")],
      declaredSeconds: seconds(300),
      billableSeconds: seconds(1_500),
      declarations: [call],
    });
    const declarations = [
      declaration("call", 300, from("09:17", "09:22")),
      declaration("of another entry", 300, from("09:10", "09:15")),
    ];
    expect(findWorkedTime(entry, { agentPieces: [agentPiece("09:10", "09:20")], declarations })).toEqual({
      intervals: [from("09:00", "09:10"), from("09:17", "09:22")],
      unplacedSeconds: 0,
    });
  });

  it("holds in all where the evidence is gone, or says otherwise by now", () => {
    const entry = anEntryWithAgent({
      intervals: [from("08:00", "08:05"), from("09:00", "09:15")],
      declaredSeconds: seconds(300),
      billableSeconds: seconds(1_500),
      declarations: [call],
    });
    for (const agentPieces of [[], [agentPiece("09:00", "09:15")]]) {
      expect(findWorkedTime(entry, { agentPieces, declarations: [declaration("call", 300)] })).toEqual({
        intervals: [from("08:00", "08:05"), from("09:00", "09:05")],
        unplacedSeconds: 300,
      });
    }
  });
});
