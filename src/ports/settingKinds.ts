/** How a setting is declared to the editor. `test/unit/manifest.test.ts` compares it with `package.json`. */
export interface SettingSchema {
  readonly type: "string" | "boolean" | "number" | "integer" | "array";
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
  readonly maxLength?: number;
  readonly maxItems?: number;
  readonly items?: SettingSchema;
}

/** The values that a setting can have: how they are declared and how they are checked. */
export interface SettingKind<T> {
  readonly schema: SettingSchema;
  /** The checked value; undefined when it cannot be used. */
  readonly read: (value: unknown) => T | undefined;
}

/** One setting: a row of the table in `settings.ts`. */
export interface Setting<K extends string, V> {
  /** Below `caseclock.`. */
  readonly key: K;
  /** As in `package.json`. */
  readonly default: unknown;
  readonly schema: SettingSchema;
  /** The value in use, from what `settings.json` has; the default if that is absent or refused. */
  readonly read: (value: unknown) => { readonly value: V; readonly isRefused: boolean };
}

/**
 * Defines a setting with its default, the same as in `package.json`.
 * @param toValue converts what a person writes to what the code uses, if the two differ
 */
export function defineSetting<const K extends string, T>(
  key: K,
  kind: SettingKind<T>,
  initial: NoInfer<T>,
): Setting<K, T>;
export function defineSetting<const K extends string, T, V>(
  key: K,
  kind: SettingKind<T>,
  initial: NoInfer<T>,
  toValue: (checked: T) => V,
): Setting<K, V>;
export function defineSetting<T>(
  key: string,
  { schema, read }: SettingKind<T>,
  initial: T,
  toValue: (checked: T) => unknown = (checked) => checked,
): Setting<string, unknown> {
  return {
    key,
    default: initial,
    schema,
    read: (value) => {
      const checked = read(value ?? initial);
      return { value: toValue(checked ?? initial), isRefused: checked === undefined };
    },
  };
}

/** One of a few words. */
export function choice<const T extends string>(...allowed: readonly T[]): SettingKind<T> {
  return { schema: { type: "string", enum: allowed }, read: (value) => allowed.find((one) => one === value) };
}

/** On or off. */
export const flag: SettingKind<boolean> = {
  schema: { type: "boolean" },
  read: (value) => (typeof value === "boolean" ? value : undefined),
};

/** @param minimum inclusive, as `maximum` is */
export function numberWithin(minimum: number, maximum: number): SettingKind<number> {
  return {
    schema: { type: "number", minimum, maximum },
    read: (value) => (typeof value === "number" && value >= minimum && value <= maximum ? value : undefined),
  };
}

/** @param minimum inclusive, as `maximum` is */
export function integerWithin(minimum: number, maximum: number): SettingKind<number> {
  const { read } = numberWithin(minimum, maximum);
  return {
    schema: { type: "integer", minimum, maximum },
    read: (value) => (Number.isInteger(value) ? read(value) : undefined),
  };
}

/**
 * Text.
 * @param isUsable checks everything, including what `schema` declares
 * @param schema what is declared beside the type
 */
export function text(
  isUsable: (text: string) => boolean = () => true,
  schema: Omit<SettingSchema, "type"> = {},
): SettingKind<string> {
  return {
    schema: { type: "string", ...schema },
    read: (value) => (typeof value === "string" && isUsable(value) ? value : undefined),
  };
}

/** Text that matches a pattern. */
export function matching(pattern: RegExp): SettingKind<string> {
  return text((value) => pattern.test(value), { pattern: pattern.source });
}

/** Trims the value before it is checked. */
export function trimmed<T>({ schema, read }: SettingKind<T>): SettingKind<T> {
  return { schema, read: (value) => read(typeof value === "string" ? value.trim() : value) };
}
