import { reassign, type EditContext } from "../../app/edits/reassign.ts";
import { isRecord } from "../../base/json.ts";
import { epochMs, parseInstant } from "../../base/time.ts";
import type { Interval } from "../../domain/capture/interval.ts";
import type { Case } from "../../domain/cases/case.ts";

/** What a row of the side bar means as a drop target. */
export interface DropTarget {
  readonly key: string;
  /** Undefined: "no case". */
  readonly source: string | undefined;
}

/** The case of a row, or "no case"; undefined for a heading, a gap or a stretch, on which nothing can be dropped. */
export function readDropTarget(row: object): DropTarget | undefined {
  if (!("key" in row) || typeof row.key !== "string") return undefined;
  return { key: row.key, source: "source" in row && typeof row.source === "string" ? row.source : undefined };
}

/** The stretches among dropped rows. Any program can start a drag: whatever is no stretch is left out. */
export function readStretches(rows: readonly unknown[]): readonly Interval[] {
  return rows.flatMap((row) => {
    const start = isRecord(row) ? parseInstant(String(row["from"])) : undefined;
    const end = isRecord(row) ? parseInstant(String(row["to"])) : undefined;
    return start === undefined || end === undefined ? [] : [{ start: epochMs(start), end: epochMs(end) }];
  });
}

/**
 * Moves dropped stretches to the case of the row that they were dropped on.
 * @param findCase the case with a key. @throws what `reassign` and it throw; earlier stretches are moved by then
 */
export async function dropStretches(
  context: EditContext,
  rows: readonly unknown[],
  on: object,
  findCase: (key: string, source: string) => Promise<Case>,
): Promise<void> {
  const target = readDropTarget(on);
  if (target === undefined) return;
  const to = target.source === undefined ? null : await findCase(target.key, target.source);
  for (const stretch of readStretches(rows)) await reassign(context, stretch, to);
}
