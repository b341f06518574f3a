/** Amounts of time as text, and back. */

/** Hours and minutes as on a clock: `1:12`. Seconds are cut off; `−0:05` below zero. */
export function formatHours(totalSeconds: number): string {
  const minutes = Math.floor(Math.abs(totalSeconds) / 60);
  const sign = totalSeconds < 0 && minutes > 0 ? "−" : "";
  return `${sign}${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}`;
}

/** To the second: `1:12:05`. */
export function formatExact(totalSeconds: number): string {
  const whole = Math.abs(Math.round(totalSeconds));
  const sign = totalSeconds < 0 && whole > 0 ? "−" : "";
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${sign}${Math.floor(whole / 3600)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
}

/** As a person says it in this locale: `1 hour 12 minutes`; below a minute `40 seconds`. */
export function createSpeaker(locale: string): (totalSeconds: number) => string {
  const unit = (name: string): Intl.NumberFormat =>
    new Intl.NumberFormat(locale, { style: "unit", unit: name, unitDisplay: "long" });
  const [hour, minute, second] = [unit("hour"), unit("minute"), unit("second")];
  return (totalSeconds) => {
    const whole = Math.abs(Math.round(totalSeconds));
    const hours = Math.floor(whole / 3600);
    const minutes = Math.floor(whole / 60) % 60;
    const parts = [hours > 0 ? hour.format(hours) : "", minutes > 0 ? minute.format(minutes) : ""].filter(Boolean);
    const text = parts.length > 0 ? parts.join(" ") : second.format(whole);
    return totalSeconds < 0 ? `−${text}` : text;
  };
}

const CLOCK = /^(\d{1,3}):([0-5]\d)(?::([0-5]\d))?$/;
const UNITS =
  /^(?:(\d+(?:[.,]\d+)?)\s*h(?:ours?|rs?)?)?\s*(?:(\d+)\s*m(?:in(?:utes?)?)?)?\s*(?:(\d+)\s*s(?:ec(?:onds?)?)?)?$/i;

/** Whole seconds of `45m`, `1h 20m`, `1:20`, `1:20:30`, `1.5h`, or a bare number of minutes; undefined for anything else. */
export function parseAmount(text: string): number | undefined {
  const value = text.trim();
  if (value === "") return undefined;
  if (/^\d{1,5}$/.test(value)) return Number(value) * 60;
  const clock = CLOCK.exec(value);
  if (clock !== null) return Number(clock[1]) * 3600 + Number(clock[2]) * 60 + Number(clock[3] ?? 0);
  const found = UNITS.exec(value);
  if (found === null) return undefined;
  const hours = Number((found[1] ?? "0").replace(",", "."));
  return Math.round(hours * 3600) + Number(found[2] ?? 0) * 60 + Number(found[3] ?? 0);
}

/** The percentage of `12`, `12.5` or `12,5 %`, 0 to 100; undefined for anything else. */
export function parsePercent(text: string): number | undefined {
  const found = /^(\d{1,3}(?:[.,]\d{1,4})?)\s*%?$/.exec(text.trim());
  if (found === null) return undefined;
  const value = Number((found[1] ?? "").replace(",", "."));
  return value <= 100 ? value : undefined;
}
