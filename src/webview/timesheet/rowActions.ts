/** What can be done with a row, as buttons of its details and items of its menu. */
import { t } from "../../base/text.ts";
import type { RowAction, TimesheetRow } from "../../ports/timesheet.ts";
import { formatExact } from "../shared/amounts.ts";
import { allows, findMiddle } from "./rowsOf.ts";
import type { Dialog } from "./state.ts";
import type { Shown } from "./ui.ts";

export interface Action {
  readonly action: RowAction;
  readonly label: string;
  readonly run: () => void;
}

/** In the order of the menu; `activity` has its field and `merge` the bar above the rows. */
export function listActions({ store }: Shown, row: TimesheetRow): readonly Action[] {
  const open = (dialog: Dialog) => (): void => {
    store.update({ dialog });
  };
  const of = { of: "row", row: row.id } as const;
  const all: readonly Action[] = [
    {
      action: "approve",
      label: t("Approve…"),
      run: () => {
        store.send({ type: "approve", rows: [row.id] }, of);
      },
    },
    {
      action: "withdraw",
      label: t("Withdraw approval"),
      run: () => {
        store.send({ type: "withdraw", rows: [row.id] }, of);
      },
    },
    { action: "correct", label: t("Correct…"), run: open(createCorrection(row)) },
    {
      action: "describe",
      label: t("Edit description"),
      run: () => {
        store.update({ unsent: new Map(store.state.unsent).set(row.id, row.description) });
      },
    },
    { action: "split", label: t("Split…"), run: open(createSplit(row)) },
    { action: "move", label: t("Move to another case…"), run: open({ kind: "move", row: row.id, target: "" }) },
    { action: "writeDown", label: t("Write down…"), run: open(createWriteDown(row)) },
    {
      action: "history",
      label: t("History"),
      run: () => {
        store.history(row.id);
      },
    },
  ];
  return all.filter(({ action }) => allows(row, action));
}

function createCorrection(row: TimesheetRow): Dialog {
  return {
    kind: "correct",
    row: row.id,
    description: row.description,
    activityId: row.activityId ?? "",
    writtenDown: row.writtenDownSeconds === 0 ? "" : formatExact(row.writtenDownSeconds),
    reason: "",
  };
}

function createSplit(row: TimesheetRow): Dialog {
  return { kind: "split", rows: [row.id], row: row.id, at: findMiddle(row), field: "" };
}

function createWriteDown(row: TimesheetRow): Dialog {
  const value = row.writtenDownSeconds === 0 ? "" : formatExact(row.writtenDownSeconds);
  return { kind: "writeDown", row: row.id, unit: "amount", value, reason: row.writeDownReason ?? "" };
}
