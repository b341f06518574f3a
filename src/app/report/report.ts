import { parseLocalDate, type LocalDate } from "../../base/time.ts";
import { caseRefKey, type CaseRef } from "../../domain/cases/case.ts";
import type { Connection } from "../../domain/log/events.ts";
import { comparedPart, listDays, rangeAround, rangeBefore, type DayRange } from "../../domain/capture/reportPeriod.ts";
import type { ReportCarried, ReportModel, ReportPlace } from "../../ports/report.ts";
import type { CaseDirectory } from "../cases/caseDirectory.ts";
import type { ContractHours } from "../cases/contractHours.ts";
import type { LedgerView } from "../ledger/ledgerView.ts";
import { makeBurnDowns } from "./reportBurnDown.ts";
import { CaseNames } from "./reportCases.ts";
import { makeChart } from "./reportChart.ts";
import type { ReportDay, ReportDays } from "./reportDays.ts";
import { sumFigures } from "./reportFigures.ts";
import { makeRows } from "./reportRows.ts";

/** What making the report needs. */
export interface ReportContext {
  readonly view: LedgerView;
  readonly directory: CaseDirectory;
  readonly days: ReportDays;
  readonly budget: ContractHours;
  readonly connectionName: (connection: Connection) => string;
}

/** The days of a place. @throws RangeError when it names no days, which `parsePlace` never lets through */
export function findPlaceRange(place: ReportPlace): DayRange {
  const day = (text: string): LocalDate => {
    const parsed = parseLocalDate(text);
    if (parsed === undefined) throw new RangeError(`no day: ${text}`);
    return parsed;
  };
  if (place.period === "custom") return { from: day(place.from), to: day(place.to) };
  return rangeAround(place.period, day(place.day));
}

/** Makes the report of a period, compared with the one before. */
export async function makeReport(context: ReportContext, place: ReportPlace): Promise<ReportModel> {
  const { view, directory, days, budget, connectionName } = context;
  await directory.list();
  await view.catchUp();
  const today = view.today();
  const range = findPlaceRange(place);
  const before = rangeBefore(range, place.period);
  const compared = comparedPart(range, before, today);
  const now = await days.listFor(listDays(range));
  const earlier = await days.listFor(listDays(compared));
  const cases = new CaseNames(directory, [...earlier, ...now]);
  const isSameLength = place.period === "week" || place.period === "custom";
  const rows = makeRows(place.by, { range, now, earlier, earlierFrom: compared.from, isSameLength, cases });
  const { connection } = view.ledger;
  return {
    place,
    ...range,
    today,
    totals: sumDays(now),
    previous: { ...compared, ...(compared.to < before.to ? { isPart: true } : {}), totals: sumDays(earlier) },
    rows,
    chart: makeChart(place.by === "customer" ? "customer" : "case", {
      range,
      before,
      isSameLength,
      cases,
      now,
      earlier,
    }),
    burnDowns: await makeBurnDowns(
      { days, budget, today, describe: (one) => cases.describe(one) },
      cases.workedOn(now),
      range,
    ),
    carried: listCarried(context, range),
    conflictSeconds: now.reduce((sum, { conflictSeconds }) => sum + conflictSeconds, 0),
    ...(connection === undefined ? {} : { connection: connectionName(connection) }),
  };
}

function sumDays(days: readonly ReportDay[]): ReportModel["totals"] {
  return sumFigures(days.flatMap(({ lines }) => lines.map(({ figures }) => figures)));
}

/** What rounding carried, by billing system; systems without carried time are not listed. */
function listCarried({ view, connectionName }: ReportContext, range: DayRange): readonly ReportCarried[] {
  const { entries, connections } = view.ledger;
  const byConnection = new Map<string, { carried: number; readonly cases: Map<string, CaseRef> }>();
  for (const { entry } of entries.onDays(new Set(listDays(range)))) {
    let of = byConnection.get(entry.connectionId);
    if (of === undefined) byConnection.set(entry.connectionId, (of = { carried: 0, cases: new Map() }));
    of.carried += entry.contractSeconds - entry.billedSeconds;
    of.cases.set(caseRefKey(entry.case.ref), entry.case.ref);
  }
  return [...byConnection].flatMap(([id, { carried, cases }]) => {
    const standing = [...cases.values()].reduce((sum, ref) => {
      const { contractTotal, billedTotal } = entries.approvedSoFar(ref, range.to, id);
      return sum + contractTotal - billedTotal;
    }, 0);
    const connection = connections.get(id);
    if (carried === 0 && standing === 0) return [];
    const name = connection === undefined ? id : connectionName(connection);
    return [{ connection: name, carriedSeconds: carried, standingSeconds: standing }];
  });
}
