/** What the time line consists of, for its drawing and its keys alike. */
import type { DayModel } from "../../ports/timesheet.ts";
import { type Stop, type Stretch, workedStretch } from "./geometry.ts";
import type { Shown } from "./ui.ts";

type Day = Shown<DayModel>;

/** The part of the day that is seen. */
export function stretchOf({ state, model }: Day): Stretch {
  return state.stretch ?? workedStretch(model);
}

/** Where the cursor stands: where it was put, else at now, else where the day's work begins. */
export function cursorOf({ state, model }: Day): number {
  const first = model.lanes.flatMap(({ items }) => items.map(({ start }) => start));
  return state.cursor ?? model.now ?? (first.length > 0 ? first.reduce((a, b) => Math.min(a, b)) : model.dayStart);
}

/** What takes the focus, row by row as it is drawn. Marks of commits stand in the lane of their case. */
export function stopsOf({ gaps, lanes, commits }: DayModel): readonly (readonly Stop[])[] {
  const marks = (caseId: string | null): readonly Stop[] =>
    commits.filter((each) => each.caseId === caseId).map(({ at, sha }) => ({ id: commitId(sha), start: at, end: at }));
  const byStart = (stops: readonly Stop[]): readonly Stop[] => [...stops].sort((a, b) => a.start - b.start);
  return [
    gaps.map(({ start, end }) => ({ id: gapId(start), start, end })),
    ...lanes.map((lane) => byStart([...lane.items, ...marks(lane.caseId)])),
    byStart(
      commits
        .filter((each) => !lanes.some(({ caseId }) => caseId === each.caseId))
        .map(({ at, sha }) => ({
          id: commitId(sha),
          start: at,
          end: at,
        })),
    ),
  ];
}

export const gapId = (start: number): string => `gap-${String(start)}`;
export const commitId = (sha: string): string => `commit-${sha}`;
