import type { CaseDirectory } from "../../app/cases/caseDirectory.ts";
import type { ContractHours } from "../../app/cases/contractHours.ts";
import type { CurrentCase } from "../../app/cases/currentCase.ts";
import type { CaseGuard } from "../../app/git/caseGuard.ts";
import type { LedgerView } from "../../app/ledger/ledgerView.ts";
import type { ObservableValue } from "../../base/emitter.ts";
import type { ErrorCode } from "../../domain/errors.ts";
import type { Settings } from "../../ports/settings.ts";
import { toBillingState } from "../text/toBillingState.ts";
import type { StatusState } from "./presentStatus.ts";
import { readTodayLines } from "./todayLines.ts";

/** What the status bar's state is read from. */
export interface StatusSources {
  readonly view: LedgerView;
  readonly directory: CaseDirectory;
  readonly budget: Pick<ContractHours, "stateFor">;
  readonly guard: Pick<CaseGuard, "mismatch">;
  readonly current: Pick<CurrentCase, "state">;
  readonly trouble: Pick<ObservableValue<ErrorCode | undefined>, "value">;
  readonly settings: () => Pick<Settings, "statusBar">;
  readonly isIdle: boolean;
  /** As of the last update: computing it takes weeks of days. */
  readonly toApprove: number;
}

/** The current state of the status bar; if the ledger is in trouble, no figure is read. */
export async function readStatusState(sources: StatusSources): Promise<StatusState> {
  const { view, directory, budget, guard, current, trouble, settings, isIdle, toApprove } = sources;
  const { case: picked, paused, tree } = current.state.value;
  const today = trouble.value === undefined ? await readTodayLines(view, directory) : [];
  const line = today.find(
    ({ key, source }) => picked !== undefined && key === picked.key && source === picked.ref.source,
  );
  const deliveries = view.ledger.entries.openStates;
  const { connection } = view.ledger;
  const shown = picked === undefined ? undefined : (directory.find(picked.ref) ?? picked);
  return {
    toApprove,
    budgetLeftSeconds: shown === undefined ? undefined : budget.stateFor(shown)?.leftSeconds,
    show: settings().statusBar === "short" ? "short" : "full",
    case: shown,
    isGone: shown !== undefined && directory.isGone(shown.ref),
    paused,
    idle: isIdle,
    workedTodaySeconds: line === undefined ? 0 : line.observedSeconds + line.bridgedSeconds + line.declaredSeconds,
    today,
    mismatch: tree === undefined ? undefined : guard.mismatch(tree),
    timer: view.ledger.timer,
    waiting: deliveries.filter((state) => state === "waiting" || state === "unknown").length,
    refused: deliveries.filter((state) => state === "refused").length,
    billing: connection === undefined ? undefined : toBillingState(connection),
    trouble: trouble.value,
  };
}
