import fs from "node:fs";
import { describe, expect, it } from "vitest";
import { COMMAND_IDS } from "../../src/ports/commands.ts";
import { CONTEXT_KEYS, REPORT_VIEW, TIMESHEET_VIEW, VIEW_IDS } from "../../src/ports/manifest.ts";
import { settingRows } from "../../src/ports/settings.ts";

interface MenuItem {
  readonly command: string;
  readonly when?: string;
}

interface KeyBinding extends MenuItem {
  readonly key: string;
  readonly mac?: string;
}

interface Manifest {
  readonly engines: { readonly vscode: string };
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly activationEvents: readonly string[];
  readonly files: readonly string[];
  readonly extensionKind: readonly string[];
  readonly capabilities: {
    readonly untrustedWorkspaces: { readonly supported: string; readonly restrictedConfigurations: readonly string[] };
  };
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string; readonly category: string }[];
    readonly views: Readonly<Record<string, readonly { readonly id: string }[]>>;
    readonly viewsContainers: { readonly activitybar: readonly { readonly id: string; readonly icon: string }[] };
    readonly viewsWelcome: readonly { readonly view: string; readonly contents: string }[];
    readonly menus: Readonly<Record<string, readonly MenuItem[]>>;
    readonly keybindings: readonly KeyBinding[];
    readonly jsonValidation: readonly { readonly url: string }[];
    readonly walkthroughs: readonly {
      readonly title: string;
      readonly description: string;
      readonly when: string;
      readonly steps: readonly {
        readonly id: string;
        readonly title: string;
        readonly description: string;
        readonly media: { readonly svg: string; readonly altText: string };
        readonly completionEvents: readonly string[];
      }[];
    }[];
    readonly configuration: {
      readonly properties: Readonly<Record<string, { readonly default: unknown; readonly scope: string }>>;
    };
  };
}

