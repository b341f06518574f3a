import { beforeEach, describe, expect, it } from "vitest";
import { CaseDirectory } from "../../../../src/app/cases/caseDirectory.ts";
import { describeDraft } from "../../../../src/app/billing/describeDraft.ts";
import { syncTimeEntries, type SyncContext } from "../../../../src/app/billing/syncTimeEntries.ts";
import type { SyncPreview } from "../../../../src/app/billing/syncPreview.ts";
import { parseSettings } from "../../../../src/ports/settings.ts";
import { aCase, aConnection, anEvent, aRow, aRowEvent, must, TREE } from "../../../support/builders.ts";
import { FakeBilling, FakeProviders } from "../../../support/fakeBilling.ts";
import { ManualClock } from "../../../support/manualClock.ts";
import { TestWindow } from "../../../support/memoryEventLog.ts";
import type { DraftEntry } from "../../../../src/domain/entries/draftEntry.ts";

const CONNECTION = aConnection();
let window: TestWindow;
let context: SyncContext;
let count = 0;

const work = (...times: readonly string[]): Promise<void> =>
  window.log.append(times.map((time) => aRowEvent(`row-${String((count += 1))}`, aRow(time))));

beforeEach(async () => {
  const clock = new ManualClock("09:10");
  window = new TestWindow(clock);
  const providers = new FakeProviders(new FakeBilling(CONNECTION));
  const { log, view, journal, logger } = window;
  const directory = new CaseDirectory(log, view, providers, clock);
  const { provider, url } = CONNECTION;
  const settings = { ...parseSettings(() => undefined).value, provider, url };
  context = { journal, logger, directory, providers, settings: () => settings };
  await log.append([
    anEvent("connected", { kind: "connected", connection: CONNECTION }, "08:00"),
    anEvent("picked", { kind: "pick", tree: TREE, case: aCase("ACME-1") }, "08:00"),
  ]);
  await work("09:00:00", "09:00:40");
  await view.load();
});

/** The draft as the preview shows it, which is then put aside. */
async function shown(): Promise<DraftEntry> {
  const previews: SyncPreview[] = [];
  await syncTimeEntries(context, (preview) => (previews.push(preview), Promise.resolve(undefined)), () => Promise.reject(new Error("pushed"))); // prettier-ignore
  const item = must(must(previews[0]).items[0]);
  if (item.kind !== "draft") throw new Error("no draft");
  return item.draft;
}

describe("describing a draft", () => {
  it("holds for the entry until it is emptied, and is not drafted over by what comes later", async () => {
    expect(await describeDraft(context, await shown(), " Import made faster ")).toBe("Import made faster");
    expect((await shown()).description).toBe("Import made faster");
    await work("09:04:00", "09:04:30");
    expect((await shown()).description).toBe("Import made faster");
    expect(await describeDraft(context, await shown(), "  ")).toBe("Title of ACME-1");
    expect((await shown()).description).toBe("Title of ACME-1");
  });

  it("keeps nothing when the text is the same", async () => {
    const draft = await shown();
    await describeDraft(context, draft, `${draft.description} `);
    expect(await window.log.read({ kinds: ["described"] })).toEqual([]);
  });

  it("refuses what is too long, and a draft that nobody has shown", async () => {
    const draft = await shown();
    for (const [of, text] of [
      [draft, "x".repeat(2_001)],
      [{ ...draft, entryId: undefined }, "x"],
    ] as const) {
      await expect(describeDraft(context, of, text)).rejects.toMatchObject({ code: "arguments.invalid" });
    }
    expect(await describeDraft(context, draft, "\u{1F680}".repeat(2_000))).toHaveLength(4_000);
  });
});
