import { DEFAULT_TEMPLATE } from "../../../../src/domain/entries/description.ts";
import { beforeEach, describe, expect, it } from "vitest";
import { approveDrafts } from "../../../../src/app/billing/approveDrafts.ts";
import { CaseDirectory } from "../../../../src/app/cases/caseDirectory.ts";
import { previewSync, type PreviewItem, type SyncPreview } from "../../../../src/app/billing/syncPreview.ts";
import {
  dryRunSync,
  pushApproved,
  syncTimeEntries,
  type RunPush,
  type SyncContext,
} from "../../../../src/app/billing/syncTimeEntries.ts";
import type { Case } from "../../../../src/domain/cases/case.ts";
import type { NewEvent } from "../../../../src/domain/log/events.ts";
import { parseSettings, type Settings } from "../../../../src/ports/settings.ts";
import {
  aCase,
  aConnection,
  anEntry,
  anEvent,
  aRow,
  aRowEvent,
  must,
  OTHER_TREE,
  TREE,
} from "../../../support/builders.ts";
import { FakeBilling, FakeProviders } from "../../../support/fakeBilling.ts";
import { ManualClock } from "../../../support/manualClock.ts";
import { TestWindow } from "../../../support/memoryEventLog.ts";
import type { DraftEntry } from "../../../../src/domain/entries/draftEntry.ts";

const CONNECTION = aConnection();
const run: RunPush = (work) => work(new AbortController().signal, () => undefined);

let clock: ManualClock;
let window: TestWindow;
let billing: FakeBilling;
let settings: Settings;
let count: number;

const rows = (...times: readonly string[]): readonly NewEvent[] =>
  times.map((time) => aRowEvent(`row-${String((count += 1))}`, aRow(time)));
const pick = (of: Case | null, time: string, tree = TREE): NewEvent =>
  anEvent(`pick-${String((count += 1))}`, { kind: "pick", tree, case: of }, time);

function contextOf(of: TestWindow): SyncContext {
  const providers = new FakeProviders(billing);
  const directory = new CaseDirectory(of.log, of.view, providers, clock);
  return {
    journal: of.journal,
    logger: of.logger,
    directory,
    providers,
    settings: () => settings,
  };
}

/** Yesterday: ACME-1 for 40 s, BETA-1 for 30 s, nothing for 20 s; today: ACME-1 for 50 s. */
async function aLedger(contract = {}): Promise<void> {
  await window.log.append([
    anEvent("connected", { kind: "connected", connection: CONNECTION }, "2026-03-09 07:00"),
    pick(aCase("ACME-1", contract), "2026-03-09 08:00"),
    ...rows("2026-03-09 09:00:00", "2026-03-09 09:00:40"),
    pick(aCase("BETA-1"), "2026-03-09 10:00"),
    ...rows("2026-03-09 11:00:00", "2026-03-09 11:00:30"),
    pick(null, "2026-03-09 12:00"),
    ...rows("2026-03-09 13:00:00", "2026-03-09 13:00:20"),
    pick(aCase("ACME-1", contract), "2026-03-10 08:00"),
    ...rows("2026-03-10 09:00:00", "2026-03-10 09:00:50"),
  ]);
}

const previewOf = (of = window): Promise<SyncPreview> =>
  previewSync(of.view, contextOf(of).directory, CONNECTION, billing.unitSeconds, {
    share: "commits",
    descriptionTemplate: DEFAULT_TEMPLATE,
  });
const draftsOf = (preview: SyncPreview): readonly DraftEntry[] =>
  preview.items.filter((item) => item.kind === "draft").map((item) => item.draft);
const short = (item: PreviewItem): string =>
  item.kind === "approved"
    ? `${item.outbox.entry.case.key} approved`
    : `${item.draft.case.key} ${item.draft.day} ${String(item.exactSeconds)}${item.running ? " running" : ""}`;

beforeEach(async () => {
  count = 0;
  clock = new ManualClock("2026-03-10 12:00");
  window = new TestWindow(clock);
  billing = new FakeBilling();
  settings = { ...parseSettings(() => undefined).value, provider: "rest", url: CONNECTION.url };
  await window.view.load();
});

