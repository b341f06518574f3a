import * as vscode from "vscode";
import { resolveConflict, type DeclareResult } from "../../app/edits/declareTime.ts";
import type { EditContext } from "../../app/edits/reassign.ts";
import { t } from "../../base/text.ts";
import { formatClock } from "../../base/time.ts";
import type { Case } from "../../domain/cases/case.ts";
import type { Conflict } from "../../domain/edits/declaration.ts";
import { CaseclockError } from "../../domain/errors.ts";
import { total } from "../../domain/capture/interval.ts";
import { formatExact } from "../text/formatTime.ts";
import { readChoice } from "../shell/arguments.ts";
import { sanitizeLabel } from "../text/inertText.ts";

/** Days in which a conflict is looked for when none is named. */
const DAYS = 31;

/** Shows an overlap and resolves it by the person's choice; dismissed, it waits and cannot be approved. */
export async function askConflict(
  context: EditContext,
  { ids, conflictSeconds }: DeclareResult,
  chosen: Case,
): Promise<void> {
  const keep = await askSide(conflictSeconds, chosen.key);
  if (keep === undefined) return;
  for (const id of ids) {
    // Resolving others may have ended this one.
    if ((await findConflict(context, id)) !== undefined) await resolveConflict(context, id, keep);
  }
}

/**
 * Ends the conflict of a declaration by choosing a side, or asks for it.
 * @returns false when the question was dismissed
 * @throws CaseclockError `arguments.invalid` when there is no such conflict | `entries.claimed`
 */
export async function resolveOrAsk(
  context: EditContext,
  id: string,
  keep: "declared" | "captured" | undefined,
): Promise<boolean> {
  const given = readChoice("keep", keep, ["declared", "captured"]);
  const found = await findConflict(context, id);
  if (found === undefined) throw new CaseclockError("arguments.invalid", `there is no conflict ${id}`);
  const side = given ?? (await askSide(total(found.with), found.declaration.case.key));
  if (side === undefined) return false;
  await resolveConflict(context, id, side);
  return true;
}

/** Asks which conflict of the last days is meant; undefined when there is none, or the question was put aside. */
export async function askWhichConflict({ journal: { view } }: EditContext): Promise<string | undefined> {
  const days = (await view.days()).slice(-DAYS);
  const conflicts = (await view.sheets(days)).flatMap((sheet) => sheet.conflicts);
  const rows = conflicts.map(({ declaration }) => ({
    label: `${declaration.day}  ${declaration.interval === undefined ? "" : formatClock(declaration.interval.start, declaration.zone)}`,
    description: sanitizeLabel(declaration.case.key),
    detail: sanitizeLabel(declaration.reason),
    id: declaration.id,
  }));
  if (rows.length === 0) {
    void vscode.window.showInformationMessage(t("No time is in conflict."));
    return undefined;
  }
  return (await vscode.window.showQuickPick(rows, { title: t("Which conflict?") }))?.id;
}

async function askSide(overlapSeconds: number, key: string): Promise<"declared" | "captured" | undefined> {
  const sides = [
    {
      label: t("Keep declared time"),
      detail: t("Other time in the overlap does not count."),
      keep: "declared" as const,
    },
    { label: t("Keep captured time"), detail: t("The declared time is removed."), keep: "captured" as const },
  ];
  const chosen = await vscode.window.showQuickPick(sides, {
    title: t("{0} overlap other time. Which of the two counts?", formatExact(overlapSeconds)),
    placeHolder: t("Until you choose, the time logged on {0} waits and is not billed.", key),
    ignoreFocusOut: true,
  });
  return chosen?.keep;
}

async function findConflict({ journal: { view } }: EditContext, id: string): Promise<Conflict | undefined> {
  const found = view.ledger.edits.findEditable(id);
  if (found === undefined || !("day" in found)) return undefined;
  const { conflicts } = await view.sheet(found.day);
  return conflicts.find(({ declaration }) => declaration.id === id);
}
