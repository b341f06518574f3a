import { describe, expect, it } from "vitest";
import { estimateSessions, subtractTaken, type HistoryCommit } from "../../../../src/domain/git/historyEstimate.ts";
import { at } from "../../../support/builders.ts";

const commit = (sha: string, time: string, caseKey?: string, subject = `Fix ${sha}`): HistoryCommit => ({
  sha,
  subject,
  repository: "alpha",
  authoredAt: at(time),
  ...(caseKey === undefined ? {} : { caseKey }),
});
const told = (commits: readonly HistoryCommit[], leadMs = 0): unknown => {
  const { sessions, stretches } = estimateSessions(commits, leadMs);
  return [sessions, stretches.map(({ interval, caseKey }) => [interval.start, interval.end, caseKey])];
};

describe("sessions from commits", () => {
  it("are commits at most two hours apart; each stretch goes to the case of the commit it led to", () => {
    const commits = [
      commit("c", "10:30", "B"),
      commit("a", "09:00", "A"),
      commit("b", "09:30", "A"),
      commit("d", "12:30", "A"),
      commit("e", "14:30:01", "A"),
    ];
    expect(told(commits)).toEqual([
      2,
      [
        [at("09:00"), at("09:30"), "A"],
        [at("09:30"), at("10:30"), "B"],
        [at("10:30"), at("12:30"), "A"],
      ],
    ]);
  });

  it("have nothing before their first commit unless that is said, and then nothing twice", () => {
    const commits = [commit("a", "09:00", "A"), commit("b", "11:30", "A")];
    expect(told(commits)).toEqual([2, []]);
    expect(told(commits, 3 * 3_600_000)).toEqual([
      2,
      [
        [at("06:00"), at("09:00"), "A"],
        [at("09:00"), at("11:30"), "A"],
      ],
    ]);
  });

  it("count a commit once that was rebased or picked, with the case that one of its copies names", () => {
    const copies = [
      commit("a", "09:00", "A"),
      commit("b", "09:30", undefined, "Same"),
      commit("c", "09:30", "A", "Same"),
    ];
    expect(told(copies)).toEqual([1, [[at("09:00"), at("09:30"), "A"]]]);
  });

  it("leave out what is taken", () => {
    const [stretch] = estimateSessions([commit("a", "09:00", "A"), commit("b", "10:00", "A")], 0).stretches;
    if (stretch === undefined) throw new Error("no stretch");
    expect(subtractTaken(stretch, [{ start: at("09:10"), end: at("09:20") }])).toEqual([
      { start: at("09:00"), end: at("09:10") },
      { start: at("09:20"), end: at("10:00") },
    ]);
    expect(subtractTaken(stretch, [{ start: at("08:00"), end: at("11:00") }])).toEqual([]);
  });
});
