import * as vscode from "vscode";
import type { IDisposable } from "../../base/disposable.ts";
import { Emitter, type Event } from "../../base/emitter.ts";
import {
  parseSettings,
  settingRows,
  type ParsedSettings,
  type SettingKey,
  type SettingsSource,
} from "../../ports/settings.ts";

/** The `caseclock.*` settings: read and validated once, and again when one of them changes. */
export class VsCodeSettings implements SettingsSource, IDisposable {
  private readonly changed = new Emitter<void>();
  private readonly listener: vscode.Disposable;
  /** By folder, "" for the window. */
  private readonly parsed = new Map<string, ParsedSettings>();

  readonly onDidChange: Event<void> = this.changed.event;

  constructor() {
    this.listener = vscode.workspace.onDidChangeConfiguration((event) => {
      if (!event.affectsConfiguration("caseclock")) return;
      this.parsed.clear();
      this.changed.fire();
    });
  }

  current(folder = ""): ParsedSettings {
    let parsed = this.parsed.get(folder);
    if (parsed === undefined) {
      const scope = folder === "" ? undefined : vscode.Uri.parse(folder);
      const section = vscode.workspace.getConfiguration("caseclock", scope);
      parsed = parseSettings((key) => section.get(key));
      this.parsed.set(folder, parsed);
    }
    return parsed;
  }

  async write(values: Partial<Record<SettingKey, string>>): Promise<void> {
    const section = vscode.workspace.getConfiguration("caseclock");
    for (const [key, value] of Object.entries(values)) {
      if (section.get(key) === value) continue;
      const isDefault = settingRows().find((row) => row.key === key)?.default === value;
      await section.update(key, isDefault ? undefined : value, vscode.ConfigurationTarget.Global);
    }
  }

  dispose(): void {
    this.listener.dispose();
    this.changed.dispose();
  }
}
