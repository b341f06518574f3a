import { once } from "./base/once.ts";
import type { WorklogFiles } from "./ui/ledgerCommands.ts";

/** What writes and reads the worklog, loaded when first needed: each is a file of its own. */
export const worklogFiles = once<WorklogFiles>(async () => {
  const [csv, file, { ledgerFiles }] = await Promise.all([
    import("./adapters/node/worklogCsv.ts"),
    import("./adapters/node/atomicFile.ts"),
    import("./adapters/node/ledgerFile.ts"),
  ]);
  return {
    toCsv: csv.toCsv,
    toCalendar: async (entries) => (await import("./adapters/node/worklogCalendar.ts")).toCalendar(entries),
    write: file.writeFileAtomically,
    ledger: ledgerFiles,
  };
});
