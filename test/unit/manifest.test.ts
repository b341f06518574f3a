import fs from "node:fs";
import { describe, expect, it } from "vitest";
import { COMMAND_IDS, SETTING_DEFAULTS } from "../../src/ports/manifest.ts";

interface Manifest {
  readonly engines: { readonly vscode: string };
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly activationEvents: readonly string[];
  readonly extensionKind: readonly string[];
  readonly capabilities: {
    readonly untrustedWorkspaces: { readonly supported: string; readonly restrictedConfigurations: readonly string[] };
  };
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string; readonly category: string }[];
    readonly configuration: {
      readonly properties: Readonly<Record<string, { readonly default: unknown; readonly scope: string }>>;
    };
  };
}

const manifest = JSON.parse(fs.readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as Manifest;

/** Settings that a workspace may set, until it is trusted not (design 9). */
const RESOURCE_SETTINGS = ["caseclock.cases.pattern", "caseclock.cases.followBranch", "caseclock.commits.trailer"];

describe("package.json and ports/manifest.ts", () => {
  it("declare the same commands, under one category", () => {
    const { commands } = manifest.contributes;
    expect(commands.map(({ command }) => command).sort()).toEqual([...COMMAND_IDS].sort());
    expect(new Set(commands.map(({ category }) => category))).toEqual(new Set(["Caseclock"]));
  });

  it("declare the same settings with the same defaults", () => {
    const declared = Object.entries(manifest.contributes.configuration.properties).map(
      ([key, setting]) => [key.replace("caseclock.", ""), setting.default] as const,
    );
    expect(Object.fromEntries(declared)).toEqual(SETTING_DEFAULTS);
  });

  it("let no workspace decide what leaves, what counts or what is installed", () => {
    for (const [key, { scope }] of Object.entries(manifest.contributes.configuration.properties)) {
      expect([key, scope]).toEqual([key, RESOURCE_SETTINGS.includes(key) ? "resource" : "application"]);
    }
    expect(manifest.capabilities.untrustedWorkspaces).toMatchObject({
      supported: "limited",
      restrictedConfigurations: RESOURCE_SETTINGS,
    });
  });

  it("name the oldest editor once, start late and run beside the window first", () => {
    expect(manifest.engines.vscode).toBe(`^${manifest.devDependencies["@types/vscode"] ?? ""}`);
    expect(manifest.activationEvents).toEqual(["onStartupFinished", "onUri"]);
    expect(manifest.extensionKind).toEqual(["ui", "workspace"]);
  });
});
