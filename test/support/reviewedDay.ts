import { approveDrafts } from "../../src/app/approveDrafts.ts";
import { CaseDirectory } from "../../src/app/caseDirectory.ts";
import { currentDrafts, type DraftContext, type DraftTarget } from "../../src/app/draftEdits.ts";
import { previewSync } from "../../src/app/syncPreview.ts";
import { targetOf } from "../../src/app/timesheetRows.ts";
import { epochMs } from "../../src/base/time.ts";
import { PLAIN_DRAFTING, type Drafting } from "../../src/domain/description.ts";
import { CaseclockError } from "../../src/domain/errors.ts";
import type { DraftEntry } from "../../src/domain/timeEntry.ts";
import { aCase, aConnection, anEvent, aRow, aRowEvent, at, day, must, TREE } from "./builders.ts";
import { FakeBilling, FakeProviders } from "./fakeBilling.ts";
import { ManualClock } from "./manualClock.ts";
import { TestWindow } from "./memoryEventLog.ts";

export const TODAY = day("2026-03-10");
export const ACME = aCase("ACME-1");
export const BETA = aCase("BETA-1");

/** A day under review at noon: ACME-1 from 9:00 to 9:20 and from 9:40 to 10:00; BETA-1 is known and has no time. */
export interface ReviewedDay {
  readonly window: TestWindow;
  readonly context: DraftContext;
  /** As the drafts are made; tests may set another grouping. */
  readonly drafting: { value: Drafting };
  readonly drafts: () => Promise<readonly DraftEntry[]>;
  readonly draftOf: (key: string, index?: number) => Promise<DraftEntry>;
  readonly target: (key: string, index?: number) => Promise<DraftTarget>;
  /** Approves drafts as a preview shows them; all of them unless said otherwise. @returns ids of the entries */
  readonly approve: (which?: (draft: DraftEntry) => boolean) => Promise<readonly string[]>;
}

export async function aReviewedDay(): Promise<ReviewedDay> {
  const clock = new ManualClock("12:00");
  const window = new TestWindow(clock);
  const directory = new CaseDirectory(window.log, window.view, new FakeProviders(new FakeBilling()), clock);
  const { log, view, factory } = window;
  const drafting = { value: PLAIN_DRAFTING };
  const context = { log, view, factory, clock, directory, drafting: () => drafting.value };
  const rows = ["09:00", "09:40"].flatMap((from) =>
    Array.from({ length: 31 }, (_, index) => at(from) + index * 40_000),
  );
  await log.append([
    anEvent("pick-b", { kind: "pick", tree: TREE, case: BETA }, "07:00"),
    anEvent("pick-a", { kind: "pick", tree: TREE, case: ACME }, "08:00"),
    ...rows.map((first, index) =>
      aRowEvent(`row-${String(index)}`, { ...aRow("09:00"), first: epochMs(first), last: epochMs(first) }),
    ),
  ]);
  await view.load();
  const drafts = (): Promise<readonly DraftEntry[]> => currentDrafts(context, TODAY);
  const draftOf = async (key: string, index = 0): Promise<DraftEntry> =>
    must((await drafts()).filter((draft) => draft.case.key === key)[index]);
  return {
    window,
    context,
    drafting,
    drafts,
    draftOf,
    target: async (key, index) => targetOf(await draftOf(key, index)),
    approve: async (which = () => true) => {
      const shown = await previewSync(view, directory, aConnection(), 1, drafting.value);
      const wanted = shown.items.flatMap((item) => (item.kind === "draft" && which(item.draft) ? [item.draft] : []));
      return must(await approveDrafts(context, shown, wanted));
    },
  };
}

/** The code of a failure; "nothing" when there was none. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "nothing",
    (error: unknown) => (CaseclockError.is(error) ? error.code : String(error)),
  );
}
