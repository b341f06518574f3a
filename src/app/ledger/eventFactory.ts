import {
  dayAround,
  floorToSecond,
  type DayBounds,
  type EpochMs,
  type LocalDate,
  type ZoneId,
} from "../../base/time.ts";
import type { CaseRef } from "../../domain/cases/case.ts";
import type { EventBody, NewEvent } from "../../domain/log/events.ts";
import type { Clock } from "../../ports/clock.ts";

/** Columns of an event that differ from the defaults. */
export interface EventColumns {
  /** A stable id makes a fact that two windows notice one event. Default: a new UUID. */
  readonly id?: string;
  /** Default: now. Floored to the second. */
  readonly at?: EpochMs;
  /** Default: the local day of `at`. */
  readonly day?: LocalDate;
  readonly case?: CaseRef;
  readonly entryId?: string;
}

/** Makes this window's events, stamped with the zone in force and the local day fixed now. */
export class EventFactory {
  readonly windowId: string;
  private readonly clock: Clock;
  private readonly zone: () => ZoneId;
  private lastDay: (DayBounds & { readonly zone: ZoneId }) | undefined;

  /** @param zone the zone in force: the setting's, else the system's */
  constructor(windowId: string, clock: Clock, zone: () => ZoneId) {
    this.windowId = windowId;
    this.clock = clock;
    this.zone = zone;
  }

  create(body: EventBody, columns: EventColumns = {}): NewEvent {
    const zone = this.zone();
    const at = floorToSecond(columns.at ?? this.clock.now());
    return {
      id: columns.id ?? this.clock.newId(),
      windowId: this.windowId,
      at,
      zone,
      day: columns.day ?? this.findDay(at, zone),
      ...(columns.case === undefined ? {} : { case: columns.case }),
      ...(columns.entryId === undefined ? {} : { entryId: columns.entryId }),
      body,
    };
  }

  private findDay(at: EpochMs, zone: ZoneId): NewEvent["day"] {
    const last = this.lastDay;
    if (last?.zone === zone && at >= last.start && at < last.end) return last.date;
    this.lastDay = { ...dayAround(at, zone), zone };
    return this.lastDay.date;
  }
}
