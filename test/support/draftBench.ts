import { approveDrafts } from "../../src/app/approveDrafts.ts";
import { CaseDirectory } from "../../src/app/caseDirectory.ts";
import { currentDrafts, type DraftContext, type DraftTarget } from "../../src/app/draftEdits.ts";
import { previewSync } from "../../src/app/syncPreview.ts";
import { targetOf } from "../../src/app/timesheetRows.ts";
import { epochMs } from "../../src/base/time.ts";
import { PLAIN_DRAFTING, type Drafting } from "../../src/domain/description.ts";
import type { NewEvent } from "../../src/domain/events.ts";
import type { DraftEntry } from "../../src/domain/timeEntry.ts";
import { aConnection, aRow, aRowEvent, at, day, must } from "./builders.ts";
import { FakeBilling, FakeProviders } from "./fakeBilling.ts";
import { ManualClock } from "./manualClock.ts";
import { TestWindow } from "./memoryEventLog.ts";

const SIGN_EACH_MS = 40_000;

/** Signs of work from one time to another, close enough to be observed time. @param more columns and members of the rows */
export function aStretch(
  from: string,
  to: string,
  more: Partial<NewEvent> & { readonly agent?: true } = {},
): NewEvent[] {
  const { agent, ...columns } = more;
  const events: NewEvent[] = [];
  for (let instant = at(from) as number; ; instant += SIGN_EACH_MS) {
    const first = epochMs(Math.min(instant, at(to)));
    const row = { ...aRow("09:00"), first, last: first, ...(agent === undefined ? {} : { agent }) };
    events.push({ ...aRowEvent(`${from}-${String(first)}`, row), ...columns });
    if (first === at(to)) return events;
  }
}

/** A window at noon of 2026-03-10, and what is done with the drafts of that day. */
export class DraftBench {
  readonly today = day("2026-03-10");
  readonly clock = new ManualClock("12:00");
  readonly window = new TestWindow(this.clock);
  readonly context: DraftContext;
  drafting: Drafting = PLAIN_DRAFTING;

  constructor() {
    const { log, view, factory } = this.window;
    const directory = new CaseDirectory(log, view, new FakeProviders(new FakeBilling()), this.clock);
    this.context = { log, view, factory, clock: this.clock, directory, drafting: () => this.drafting };
  }

  drafts(): Promise<readonly DraftEntry[]> {
    return currentDrafts(this.context, this.today);
  }

  /** The draft of a case, or of one of its parts. */
  async draft(key: string, part = 0): Promise<DraftEntry> {
    return must((await this.drafts()).filter((draft) => draft.case.key === key)[part]);
  }

  async target(key: string, part = 0): Promise<DraftTarget> {
    return targetOf(await this.draft(key, part));
  }

  /** What is shown of the drafts: case and description. */
  async words(): Promise<readonly (readonly [string, string])[]> {
    return (await this.drafts()).map((draft) => [draft.case.key, draft.description]);
  }

  /** Approves everything of the preview, or what is chosen of it. */
  async approve(isChosen: (draft: DraftEntry) => boolean = () => true): Promise<readonly string[]> {
    const { view, directory } = this.context;
    const shown = await previewSync(view, directory, aConnection(), 1, this.drafting);
    const drafts = shown.items.flatMap((item) => (item.kind === "draft" && isChosen(item.draft) ? [item.draft] : []));
    return must(await approveDrafts(this.context, shown, drafts));
  }
}
