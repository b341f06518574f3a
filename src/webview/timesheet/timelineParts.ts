/** The parts of the timeline, for drawing and for keys. */
import type { DayModel } from "../../ports/timesheet.ts";
import { type Stop, type Stretch, findWorkedStretch } from "./geometry.ts";
import type { Shown } from "./ui.ts";

type Day = Shown<DayModel>;

/** The visible part of the day. */
export function getStretch({ state, model }: Day): Stretch {
  return state.stretch ?? findWorkedStretch(model);
}

/** The cursor: where it was put, else now, else where the day's work begins. */
export function getCursor({ state, model }: Day): number {
  const first = model.lanes.flatMap(({ items }) => items.map(({ start }) => start));
  return state.cursor ?? model.now ?? (first.length > 0 ? first.reduce((a, b) => Math.min(a, b)) : model.dayStart);
}

/** What can take the focus, row by row as drawn. Commits stand in the lane of their case. */
export function listStops({ gaps, lanes, commits }: DayModel): readonly (readonly Stop[])[] {
  const marks = (caseId: string | null): readonly Stop[] =>
    commits
      .filter((each) => each.caseId === caseId)
      .map(({ at, sha }) => ({ id: createCommitId(sha), start: at, end: at }));
  const byStart = (stops: readonly Stop[]): readonly Stop[] => [...stops].sort((a, b) => a.start - b.start);
  return [
    gaps.map(({ start, end }) => ({ id: createGapId(start), start, end })),
    ...lanes.map((lane) => byStart([...lane.items, ...marks(lane.caseId)])),
    byStart(
      commits
        .filter((each) => !lanes.some(({ caseId }) => caseId === each.caseId))
        .map(({ at, sha }) => ({
          id: createCommitId(sha),
          start: at,
          end: at,
        })),
    ),
  ];
}

export const createGapId = (start: number): string => `gap-${String(start)}`;
export const createCommitId = (sha: string): string => `commit-${sha}`;