describe("the preview", () => {
  it("shows a draft per case and day, oldest first, today's as running, and what is on no case", async () => {
    await aLedger();
    const preview = await previewOf();
    expect(preview.items.map(short)).toEqual([
      "ACME-1 2026-03-09 40",
      "BETA-1 2026-03-09 30",
      "ACME-1 2026-03-10 50 running",
    ]);
    expect(preview.unassignedSeconds).toBe(20);
    expect(preview.approvalSeq).toBe(0);
  });

  it("shows what is approved here, counts what waits elsewhere, and nothing that is settled", async () => {
    await aLedger();
    const approvals = [
      anEntry("here"),
      anEntry("elsewhere", { connectionId: "connection-2", case: aCase("X-1") }),
      anEntry("done", { case: aCase("X-2") }),
    ];
    await window.log.append(approvals.map((entry) => window.factory.create({ kind: "approved", entry })));
    await window.log.append([
      window.factory.create({ kind: "receipted", entryId: "done", revision: 1, remoteId: "r" }),
    ]);
    const preview = await previewOf();
    expect(preview.items.filter((item) => item.kind === "approved").map(short)).toEqual(["ACME-1 approved"]);
    expect(preview.waitingElsewhere).toBe(1);
    expect(preview.approvalSeq).toBe(window.view.ledger.lastSeqFor("approved"));
  });

  it("rounds each line on those before it, as the approval of all of them does", async () => {
    billing.unitSeconds = 80;
    await aLedger();
    const preview = await previewOf();
    const shown = preview.items.map((item) => (item.kind === "draft" ? item.billed.billedSeconds : undefined));
    // ACME-1: 40 s are rounded up to 80, and with 50 s more they still are; by itself the second would be 80, too.
    expect(shown).toEqual([80, 0, 0]);
    // Ticked in another order than shown.
    await syncTimeEntries(contextOf(window), ({ items }) => Promise.resolve([...items].reverse()), run);
    await window.view.catchUp();
    const approved = window.view.ledger.entries.all.map(({ entry }) => [
      entry.day,
      entry.case.key,
      entry.billedSeconds,
    ]);
    expect(approved).toEqual([
      ["2026-03-09", "ACME-1", 80],
      ["2026-03-09", "BETA-1", 0],
      ["2026-03-10", "ACME-1", 0],
    ]);
  });

  it("offers no case of another billing system, and counts what waits for it; a folder takes every case", async () => {
    await aLedger();
    const foreign: Case = { ...aCase("ACME-1"), ref: { source: "connection-2", id: "ACME-1" } };
    await window.log.append([pick(foreign, "2026-03-10 09:30"), ...rows("10:00:00", "10:00:30")]);
    const preview = await previewOf();
    expect(preview.items.map(short).at(-1)).toBe("ACME-1 2026-03-10 50 running");
    expect(preview.waitingElsewhere).toBe(1);
    const folder = aConnection({ id: "folder", provider: "local" });
    const local = await previewSync(window.view, contextOf(window).directory, folder, 1, {
      share: "commits",
      descriptionTemplate: DEFAULT_TEMPLATE,
    });
    expect(local.items).toHaveLength(4);
    expect(local.waitingElsewhere).toBe(0);
  });

  it("follows a pick that another window has just made, before it was told of it", async () => {
    await aLedger();
    const other = window.beside("window-2");
    await other.log.append([pick(aCase("BETA-1"), "2026-03-10 09:00:20")]);
    const today = (await previewOf()).items.map(short).slice(2);
    expect(today).toEqual(["ACME-1 2026-03-10 20 running", "BETA-1 2026-03-10 30 running"]);
  });

  it("changes nothing", async () => {
    await aLedger();
    const before = window.store.events.length;
    const result = await dryRunSync(contextOf(window));
    expect(result).toMatchObject({ pushed: 0, waiting: 0 });
    expect(
      result.preview?.map((line) => [line.key, line.day, line.state, line.exactSeconds, line.billedSeconds]),
    ).toEqual([
      ["ACME-1", "2026-03-09", "draft", 40, 40],
      ["BETA-1", "2026-03-09", "draft", 30, 30],
      ["ACME-1", "2026-03-10", "stillRunning", 50, 50],
    ]);
    expect(window.store.events).toHaveLength(before);
    expect(billing.requests).toEqual([]);
  });
});

