import fs from "node:fs";
import { describe, expect, it } from "vitest";
import { parseSettings, SETTINGS, settingRows, type SettingKey, type Settings } from "../../../src/ports/settings.ts";

/** What the code has where nothing is said. Of a setting that is not named here, `package.json` has its default. */
const KNOWN: Partial<Settings> = {
  provider: "local",
  url: "",
  automaticSync: "off",
  dailySyncAt: "18:00",
  idleTimeoutSeconds: 300,
  agentTime: "separate",
  tagging: "ask",
  trailer: "Case-Id",
  notes: false,
  grouping: "day",
  descriptionTemplate: "{work}",
  share: "commits",
  keepEvidenceDays: 90,
  zone: undefined,
  caseFile: "",
  casePattern: "",
  followBranch: "suggest",
  budgetNotices: [80, 100],
  statusBar: "full",
  remindAt: "17:30",
  allowUnattended: false,
};
const DEFAULTS = parseSettings(() => undefined).value;
const KEYS = settingRows().map(({ key }) => key);
const defaultOf = (asked: SettingKey) => settingRows().find(({ key }) => key === asked)?.default;
const withOne = (key: SettingKey, value: unknown) => parseSettings((asked) => (asked === key ? value : undefined));

describe("settings", () => {
  it("are the defaults where nothing is said", () => {
    expect(parseSettings(() => undefined).rejected).toEqual([]);
    expect(DEFAULTS).toMatchObject(KNOWN);
    expect(Object.keys(DEFAULTS)).toEqual(Object.keys(SETTINGS));
    expect(parseSettings(defaultOf)).toEqual({ value: DEFAULTS, rejected: [] });
    expect(parseSettings(() => null)).toEqual({ value: DEFAULTS, rejected: [] });
  });

  it.each<[SettingKey, unknown, Partial<Settings>]>([
    ["billing.provider", "rest", { provider: "rest" }],
    ["billing.url", " https://b.example ", { url: "https://b.example" }],
    ["capture.idleTimeoutMinutes", 0, { idleTimeoutSeconds: 0 }],
    ["capture.idleTimeoutMinutes", 30, { idleTimeoutSeconds: 1800 }],
    ["capture.idleTimeoutMinutes", 2.5, { idleTimeoutSeconds: 150 }],
    ["capture.agentTime", "off", { agentTime: "off" }],
    ["commits.tagging", "on", { tagging: "on" }],
    ["commits.trailer", "Ticket-2", { trailer: "Ticket-2" }],
    ["commits.trailer", `T${"x".repeat(63)}`, { trailer: `T${"x".repeat(63)}` }],
    ["privacy.share", "none", { share: "none" }],
    ["timeZone", "Europe/Madrid", { zone: "Europe/Madrid" as NonNullable<Settings["zone"]> }],
    ["cases.file", " /home/ann/cases.json ", { caseFile: "/home/ann/cases.json" }],
    ["cases.file", "C:\\cases.json", { caseFile: "C:\\cases.json" }],
    ["cases.file", "~/cases.json", { caseFile: "~/cases.json" }],
    ["cases.pattern", "([A-Z]+-\\d+)", { casePattern: "([A-Z]+-\\d+)" }],
    ["cases.followBranch", "switch", { followBranch: "switch" }],
    ["cases.budgetNotices", [], { budgetNotices: [] }],
    ["cases.budgetNotices", [100, 50.5], { budgetNotices: [50.5, 100] }],
    ["statusBar.show", "short", { statusBar: "short" }],
    ["allowUnattended", true, { allowUnattended: true }],
  ])("%s may be %j", (key, value, expected) => {
    expect(withOne(key, value)).toEqual({ value: { ...DEFAULTS, ...expected }, rejected: [] });
  });

  it.each<[SettingKey, unknown]>([
    ["billing.provider", "ftp"],
    ["billing.url", 5],
    ["capture.idleTimeoutMinutes", -1],
    ["capture.idleTimeoutMinutes", 30.1],
    ["capture.idleTimeoutMinutes", "5"],
    ["capture.idleTimeoutMinutes", Number.NaN],
    ["capture.agentTime", true],
    ["commits.tagging", "always"],
    ["commits.trailer", ""],
    ["commits.trailer", "Case Id"],
    ["commits.trailer", "-x"],
    ["commits.trailer", "9x"],
    ["commits.trailer", "Case:Id"],
    ["commits.trailer", "Case-Id\n"],
    ["commits.trailer", "x".repeat(65)],
    ["commits.trailer", "$(touch x)"],
    ["privacy.share", "all"],
    ["timeZone", "Mars/Olympus"],
    ["timeZone", 1],
    ["cases.file", "cases.json"],
    ["cases.file", 1],
    ["cases.pattern", "("],
    ["cases.pattern", "x".repeat(201)],
    ["cases.pattern", 5],
    ["cases.followBranch", true],
    ["cases.budgetNotices", [0]],
    ["cases.budgetNotices", ["80"]],
    ["cases.budgetNotices", Array.from({ length: 11 }, () => 1)],
    ["statusBar.show", false],
    ["allowUnattended", "yes"],
    ["allowUnattended", 1],
  ])("%s may not be %j: it has its default and is named", (key, value) => {
    expect(withOne(key, value)).toEqual({ value: DEFAULTS, rejected: [key] });
  });

  it("survive garbage of every type, each key named once", () => {
    for (const garbage of [{}, [{}], Symbol("x"), 1e9, () => undefined]) {
      const { value, rejected } = parseSettings(() => garbage);
      expect(value).toEqual(DEFAULTS);
      expect([...rejected].sort()).toEqual([...KEYS].sort());
    }
  });

  it("are declared to the editor as they are checked here", () => {
    const manifest = JSON.parse(fs.readFileSync(new URL("../../../package.json", import.meta.url), "utf8")) as {
      contributes: {
        configuration: {
          properties: Record<string, { enum?: string[]; minimum?: number; maximum?: number; pattern?: string }>;
        };
      };
    };
    for (const [name, schema] of Object.entries(manifest.contributes.configuration.properties)) {
      const key = name.replace("caseclock.", "") as SettingKey;
      for (const allowed of [...(schema.enum ?? []), schema.minimum, schema.maximum]) {
        expect(withOne(key, allowed).rejected).toEqual([]);
      }
      if (schema.maximum !== undefined) expect(withOne(key, schema.maximum + 1).rejected).toEqual([key]);
      if (schema.pattern === undefined) continue;
      const pattern = new RegExp(schema.pattern);
      for (const text of ["Case-Id", "a", "9x", "-x", "", "a b", "é", "x".repeat(64), "x".repeat(65)]) {
        expect({ text, isTaken: withOne(key, text).rejected.length === 0 }).toEqual({
          text,
          isTaken: pattern.test(text),
        });
      }
    }
  });
});
