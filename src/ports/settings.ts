import type { Event } from "../base/emitter.ts";
import { parseZone, type ZoneId } from "../base/time.ts";
import { DEFAULT_TEMPLATE, isTemplate } from "../domain/entries/description.ts";
import type { Grouping } from "../domain/edits/grouping.ts";
import { SETTING_DEFAULTS, type SettingKey } from "./manifest.ts";
import { isProviderId, LOCAL_PROVIDER } from "./providerCatalog.ts";
import type { Share } from "../domain/log/approvedEntry.ts";

/** The user's settings, checked. What was refused has its default and is named in `rejected`. */
export interface Settings {
  /** Id of a provider. */
  readonly provider: string;
  /** Base URL or folder of the billing system as written; empty until connected. */
  readonly url: string;
  /** When approved entries are sent without being asked to. */
  readonly automaticSync: "off" | "onApproval" | "hourly" | "daily";
  /** Local time of the daily sync, HH:MM. */
  readonly dailySyncAt: string;
  /** @minimum 0 @maximum 1800 */
  readonly idleTimeoutSeconds: number;
  readonly agentTime: "separate" | "off";
  /** JSON file with cases, absolute; empty for none. */
  readonly caseFile: string;
  /** Regular expression that case keys are found by, its first group if it has one; empty for the usual styles. */
  readonly casePattern: string;
  /** What happens when the branch points at another case than the picked one. */
  readonly followBranch: "suggest" | "switch" | "off";
  /** Shares of a contract's hours, in percent and ascending, at which it is told once. */
  readonly budgetNotices: readonly number[];
  readonly tagging: "ask" | "on" | "off";
  /** Name of the trailer. */
  readonly trailer: string;
  /** Whether drafts are one per case and day, or one per span. */
  readonly grouping: Grouping;
  /** How descriptions are drafted: text with placeholders, see `domain/description.ts`. */
  readonly descriptionTemplate: string;
  /** Whether commits without a trailer get a note with their case. */
  readonly notes: boolean;
  readonly share: Share;
  /** Age at which the evidence of approved days is compacted. @minimum 1 @maximum 3650 @format days */
  readonly keepEvidenceDays: number;
  /** Undefined: the system's zone. */
  readonly zone: ZoneId | undefined;
  readonly statusBar: "full" | "short" | "hidden";
  /** Local time from which on the person is reminded once a day of what waits, HH:MM; undefined: never. */
  readonly remindAt: string | undefined;
  /** Arguments of commands may stand for the last confirmation. */
  readonly allowUnattended: boolean;
}

export interface ParsedSettings {
  readonly value: Settings;
  /** Keys, without `caseclock.`, whose values were refused. */
  readonly rejected: readonly SettingKey[];
}

/** Reads settings, now and after each change. */
export interface SettingsSource {
  /** @param folder URI whose own settings are asked for, where a folder can have some; else those of the window */
  current(folder?: string): ParsedSettings;
  readonly onDidChange: Event<void>;
  /** Writes user settings, as connecting does. */
  write(values: Partial<Record<SettingKey, string>>): Promise<void>;
}

/** A trailer's name as git accepts it, which no shell or message can be shaped with. @source git-interpret-trailers(1) */
const TRAILER_NAME = /^[A-Za-z][A-Za-z0-9-]{0,63}$/;

