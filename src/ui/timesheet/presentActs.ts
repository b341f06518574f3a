import { plural, t } from "../../base/text.ts";
import type { Act, EditBody } from "../../domain/edits/undoStack.ts";
import { assertNever } from "../../domain/errors.ts";
import { total } from "../../domain/capture/interval.ts";
import { formatExact } from "../text/formatTime.ts";

/** An act in a few words, after "Undo" or "Redo". */
export function presentAct({ parts }: Act): string {
  const [first] = parts;
  if (first === undefined) return t("Change");
  const bodies = parts.map(({ body }) => body);
  const approvals = bodies.filter(({ kind }) => kind === "approved").length;
  if (approvals > 0) return plural(approvals, "Approve {0} entry", "Approve {0} entries");
  // A moved entry takes its declared time and write-downs along: that is described as one move.
  const told =
    bodies.find(({ kind }) => kind === "reassigned" || kind === "split" || kind === "merged") ??
    bodies.find(({ kind }) => kind === "declared" || kind === "undone" || kind === "struck") ??
    first.body;
  if (told.kind === "declared" && bodies.some(({ kind }) => kind === "undone")) return t("Change declared time");
  const moved = told.kind === "undone" ? bodies.find(({ kind }) => kind === "declared") : undefined;
  return moved?.kind === "declared"
    ? t("Move {0} to {1}", formatExact(moved.seconds), moved.case.key)
    : presentBody(told);
}

function presentBody(body: EditBody): string {
  switch (body.kind) {
    case "reassigned":
      return body.case === null ? t("Move to no case") : t("Move to {0}", body.case.key);
    case "struck":
      return t("Strike {0}", formatExact(total(body.intervals)));
    case "declared":
      return t("Log {0} on {1}", formatExact(body.seconds), body.case.key);
    case "described":
      return t("Description");
    case "activitySet":
      return t("Activity");
    case "split":
      return t("Split");
    case "merged":
      return t("Merge");
    case "writtenDown": {
      const amount = total(body.intervals) + body.declared.reduce((sum, { seconds }) => sum + seconds, 0);
      return amount === 0 ? t("Remove the write-down") : t("Write down {0}", formatExact(amount));
    }
    case "approved":
      return t("Approve");
    case "undone":
      return body.restores === true ? t("Count struck time again") : t("Remove declared time");
    default:
      return assertNever(body);
  }
}
