import type { Memento } from "vscode";
import { StoredExportFolder } from "../adapters/vscode/exportFolder.ts";
import { once } from "../base/once.ts";
import type { ExportFolder } from "../ports/exportFolder.ts";
import type { WorklogFiles } from "../ui/export/exportFormats.ts";

/** Writers and readers of the worklog, each a file of its own that is loaded when first needed. */
const worklogFiles = once<WorklogFiles>(async () => {
  const [file, { ledgerFiles }] = await Promise.all([
    import("../adapters/node/system/atomicFile.ts"),
    import("../adapters/node/export/ledgerFile.ts"),
  ]);
  return {
    toCsv: async (rows) => (await import("../adapters/node/export/worklogCsv.ts")).toCsv(rows),
    toCalendar: async (entries) => (await import("../adapters/node/export/worklogCalendar.ts")).toCalendar(entries),
    write: file.writeFileAtomically,
    ledger: ledgerFiles,
  };
});

/** The writers of exports, and the folder that is proposed for them. */
export function exportFiles(state: Memento): {
  readonly files: () => Promise<WorklogFiles>;
  readonly exportFolder: ExportFolder;
} {
  return { files: worklogFiles, exportFolder: new StoredExportFolder(state) };
}
