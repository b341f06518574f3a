import type { HistoryStep } from "../../app/timesheet/entryHistory.ts";
import { t } from "../../base/text.ts";
import type { BodyOf } from "../../domain/log/events.ts";
import { total } from "../../domain/capture/interval.ts";
import type { HistoryLine } from "../../ports/timesheet.ts";
import type { ApprovedEntry } from "../../domain/log/approvedEntry.ts";
import { formatExact } from "../text/formatTime.ts";

/** What a history's lines need. */
export interface HistoryNames {
  /** Name of the person, where no event names one. */
  readonly person: string;
  /** Of the billing system. */
  readonly billing: string;
  /** Of the entry's case. */
  readonly activities: readonly { readonly id: string; readonly name: string }[];
}

/** An entry's history as lines. */
export function presentHistory(steps: readonly HistoryStep[], names: HistoryNames): readonly HistoryLine[] {
  return steps.map((step) => {
    const { at, by, name, state } = step;
    const { what, instants, before: told, after, why } = presentStep(step, names);
    return {
      at,
      who: by === "person" ? (name ?? names.person) : names.billing,
      what: state === "undone" ? t("{0} (undone)", what) : what,
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
  readonly before?: string | undefined;
  readonly after?: string | undefined;
  readonly why?: string | undefined;
}

function presentStep(step: HistoryStep, names: HistoryNames): Line {
  const { body, before, after: amount } = step;
  const was = typeof before === "number" ? formatExact(before) : before;
  const activity = (id: string): string => names.activities.find((one) => one.id === id)?.name ?? id;
  switch (body.kind) {
    case "reassigned":
      return {
        what: t("Moved the time from {0} to {1}"),
        instants: [body.from, body.to],
        before: was,
        after: body.case?.key ?? t("no case"),
      };
    case "struck":
      return { what: t("Struck captured time"), after: formatExact(total(body.intervals)) };
    case "declared":
      return { what: t("Logged by hand"), after: formatExact(body.seconds), why: body.reason };
    case "described":
      return { what: t("Description"), before: presentDescription(was), after: presentDescription(body.description) };
    case "activitySet":
      return {
        what: t("Activity"),
        before: was === "" ? t("none") : was === undefined ? undefined : activity(was),
        after: body.activityId === null ? t("none") : activity(body.activityId),
      };
    case "split":
      return { what: t("Split at {0}"), instants: [body.cut] };
    case "merged":
      return { what: t("Merged with the adjacent entry") };
    case "writtenDown":
      return {
        what: t("Written down"),
        before: was,
        ...(amount === undefined ? {} : { after: formatExact(amount) }),
        why: body.reason,
      };
    case "approved":
      return presentApproval(body, step.corrected, activity);
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

/** A description; an emptied one is drafted again. */
function presentDescription(text: string | undefined): string | undefined {
  return text === "" ? t("drafted automatically") : text;
}

/** Says what an approval bills, and what a correction changed. */
function presentApproval(
  { entry, reason }: BodyOf<"approved">,
  corrected: ApprovedEntry | undefined,
  activity: (id: string) => string,
): Line {
  const billed = ({ billedSeconds }: ApprovedEntry): string => t("billed {0}", formatExact(billedSeconds));
  const what = entry.revision === 1 ? t("Approved") : t("Corrected, revision {0}", entry.revision);
  if (corrected === undefined) return { what, after: billed(entry), why: reason };
  const changed = ({ description, activityId = "" }: ApprovedEntry): readonly string[] => [
    ...(entry.description === corrected.description ? [] : [description]),
    ...((entry.activityId ?? "") === (corrected.activityId ?? "")
      ? []
      : [activityId === "" ? t("none") : activity(activityId)]),
  ];
  const told = (one: ApprovedEntry): string => [billed(one), ...changed(one)].join("; ");
  return {
    what,
    before: told(corrected),
    after: told(entry),
    why: reason,
  };
}
