import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type * as vscode from "vscode";
import type { ExportFolder } from "../../ports/exportFolder.ts";

const KEY = "exportFolder";

/** Stored in the editor's state on this computer. */
export class StoredExportFolder implements ExportFolder {
  private readonly state: Pick<vscode.Memento, "get" | "update">;

  constructor(state: Pick<vscode.Memento, "get" | "update">) {
    this.state = state;
  }

  current(): string {
    const last = this.state.get<unknown>(KEY);
    if (typeof last === "string" && existsSync(last)) return last;
    const documents = join(homedir(), "Documents");
    return existsSync(documents) ? documents : homedir();
  }

  async use(folder: string): Promise<void> {
    await this.state.update(KEY, folder);
  }

  async forget(): Promise<void> {
    await this.state.update(KEY, undefined);
  }
}
