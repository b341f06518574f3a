import { appendTo } from "../../base/collections.ts";
import type { IDisposable } from "../../base/disposable.ts";
import type { LocalDate } from "../../base/time.ts";
import { type Case, type CaseRef } from "../../domain/cases/case.ts";
import { caseDays, findHull, type DaySheet } from "../../domain/day/daySheet.ts";
import { PLAIN_DRAFTING } from "../../domain/entries/description.ts";
import { makeDrafts } from "../../domain/day/drafts.ts";
import { subtract, total } from "../../domain/capture/interval.ts";
import type { EventLog } from "../../ports/eventLog.ts";
import type { ReportFigures } from "../../ports/report.ts";
import type { CaseDirectory } from "../cases/caseDirectory.ts";
import { ClosedDays } from "../ledger/closedDays.ts";
import type { LedgerView } from "../ledger/ledgerView.ts";
import { toDraftFigures, toEntryFigures, toUnassignedFigures, NO_FIGURES } from "./reportFigures.ts";

/** What one case adds on one day; several lines may be about the same case. */
export interface ReportLine {
  readonly ref: CaseRef | null;
  /** The case as an entry froze it, in case nothing else knows it any more. */
  readonly frozen?: Case;
  readonly figures: ReportFigures;
}

export interface ReportDay {
  readonly day: LocalDate;
  readonly lines: readonly ReportLine[];
  /** Of declarations in conflict, which count nowhere yet. */
  readonly conflictSeconds: number;
}

/**
 * What days add to a report: approved entries as frozen, and time that no entry has yet. A closed day is summed once,
 * and again when something in it changes; for an empty day nothing is read.
 */
export class ReportDays implements IDisposable {
  private readonly view: LedgerView;
  private readonly directory: CaseDirectory;
  private readonly open: ClosedDays<ReportDay>;

  constructor(log: EventLog, view: LedgerView, directory: CaseDirectory) {
    this.view = view;
    this.directory = directory;
    this.open = new ClosedDays(log, view, directory, (sheet) => this.makeOpenDay(sheet));
  }

  /** The days that have any time, in order. @param days ascending */
  async listFor(days: readonly LocalDate[]): Promise<readonly ReportDay[]> {
    const { view } = this;
    const wanted = new Set(days);
    const open = await this.open.valuesFor((await view.days()).filter((day) => wanted.has(day)));
    const approved = new Map<LocalDate, ReportLine[]>();
    for (const { entry } of view.ledger.entries.onDays(wanted)) {
      const line = { ref: entry.case.ref, frozen: entry.case, figures: toEntryFigures(entry) };
      appendTo(approved, entry.day, line);
    }
    return days.flatMap((day): readonly ReportDay[] => {
      const rest = open.get(day);
      const lines = [...(approved.get(day) ?? []), ...(rest?.lines ?? [])];
      const { conflictSeconds = 0 } = rest ?? {};
      return lines.length === 0 && conflictSeconds === 0 ? [] : [{ day, lines, conflictSeconds }];
    });
  }

  dispose(): void {
    this.open.dispose();
  }

  /** The time of a day that no entry has. */
  private makeOpenDay(sheet: DaySheet): ReportDay {
    const { ledger } = this.view;
    const around = findHull(sheet.pieces);
    const claimed = around === undefined ? [] : ledger.entries.claimedWithin(around);
    const findCase = (ref: CaseRef): Case => this.directory.find(ref) ?? unknownCase(ref);
    const drafts = makeDrafts(sheet, ledger, PLAIN_DRAFTING, findCase);
    const free = (part: "observed" | "bridged"): number =>
      total(
        sheet.pieces
          .filter((piece) => piece.case === null && piece.part === part)
          .flatMap((piece) => subtract(piece, claimed)),
      );
    const without = toUnassignedFigures(free("observed"), free("bridged"));
    const lines: ReportLine[] = drafts.map((draft) => ({ ref: draft.case.ref, figures: toDraftFigures(draft) }));
    if (without.workedSeconds > 0) lines.push({ ref: null, figures: without });
    for (const { case: ref, agentSeconds } of caseDays(sheet)) {
      if (agentSeconds > 0) lines.push({ ref, figures: { ...NO_FIGURES, agentSeconds } });
    }
    const conflictSeconds = sheet.conflicts.reduce((sum, { declaration }) => sum + declaration.seconds, 0);
    return { day: sheet.day, lines, conflictSeconds };
  }
}

/** Stands for a case that nothing knows any more, so that its time is not lost. */
function unknownCase(ref: CaseRef): Case {
  return { ref, key: ref.id, title: "", customer: { id: "", name: "" }, status: "open" };
}
