import type { Event } from "../base/emitter.ts";
import { parseZone, type ZoneId } from "../base/time.ts";
import type { Grouping } from "../domain/edits/grouping.ts";
import { DEFAULT_TEMPLATE, isTemplate, MAX_TEMPLATE } from "../domain/entries/description.ts";
import type { Share } from "../domain/log/approvedEntry.ts";
import { isProviderId, LOCAL_PROVIDER, providerIds } from "./providerCatalog.ts";
import {
  choice,
  defineSetting,
  flag,
  integerWithin,
  matching,
  numberWithin,
  text,
  trimmed,
  type Setting,
  type SettingKind,
} from "./settingKinds.ts";
import { STATUS_BAR } from "./startSettings.ts";

/** A trailer's name as git accepts it, and harmless in a shell or message. @source git-interpret-trailers(1) */
const TRAILER_NAME = /^[A-Za-z][A-Za-z0-9-]{0,63}$/;

/** Longest pattern that is accepted. @format characters */
const MAX_PATTERN = 200;

/** A built-in provider, or one of another extension; the schema lists only the former. */
const providerId: SettingKind<string> = {
  schema: {
    type: "string",
    get enum() {
      return providerIds();
    },
  },
  read: (value) => (isProviderId(value) ? value : undefined),
};

const zoneOrEmpty: SettingKind<ZoneId | ""> = {
  schema: { type: "string" },
  read: (value) => (value === "" ? "" : typeof value === "string" ? parseZone(value) : undefined),
};

/** At most ten percentages, ascending. */
const percents: SettingKind<readonly number[]> = {
  schema: { type: "array", items: { type: "number", exclusiveMinimum: 0, maximum: 1_000 }, maxItems: 10 },
  read: (list) =>
    Array.isArray(list) && list.length <= 10 && list.every(isPercent) ? [...list].sort((a, b) => a - b) : undefined,
};

/**
 * Every setting below `caseclock.`: its name in the code, its key, its kind and its default. A new one is a row here
 * and one in `package.json`, which `test/unit/manifest.test.ts` compares.
 */
export const SETTINGS = {
  /** Id of a provider. */
  provider: defineSetting("billing.provider", providerId, LOCAL_PROVIDER),
  /** Base URL or folder of the billing system as written; empty until connected. */
  url: defineSetting("billing.url", trimmed(text()), ""),
  /** When approved entries are sent automatically. */
  automaticSync: defineSetting("sync.automatic", choice("off", "onApproval", "hourly", "daily"), "off"),
  /** Local time of the daily sync, HH:MM. */
  dailySyncAt: defineSetting("sync.dailyAt", trimmed(matching(/^([01]\d|2[0-3]):[0-5]\d$/)), "18:00"),
  /** @minimum 0 @maximum 1800 */
  idleTimeoutSeconds: defineSetting("capture.idleTimeoutMinutes", numberWithin(0, 30), 5, (minutes) =>
    Math.round(minutes * 60),
  ),
  agentTime: defineSetting("capture.agentTime", choice("separate", "off"), "separate"),
  /** JSON file with cases, absolute; empty for none. */
  caseFile: defineSetting("cases.file", trimmed(text((file) => file === "" || isAbsolutePath(file))), ""),
  /** Regular expression that finds case keys, in its first group if it has one; empty for the usual styles. */
  casePattern: defineSetting("cases.pattern", text(isPattern, { maxLength: MAX_PATTERN }), ""),
  /** What happens when the branch points at another case than the picked one. */
  followBranch: defineSetting("cases.followBranch", choice("suggest", "switch", "off"), "suggest"),
  /** Used shares of a contract's hours at which the person is told once, ascending. @format percent */
  budgetNotices: defineSetting("cases.budgetNotices", percents, [80, 100]),
  tagging: defineSetting("commits.tagging", choice("ask", "on", "off"), "ask"),
  /** Name of the trailer. */
  trailer: defineSetting("commits.trailer", matching(TRAILER_NAME), "Case-Id"),
  /** Whether commits without a trailer get a note with their case. */
  notes: defineSetting("commits.notes", flag, false),
  /** Whether drafts are one per case and day, or one per span. */
  grouping: defineSetting("entries.grouping", choice<Grouping>("day", "span"), "day"),
  /** How descriptions are drafted: text with placeholders, see `domain/entries/description.ts`. */
  descriptionTemplate: defineSetting(
    "entries.descriptionTemplate",
    text(isTemplate, { maxLength: MAX_TEMPLATE }),
    DEFAULT_TEMPLATE,
  ),
  share: defineSetting("privacy.share", choice<Share>("none", "commits", "full"), "commits"),
  /** Age at which the evidence of approved days is compacted. @minimum 1 @maximum 3650 @format days */
  keepEvidenceDays: defineSetting("privacy.keepEvidenceDays", integerWithin(1, 3_650), 90),
  /** Undefined: the system's zone. */
  zone: defineSetting("timeZone", zoneOrEmpty, "", (zone) => (zone === "" ? undefined : zone)),
  statusBar: STATUS_BAR,
  /** Local time from which the person is reminded, once a day, of what waits, HH:MM; undefined: never. */
  remindAt: defineSetting("reminder", trimmed(matching(/^(?:off|([01]\d|2[0-3]):[0-5]\d)$/)), "17:30", (time) =>
    time === "off" ? undefined : time,
  ),
  /** Arguments of commands may replace the final confirmation. */
  allowUnattended: defineSetting("allowUnattended", flag, false),
};

type Rows = typeof SETTINGS;

/** Key of a setting below `caseclock.`. */
export type SettingKey = Rows[keyof Rows]["key"];

/** The user's settings, checked. A refused value is replaced by its default and named in `rejected`. */
export type Settings = { readonly [Name in keyof Rows]: ReturnType<Rows[Name]["read"]>["value"] };

export interface ParsedSettings {
  readonly value: Settings;
  /** Keys, without `caseclock.`, whose values were refused. */
  readonly rejected: readonly SettingKey[];
}

/** Reads settings, now and after each change. */
export interface SettingsSource {
  /** @param folder URI of a folder whose settings are wanted, where folders can have their own; else the window's */
  current(folder?: string): ParsedSettings;
  readonly onDidChange: Event<void>;
  /** Writes user settings, as connecting does. */
  write(values: Partial<Record<SettingKey, string>>): Promise<void>;
}

/** The rows of the table. */
export function settingRows(): readonly Setting<SettingKey, unknown>[] {
  return Object.values(SETTINGS);
}

/** Checks all settings, since `settings.json` is user input, and names those that were refused. */
export function parseSettings(read: (key: SettingKey) => unknown): ParsedSettings {
  const rejected: SettingKey[] = [];
  const values = Object.entries(SETTINGS).map(([name, setting]) => {
    const { value, isRefused } = setting.read(read(setting.key));
    if (isRefused) rejected.push(setting.key);
    return [name, value] as const;
  });
  return { value: Object.fromEntries(values) as unknown as Settings, rejected };
}

function isPattern(pattern: string): boolean {
  if (pattern.length > MAX_PATTERN) return false;
  try {
    return new RegExp(pattern, "u").source !== "";
  } catch {
    return false; // reported to the person as an unusable value
  }
}

/** `/home/ann/cases.json`, `~/cases.json`, `C:\\cases.json`. */
function isAbsolutePath(file: string): boolean {
  return /^(?:[/\\~]|[a-z]:[/\\])/i.test(file);
}

function isPercent(value: unknown): value is number {
  return typeof value === "number" && value > 0 && value <= 1_000;
}
