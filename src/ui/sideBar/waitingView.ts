import type { WaitingItem } from "../../app/status/waiting.ts";
import { appendTo } from "../../base/collections.ts";
import { t } from "../../base/text.ts";
import { sentenceOf, targetOf } from "../status/presentStatus.ts";
import { isoOf, rangeOf } from "./todayView.ts";
import type { Row } from "./treeView.ts";
import { formatExact } from "../text/formatTime.ts";
import { inertLabel } from "../text/inertText.ts";

/** What waits, by what is to be done about it. The members beside a row's own are what its commands take. */
export function waitingRows(items: readonly WaitingItem[]): readonly Row[] {
  const groups = new Map<Group, Row[]>();
  for (const item of items) {
    const [group, row] = rowOf(item);
    appendTo(groups, group, row);
  }
  return [...groups].map(([group, children]) => ({
    label: labelOf(group),
    description: String(children.length),
    // Two have an action of their own.
    context: group === "toApprove" || group === "toSend" ? group : "group",
    children,
    expanded: true,
  }));
}

type Group = "now" | "unassigned" | "conflicts" | "toApprove" | "toSend" | "refused";

function labelOf(group: Group): string {
  switch (group) {
    case "now":
      return t("To decide now");
    case "unassigned":
      return t("Time without a case");
    case "conflicts":
      return t("Time in conflict");
    case "toApprove":
      return t("To approve");
    case "toSend":
      return t("To send");
    case "refused":
      return t("Refused");
  }
}

function rowOf(item: WaitingItem): readonly [Group, Row] {
  switch (item.kind) {
    case "mismatch": {
      const { tree, mismatch, picked } = item;
      const row = {
        label: inertLabel(sentenceOf(mismatch)),
        description: inertLabel(t("picked: {0}", picked.key)),
        tooltip: t("Move the time since then to {0}, or keep {1}.", targetOf(mismatch), picked.key),
        icon: "question",
        context: "mismatch",
        folder: tree,
      };
      return ["now", row];
    }
    case "timer": {
      const { timer, seconds } = item;
      const row = {
        label: t("A timer has been running for {0}", formatExact(seconds)),
        description: inertLabel(timer.case.key),
        tooltip: t("Did you forget it? You choose when the work ended."),
        icon: "watch",
        context: "timer",
      };
      return ["now", row];
    }
    case "conflict": {
      const { declaration } = item.conflict;
      const { interval } = declaration;
      const row = {
        label: `${declaration.day}  ${interval === undefined ? "" : rangeOf(interval, declaration.zone)}`,
        description: inertLabel(`${declaration.case.key}  ${declaration.reason}`),
        tooltip: t("{0} overlap other time. Choose which of the two counts.", formatExact(item.seconds)),
        icon: "warning",
        context: "conflict",
        command: "caseclock.resolveConflict",
        id: declaration.id,
      };
      return ["conflicts", row];
    }
    case "unassigned": {
      const { day, seconds, zone } = item;
      const row = {
        label: `${day}  ${rangeOf(item, zone)}`,
        description: formatExact(seconds),
        tooltip: t("Not billed until it is assigned to a case."),
        icon: "circle-slash",
        context: "stretch",
        command: "caseclock.reassign",
        ...isoOf(item),
      };
      return ["unassigned", row];
    }
    case "draft": {
      const row = {
        label: inertLabel(`${item.day}  ${item.case.key}`),
        description: formatExact(item.seconds),
        tooltip: inertLabel(item.case.title),
        icon: "circle-large-outline",
        context: "draft",
      };
      return ["toApprove", row];
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
      return [isRefused ? "refused" : "toSend", row];
    }
  }
}
