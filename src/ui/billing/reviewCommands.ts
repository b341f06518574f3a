import * as vscode from "vscode";
import { correctEntry, makeNextRevision, type EntryChange } from "../../app/billing/correctEntry.ts";
import { reconcile, type Comparison } from "../../app/billing/reconcile.ts";
import { approveTimeEntries, openActiveProvider, type SyncContext } from "../../app/billing/syncTimeEntries.ts";
import type { PreviewItem } from "../../app/billing/syncPreview.ts";
import { compareTexts } from "../../base/collections.ts";
import { plural, t } from "../../base/text.ts";
import { daysBefore } from "../../base/time.ts";
import { isCorrectable } from "../../domain/entries/approvedEntries.ts";
import { CaseclockError } from "../../domain/errors.ts";
import type { Connection } from "../../domain/log/events.ts";
import type { CorrectedEntry, Reconciliation } from "../../ports/billingResults.ts";
import type { CommandArgument } from "../../ports/commands.ts";
import type { Invocation } from "../shell/commandTable.ts";
import { checkOrder, readDay, readTexts } from "../shell/arguments.ts";
import { handleCommands } from "../shell/handleCommands.ts";
import { showMessage } from "../shell/notifier.ts";
import { presentReconciliation } from "./presentReconcile.ts";
import { confirmSync, type DescribeDraft } from "./syncQuickPick.ts";
import type { OutboxEntry } from "../../domain/entries/delivery.ts";
import type { ApprovedEntry } from "../../domain/log/approvedEntry.ts";
import { formatExact } from "../text/formatTime.ts";
import { sanitizeLabel, sanitizeMessage } from "../text/inertText.ts";

export interface ReviewCommandsContext {
  readonly sync: SyncContext;
  readonly describe: DescribeDraft;
  readonly connectionName: (connection: Connection) => string;
  /** Writes the signs seen so far. */
  readonly flush: () => Promise<void>;
  readonly showPage: (name: string, markdown: string) => Promise<void>;
}

/** Approving without sending, correcting what was sent or refused, and the comparison of both sides. */
export const reviewCommands = handleCommands((context: ReviewCommandsContext) => {
  return {
    "caseclock.approve": async (argument) => {
      await context.flush();
      return approve(context, argument);
    },
    "caseclock.correctEntry": (argument, called) => correct(context, argument, called),
    "caseclock.reconcile": (argument, called) => compare(context, argument, called),
  };
});

async function approve(
  { sync, describe, connectionName }: ReviewCommandsContext,
  { date, entryIds }: CommandArgument<"caseclock.approve">,
): Promise<readonly string[]> {
  const day = readDay("date", date);
  const ids = readTexts("entryIds", entryIds);
  const isWanted = (item: PreviewItem): boolean =>
    item.kind === "draft" &&
    (day === undefined || item.draft.day === day) &&
    (ids?.includes(item.draft.entryId ?? "") ?? true);
  const isUnattended = sync.settings().allowUnattended && (day !== undefined || ids !== undefined);
  const approved = await approveTimeEntries(sync, (preview) => {
    const items = preview.items.filter(isWanted);
    if (isUnattended) return Promise.resolve(items.length === 0 ? undefined : items);
    return confirmSync(
      { ...preview, items, waitingElsewhere: 0 },
      connectionName(preview.connection),
      describe,
      "approve",
    );
  });
  return approved ?? [];
}

