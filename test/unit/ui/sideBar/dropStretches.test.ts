import { beforeEach, describe, expect, it } from "vitest";
import { caseDays } from "../../../../src/domain/day/daySheet.ts";
import { dropStretches, readDropTarget, readStretches } from "../../../../src/ui/sideBar/dropStretches.ts";
import { aCase, anEvent, aRow, aRowEvent, at, day, TREE } from "../../../support/builders.ts";
import { ManualClock } from "../../../support/manualClock.ts";
import { TestWindow } from "../../../support/memoryEventLog.ts";

const ACME = aCase("ACME-1");
const BETA = aCase("BETA-1");
const STRETCH = { from: "2026-03-10T09:00:00Z", to: "2026-03-10T09:00:40Z" };

let window: TestWindow;
let asked: string[];

beforeEach(async () => {
  window = new TestWindow(new ManualClock("12:00"));
  asked = [];
  await window.log.append([
    anEvent("pick", { kind: "pick", tree: TREE, case: ACME }, "08:00"),
    aRowEvent("row-1", aRow("09:00:00")),
    aRowEvent("row-2", aRow("09:00:40")),
  ]);
  await window.view.load();
});

const find = (key: string, source: string): Promise<typeof BETA> => {
  asked.push(`${source}/${key}`);
  return Promise.resolve(BETA);
};
const worked = async (): Promise<readonly unknown[]> =>
  caseDays(await window.view.sheet(day("2026-03-10"))).map(({ case: ref, observedSeconds }) => ({
    case: ref?.id,
    observedSeconds,
  }));

describe("stretches that are dropped", () => {
  it("on a case go there", async () => {
    await dropStretches(window, [STRETCH], { key: "BETA-1", source: "connection-1" }, find);
    expect({ asked, worked: await worked() }).toEqual({
      asked: ["connection-1/BETA-1"],
      worked: [{ case: "BETA-1", observedSeconds: 40 }],
    });
  });

  it("go there all, where several were dragged", async () => {
    const apart = { from: "2026-03-10T10:00:00Z", to: "2026-03-10T10:00:40Z" };
    await window.log.append([aRowEvent("row-3", aRow("10:00:00")), aRowEvent("row-4", aRow("10:00:40"))]);
    await dropStretches(window, [STRETCH, apart], { key: "BETA-1", source: "connection-1" }, find);
    expect(await worked()).toEqual([{ case: "BETA-1", observedSeconds: 80 }]);
  });

  it("on no case have none", async () => {
    await dropStretches(window, [STRETCH], { key: "No case" }, find);
    expect({ asked, worked: await worked() }).toEqual({
      asked: [],
      worked: [{ case: undefined, observedSeconds: 40 }],
    });
  });

  it("on a heading stay where they are", async () => {
    await dropStretches(window, [STRETCH], { label: "Today" }, find);
    expect({ asked, worked: await worked() }).toEqual({
      asked: [],
      worked: [{ case: "ACME-1", observedSeconds: 40 }],
    });
  });

  it("are nothing but rows with two instants, whoever made the drag", () => {
    const hostile = [null, 7, "x", [], { from: 1, to: 2 }, { from: STRETCH.from }, { ...STRETCH, to: "later" }];
    expect(readStretches([...hostile, STRETCH])).toEqual([{ start: at("09:00:00"), end: at("09:00:40") }]);
  });

  it("have no target whose key is no text", () => {
    expect({ keyNoText: readDropTarget({ key: 7 }), sourceNoText: readDropTarget({ key: "A", source: 7 }) }).toEqual({
      keyNoText: undefined,
      sourceNoText: { key: "A", source: undefined },
    });
  });
});
