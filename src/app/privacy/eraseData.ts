import { secondsBetween, type LocalDate, type Seconds, seconds } from "../../base/time.ts";
import { isSameCase, type Case, type CaseRef } from "../../domain/cases/case.ts";
import { EVIDENCE_KINDS, type LogEvent, type NewEvent } from "../../domain/log/events.ts";
import type { Ledger } from "../../domain/ledger.ts";
import type { ErasureReport } from "../../ports/eventLog.ts";
import { planEvidenceWithout } from "./eraseEvidence.ts";
import type { Journal } from "../ledger/journal.ts";

export interface ErasureContext {
  readonly journal: Journal;
}

/** What to erase: a range of days (both included), one case, or everything. */
export type ErasureScope =
  | { readonly kind: "days"; readonly from: LocalDate; readonly to: LocalDate }
  | { readonly kind: "case"; readonly case: Case }
  | { readonly kind: "all" };

/** What an erasure would do, shown for confirmation. */
export interface ErasurePlan {
  readonly scope: ErasureScope;
  readonly removeSeqs: readonly number[];
  /** Replacements for removed events that keep other cases' time what it is. */
  readonly append: readonly NewEvent[];
  /** Captured time that is removed. */
  readonly capturedSeconds: Seconds;
  readonly commits: number;
  readonly declarations: number;
  /** Approved entries in the scope: they are business records and stay, except with `all`. */
  readonly remainingEntries: number;
  /** How many of them (with `all`: of all entries) were sent: the billing system keeps those. */
  readonly sentEntries: number;
  /** Approved and not sent yet: with `all` they are lost. */
  readonly unsentEntries: number;
}

/** Finds what an erasure would remove and what would remain. Nothing is changed. */
export async function planErasure({ journal }: ErasureContext, scope: ErasureScope): Promise<ErasurePlan> {
  const { view, log } = journal;
  await view.catchUp();
  const { ledger } = view;
  const removeSeqs: number[] = [];
  const append: NewEvent[] = [];
  let captured = 0;
  for (const day of await view.days()) {
    if (scope.kind === "days" && (day < scope.from || day > scope.to)) continue;
    const sheet = await view.sheet(day);
    for (const piece of sheet.pieces) {
      if (scope.kind !== "case" || isSameCase(piece.case, scope.case.ref)) {
        captured += secondsBetween(piece.start, piece.end);
      }
    }
    if (scope.kind === "all") continue;
    if (scope.kind === "days") {
      const events = await log.read({ kinds: EVIDENCE_KINDS, days: [day] });
      removeSeqs.push(...events.map(({ seq }) => seq));
      continue;
    }
    const change = await planEvidenceWithout(journal, sheet, scope.case.ref);
    if (change === undefined) continue;
    removeSeqs.push(...change.removeSeqs);
    append.push(...change.append);
  }
  let commits = 0;
  let declarations = 0;
  if (scope.kind !== "all") {
    const events = await log.read({ kinds: NAMING_A_CASE });
    const changes = new Map(events.map((event) => [event.id, planFactChange(event, scope, ledger, journal)]));
    const overruled = overruledPicks(events);
    for (const event of events) {
      const { body } = event;
      const hasNoUse =
        (body.kind === "struck" && body.for !== undefined && changes.get(body.for) === "remove") ||
        (body.kind === "pick" && overruled.has(event.id) && changes.get(event.id) !== undefined);
      const change = hasNoUse ? "remove" : changes.get(event.id);
      if (change === undefined) continue;
      removeSeqs.push(event.seq);
      if (change !== "remove") append.push(change);
      if (body.kind === "commit") commits += 1;
      if (body.kind === "declared") declarations += 1;
    }
  } else {
    commits = ledger.commits.all.length;
    declarations = ledger.edits.declaredDays.reduce((sum, day) => sum + ledger.edits.declaredOn(day).length, 0);
  }
  const entries = ledger.entries.all.filter(
    ({ entry }) =>
      scope.kind === "all" ||
      (scope.kind === "case"
        ? isSameCase(entry.case.ref, scope.case.ref)
        : entry.day >= scope.from && entry.day <= scope.to),
  );
  const sent = entries.filter(({ delivery }) => delivery.state === "receipted" || delivery.state === "unknown").length;
  return {
    scope,
    removeSeqs,
    append,
    capturedSeconds: seconds(captured),
    commits,
    declarations,
    remainingEntries: scope.kind === "all" ? 0 : entries.length,
    sentEntries: sent,
    unsentEntries: entries.filter(({ delivery }) => delivery.state === "waiting" || delivery.state === "refused")
      .length,
  };
}

