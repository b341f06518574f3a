import type { ImportPlan } from "../app/importLedger.ts";
import type { ImportReport } from "../ports/manifest.ts";
import { counted } from "./present.ts";

/** What the last question before an import says. */
export function presentImport(plan: ImportPlan): { readonly title: string; readonly detail: string } {
  const { file, facts, newEntries, conflicts } = plan;
  const { days, ledger } = file;
  const [first] = days;
  const last = days.at(-1);
  const open = ledger.entries.open.length;
  const connections = [...ledger.connections.values()].map(({ account, url }) => `${account.name} at ${url}`);
  const lines = [
    first === undefined || last === undefined
      ? "The file holds no captured time."
      : `The file holds captured time of ${counted(days.length, "day")}, ${first} to ${last}.`,
    `${counted(newEntries, "time entry is", "time entries are")} not here yet; ${open} of the file's are not settled with the billing system.`,
    connections.length === 0
      ? ""
      : `Billing: ${connections.join("; ")}. Tokens are never in a file: connect again to go on.`,
    open > 0 && newEntries > 0
      ? "Entries that wait are looked up before they are sent from here. Sync from one computer only."
      : "",
    conflicts.length === 0
      ? ""
      : `${counted(conflicts.length, "entry has", "entries have")} time that the billing system got from both computers: compare them there.`,
    facts.length === 0 ? "All its decisions are here already." : "",
  ];
  return {
    title: "Bring this worklog over into the ledger of this computer?",
    detail: lines.filter(Boolean).join("\n\n"),
  };
}

/** What came of it, for whoever called. */
export function reportOf({ file, newEntries, conflicts }: ImportPlan, added: number): ImportReport {
  return {
    events: file.events,
    added,
    days: file.days.length,
    entries: newEntries,
    waiting: file.ledger.entries.open.length,
    billedTwice: conflicts.map(({ theirs: { entry } }) => ({ key: entry.case.key, date: entry.day })),
  };
}

/** The one sentence after it. */
export function presentImported({ added, days, entries }: ImportReport): string {
  if (added === 0) return "Everything in the file was here already. Nothing was changed.";
  return `Brought over: ${counted(entries, "time entry", "time entries")} and the captured time of ${counted(days, "day")} (${counted(added, "event")}).`;
}
