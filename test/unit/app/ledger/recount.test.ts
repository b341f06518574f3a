import { beforeEach, expect, it } from "vitest";
import { CaseDirectory } from "../../../../src/app/cases/caseDirectory.ts";
import type { PreviewItem, SyncPreview } from "../../../../src/app/billing/syncPreview.ts";
import { approveTimeEntries, type SyncContext } from "../../../../src/app/billing/syncTimeEntries.ts";
import { epochMs, seconds, type LocalDate } from "../../../../src/base/time.ts";
import type { NewEvent } from "../../../../src/domain/log/events.ts";
import { parseSettings } from "../../../../src/ports/settings.ts";
import { aCase, aConnection, at, must, TREE } from "../../../support/builders.ts";
import { FakeBilling, FakeProviders } from "../../../support/fakeBilling.ts";
import { ManualClock } from "../../../support/manualClock.ts";
import { TestWindow } from "../../../support/memoryEventLog.ts";

let window: TestWindow;
let context: SyncContext;

/** 40 s of one case on each of three days, billed in units of 80 s: 80, 0, 40 → 80, 0, 0 and so on. */
beforeEach(async () => {
  const clock = new ManualClock("2026-03-14 12:00");
  window = new TestWindow(clock);
  const billing = new FakeBilling();
  billing.unitSeconds = 80;
  const providers = new FakeProviders(billing);
  const connection = aConnection();
  context = {
    journal: window.journal,
    logger: window.logger,
    directory: new CaseDirectory(window.log, window.view, providers, clock),
    providers,
    settings: () => ({ ...parseSettings(() => undefined).value, provider: "rest", url: connection.url }),
  };
  await window.view.load();
  await window.log.append([window.factory.create({ kind: "connected", connection })]);
  for (const day of ["2026-03-10", "2026-03-11", "2026-03-12"]) await window.log.append(work(day));
});

function work(day: string): readonly NewEvent[] {
  const start = at(`${day} 09:00`);
  const picked = { ...aCase("ACME-1"), ref: { source: "connection-1", id: "ACME-1" } };
  return [
    window.factory.create({ kind: "pick", tree: TREE, case: picked }, { at: start }),
    ...[0, 40_000].map((offset) => {
      const instant = epochMs(start + offset);
      const counts = { edit: 1 };
      return window.factory.create(
        { kind: "heartbeats", tree: TREE, first: instant, last: instant, counts },
        { at: instant },
      );
    }),
  ];
}

const figures = ({ items }: Pick<SyncPreview, "items">): readonly (readonly [string, number])[] =>
  items.flatMap((item): readonly (readonly [string, number])[] =>
    item.kind === "draft" ? [[item.draft.day, item.billed.billedSeconds]] : [],
  );

it("what is left out of a preview has the figures shown once more, before anything is approved by them", async () => {
  const shown: SyncPreview[] = [];
  const approved = await approveTimeEntries(context, (preview) => {
    shown.push(preview);
    const [first, ...rest] = preview.items;
    return Promise.resolve<readonly PreviewItem[]>(shown.length === 1 ? rest : [must(first), ...rest]);
  });
  expect(shown.map(figures)).toEqual([
    [
      ["2026-03-10", 80],
      ["2026-03-11", 0],
      ["2026-03-12", 80],
    ],
    [
      ["2026-03-11", 80],
      ["2026-03-12", 0],
    ],
  ]);
  expect(shown.map(({ isRecounted }) => isRecounted)).toEqual([undefined, true]);
  await window.view.catchUp();
  expect(approved).toHaveLength(2);
  expect(window.view.ledger.entries.all.map(({ entry }) => [entry.day, entry.billedSeconds])).toEqual(
    figures(must(shown[1])),
  );
});

it("a preview whose figures hold is not shown again", async () => {
  let shown = 0;
  const approved = await approveTimeEntries(context, ({ items }) => {
    shown += 1;
    return Promise.resolve(items.slice(0, 2)); // the last one changes nothing before it
  });
  expect({ shown, approvedCount: approved?.length }).toEqual({ shown: 1, approvedCount: 2 });
});

it.each(["declared", "undone"] as const)(
  "time that is %s in another window while a preview is open has it shown anew",
  async (what) => {
    const other = window.beside("window-2");
    await other.view.load();
    const day = "2026-03-13" as LocalDate;
    const id = "declared-1";
    const { ref } = aCase("ACME-1");
    const picked = { ...aCase("ACME-1"), ref: { ...ref, source: "connection-1" } };
    const declare = other.factory.create(
      { kind: "declared", case: picked, entryDay: day, seconds: seconds(600), reason: "call" },
      { id, case: picked.ref },
    );
    if (what === "undone") await other.log.append([declare]);
    const shown: number[] = [];
    const approved = await approveTimeEntries(context, async (preview) => {
      shown.push(preview.items.length);
      if (shown.length === 1) {
        await other.log.append([what === "declared" ? declare : other.factory.create({ kind: "undone", eventId: id })]);
      }
      return preview.items;
    });
    expect(shown).toEqual(what === "declared" ? [3, 4] : [4, 3]);
    await window.view.catchUp();
    expect(window.view.ledger.entries.all).toHaveLength(approved?.length ?? 0);
    expect(window.view.ledger.entries.hasDeclaration(id)).toBe(what === "declared");
  },
);
