import { expect, it } from "vitest";
import { ApprovedEntries } from "../../../../src/domain/entries/approvedEntries.ts";
import { anEntry, at } from "../../../support/builders.ts";

it("what was added since an instant is all that was received after it, in whatever order that became known", () => {
  const book = new ApprovedEntries();
  const receive = (entryId: string, time: string): void => {
    book.approve(anEntry(entryId));
    book.deliver(at(time), { kind: "receipted", entryId, revision: 1, remoteId: entryId });
  };
  const since = (time: string): readonly string[] => book.addedSince(at(time)).map(({ entry }) => entry.entryId);
  receive("ours", "10:00");
  receive("by import, days before", "2026-03-05 10:00");
  receive("by import, in between", "09:45");
  receive("at once", "10:00");
  expect(since("09:30")).toEqual(["at once", "ours", "by import, in between"]);
  expect(since("09:45")).toEqual(["at once", "ours"]);
  expect(since("10:00")).toEqual([]);
  expect(since("2026-03-01 00:00")).toHaveLength(4);
});
