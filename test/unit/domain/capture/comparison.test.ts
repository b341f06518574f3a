import fs from "node:fs";
import { describe, expect, it } from "vitest";
import { compare, comparedDay, type ComparedFigures } from "../../../support/comparedDay.ts";

const DOCUMENT = new URL("../../../../docs/comparison.md", import.meta.url);

function clock(seconds: number | undefined): string {
  if (seconds === undefined) return "";
  const parts = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  return parts.map((part, index) => (index === 0 ? String(part) : String(part).padStart(2, "0"))).join(":");
}
const line = ({ name, rule, observed, bridged, agent, total }: ComparedFigures): string =>
  `| ${[name, rule, clock(observed), clock(bridged), clock(agent), clock(total)].join(" | ")} |`.replaceAll(/ +/g, " ");

describe("one day by several rules", () => {
  it.each([
    ["typing and pauses", false],
    ["and an agent at lunch", true],
  ])("%s: the table of the document is what the rules give", (_name, withAgent) => {
    const squeezed = fs.readFileSync(DOCUMENT, "utf8").replaceAll(/ +/g, " ");
    for (const figures of compare(comparedDay(withAgent))) expect(squeezed).toContain(line(figures));
  });

  it("an agent adds nothing to the person's time, and a figure of its own", () => {
    const [without, withAgent] = [false, true].map((agent) => compare(comparedDay(agent))[1]);
    expect(withAgent?.total).toBe(without?.total);
    expect({ without: without?.agent, withAgent: withAgent?.agent }).toEqual({ without: 0, withAgent: 1_200 });
  });
});
