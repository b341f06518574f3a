import { beforeEach, describe, expect, it } from "vitest";
import { CaseDirectory } from "../../../../src/app/cases/caseDirectory.ts";
import { correctEntry } from "../../../../src/app/billing/correctEntry.ts";
import { pushOutbox } from "../../../../src/app/billing/pushOutbox.ts";
import { reconcile } from "../../../../src/app/billing/reconcile.ts";
import type { SyncContext } from "../../../../src/app/billing/syncTimeEntries.ts";
import { seconds, type LocalDate } from "../../../../src/base/time.ts";
import { parseSettings } from "../../../../src/ports/settings.ts";
import { aCase, aConnection, anEntry, must } from "../../../support/builders.ts";
import { FakeBilling, FakeProviders } from "../../../support/fakeBilling.ts";
import { ManualClock } from "../../../support/manualClock.ts";
import { TestWindow } from "../../../support/memoryEventLog.ts";
import type { ApprovedEntry } from "../../../../src/domain/log/approvedEntry.ts";

const NEVER = new AbortController().signal;
const FROM = "2026-03-01" as LocalDate;
const TO = "2026-03-31" as LocalDate;

let clock: ManualClock;
let window: TestWindow;
let billing: FakeBilling;
let context: SyncContext;

beforeEach(async () => {
  clock = new ManualClock("12:00");
  window = new TestWindow(clock);
  billing = new FakeBilling();
  const providers = new FakeProviders(billing);
  const values: Readonly<Record<string, unknown>> = { "billing.provider": "rest", "billing.url": aConnection().url };
  context = {
    journal: window.journal,
    logger: window.logger,
    directory: new CaseDirectory(window.log, window.view, providers, clock),
    providers,
    settings: () => parseSettings((key) => values[key]).value,
  };
  await window.log.append([window.factory.create({ kind: "connected", connection: aConnection() })]);
  await window.view.load();
});

async function approve(...entries: readonly ApprovedEntry[]): Promise<void> {
  await window.log.append(entries.map((entry) => window.factory.create({ kind: "approved", entry })));
}

const entryOf = (id: string, day = "2026-03-10"): ApprovedEntry =>
  anEntry(id, { case: aCase(`CASE-${id}`), day: day as LocalDate, billedSeconds: seconds(600) });
const push = () =>
  pushOutbox(
    window,
    billing,
    window.view.ledger.entries.all.map(({ entry }) => entry.entryId),
    NEVER,
    () => undefined,
  );
const compare = (from = FROM, to = TO) => reconcile(context, from, to, NEVER);
const state = (id: string): string => must(window.view.ledger.entries.get(id)).delivery.state;

describe("reconciling", () => {
  it("finds nothing where both sides are alike", async () => {
    await approve(entryOf("a"), entryOf("b", "2026-03-31"));
    await push();
    expect(await compare()).toMatchObject({ from: FROM, to: TO, alike: 2, differences: [], repairable: 0 });
  });

  it("looks at the days of the range and no others", async () => {
    await approve(entryOf("a", "2026-02-28"), entryOf("b", "2026-04-01"));
    await push();
    billing.stored.length = 0;
    expect(await compare()).toMatchObject({ alike: 0, differences: [] });
  });

  it("does not take an entry of the day beside for somebody else's", async () => {
    await approve(entryOf("a", "2026-02-28"));
    await push();
    expect(await compare()).toMatchObject({ alike: 0, differences: [] });
  });

  it("tells another amount there", async () => {
    await approve(entryOf("a"));
    await push();
    billing.stored[0] = { ...must(billing.stored[0]), billedSeconds: seconds(900) };
    expect((await compare()).differences).toMatchObject([
      { kind: "amount", key: "CASE-a", billedSeconds: 600, storedSeconds: 900, remoteIds: ["remote-1"] },
    ]);
  });

  it("tells what is missing, and has it sent again when that is wanted", async () => {
    await approve(entryOf("a"));
    await push();
    billing.stored.length = 0;
    const comparison = await compare();
    expect(comparison).toMatchObject({ repairable: 1, differences: [{ kind: "missing", entryId: "a" }] });
    expect(state("a")).toBe("receipted"); // nothing is repaired by looking
    expect((await comparison.repair()).differences).toMatchObject([{ kind: "missing", repaired: true }]);
    expect(state("a")).toBe("waiting");
    await push();
    expect(billing.stored).toHaveLength(1);
    expect(await compare()).toMatchObject({ alike: 1, differences: [] });
  });

  it("takes a receipt of what is there although its answer was lost, and sends nothing", async () => {
    billing.outcome = () => "lost";
    await approve(entryOf("a"));
    await push();
    const comparison = await compare();
    expect(comparison.differences).toMatchObject([{ kind: "elsewhere", entryId: "a" }]);
    const asked = billing.requests.length;
    await comparison.repair();
    expect(state("a")).toBe("receipted");
    expect(billing.requests).toHaveLength(asked);
  });

  it("tells what is there twice, and touches neither", async () => {
    await approve(entryOf("a"));
    await push();
    billing.stored.push({ ...must(billing.stored[0]), remoteId: "remote-9" });
    const comparison = await compare();
    expect(comparison).toMatchObject({
      repairable: 0,
      differences: [{ kind: "duplicate", remoteIds: ["remote-1", "remote-9"], storedSeconds: 1_200 }],
    });
    await comparison.repair();
    expect(billing.stored).toHaveLength(2);
  });

  it("tells what nobody here has entered, and what has not been sent yet, oldest day first", async () => {
    await approve(entryOf("a", "2026-03-12"));
    const foreign = entryOf("other", "2026-03-11");
    billing.stored.push({
      externalId: "other",
      remoteId: "remote-7",
      billedSeconds: seconds(300),
      entry: { ...foreign, description: "By hand" },
    });
    expect((await compare()).differences).toMatchObject([
      { kind: "foreign", day: "2026-03-11", storedSeconds: 300, description: "By hand" },
      { kind: "unsettled", day: "2026-03-12", entryId: "a" },
    ]);
  });

  it("does not take the revision before for a correction that has not been sent", async () => {
    await approve(entryOf("a"));
    await push();
    await correctEntry(context, "a", { description: "Right", reason: "wrong" }, 1);
    const comparison = await compare();
    expect(comparison).toMatchObject({ repairable: 0, differences: [{ kind: "unsettled", entryId: "a" }] });
    await comparison.repair();
    await push();
    expect(billing.stored).toMatchObject([{ revision: 2, entry: { description: "Right" } }]);
  });

  it("offers no repair of what is missing where records can only be added: nothing would be", async () => {
    billing.correction = "compensate";
    await approve(entryOf("a"));
    await push();
    billing.stored.length = 0;
    expect(await compare()).toMatchObject({ repairable: 0, differences: [{ kind: "missing" }] });
  });

  it("does not say that it has repaired what another window has corrected meanwhile", async () => {
    await approve(entryOf("a"));
    await push();
    billing.stored.length = 0;
    const comparison = await compare();
    await correctEntry(context, "a", { description: "Right", reason: "wrong" }, 1);
    const [difference] = (await comparison.repair()).differences;
    expect(difference).not.toHaveProperty("repaired");
  });

  it("fails as a whole where the list cannot be had", async () => {
    billing.failure = "billing.offline";
    await expect(compare()).rejects.toMatchObject({ code: "billing.offline" });
  });
});
