/**
 * Reads the members of a command's argument, which is user input whatever its type says: each is valid, absent, or refused
 * by its name. All of them throw `CaseclockError` `arguments.invalid`, whose message is English for programs.
 */
import { isRecord } from "../../base/json.ts";
import { instantAt, parseInstant, parseLocalDate, type EpochMs, type LocalDate, type ZoneId } from "../../base/time.ts";
import { CaseclockError } from "../../domain/errors.ts";

/** Text, such as a key, a folder or a reason; it may be empty. */
export function readText(name: string, value: unknown): string | undefined {
  if (value === undefined || typeof value === "string") return value;
  throw new CaseclockError("arguments.invalid", `${name} must be text`);
}

/** Several texts, such as the ids of entries. */
export function readTexts(name: string, value: unknown): readonly string[] | undefined {
  if (value === undefined) return undefined;
  if (Array.isArray(value) && value.every((one) => typeof one === "string")) return value;
  throw new CaseclockError("arguments.invalid", `${name} must be a list of texts`);
}

/** Texts, each under a name. */
export function readNamedTexts(name: string, value: unknown): Readonly<Record<string, string>> | undefined {
  if (value === undefined || isNamedTexts(value)) return value;
  throw new CaseclockError("arguments.invalid", `${name} must be texts by their names`);
}

function isNamedTexts(value: unknown): value is Readonly<Record<string, string>> {
  return isRecord(value) && Object.values(value).every((one) => typeof one === "string");
}

/** One of a few words. */
export function readChoice<const T extends string>(name: string, value: unknown, allowed: readonly T[]): T | undefined {
  const found = allowed.find((one) => one === value);
  if (value === undefined || found !== undefined) return found;
  throw new CaseclockError("arguments.invalid", `${name} must be ${allowed.join(" or ")}`);
}

/** True or false. */
export function readFlag(name: string, value: unknown): boolean | undefined {
  if (value === undefined || typeof value === "boolean") return value;
  throw new CaseclockError("arguments.invalid", `${name} must be true or false`);
}

/** Any number of seconds; its limits are up to the command. */
export function readSeconds(name: string, value: unknown): number | undefined {
  if (value === undefined || (typeof value === "number" && Number.isFinite(value))) return value;
  throw new CaseclockError("arguments.invalid", `${name} must be a number`);
}

/** A local day, `YYYY-MM-DD`. */
export function readDay(name: string, value: unknown): LocalDate | undefined {
  if (value === undefined) return undefined;
  const day = typeof value === "string" ? parseLocalDate(value) : undefined;
  if (day === undefined) throw new CaseclockError("arguments.invalid", `${name} must be YYYY-MM-DD`);
  return day;
}

/** From one local day to another, both included, which may be the same. */
export function checkOrder(from: LocalDate, to: LocalDate): void {
  if (from > to) throw new CaseclockError("arguments.invalid", "from must not be after to");
}

/** An instant: RFC 3339, or a time of `day`, `HH:MM`. It is needed: absent, it is refused like any other form. */
export function readInstant(name: string, value: unknown, day: LocalDate, zone: ZoneId): EpochMs {
  const text = typeof value === "string" ? value.trim() : "";
  const instant = parseInstant(text) ?? instantAt(day, text, zone);
  if (instant === undefined) throw new CaseclockError("arguments.invalid", `${name} must be HH:MM or RFC 3339`);
  return instant;
}
