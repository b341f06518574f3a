import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ledgerFiles } from "../../src/adapters/node/export/ledgerFile.ts";
import { approveDrafts } from "../../src/app/billing/approveDrafts.ts";
import { CaseDirectory } from "../../src/app/cases/caseDirectory.ts";
import { writeWorklog } from "../../src/app/export/exportLedger.ts";
import { importLedger, planImport } from "../../src/app/export/importLedger.ts";
import { previewSync } from "../../src/app/billing/syncPreview.ts";
import { verifyLedger } from "../../src/app/ledger/verifyLedger.ts";
import { epochMs, floorToSecond, localDate, type ZoneId } from "../../src/base/time.ts";
import { DEFAULT_TEMPLATE } from "../../src/domain/entries/description.ts";
import type { EventBody } from "../../src/domain/log/events.ts";
import type { Policy } from "../../src/domain/capture/timeline.ts";
import { aCase, aConnection, OTHER_TREE, TREE } from "../support/builders.ts";
import { FakeBilling, FakeProviders } from "../support/fakeBilling.ts";
import { ManualClock } from "../support/manualClock.ts";
import { TestWindow } from "../support/memoryEventLog.ts";

const VIENNA = "Europe/Vienna" as ZoneId;
const START = Date.parse("2026-03-27T21:00:00Z");
const THERE: Policy = { idleTimeoutSeconds: 300, zone: VIENNA };
const HERE: Policy = { idleTimeoutSeconds: 600, zone: "Asia/Tokyo" as ZoneId };
const DRAFTING = { share: "commits", descriptionTemplate: DEFAULT_TEMPLATE } as const;
const NEVER = new AbortController().signal;

let folder: string;
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "caseclock-move-"));
});
afterAll(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});

const KINDS = [
  ...(["work", "work", "work", "work", "work", "work", "work", "work", "pick", "pick", "pause", "resume"] as const),
  ...(["policy", "lateTick", "stepBack", "farStepBack", "declare", "reassign", "strike", "undo", "commit"] as const),
  ...([
    "fate",
    "approve",
    "deliver",
    "withdraw",
    "timer",
    "pin",
    "tag",
    "branch",
    "keep",
    "copy",
    "describe",
    "split",
    "merge",
    "writeDown",
    "redo",
  ] as const),
] as const;

const story = fc.array(
  fc.record({
    kind: fc.constantFrom(...KINDS),
    wait: fc.oneof(
      { weight: 6, arbitrary: fc.nat({ max: 70 }) },
      { weight: 3, arbitrary: fc.nat({ max: 400 }) },
      { weight: 1, arbitrary: fc.constantFrom(3_600, 11_400, 90_000) },
    ),
    n: fc.nat({ max: 1_000 }),
  }),
  { minLength: 1, maxLength: 60, size: "max" },
);
type Story = (typeof story extends fc.Arbitrary<infer T> ? T : never) & readonly unknown[];

interface Computer {
  readonly window: TestWindow;
  readonly directory: CaseDirectory;
  readonly policy: Policy;
}

function aComputer(policy: Policy, windowId: string): Computer {
  const clock = new ManualClock("2026-03-28 00:00");
  clock.zone = policy.zone;
  let ids = 0;
  clock.newId = () => `${windowId}-${String((ids += 1))}`; // random elsewhere, and so never the same on two computers
  const window = new TestWindow(clock, undefined, windowId, policy);
  const directory = new CaseDirectory(window.log, window.view, new FakeProviders(new FakeBilling()), clock);
  return { window, directory, policy };
}

