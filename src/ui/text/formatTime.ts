import { plural, t } from "../../base/text.ts";

/** Hours and minutes as on a clock: `1:12`. Seconds are cut off, not rounded: it never shows more than was worked. */
export function formatHours(totalSeconds: number): string {
  const minutes = Math.floor(totalSeconds / 60);
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}`;
}

/** To the second: `1 h 12 min 05 s`, `3 min 20 s`, `9 s`. */
export function formatExact(totalSeconds: number): string {
  const whole = Math.abs(Math.round(totalSeconds));
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  const rest = whole % 60;
  const sign = totalSeconds < 0 ? "−" : "";
  const [twoMinutes, twoSeconds] = [minutes, rest].map((part) => String(part).padStart(2, "0"));
  if (hours > 0) return sign + t("{0} h {1} min {2} s", hours, twoMinutes ?? "", twoSeconds ?? "");
  return sign + (minutes > 0 ? t("{0} min {1} s", minutes, twoSeconds ?? "") : t("{0} s", rest));
}

/** As a person says it: `1 hour 12 minutes`. */
export function speakHours(totalSeconds: number): string {
  const minutes = Math.floor(totalSeconds / 60);
  const hours = Math.floor(minutes / 60);
  const parts = [plural(hours, "{0} hour", "{0} hours"), plural(minutes % 60, "{0} minute", "{0} minutes")];
  return (hours > 0 ? parts : parts.slice(1)).join(" ");
}