async function correct(
  context: ReviewCommandsContext,
  argument: CommandArgument<"caseclock.correctEntry">,
  { byArgument }: Invocation,
): Promise<CorrectedEntry | undefined> {
  const { sync } = context;
  const provider = await openActiveProvider(sync);
  await sync.journal.view.catchUp();
  const { entryId: given, reason, ...rest } = argument;
  const entryId = given ?? (await askEntry(sync));
  if (entryId === undefined) return undefined;
  const item = sync.journal.view.ledger.entries.get(entryId);
  if (item === undefined) throw new CaseclockError("entries.unsettled", `there is no entry ${entryId}`);
  if (item.entry.connectionId !== provider.connection.id) {
    throw new CaseclockError(
      "arguments.invalid",
      `entry ${entryId} belongs to another connection: connect to it first`,
    );
  }
  const isWhole = byArgument && reason !== undefined && Object.keys(rest).length > 0;
  const change = isWhole ? { ...rest, reason } : await askChange(item.entry);
  if (change === undefined) return undefined;
  const next = makeNextRevision(sync.journal.view, entryId, change, provider.unitSeconds);
  const isUnattended = isWhole && sync.settings().allowUnattended;
  if (!isUnattended && !(await confirmRevision(item.entry, next))) return undefined;
  const { revision, billableSeconds, billedSeconds, carriedSeconds } = await correctEntry(
    sync,
    entryId,
    change,
    provider.unitSeconds,
    isUnattended ? undefined : next,
  );
  if (!byArgument) showMessage("info", t("The correction is approved and goes out with the next sync."), syncAction());
  return { entryId, revision, billableSeconds, billedSeconds, carriedSeconds };
}

const syncAction = () => ({ label: t("Sync Now"), command: "caseclock.sync" });

/** Days of delivered entries that are offered: older ones are corrected by argument. */
const OFFERED_DAYS = 62;

/** Refused entries first, then what the billing system has, the latest first. */
async function askEntry({ journal: { view } }: SyncContext): Promise<string | undefined> {
  const { connection, entries } = view.ledger;
  const since = daysBefore(view.today(), OFFERED_DAYS);
  const items = entries.all
    .filter((item) => item.entry.connectionId === connection?.id && isCorrectable(item))
    .filter(({ entry, delivery }) => delivery.state === "refused" || entry.day >= since)
    // Of one day, the entry approved last comes first.
    .toReversed()
    .sort((a, b) => rank(a) - rank(b) || compareTexts(b.entry.day, a.entry.day));
  if (items.length === 0) {
    void vscode.window.showInformationMessage(
      t("There is no entry to correct: none was refused, and none was sent recently."),
    );
    return undefined;
  }
  const rows = items.map(({ entry, delivery }) => ({
    label: sanitizeLabel(`${entry.case.key}  ${entry.day}`),
    description: t("billed {0}", formatExact(entry.billedSeconds)),
    detail: sanitizeLabel(
      `${delivery.state === "refused" ? `${t("Refused: {0}", delivery.problem.detail)} · ` : ""}${entry.description}`,
    ),
    entryId: entry.entryId,
  }));
  const title = t("Which entry do you want to correct?");
  const chosen = await vscode.window.showQuickPick(rows, { title, matchOnDetail: true, ignoreFocusOut: true });
  return chosen?.entryId;
}

function rank({ delivery }: OutboxEntry): number {
  return delivery.state === "refused" ? 0 : 1;
}

async function askChange(entry: ApprovedEntry): Promise<EntryChange | undefined> {
  const activities = entry.case.activities ?? [];
  const title = t("Correct {0}, {1}", entry.case.key, entry.day);
  const chosen = await vscode.window.showQuickPick(
    [
      { label: t("$(edit) Description"), detail: sanitizeLabel(entry.description), what: "description" as const },
      ...(activities.length === 0
        ? []
        : [{ label: t("$(tag) Activity"), detail: t("What kind of work is billed"), what: "activity" as const }]),
      {
        label: t("$(arrow-down) Write down"),
        detail: t("Bill less than was worked, with a reason"),
        what: "writeDown" as const,
      },
    ],
    { title, placeHolder: t("What should change?"), ignoreFocusOut: true },
  );
  if (chosen === undefined) return undefined;
  const what = await askValue(title, entry, chosen.what);
  if (what === undefined) return undefined;
  const reason = await vscode.window.showInputBox({
    title,
    prompt:
      chosen.what === "writeDown"
        ? t("Reason: it stays in the entry's history, and the customer may read it")
        : t("Reason: it stays in the entry's history"),
    ignoreFocusOut: true,
    validateInput: (text) => (text.trim() === "" ? t("A reason is required") : undefined),
  });
  return reason === undefined ? undefined : { ...what, reason };
}

