import type { Act, EditBody } from "../../domain/actBook.ts";
import { assertNever } from "../../domain/errors.ts";
import { total } from "../../domain/interval.ts";
import { counted, formatExact } from "../present.ts";

/** What an act was, in a few words after "Undo" or "Redo". */
export function presentAct({ parts }: Act): string {
  const [first] = parts;
  if (first === undefined) return "Change";
  const bodies = parts.map(({ body }) => body);
  const approvals = bodies.filter(({ kind }) => kind === "approved").length;
  if (approvals > 0) return `Approve ${counted(approvals, "entry", "entries")}`;
  // An entry that was moved takes its declared time and its write-downs along: it is told as one move.
  const told = bodies.find(({ kind }) => kind === "reassigned" || kind === "split" || kind === "merged") ?? first.body;
  if (told.kind === "declared" && bodies.some(({ kind }) => kind === "undone")) return "Change logged time";
  const moved = told.kind === "undone" ? bodies.find(({ kind }) => kind === "declared") : undefined;
  return moved?.kind === "declared" ? `Move ${formatExact(moved.seconds)} to ${moved.case.key}` : presentBody(told);
}

function presentBody(body: EditBody): string {
  switch (body.kind) {
    case "reassigned":
      return `Move to ${body.case?.key ?? "no case"}`;
    case "struck":
      return `Strike ${formatExact(total(body.intervals))}`;
    case "declared":
      return `Log ${formatExact(body.seconds)} on ${body.case.key}`;
    case "described":
      return "Description";
    case "activitySet":
      return "Activity";
    case "split":
      return "Split";
    case "merged":
      return "Merge";
    case "writtenDown": {
      const amount = total(body.intervals) + body.declared.reduce((sum, { seconds }) => sum + seconds, 0);
      return amount === 0 ? "Write down nothing" : `Write down ${formatExact(amount)}`;
    }
    case "approved":
      return "Approve";
    case "undone":
      return "Remove logged time";
    default:
      return assertNever(body);
  }
}