/**
 * Erases what was planned from this computer: from the ledger, its backups, set-aside files and caches. What was sent
 * stays with the billing system.
 * @throws CaseclockError `ledger.busy` when another program holds the file: call it again then
 */
export async function eraseData({ journal: { log } }: ErasureContext, plan: ErasurePlan): Promise<ErasureReport> {
  if (plan.scope.kind === "all") return log.erase("all");
  if (plan.append.length === 0) return log.erase({ removeSeqs: plan.removeSeqs });
  // First the replacements, in one step; then whatever remains on the disk is wiped.
  await log.replace({ removeSeqs: plan.removeSeqs, append: plan.append });
  const report = await log.erase({ removeSeqs: [] });
  return { ...report, events: report.events + plan.removeSeqs.length };
}

/** Kinds that can name a case or belong to a day, directly or through another event, and are no record of approvals. */
const NAMING_A_CASE = [
  "commit",
  "commitFates",
  "declared",
  "described",
  "activitySet",
  "split",
  "merged",
  "writtenDown",
  "pick",
  "reassigned",
  "struck",
  "kept",
  "pinned",
  "timerStarted",
] as const;

/** Picks that a later one of the same work tree and instant overrules: only that one is in force. */
function overruledPicks(events: readonly LogEvent[]): ReadonlySet<string> {
  const last = new Map<string, string>();
  const overruled = new Set<string>();
  for (const { id, at, body } of events) {
    if (body.kind !== "pick") continue;
    const key = `${String(at)} ${body.tree}`;
    const before = last.get(key);
    if (before !== undefined) overruled.add(before);
    last.set(key, id);
  }
  return overruled;
}

/** Whether an event is removed, or replaced by one that does not name the case; undefined: it stays. */
function planFactChange(
  event: LogEvent,
  scope: Exclude<ErasureScope, { kind: "all" }>,
  ledger: Ledger,
  journal: Journal,
): NewEvent | "remove" | undefined {
  const { body } = event;
  const isOf = (ref: CaseRef | null | undefined): boolean =>
    scope.kind === "case" && isSameCase(ref ?? null, scope.case.ref);
  const isOfDays = (day: LocalDate): boolean => scope.kind === "days" && day >= scope.from && day <= scope.to;
  switch (body.kind) {
    case "commit":
      return isOf(body.case) || isOfDays(event.day) ? "remove" : undefined;
    case "commitFates": {
      const fates = body.fates.filter(({ sha }) => {
        const seen = ledger.commits.get(sha);
        return seen !== undefined && !isOf(seen.case) && !isOfDays(seen.day);
      });
      if (fates.length === body.fates.length) return undefined;
      if (fates.length === 0) return "remove";
      return journal.create({ kind: "commitFates", tree: body.tree, fates }, { at: event.at, day: event.day });
    }
    case "declared":
      // A declaration in an approved entry is part of that record.
      if (ledger.entries.hasDeclaration(event.id)) return undefined;
      return isOf(body.case.ref) || isOfDays(body.entryDay) ? "remove" : undefined;
    case "split":
    case "merged":
    case "writtenDown":
      return isOf(body.case) || isOfDays(body.entryDay) ? "remove" : undefined;
    case "described":
    case "activitySet":
      if (ledger.entries.has(body.entryId)) return undefined;
      return isOf(body.case) || isOfDays(body.entryDay) ? "remove" : undefined;
    case "reassigned":
      return isOf(body.case?.ref) ? "remove" : undefined;
    case "timerStarted":
      return isOf(body.case.ref) || isOfDays(event.day) ? "remove" : undefined;
    case "kept":
      return isOf(body.picked) || isOf(body.pointed) ? "remove" : undefined;
    case "pinned":
      return isOf(body.ref) ? "remove" : undefined;
    case "pick":
      return isOf(body.case?.ref)
        ? journal.create({ kind: "pick", tree: body.tree, case: null }, { at: event.at, day: event.day })
        : undefined;
    default:
      return undefined;
  }
}
