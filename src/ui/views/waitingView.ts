import type { WaitingItem } from "../../app/waiting.ts";
import { formatExact, inertLabel } from "../present.ts";
import { sentenceOf } from "../presentStatus.ts";
import { isoOf, rangeOf } from "./todayView.ts";
import type { Row } from "./treeView.ts";

/** What waits, by what is to be done about it. The members beside a row's own are what its commands take. */
export function waitingRows(items: readonly WaitingItem[]): readonly Row[] {
  const groups = new Map<string, Row[]>();
  for (const item of items) {
    const [group, row] = rowOf(item);
    const rows = groups.get(group);
    if (rows === undefined) groups.set(group, [row]);
    else rows.push(row);
  }
  return [...groups].map(([label, children]) => ({
    label,
    description: String(children.length),
    context: GROUPS[label] ?? "group",
    children,
    expanded: true,
  }));
}

const NOW = "To decide now";
const UNASSIGNED = "Time without a case";
const CONFLICTS = "Time in conflict";
const APPROVE = "To approve";
const SEND = "To send";
const REFUSED = "Refused";

/** Context values of the groups that have an action of their own. */
const GROUPS: Readonly<Record<string, string>> = { [APPROVE]: "toApprove", [SEND]: "toSend" };

function rowOf(item: WaitingItem): readonly [string, Row] {
  switch (item.kind) {
    case "mismatch": {
      const { tree, mismatch, picked } = item;
      const row = {
        label: inertLabel(sentenceOf(mismatch)),
        description: inertLabel(`picked: ${picked.key}`),
        tooltip: `Move the time since then to ${mismatch.suggestion.case.key}, or keep ${picked.key}.`,
        icon: "question",
        context: "mismatch",
        folder: tree,
      };
      return [NOW, row];
    }
    case "timer": {
      const { timer, seconds } = item;
      const row = {
        label: `A timer runs for ${formatExact(seconds)}`,
        description: inertLabel(timer.case.key),
        tooltip: "Was it forgotten? You say when the work ended.",
        icon: "watch",
        context: "timer",
      };
      return [NOW, row];
    }
    case "conflict": {
      const { declaration } = item.conflict;
      const { interval } = declaration;
      const row = {
        label: `${declaration.day}  ${interval === undefined ? "" : rangeOf(interval, declaration.zone)}`,
        description: inertLabel(`${declaration.case.key}  ${declaration.reason}`),
        tooltip: `${formatExact(item.seconds)} of it lie over other time. Choose which of the two counts.`,
        icon: "warning",
        context: "conflict",
        command: "caseclock.resolveConflict",
        id: declaration.id,
      };
      return [CONFLICTS, row];
    }
    case "unassigned": {
      const { day, seconds, zone } = item;
      const row = {
        label: `${day}  ${rangeOf(item, zone)}`,
        description: formatExact(seconds),
        tooltip: "Not billed until it is put on a case.",
        icon: "circle-slash",
        context: "stretch",
        command: "caseclock.reassign",
        ...isoOf(item),
      };
      return [UNASSIGNED, row];
    }
    case "draft": {
      const row = {
        label: inertLabel(`${item.day}  ${item.case.key}`),
        description: formatExact(item.seconds),
        tooltip: inertLabel(item.case.title),
        icon: "circle-large-outline",
        context: "draft",
      };
      return [APPROVE, row];
    }
    case "entry": {
      const { entry, delivery } = item.outbox;
      const problem = "problem" in delivery ? delivery.problem : undefined;
      const isRefused = delivery.state === "refused";
      const row = {
        label: inertLabel(`${entry.day}  ${entry.case.key}`),
        description: inertLabel([formatExact(entry.billedSeconds), problem?.detail ?? ""].join("  ")),
        tooltip: inertLabel(problem?.detail ?? entry.case.title),
        icon: isRefused ? "error" : "cloud-upload",
        context: isRefused ? "refused" : "approved",
        entryIds: [entry.entryId],
        entryId: entry.entryId,
      };
      return [isRefused ? REFUSED : SEND, row];
    }
  }
}