/** Lives through a story on a computer, as its windows would write it. */
async function live({ window, directory }: Computer, steps: Story, name: string): Promise<void> {
  const { clock, view, log } = window;
  let now = START;
  let { zone } = THERE;
  let count = 0;
  const edits: string[] = [];
  const add = async (body: EventBody, at = now): Promise<string> => {
    const instant = floorToSecond(at);
    const id = `${name}-${String((count += 1))}`;
    const windowId = `${name}-window-${String(count % 2)}`;
    await log.append([{ id, windowId, at: instant, zone, day: localDate(instant, zone), body }]);
    return id;
  };
  await view.load();
  await add({ kind: "connected", connection: aConnection() });
  for (const { kind, wait, n } of steps) {
    now += wait * 1_000;
    const tree = n % 3 === 0 ? OTHER_TREE : TREE;
    const of = aCase(`ACME-${String(n % 3)}`);
    const back = { from: floorToSecond(now - (n % 900) * 1_000), to: floorToSecond(now) };
    switch (kind) {
      case "work": {
        const row = { first: floorToSecond(now), last: floorToSecond(now + (n % 3) * 1_000), counts: { edit: 1 } };
        await add({ kind: "heartbeats", tree, ...row, ...(n % 11 === 0 ? { agent: true as const } : {}) });
        break;
      }
      case "pick":
        await add({ kind: "pick", tree, case: n % 7 === 0 ? null : of });
        break;
      case "pause":
      case "resume":
        await add({ kind });
        break;
      case "policy":
        zone = n % 2 === 0 ? VIENNA : ("Europe/London" as ZoneId);
        await add({ kind, idleTimeoutSeconds: (n % 4) * 100, zone });
        break;
      case "lateTick":
        await add({ kind: "tickGap", from: epochMs(back.from), to: epochMs(back.to) });
        break;
      case "stepBack":
      case "farStepBack": {
        const to = now;
        now -= (kind === "stepBack" ? 3 + n : 90_000 + n) * 1_000;
        await add({ kind: "tickGap", from: floorToSecond(now), to: floorToSecond(to) });
        break;
      }
      case "declare": {
        const placed = n % 2 === 0 && back.to > back.from ? { from: back.from, to: back.to } : {};
        const entryDay = localDate(epochMs(now), zone);
        edits.push(await add({ kind: "declared", case: of, entryDay, ...placed, seconds: n % 900, reason: "A call" }));
        break;
      }
      case "reassign":
      case "strike": {
        const range = { from: back.from, to: back.to, intervals: [{ start: back.from, end: back.to }] };
        const change = kind === "strike" ? { kind: "struck" as const } : { kind: "reassigned" as const, case: of };
        edits.push(await add({ ...range, ...change }));
        break;
      }
      case "undo": {
        const eventId = edits[n % Math.max(1, edits.length)];
        if (eventId !== undefined) await add({ kind: "undone", eventId });
        break;
      }
      case "commit":
        await add({
          kind,
          tree,
          commit: { sha: String(n % 20).padStart(40, "0"), subject: `Change ${String(n)}`, repository: "alpha" },
          case: n % 2 === 0 ? of.ref : null,
          ...(n % 5 === 0 ? { unnamed: true } : {}),
        });
        break;
      case "fate":
        await add({ kind: "commitFates", tree, fates: [{ sha: String(n % 20).padStart(40, "0"), now: null }] });
        break;
      case "approve": {
        clock.step(now - clock.now());
        const preview = await previewSync(view, directory, aConnection(), 60, DRAFTING);
        const drafts = preview.items.flatMap((item) =>
          item.kind === "draft" && item.draft.conflictSeconds === 0 ? [item.draft] : [],
        );
        await approveDrafts(window, preview, n % 2 === 0 ? drafts : drafts.slice(0, 1));
        break;
      }
      case "deliver": {
        const { entry } = view.ledger.entries.all[n % Math.max(1, view.ledger.entries.all.length)] ?? {};
        if (entry === undefined) break;
        const of = { entryId: entry.entryId, revision: entry.revision };
        const problem = { kind: "told", detail: "No." };
        await add({ kind: "sending", ...of });
        if (n % 4 === 0) await add({ kind: "receipted", ...of, remoteId: String(n) });
        if (n % 4 === 1) await add({ kind: "refused", ...of, problem });
        if (n % 4 === 2)
          await add({ kind: "deferred", ...of, outcome: "retryLater", notBefore: floorToSecond(now), problem });
        break;
      }
      case "withdraw": {
        const { entry } = view.ledger.entries.all[n % Math.max(1, view.ledger.entries.all.length)] ?? {};
        if (entry !== undefined) await add({ kind: "withdrawn", entryId: entry.entryId, revision: entry.revision });
        break;
      }
      case "describe": {
        const [entryId, entryDay] = [`${name}-entry-${String(n % 3)}`, localDate(epochMs(now), zone)];
        await add({ kind: "entryMinted", entryId, case: of.ref, entryDay });
        await add({ kind: "described", entryId, case: of.ref, entryDay, description: `Text ${String(n)}` });
        break;
      }
      case "split":
        await add({ kind, case: of.ref, entryDay: localDate(epochMs(now), zone), cut: back.from });
        break;
      case "merge": {
        const range = { from: back.from, to: epochMs(back.to + 1_000) };
        await add({ kind: "merged", case: of.ref, entryDay: localDate(epochMs(now), zone), ...range });
        break;
      }
      case "writeDown": {
        const to = epochMs(back.to + 1_000);
        const range = { from: back.from, to, intervals: [{ start: back.from, end: to }] };
        const entryDay = localDate(epochMs(now), zone);
        edits.push(
          await add({ kind: "writtenDown", case: of.ref, entryDay, ...range, declared: [], reason: "A favour" }),
        );
        break;
      }
      case "redo": {
        const eventId = edits[n % Math.max(1, edits.length)];
        if (eventId !== undefined) await add({ kind: "redone", eventId });
        break;
      }
      case "timer":
        if (n % 2 === 0) await add({ kind: "timerStarted", case: of, reason: "" });
        else if (view.ledger.timer !== undefined) await add({ kind: "timerStopped", timerId: view.ledger.timer.id });
        break;
      case "pin":
        await add({ kind: "pinned", ref: of.ref, pinned: n % 3 !== 0 });
        break;
      case "tag":
        await add({ kind: "tagging", repository: "file:///projects/alpha", choice: "here" });
        break;
      case "branch":
        await add({ kind, tree, branch: `fix/${String(n % 2)}` });
        break;
      case "keep":
        await add({ kind: "kept", tree, picked: of.ref, pointed: aCase("OTHER-1").ref });
        break;
      case "copy":
        await add({ kind: "copied", ledger: view.ledger.id ?? `${name}-ledger` });
        break;
    }
    clock.step(now - clock.now());
  }
}

