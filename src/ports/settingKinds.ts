/** How a setting is declared to the editor. `test/unit/manifest.test.ts` holds `package.json` to it. */
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

/** What the value of a setting can be: as it is declared, and as it is checked. */
export interface SettingKind<T> {
  readonly schema: SettingSchema;
  /** Undefined for a value that cannot be used. */
  readonly read: (value: unknown) => T | undefined;
}

/** One setting: a row of the table in `settings.ts`. */
export interface Setting<K extends string, V> {
  /** Below `caseclock.`. */
  readonly key: K;
  /** As in `package.json`. */
  readonly default: unknown;
  readonly schema: SettingSchema;
  /** The value in use: of what `settings.json` has, or the default where that is absent or refused. */
  readonly read: (value: unknown) => { readonly value: V; readonly isRefused: boolean };
}

/**
 * A setting with its default, which is as in `package.json`.
 * @param toValue makes what the code uses of what a person writes, where the two differ
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
 * @param isUsable what `schema` cannot say
 * @param schema what is declared beside the type; `isUsable` checks that, too
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

/** Text of one form. */
export function matching(pattern: RegExp): SettingKind<string> {
  return text((value) => pattern.test(value), { pattern: pattern.source });
}

/** Without the spaces at the ends of what was written. */
export function trimmed<T>({ schema, read }: SettingKind<T>): SettingKind<T> {
  return { schema, read: (value) => read(typeof value === "string" ? value.trim() : value) };
}