describe("approving", () => {
  it("freezes what the preview showed and claims exactly that", async () => {
    await aLedger();
    const preview = await previewOf();
    const [acme, beta] = draftsOf(preview).map(must);
    await window.log.append(rows("2026-03-09 09:00:55")); // came after the preview: not part of it
    const ids = must(await approveDrafts(contextOf(window), preview, [must(acme), must(beta)]));
    expect(window.view.ledger.entries.all.map(({ entry }) => entry.entryId)).toEqual(ids);
    const entry = must(window.view.ledger.entries.get(must(ids[0]))).entry;
    expect(entry).toMatchObject({
      revision: 1,
      externalId: ids[0],
      connectionId: CONNECTION.id,
      day: "2026-03-09",
      intervals: must(acme).intervals,
      observedSeconds: 40,
      billableSeconds: 40,
      contractSeconds: 40,
      billedSeconds: 40,
      carriedSeconds: 0,
    });
    expect((await previewOf()).items.map(short)).toEqual([
      "ACME-1 approved",
      "BETA-1 approved",
      "ACME-1 2026-03-09 15",
      "ACME-1 2026-03-10 50 running",
    ]);
  });

  it("gives the running totals from entry to entry of one batch", async () => {
    await aLedger();
    billing.unitSeconds = 60;
    const preview = await previewOf();
    const ids = must(await approveDrafts(contextOf(window), preview, draftsOf(preview)));
    const billed = ids
      .map((id) => must(window.view.ledger.entries.get(id)).entry)
      .map((e) => [e.case.key, e.billedSeconds, e.carriedSeconds]);
    expect(billed).toEqual([
      ["ACME-1", 60, -20], // 40 s
      ["BETA-1", 60, -30], // 30 s
      ["ACME-1", 60, -30], // 90 s in all: 120 s, less the 60 s before
    ]);
  });

  it("is undone by another window's approval in between: nothing is written, nothing claimed twice", async () => {
    await aLedger();
    const other = window.beside("window-2");
    await other.view.load();
    const [mine, theirs] = [await previewOf(), await previewOf(other)];
    expect(await approveDrafts(contextOf(other), theirs, draftsOf(theirs).slice(0, 1))).toHaveLength(1);
    expect(await approveDrafts(contextOf(window), mine, draftsOf(mine))).toBeUndefined();
    expect(window.view.ledger.entries.all).toHaveLength(1);
    const again = await previewOf();
    expect(again.items.map(short)).toEqual(["ACME-1 approved", "BETA-1 2026-03-09 30", "ACME-1 2026-03-10 50 running"]);
    expect(await approveDrafts(contextOf(window), again, draftsOf(again))).toHaveLength(2);
  });

  it("records the branches of its commits, each once", async () => {
    await aLedger();
    await window.log.append(
      ["a", "b", "c"].map((sha) =>
        window.factory.create(
          {
            kind: "commit",
            tree: TREE,
            commit: { sha, subject: `Fix ${sha}`, repository: "alpha", ...(sha === "c" ? {} : { branch: "main" }) },
            case: aCase("ACME-1").ref,
          },
          { id: sha },
        ),
      ),
    );
    const preview = await previewOf();
    const ids = must(await approveDrafts(contextOf(window), preview, draftsOf(preview)));
    const last = must(window.view.ledger.entries.get(must(ids.at(-1)))).entry;
    expect(last.branches).toEqual(["main"]);
    expect(last.commits.map((commit) => commit.sha)).toEqual(["a", "b", "c"]);
    expect(last.description).toBe("Fix a; Fix b; Fix c");
  });
});