/** `settings.json` is user input: unknown in, checked out, and what was refused is named. */
export function parseSettings(read: (key: SettingKey) => unknown): ParsedSettings {
  const rejected: SettingKey[] = [];
  const take = <T>(key: SettingKey, fallback: T, check: (value: unknown) => T | undefined): T => {
    const checked = check(read(key) ?? SETTING_DEFAULTS[key]);
    if (checked === undefined) rejected.push(key);
    return checked ?? fallback;
  };
  const oneOf =
    <T extends string>(...allowed: readonly T[]) =>
    (value: unknown): T | undefined =>
      allowed.find((one) => one === value);
  const flag = (value: unknown): boolean | undefined => (typeof value === "boolean" ? value : undefined);
  const minutes = take(
    "capture.idleTimeoutMinutes",
    SETTING_DEFAULTS["capture.idleTimeoutMinutes"] as number,
    (value) => (typeof value === "number" && value >= 0 && value <= 30 ? value : undefined),
  );
  const reminder = take("reminder", SETTING_DEFAULTS.reminder as string, (text) =>
    typeof text === "string" && /^(?:off|([01]\d|2[0-3]):[0-5]\d)$/.test(text.trim()) ? text.trim() : undefined,
  );
  const zone = take<ZoneId | "">("timeZone", "", (value) =>
    value === "" ? "" : typeof value === "string" ? parseZone(value) : undefined,
  );
  const value: Settings = {
    provider: take<string>("billing.provider", LOCAL_PROVIDER, (id) => (isProviderId(id) ? id : undefined)),
    url: take("billing.url", "", (text) => (typeof text === "string" ? text.trim() : undefined)),
    automaticSync: take("sync.automatic", "off", oneOf("off", "onApproval", "hourly", "daily")),
    dailySyncAt: take("sync.dailyAt", SETTING_DEFAULTS["sync.dailyAt"] as string, (text) =>
      typeof text === "string" && /^([01]\d|2[0-3]):[0-5]\d$/.test(text.trim()) ? text.trim() : undefined,
    ),
    idleTimeoutSeconds: Math.round(minutes * 60),
    agentTime: take("capture.agentTime", "separate", oneOf("separate", "off")),
    caseFile: take("cases.file", "", (file) =>
      typeof file === "string" && (file.trim() === "" || isAbsolutePath(file.trim())) ? file.trim() : undefined,
    ),
    casePattern: take("cases.pattern", "", (text) =>
      typeof text === "string" && text.length <= MAX_PATTERN_CHARS && isPattern(text) ? text : undefined,
    ),
    followBranch: take("cases.followBranch", "suggest", oneOf("suggest", "switch", "off")),
    budgetNotices: take("cases.budgetNotices", SETTING_DEFAULTS["cases.budgetNotices"], (list) =>
      Array.isArray(list) && list.length <= 10 && list.every(isPercent) ? [...list].sort((a, b) => a - b) : undefined,
    ),
    tagging: take("commits.tagging", "ask", oneOf("ask", "on", "off")),
    trailer: take("commits.trailer", SETTING_DEFAULTS["commits.trailer"] as string, (text) =>
      typeof text === "string" && TRAILER_NAME.test(text) ? text : undefined,
    ),
    grouping: take("entries.grouping", "day", oneOf("day", "span")),
    descriptionTemplate: take("entries.descriptionTemplate", DEFAULT_TEMPLATE, (text) =>
      typeof text === "string" && isTemplate(text) ? text : undefined,
    ),
    notes: take("commits.notes", false, flag),
    share: take("privacy.share", "commits", oneOf("none", "commits", "full")),
    keepEvidenceDays: take("privacy.keepEvidenceDays", 90, (days) =>
      typeof days === "number" && Number.isInteger(days) && days >= 1 && days <= 3_650 ? days : undefined,
    ),
    zone: zone === "" ? undefined : zone,
    statusBar: take("statusBar.show", "full", oneOf("full", "short", "hidden")),
    remindAt: reminder === "off" ? undefined : reminder,
    allowUnattended: take("allowUnattended", false, flag),
  };
  return { value, rejected };
}

/** Longest pattern that is taken. */
const MAX_PATTERN_CHARS = 200;

function isPattern(text: string): boolean {
  try {
    return new RegExp(text, "u").source !== "";
  } catch {
    return false; // named to the person as a value that cannot be used
  }
}

/** `/home/ann/cases.json`, `~/cases.json`, `C:\\cases.json`. */
function isAbsolutePath(text: string): boolean {
  return /^(?:[/\\~]|[a-z]:[/\\])/i.test(text);
}

function isPercent(value: unknown): value is number {
  return typeof value === "number" && value > 0 && value <= 1_000;
}