const manifest = JSON.parse(fs.readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as Manifest;

const words = JSON.parse(fs.readFileSync(new URL("../../package.nls.json", import.meta.url), "utf8")) as Readonly<
  Record<string, string>
>;

/** What a text of the manifest says: `%key%` stands for words of `package.nls.json`. */
function said(text: string): string {
  const [, key] = /^%(.+)%$/.exec(text) ?? [];
  return key === undefined ? text : (words[key] ?? "");
}

/** Properties of a setting that are for the editor alone: words, and where it is shown and kept. */
const UNCHECKED = new Set([
  "description",
  "markdownDescription",
  "enumDescriptions",
  "patternErrorMessage",
  "order",
  "tags",
  "scope",
]);

/** Settings that a workspace may set, until it is trusted not. */
const RESOURCE_SETTINGS = ["caseclock.cases.pattern", "caseclock.cases.followBranch", "caseclock.commits.trailer"];

describe("package.json and the tables of ports", () => {
  it("declare the same commands, under one category", () => {
    const { commands } = manifest.contributes;
    expect(commands.map(({ command }) => command).sort()).toEqual([...COMMAND_IDS].sort());
    expect(new Set(commands.map(({ category }) => said(category)))).toEqual(new Set(["Caseclock"]));
  });

  it("declare the same settings: what each can be, and its default", () => {
    const declared = Object.entries(manifest.contributes.configuration.properties).map(
      ([key, property]) =>
        [key, Object.fromEntries(Object.entries(property).filter(([name]) => !UNCHECKED.has(name)))] as const,
    );
    const known = settingRows().map(({ key, schema, default: initial }) => [
      `caseclock.${key}`,
      { ...schema, default: initial },
    ]);
    expect(Object.fromEntries(declared)).toEqual(Object.fromEntries(known));
  });

  it("let no workspace decide what leaves, what counts or what is installed", () => {
    for (const [key, { scope }] of Object.entries(manifest.contributes.configuration.properties)) {
      expect({ key, scope }).toEqual({ key, scope: RESOURCE_SETTINGS.includes(key) ? "resource" : "application" });
    }
    expect(manifest.capabilities.untrustedWorkspaces).toMatchObject({
      supported: "limited",
      restrictedConfigurations: RESOURCE_SETTINGS,
    });
  });

  it("name the oldest editor once, start late and run beside the window first", () => {
    expect(manifest.engines.vscode).toBe(`^${manifest.devDependencies["@types/vscode"] ?? ""}`);
    expect(manifest.activationEvents).toEqual([
      "onStartupFinished",
      "onUri",
      `onWebviewPanel:${TIMESHEET_VIEW}`,
      `onWebviewPanel:${REPORT_VIEW}`,
    ]);
    expect(manifest.extensionKind).toEqual(["ui", "workspace"]);
  });

  it("declare the same views, each with words for when it is empty", () => {
    const { views, viewsContainers, viewsWelcome } = manifest.contributes;
    const ids = Object.values(VIEW_IDS).sort();
    expect(
      Object.values(views)
        .flat()
        .map(({ id }) => id)
        .sort(),
    ).toEqual(ids);
    expect(Object.keys(views)).toEqual(viewsContainers.activitybar.map(({ id }) => id));
    expect(viewsWelcome.map(({ view }) => view).sort()).toEqual(ids);
    for (const { contents } of viewsWelcome) {
      expect(said(contents)).not.toBe("");
      for (const [, command] of said(contents).matchAll(/\(command:([^)]+)\)/g)) expect(COMMAND_IDS).toContain(command);
    }
  });

  it("offer only commands that there are, under conditions that are set", () => {
    const { menus, keybindings } = manifest.contributes;
    const items: readonly MenuItem[] = [...Object.values(menus).flat(), ...keybindings];
    const names = new Set<string>([...Object.values(CONTEXT_KEYS), ...Object.values(VIEW_IDS)]);
    for (const { command, when = "" } of items) {
      expect(COMMAND_IDS).toContain(command);
      for (const [name] of when.matchAll(/caseclock\.\w+/g)) expect([...names]).toContain(name);
    }
    expect(Object.keys(menus).sort()).toEqual(["commandPalette", "view/item/context", "view/title"]);
    for (const menu of ["view/item/context", "view/title"]) {
      for (const { when = "" } of menus[menu] ?? []) expect(when).toMatch(/^view == caseclock\.\w+( |$)/);
    }
  });

  it("begin every chord with the same stroke, and give one chord to one command at a time", () => {
    const { keybindings } = manifest.contributes;
    expect(keybindings.length).toBeGreaterThan(0);
    const byChord = new Map<string, string[]>();
    for (const { key, mac, when = "" } of keybindings) {
      expect(key).toMatch(/^ctrl\+alt\+k [a-z]$/);
      expect(mac).toBe(key);
      byChord.set(key, [...(byChord.get(key) ?? []), when]);
    }
    for (const conditions of byChord.values()) {
      if (conditions.length === 1) continue;
      // Two of one chord: one while something holds, the other while it does not.
      const [one = "", other = ""] = [...conditions].sort();
      expect({ conditionCount: conditions.length, one }).toEqual({ conditionCount: 2, one: `!${other}` });
    }
  });

  it("lead through commands, views and conditions that there are, with a picture for each theme", () => {
    const keys = new Set<string>([...Object.values(CONTEXT_KEYS), ...Object.values(VIEW_IDS)]);
    for (const { title, description, when, steps } of manifest.contributes.walkthroughs) {
      expect([title, description].map(said).every((text) => text.length > 0)).toBe(true);
      expect([...keys]).toContain(when);
      expect(new Set(steps.map(({ id }) => id)).size).toBe(steps.length);
      for (const step of steps) {
        expect(said(step.title)).not.toBe("");
        expect(said(step.media.altText)).not.toBe("");
        const commands = [...said(step.description).matchAll(/\(command:([^)]+)\)/g)].map(([, command]) => command);
        expect(commands.length).toBeGreaterThan(0);
        for (const command of commands) expect(COMMAND_IDS).toContain(command);
        for (const event of step.completionEvents) {
          const [, kind, name] = /^(onCommand|onContext|onView):(.+)$/.exec(event) ?? [];
          expect(kind === "onCommand" ? COMMAND_IDS : [...keys]).toContain(name);
        }
        const picture = fs.readFileSync(new URL(`../../${step.media.svg}`, import.meta.url), "utf8");
        const colors = [...picture.matchAll(/(?:fill|stroke)="([^"]+)"/g)].map(([, color = ""]) => color);
        expect(colors.filter((color) => color !== "none" && !color.startsWith("var(--vscode-"))).toEqual([]);
      }
    }
    expect(manifest.files).toEqual(
      expect.arrayContaining(["media/walkthrough/*.svg", "package.nls*.json", "media/l10n/*.json"]),
    );
  });

  it("say nothing that has no words", () => {
    const asked = [...JSON.stringify(manifest).matchAll(/"%([\w.]+)%"/g)].map(([, key]) => key);
    expect([...new Set(asked)].sort()).toEqual(Object.keys(words).sort());
  });

  it("name files that are there", () => {
    const { viewsContainers, jsonValidation } = manifest.contributes;
    const files = [...viewsContainers.activitybar.map(({ icon }) => icon), ...jsonValidation.map(({ url }) => url)];
    for (const file of files) expect(fs.existsSync(new URL(`../../${file}`, import.meta.url))).toBe(true);
  });
});
