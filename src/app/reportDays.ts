import { DisposableStore, type IDisposable } from "../base/disposable.ts";
import { daysBefore, type LocalDate } from "../base/time.ts";
import { type Case, type CaseRef } from "../domain/caseRef.ts";
import { caseDays, hullOf, type DaySheet } from "../domain/daySheet.ts";
import { PLAIN_DRAFTING } from "../domain/description.ts";
import { draftsOf } from "../domain/drafts.ts";
import { EVIDENCE_KINDS, type EventKind, type LogEvent } from "../domain/events.ts";
import { subtract, total } from "../domain/interval.ts";
import type { EventLog } from "../ports/eventLog.ts";
import type { ReportFigures } from "../ports/report.ts";
import type { CaseDirectory } from "./caseDirectory.ts";
import type { LedgerView } from "./ledgerView.ts";
import { figuresOfDraft, figuresOfEntry, figuresWithoutCase, NO_FIGURES } from "./reportFigures.ts";

/** What one case adds on one day; several lines may be about the same case. */
export interface ReportLine {
  readonly ref: CaseRef | null;
  /** The case as an entry froze it, for the time when nothing else knows it any more. */
  readonly frozen?: Case;
  readonly figures: ReportFigures;
}

export interface ReportDay {
  readonly day: LocalDate;
  readonly lines: readonly ReportLine[];
  /** Of declarations that count nowhere yet. */
  readonly conflictSeconds: number;
}

/** Facts after which what is not approved of earlier days may be another amount. */
const CHANGING: readonly EventKind[] = [
  "approved",
  "withdrawn",
  "reassigned",
  "struck",
  "declared",
  "writtenDown",
  "undone",
  "redone",
  "policy",
];

/** So many days are folded at a time: a year is never held at once. */
const DAYS_AT_ONCE = 31;

/**
 * What days add to a report: approved entries as they were frozen, and what no entry has yet. A closed day is summed once, and
 * again when something of it changes; of a day without anything nothing is read.
 */
export class ReportDays implements IDisposable {
  private readonly view: LedgerView;
  private readonly directory: CaseDirectory;
  private readonly store = new DisposableStore();
  private readonly closed = new Map<LocalDate, ReportDay>();
  private state = "";
  /** Counts what was forgotten: a sum that was begun before is not kept. */
  private turn = 0;

  constructor(log: EventLog, view: LedgerView, directory: CaseDirectory) {
    this.view = view;
    this.directory = directory;
    this.store.add(
      log.onDidAppend((events) => {
        events.forEach((event) => {
          this.take(event);
        });
      }),
    );
    this.store.add(
      log.onDidNotice(() => {
        this.forget(() => true);
      }),
    );
    // A contract may have changed, and with it what of an agent's time is billed.
    this.store.add(
      directory.onDidChange(() => {
        this.forget(() => true);
      }),
    );
  }

  /** Days of a range that have anything, in order. @param days ascending */
  async of(days: readonly LocalDate[]): Promise<readonly ReportDay[]> {
    const { view } = this;
    await view.load();
    const state = CHANGING.map((kind) => view.ledger.lastSeqOf(kind)).join(" ");
    if (state !== this.state) this.forget(() => true);
    this.state = state;
    const wanted = new Set(days);
    const open = new Map<LocalDate, ReportDay>();
    const captured = (await view.days()).filter((day) => wanted.has(day));
    const today = view.today();
    const missing = captured.filter((day) => day >= today || !this.closed.has(day));
    for (let from = 0; from < missing.length; from += DAYS_AT_ONCE) {
      const { turn } = this;
      for (const sheet of await view.sheets(missing.slice(from, from + DAYS_AT_ONCE))) {
        const made = this.openOf(sheet);
        open.set(sheet.day, made);
        if (turn === this.turn && sheet.day < today) this.closed.set(sheet.day, made);
      }
    }
    const approved = new Map<LocalDate, ReportLine[]>();
    for (const { entry } of view.ledger.entries.onDays(wanted)) {
      const line = { ref: entry.case.ref, frozen: entry.case, figures: figuresOfEntry(entry) };
      const ofDay = approved.get(entry.day);
      if (ofDay === undefined) approved.set(entry.day, [line]);
      else ofDay.push(line);
    }
    return days.flatMap((day): readonly ReportDay[] => {
      const rest = open.get(day) ?? this.closed.get(day);
      const lines = [...(approved.get(day) ?? []), ...(rest?.lines ?? [])];
      const { conflictSeconds = 0 } = rest ?? {};
      return lines.length === 0 && conflictSeconds === 0 ? [] : [{ day, lines, conflictSeconds }];
    });
  }

  dispose(): void {
    this.store.dispose();
  }

  /** What no entry has of a day. */
  private openOf(sheet: DaySheet): ReportDay {
    const { ledger } = this.view;
    const around = hullOf(sheet.pieces);
    const claimed = around === undefined ? [] : ledger.entries.claimedWithin(around);
    const caseOf = (ref: CaseRef): Case => this.directory.find(ref) ?? unknownCase(ref);
    const drafts = draftsOf(sheet, ledger, PLAIN_DRAFTING, caseOf);
    const free = (part: "observed" | "bridged"): number =>
      total(
        sheet.pieces
          .filter((piece) => piece.case === null && piece.part === part)
          .flatMap((piece) => subtract(piece, claimed)),
      );
    const without = figuresWithoutCase(free("observed"), free("bridged"));
    const lines: ReportLine[] = drafts.map((draft) => ({ ref: draft.case.ref, figures: figuresOfDraft(draft) }));
    if (without.workedSeconds > 0) lines.push({ ref: null, figures: without });
    for (const { case: ref, agentSeconds } of caseDays(sheet)) {
      if (agentSeconds > 0) lines.push({ ref, figures: { ...NO_FIGURES, agentSeconds } });
    }
    const conflictSeconds = sheet.conflicts.reduce((sum, { declaration }) => sum + declaration.seconds, 0);
    return { day: sheet.day, lines, conflictSeconds };
  }

  private take({ day, body }: LogEvent): void {
    const { kind } = body;
    // Around midnight evidence of one day decides about its neighbour too.
    const [before, after] = [daysBefore(day, 1), daysBefore(day, -1)];
    if (EVIDENCE_KINDS.some((one) => one === kind)) {
      if (kind !== "focus") this.forget((one) => one >= before && one <= after);
    } else if (["pick", "pause", "resume", "tickGap"].includes(kind)) this.forget((one) => one >= before);
  }

  private forget(which: (day: LocalDate) => boolean): void {
    this.turn += 1;
    for (const day of this.closed.keys()) if (which(day)) this.closed.delete(day);
  }
}

/** A case that nothing knows any more: its time is not lost for that. */
function unknownCase(ref: CaseRef): Case {
  return { ref, key: ref.id, title: "", customer: { id: "", name: "" }, status: "open" };
}