async function askValue(
  title: string,
  entry: ApprovedEntry,
  what: "description" | "activity" | "writeDown",
): Promise<Omit<EntryChange, "reason"> | undefined> {
  if (what === "description") {
    const prompt = t("What the customer reads");
    const description = await vscode.window.showInputBox({
      title,
      prompt,
      value: entry.description,
      ignoreFocusOut: true,
    });
    return description === undefined ? undefined : { description };
  }
  if (what === "activity") {
    const rows = (entry.case.activities ?? []).map(({ id, name }) => ({ label: sanitizeLabel(name), id }));
    const chosen = await vscode.window.showQuickPick(rows, { title, ignoreFocusOut: true });
    return chosen === undefined ? undefined : { activityId: chosen.id };
  }
  const whole = entry.billableSeconds + entry.writtenDownSeconds;
  const minutes = await vscode.window.showInputBox({
    title,
    prompt: t("Minutes of {0} not to bill", formatExact(whole)),
    value: String(Math.round(entry.writtenDownSeconds / 60)),
    ignoreFocusOut: true,
    validateInput: (text) =>
      parseMinutes(text, whole) === undefined ? t("Whole minutes, no more than were worked") : undefined,
  });
  const writtenDownSeconds = minutes === undefined ? undefined : parseMinutes(minutes, whole);
  return writtenDownSeconds === undefined ? undefined : { writtenDownSeconds };
}

/** Seconds; undefined when it is no whole number of minutes, or more than there is. */
function parseMinutes(text: string, whole: number): number | undefined {
  if (!/^\s*\d{1,5}\s*$/.test(text)) return undefined;
  const asked = Number(text) * 60;
  // The last minute of an entry is rarely complete.
  return asked < whole + 60 ? Math.min(asked, whole) : undefined;
}

/** The last confirmation of a correction. */
export async function confirmRevision(before: ApprovedEntry, next: ApprovedEntry): Promise<boolean> {
  const approve = t("Approve Correction");
  const [was, is] = [formatExact(before.billedSeconds), formatExact(next.billedSeconds)];
  const { case: of, day } = before;
  const question =
    before.billedSeconds === next.billedSeconds
      ? t("Approve the correction of {0}, {1}: billed {2} as before, “{3}”?", of.key, day, is, next.description)
      : t(
          "Approve the correction of {0}, {1}: billed {2} instead of {3}, “{4}”?",
          of.key,
          day,
          is,
          was,
          next.description,
        );
  return (await vscode.window.showWarningMessage(sanitizeMessage(question), { modal: true }, approve)) === approve;
}

/** Days that are compared when none are named. */
const COMPARED_DAYS = 31;

async function compare(
  context: ReviewCommandsContext,
  { from, to, repair }: CommandArgument<"caseclock.reconcile">,
  { byArgument }: Invocation,
): Promise<Reconciliation> {
  const { sync, connectionName, showPage } = context;
  await sync.journal.view.load();
  const last = readDay("to", to) ?? sync.journal.view.today();
  const first = readDay("from", from) ?? daysBefore(last, COMPARED_DAYS);
  checkOrder(first, last);
  const comparison = await reconcile(sync, first, last, new AbortController().signal);
  const { connection } = sync.journal.view.ledger;
  const name = connection === undefined ? "" : connectionName(connection);
  const mayRepair = comparison.repairable > 0 && (repair === true || !byArgument);
  if (!byArgument) await showPage(t("Reconcile"), presentReconciliation(comparison, name));
  const isAgreed =
    mayRepair && ((repair === true && sync.settings().allowUnattended) || (await confirmRepair(comparison)));
  if (!isAgreed) return plain(comparison);
  const repaired = await comparison.repair();
  if (!byArgument) await showPage(t("Reconcile"), presentReconciliation(repaired, name));
  return repaired;
}

function plain({ from, to, alike, differences }: Reconciliation): Reconciliation {
  return { from, to, alike, differences };
}

/** Not modal: the answer depends on the page behind it. */
async function confirmRepair({ repairable }: Comparison): Promise<boolean> {
  const repair = t("Repair");
  const text = plural(
    repairable,
    "{0} difference can be repaired safely: a record that is there becomes the receipt, and what is missing waits to be sent again.",
    "{0} differences can be repaired safely: records that are there become receipts, and what is missing waits to be sent again.",
  );
  return (await vscode.window.showInformationMessage(text, repair)) === repair;
}