const file = (): string => path.join(folder, "worklog.json");

async function exported({ window, directory, policy }: Computer): Promise<string> {
  const context = { ...parts(window), directory, initialPolicy: policy };
  await ledgerFiles.write(file(), (sink) => writeWorklog(context, DRAFTING, {}, sink, ledgerFiles.checksum));
  return file();
}

function parts({ journal, logger }: TestWindow) {
  return { journal, logger };
}

async function imported({ window, policy }: Computer, from: string): Promise<number> {
  const context = { ...parts(window), initialPolicy: policy };
  await window.view.load();
  const plan = await planImport(context, ledgerFiles, from, NEVER);
  return (await importLedger(context, ledgerFiles, plan, NEVER, () => undefined)).added;
}

/** Everything that a person sees of a ledger, with the work trees of another computer under their own names. */
async function seen({ window, directory, policy }: Computer): Promise<unknown> {
  const { view, log } = window;
  await view.catchUp();
  const { ledger } = view;
  const days = await view.days();
  const preview = await previewSync(view, directory, aConnection(), 60, DRAFTING);
  const whole = {
    verify: await verifyLedger(log, policy),
    days,
    sheets: await view.sheets(days),
    preview: { ...preview, approvalSeq: 0 },
    entries: ledger.entries.all,
    open: ledger.entries.listOpen,
    commits: ledger.commits.all,
    connections: [...ledger.connections.values()],
    connection: ledger.connection,
    cases: [...ledger.cases].sort(([a], [b]) => (a < b ? -1 : 1)),
    pinned: ledger.pinned,
    timer: ledger.timer,
    picks: [TREE, OTHER_TREE].map((tree) => ledger.findPick(tree)),
  };
  return JSON.parse(JSON.stringify(whole).replaceAll(/moved:[\w-]+:/g, ""));
}

describe("for any history", () => {
  it("what is exported and imported on another computer is all there, and importing it again changes nothing", async () => {
    await fc.assert(
      fc.asyncProperty(story, async (steps) => {
        const there = aComputer(THERE, "window-there");
        const here = aComputer(HERE, "window-here");
        await live(there, steps, "a");
        const end = Math.max(...there.window.store.events.map(({ at }) => at));
        for (const { window } of [there, here]) window.clock.step(end + 200_000_000 - window.clock.now());
        const from = await exported(there);
        const before = await seen(there);
        expect(await imported(here, from)).toBeGreaterThan(0);
        expect(await seen(here)).toEqual(before);
        const held = here.window.store.events.length;
        expect(await imported(here, from)).toBe(0);
        expect(here.window.store.events).toHaveLength(held);
        // And home again: what was its own is known there.
        const back = await exported(here);
        await imported(there, back);
        expect(await seen(there)).toEqual(before);
        there.window.kill();
        here.window.kill();
      }),
      { numRuns: 150 },
    );
  }, 120_000);
});
