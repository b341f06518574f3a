import type { ImportPlan } from "../../app/export/importLedger.ts";
import { plural, t } from "../../base/text.ts";
import type { ImportReport } from "../../ports/commands.ts";

/** Text of the last question before an import. */
export function presentImport(plan: ImportPlan): { readonly title: string; readonly detail: string } {
  const { file, facts, newEntries, conflicts } = plan;
  const { days, ledger } = file;
  const [first] = days;
  const last = days.at(-1);
  const open = ledger.entries.listOpen.length;
  const connections = [...ledger.connections.values()].map(({ account, url }) => t("{0} at {1}", account.name, url));
  const lines = [
    first === undefined || last === undefined
      ? t("The file contains no captured time.")
      : plural(
          days.length,
          "The file contains captured time for {0} day, {1} to {2}.",
          "The file contains captured time for {0} days, {1} to {2}.",
          first,
          last,
        ),
    plural(
      newEntries,
      "{0} time entry is new here; {1} in the file are not settled with the billing system.",
      "{0} time entries are new here; {1} in the file are not settled with the billing system.",
      open,
    ),
    connections.length === 0
      ? ""
      : t("Billing: {0}. Files never contain tokens: connect again to continue.", connections.join("; ")),
    open > 0 && newEntries > 0
      ? t(
          "Waiting entries are looked up in the billing system before they are sent from here. Sync from one computer only.",
        )
      : "",
    conflicts.length === 0
      ? ""
      : plural(
          conflicts.length,
          "{0} entry has time that the billing system received from both computers: compare it there.",
          "{0} entries have time that the billing system received from both computers: compare them there.",
        ),
    facts.length === 0 ? t("All decisions in the file are already here.") : "",
  ];
  return {
    title: t("Import this worklog into the ledger on this computer?"),
    detail: lines.filter(Boolean).join("\n\n"),
  };
}

/** The result of an import, for the caller. */
export function toImportReport({ file, newEntries, conflicts }: ImportPlan, added: number): ImportReport {
  return {
    events: file.events,
    added,
    days: file.days.length,
    entries: newEntries,
    waiting: file.ledger.entries.listOpen.length,
    billedTwice: conflicts.map(({ theirs: { entry } }) => ({ key: entry.case.key, date: entry.day })),
  };
}

/** The one sentence after it. */
export function presentImported({ added, days, entries }: ImportReport): string {
  if (added === 0) return t("Everything in the file was already here. Nothing was changed.");
  return t(
    "Imported: {0} and captured time on {1} ({2}).",
    plural(entries, "{0} time entry", "{0} time entries"),
    plural(days, "{0} day", "{0} days"),
    plural(added, "{0} event", "{0} events"),
  );
}