describe("a sync", () => {
  it("sends what was accepted of the preview and nothing else", async () => {
    await aLedger();
    const shown: SyncPreview[] = [];
    const result = await syncTimeEntries(
      contextOf(window),
      (preview) => {
        shown.push(preview);
        return Promise.resolve(preview.items.slice(0, 2));
      },
      run,
    );
    expect(result).toMatchObject({ pushed: 2, carried: 0, waiting: 0 });
    const ids = draftsOf(must(shown[0])).map((draft) => must(draft.entryId));
    expect(new Set(ids).size).toBe(3);
    expect(billing.stored.map((one) => one.externalId).sort()).toEqual(ids.slice(0, 2).sort());
    expect(billing.stored.every(({ entry }) => entry.day === "2026-03-09")).toBe(true);
  });

  it("sends and approves nothing when the preview is put aside, and its ids are kept", async () => {
    await aLedger();
    const shown: SyncPreview[] = [];
    const aside = (preview: SyncPreview): Promise<undefined> => {
      shown.push(preview);
      return Promise.resolve(undefined);
    };
    expect(await syncTimeEntries(contextOf(window), aside, run)).toBeUndefined();
    expect(await syncTimeEntries(contextOf(window), aside, run)).toBeUndefined();
    expect(billing.requests).toEqual([]);
    expect(window.view.ledger.entries.all).toEqual([]);
    const [first, second] = shown.map((preview) => draftsOf(preview).map((draft) => draft.entryId));
    expect(first).toEqual(second);
    expect(await syncTimeEntries(contextOf(window), () => Promise.resolve([]), run)).toMatchObject({ pushed: 0 });
  });

  it("shows the preview anew when another window approved in between, and gives up in the end", async () => {
    await aLedger();
    const other = window.beside("window-2");
    await other.view.load();
    let shown = 0;
    const confirm = async (preview: SyncPreview): Promise<readonly PreviewItem[]> => {
      shown += 1;
      if (shown === 1) {
        const theirs = await previewOf(other);
        await approveDrafts(contextOf(other), theirs, draftsOf(theirs).slice(0, 1));
      }
      return preview.items;
    };
    const result = await syncTimeEntries(contextOf(window), confirm, run);
    expect(shown).toBe(2);
    expect(result).toMatchObject({ pushed: 3 });
    expect(new Set(billing.stored.map((one) => one.externalId)).size).toBe(3);

    await window.log.append(rows("2026-03-10 10:00:00", "2026-03-10 10:00:20"));
    let others = 0;
    const always = async (preview: SyncPreview): Promise<readonly PreviewItem[]> => {
      others += 1;
      const entry = anEntry(`other-${String(others)}`, { case: aCase("X-1") });
      await other.log.append([other.factory.create({ kind: "approved", entry }, { id: `x-${String(others)}` })]);
      return preview.items;
    };
    await expect(syncTimeEntries(contextOf(window), always, run)).rejects.toMatchObject({ code: "billing.busy" });
  });

  it("settles entries of 0 units without sending and carries them to the next", async () => {
    billing.unitSeconds = 3600;
    await aLedger();
    const all = (preview: SyncPreview): Promise<readonly PreviewItem[]> => Promise.resolve(preview.items);
    expect(await syncTimeEntries(contextOf(window), all, run)).toMatchObject({ pushed: 0, carried: 3 });
    expect(billing.requests).toEqual([]);
    await window.log.append([
      anEvent("p", { kind: "policy", idleTimeoutSeconds: 1800, zone: pick(null, "08:00").zone }, "10:00"),
      ...rows("10:00:00", "10:29:30"),
    ]);
    expect(await syncTimeEntries(contextOf(window), all, run)).toMatchObject({ pushed: 1, carried: 0 });
    expect(billing.stored[0]?.entry).toMatchObject({
      billableSeconds: 1770,
      billedSeconds: 3600,
      carriedSeconds: 40 + 50 + 1770 - 3600,
    });
  });

  it("needs a connection, and the one that the settings show", async () => {
    const context = contextOf(window);
    const never = (): Promise<undefined> => expect.unreachable();
    await expect(syncTimeEntries(context, never, run)).rejects.toMatchObject({ code: "billing.noConnection" });
    await aLedger();
    settings = { ...settings, url: "https://evil.example" };
    for (const call of [
      syncTimeEntries(context, never, run),
      dryRunSync(context),
      pushApproved(context, undefined, run),
    ]) {
      await expect(call).rejects.toMatchObject({ code: "billing.urlChanged" });
    }
    settings = { ...settings, url: CONNECTION.url, provider: "local" };
    await expect(dryRunSync(context)).rejects.toMatchObject({ code: "billing.urlChanged" });
    expect(billing.requests).toEqual([]);
  });

  it("by argument sends only what was approved before, here", async () => {
    await aLedger();
    expect(await pushApproved(contextOf(window), undefined, run)).toMatchObject({ pushed: 0 });
    const approvals = [anEntry("a"), anEntry("b"), anEntry("c", { connectionId: "connection-2" })];
    await window.log.append(approvals.map((entry) => window.factory.create({ kind: "approved", entry })));
    expect(await pushApproved(contextOf(window), ["b", "c"], run)).toMatchObject({ pushed: 1, waiting: 1 });
    expect(billing.stored.map((one) => one.externalId)).toEqual(["b"]);
    expect(await pushApproved(contextOf(window), undefined, run)).toMatchObject({ pushed: 1, waiting: 0 });
    expect(billing.stored.map((one) => one.externalId)).toEqual(["b", "a"]);
  });
});

describe("a case in two work trees", () => {
  it("is one draft a day", async () => {
    await aLedger();
    await window.log.append([
      pick(aCase("ACME-1"), "2026-03-10 08:00", OTHER_TREE),
      ...["10:00:00", "10:00:30"].map((time) =>
        aRowEvent(`other-${time}`, aRow(time, time, { tree: OTHER_TREE, windowId: "window-2" })),
      ),
    ]);
    const today = must(draftsOf(await previewOf()).at(-1));
    expect({
      key: today.case.key,
      observedSeconds: today.observedSeconds,
      intervalCount: today.intervals.length,
    }).toEqual({ key: "ACME-1", observedSeconds: 80, intervalCount: 2 });
  });
});
