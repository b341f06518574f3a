import ical, { ICalCalendarMethod, ICalEventTransparency } from "ical-generator";
import { t } from "../../../base/text.ts";
import type { WorkedEntry } from "../../../domain/day/workedTime.ts";
import type { DraftEntry } from "../../../domain/entries/draftEntry.ts";
import type { ApprovedEntry } from "../../../domain/log/approvedEntry.ts";

/**
 * Worked time as a calendar: an event for each interval, in UTC, and one for the whole day where time has no place in it.
 * The events block no free time and ask for no reply.
 * @source RFC 5545; ical-generator folds, escapes and ends its lines
 */
export function toCalendar(entries: readonly WorkedEntry[]): string {
  const calendar = ical({ name: "Caseclock", prodId: { company: "Caseclock", product: "Caseclock" } });
  calendar.method(ICalCalendarMethod.PUBLISH);
  for (const { entry, intervals, unplacedSeconds: unplaced } of entries) {
    const { case: of, day } = entry;
    const id = makeId(entry);
    const shown = {
      summary: tidy(`${of.key} ${of.title}`),
      description: tidy(entry.description),
      categories: of.customer.name === "" ? [] : [{ name: tidy(of.customer.name) }],
      transparency: ICalEventTransparency.TRANSPARENT,
    };
    for (const [index, { start, end }] of intervals.entries()) {
      const [from, to] = [new Date(start), new Date(end)];
      calendar.createEvent({ ...shown, id: `${id}-${index + 1}@caseclock`, start: from, end: to, stamp: to });
    }
    if (unplaced <= 0) continue;
    const date = new Date(`${day}T00:00:00Z`);
    const summary = t("{0} ({1} min {2} s, no set time)", shown.summary, Math.floor(unplaced / 60), unplaced % 60);
    calendar.createEvent({ ...shown, summary, id: `${id}-day@caseclock`, start: date, allDay: true, stamp: date });
  }
  return calendar.toString();
}

/** A draft has no id yet: it is identified by case, day and, if the day is split, the instant at which its part begins. */
function makeId(entry: ApprovedEntry | DraftEntry): string {
  if (entry.entryId !== undefined) return entry.entryId;
  const { case: of, day } = entry;
  return [of.ref.source, of.ref.id, day, ...("from" in entry ? [entry.from] : [])].join("-");
}

/** A calendar's texts may hold no control characters but line ends. @source RFC 5545 3.1 */
function tidy(text: string): string {
  return text.replaceAll(/[^\P{Cc}\n\t]/gu, " ");
}
