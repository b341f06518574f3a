import { approveDrafts } from "../../src/app/billing/approveDrafts.ts";
import { CaseDirectory } from "../../src/app/cases/caseDirectory.ts";
import { listDrafts, type DraftContext, type DraftTarget } from "../../src/app/edits/draftEdits.ts";
import { previewSync } from "../../src/app/billing/syncPreview.ts";
import { toDraftTarget } from "../../src/app/timesheet/timesheetRows.ts";
import { epochMs } from "../../src/base/time.ts";
import { PLAIN_DRAFTING, type DraftingOptions } from "../../src/domain/entries/description.ts";
import { CaseclockError } from "../../src/domain/errors.ts";
import type { NewEvent } from "../../src/domain/log/events.ts";
import { aCase, aConnection, anEvent, aRow, aRowEvent, at, day, must, TREE } from "./builders.ts";
import { FakeBilling, FakeProviders } from "./fakeBilling.ts";
import { ManualClock } from "./manualClock.ts";
import { TestWindow } from "./memoryEventLog.ts";
import type { DraftEntry } from "../../src/domain/entries/draftEntry.ts";

export const TODAY = day("2026-03-10");
export const ACME = aCase("ACME-1");
export const BETA = aCase("BETA-1");

/** A day under review at noon. */
export interface ReviewedDay {
  readonly clock: ManualClock;
  readonly window: TestWindow;
  readonly context: DraftContext;
  /** As the drafts are made; tests may set another grouping. */
  readonly drafting: { value: DraftingOptions };
  readonly drafts: () => Promise<readonly DraftEntry[]>;
  readonly draftOf: (key: string, index?: number) => Promise<DraftEntry>;
  readonly target: (key: string, index?: number) => Promise<DraftTarget>;
  /** Case and description of the drafts. */
  readonly words: () => Promise<readonly (readonly [string, string])[]>;
  /** Approves drafts as a preview shows them; all of them unless said otherwise. @returns ids of the entries */
  readonly approve: (which?: (draft: DraftEntry) => boolean) => Promise<readonly string[]>;
}

/** Signs of work from one time to another, close enough to be observed time. @param more columns of their events */
export function aStretch(
  from: string,
  to: string,
  { agent, ...more }: Partial<NewEvent> & { readonly agent?: true } = {},
): readonly NewEvent[] {
  const count = Math.ceil((at(to) - at(from)) / SIGN_EACH_MS);
  return Array.from({ length: count + 1 }, (_, index) => {
    const first = epochMs(Math.min(at(from) + index * SIGN_EACH_MS, at(to)));
    const row = aRow("09:00", "09:00", { first, last: first, ...(agent === undefined ? {} : { agent }) });
    return { ...aRowEvent(`row-${String(first)}`, row), ...more };
  });
}

const SIGN_EACH_MS = 40_000;

/** ACME-1 from 9:00 to 9:20 and from 9:40 to 10:00; BETA-1 is known and has no time. */
const TWO_STRETCHES: readonly NewEvent[] = [
  anEvent("pick-b", { kind: "pick", tree: TREE, case: BETA }, "07:00"),
  anEvent("pick-a", { kind: "pick", tree: TREE, case: ACME }, "08:00"),
  ...aStretch("09:00", "09:20"),
  ...aStretch("09:40", "10:00"),
];

/** @param captured what the day has; two stretches of ACME-1 unless said otherwise */
export async function aReviewedDay(captured = TWO_STRETCHES): Promise<ReviewedDay> {
  const clock = new ManualClock("12:00");
  const window = new TestWindow(clock);
  const directory = new CaseDirectory(window.log, window.view, new FakeProviders(new FakeBilling()), clock);
  const { log, view, journal } = window;
  const drafting = { value: PLAIN_DRAFTING };
  const context = { journal, directory, drafting: () => drafting.value };
  await log.append(captured);
  await view.load();
  const drafts = (): Promise<readonly DraftEntry[]> => listDrafts(context, TODAY);
  const draftOf = async (key: string, index = 0): Promise<DraftEntry> =>
    must((await drafts()).filter((draft) => draft.case.key === key)[index]);
  return {
    clock,
    window,
    context,
    drafting,
    drafts,
    draftOf,
    target: async (key, index) => toDraftTarget(await draftOf(key, index)),
    words: async () => (await drafts()).map(({ case: of, description }) => [of.key, description]),
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
