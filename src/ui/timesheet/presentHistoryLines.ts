import type { HistoryStep } from "../../app/entryHistory.ts";
import { t } from "../../base/text.ts";
import type { EventBody } from "../../domain/events.ts";
import { total } from "../../domain/interval.ts";
import type { HistoryLine } from "../../ports/timesheet.ts";
import { formatExact } from "../present.ts";

/** An entry's history as lines. @param names of the person, where none was said in its time, and of the billing system */
export function presentHistory(
  steps: readonly HistoryStep[],
  names: { readonly person: string; readonly billing: string },
): readonly HistoryLine[] {
  return steps.map(({ at, by, name, body, before, after: amount, state }) => {
    const { what, instants, after = amount === undefined ? undefined : formatExact(amount), why } = lineOf(body);
    const told = typeof before === "number" ? formatExact(before) : before;
    return {
      at,
      who: by === "person" ? (name ?? names.person) : names.billing,
      what: state === "undone" ? t("{0} (taken back)", what) : what,
      ...(instants === undefined ? {} : { instants }),
      ...(told === undefined ? {} : { before: told }),
      ...(after === undefined ? {} : { after }),
      ...(why === undefined || why === "" ? {} : { why }),
    };
  });
}

interface Line {
  readonly what: string;
  readonly instants?: readonly number[];
  readonly after?: string;
  readonly why?: string | undefined;
}

function lineOf(body: EventBody): Line {
  switch (body.kind) {
    case "reassigned":
      return {
        what: t("Moved the time from {0} to {1}"),
        instants: [body.from, body.to],
        after: body.case?.key ?? t("no case"),
      };
    case "struck":
      return { what: t("Struck captured time"), after: formatExact(total(body.intervals)) };
    case "declared":
      return { what: t("Logged by hand"), after: formatExact(body.seconds), why: body.reason };
    case "described":
      return { what: t("Description"), after: body.description === "" ? t("drafted") : body.description };
    case "activitySet":
      return { what: t("Activity"), after: body.activityId ?? t("none") };
    case "split":
      return { what: t("Split at {0}"), instants: [body.cut] };
    case "merged":
      return { what: t("Merged with its neighbour") };
    case "writtenDown":
      return { what: t("Written down"), why: body.reason };
    case "approved": {
      const { revision, billedSeconds } = body.entry;
      const what = revision === 1 ? t("Approved") : t("Corrected, revision {0}", revision);
      return { what, after: t("billed {0}", formatExact(billedSeconds)), why: body.reason };
    }
    case "withdrawn":
      return { what: t("Approval withdrawn") };
    case "refused":
      return { what: t("Refused"), why: body.problem.detail };
    case "receipted":
      // The history of an entry has the receipt of that entry alone.
      return "receipts" in body ? { what: t("Received") } : { what: t("Received"), after: body.remoteId };
    default:
      return { what: body.kind };
  }
}
