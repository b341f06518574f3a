import type { WaitingItem } from "../../app/status/waiting.ts";
import { appendTo } from "../../base/collections.ts";
import { t } from "../../base/text.ts";
import { presentMismatch, presentFollowTarget } from "../status/presentStatus.ts";
import { toIsoRange, formatRange } from "./todayView.ts";
import type { TreeRow } from "./treeView.ts";
import { formatExact } from "../text/formatTime.ts";
import { sanitizeLabel } from "../text/inertText.ts";

/** What waits, by what to do about it. Members beyond a row's own are its commands' arguments. */
export function waitingRows(items: readonly WaitingItem[]): readonly TreeRow[] {
  const groups = new Map<Group, TreeRow[]>();
  for (const item of items) {
    const [group, row] = makeRow(item);
    appendTo(groups, group, row);
  }
  return [...groups].map(([group, children]) => ({
    label: makeLabel(group),
    description: String(children.length),
    // Two have an action of their own.
    context: group === "toApprove" || group === "toSend" ? group : "group",
    children,
    expanded: true,
  }));
}

type Group = "now" | "unassigned" | "conflicts" | "toApprove" | "toSend" | "refused";

function makeLabel(group: Group): string {
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

function makeRow(item: WaitingItem): readonly [Group, TreeRow] {
  switch (item.kind) {
    case "mismatch": {
      const { tree, mismatch, picked } = item;
      const row = {
        label: sanitizeLabel(presentMismatch(mismatch)),
        description: sanitizeLabel(t("picked: {0}", picked.key)),
        tooltip: t("Move the time since then to {0}, or keep {1}.", presentFollowTarget(mismatch), picked.key),
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
        description: sanitizeLabel(timer.case.key),
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
        label: `${declaration.day}  ${interval === undefined ? "" : formatRange(interval, declaration.zone)}`,
        description: sanitizeLabel(`${declaration.case.key}  ${declaration.reason}`),
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
        label: `${day}  ${formatRange(item, zone)}`,
        description: formatExact(seconds),
        tooltip: t("Not billed until it is assigned to a case."),
        icon: "circle-slash",
        context: "stretch",
        command: "caseclock.reassign",
        ...toIsoRange(item),
      };
      return ["unassigned", row];
    }
    case "draft": {
      const row = {
        label: sanitizeLabel(`${item.day}  ${item.case.key}`),
        description: formatExact(item.seconds),
        tooltip: sanitizeLabel(item.case.title),
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
        label: sanitizeLabel(`${entry.day}  ${entry.case.key}`),
        description: sanitizeLabel([formatExact(entry.billedSeconds), problem?.detail ?? ""].join("  ")),
        tooltip: sanitizeLabel(problem?.detail ?? entry.case.title),
        icon: isRefused ? "error" : "cloud-upload",
        context: isRefused ? "refused" : "approved",
        entryIds: [entry.entryId],
        entryId: entry.entryId,
      };
      return [isRefused ? "refused" : "toSend", row];
    }
  }
}
