import assert from "node:assert/strict";
import { readSealed } from "../../../src/ui/export/presentStatement.ts";
import type { Scene } from "./scene.ts";
import type { SeededCommit, Stretch } from "./seedDay.ts";

/** Nine stretches on four cases, with gaps before lunch, at lunch and in the afternoon: 5 h 48 min, 45 of them bridged. */
export const DAY: readonly Stretch[] = [
  { key: "ACME-1234", from: "08:02", to: "08:50" },
  { key: "#5127", from: "08:50", to: "09:20" },
  { key: "ACME-1234", from: "09:20", to: "10:05", every: 120 },
  { key: "RT#880", from: "10:40", to: "11:10" },
  { key: "ACME-1234", from: "11:10", to: "11:55" },
  { key: "FSB-77", from: "13:00", to: "13:40" },
  { key: "#5127", from: "13:40", to: "14:15" },
  { key: "RT#880", from: "14:15", to: "14:50" },
  { key: "FSB-77", from: "15:30", to: "16:10" },
];

export const COMMITS: readonly SeededCommit[] = [
  { at: "09:15", subject: "fix: appointments in the hour after the clock change" },
  { at: "11:50", subject: "feat: import jobs resume where they stopped" },
  { at: "14:49", subject: "Put the <b>mail queue</b> on a [timer](command:workbench.action.closeWindow)" },
];

/** What the review declares, and why it writes down. */
export const CLAIM_REASON = "Call with the warehouse";
export const CALL_REASON = "Call about the insurer";
export const WRITE_DOWN_REASON = "Getting to know the system";

/**
 * The day after its review: ACME-1234 split at 9:30, RT#880 moved to FSB-77 and 25 minutes of that written down, 10:05 to
 * 10:40 claimed for ACME-1234, a call of 20 minutes declared for #5127. `[case, billable, written down, declared]` of each
 * entry, in minutes.
 */
const REVIEWED: readonly (readonly [string, number, number, number])[] = [
  ["#5127", 85, 0, 20],
  ["ACME-1234", 58, 0, 0],
  ["ACME-1234", 115, 0, 35],
  ["FSB-77", 120, 25, 0],
];
const BILLABLE_SECONDS = (348 + 35 + 20 - 25) * 60;

interface Sent {
  readonly caseKey: string;
  readonly billableSeconds: number;
  readonly billedSeconds: number;
  readonly writtenDownSeconds: number;
  readonly writeDownReason?: string;
  readonly declaredSeconds: number;
}
export interface PreviewLine {
  readonly key: string;
  readonly day: string;
  readonly exactSeconds: number;
  readonly billedSeconds: number;
}

const sum = <T>(list: readonly T[], figure: (one: T) => number): number =>
  list.reduce((total, one) => total + figure(one), 0);

/** The lines of a preview that are of the day, held to what the review made of it. */
export async function previewOf({ door }: Scene, day: string): Promise<readonly PreviewLine[]> {
  const { preview = [] } = (await door.command("caseclock.sync", [{ dryRun: true }])) as {
    readonly preview?: readonly PreviewLine[];
  };
  const lines = preview.filter((line) => line.day === day);
  assert.equal(lines.length, REVIEWED.length);
  assert.equal(
    sum(lines, ({ exactSeconds }) => exactSeconds),
    BILLABLE_SECONDS,
  );
  return lines;
}

/** After the sync: ledger, preview, endpoint and the statements of the cases agree to the second. */
export async function assertAgreement(
  { door, endpoint }: Scene,
  day: string,
  preview: readonly PreviewLine[],
): Promise<void> {
  const sent = endpoint.entries() as unknown as readonly Sent[];
  const figures = sent.map((one) => [
    one.caseKey,
    one.billableSeconds / 60,
    one.writtenDownSeconds / 60,
    one.declaredSeconds / 60,
  ]);
  const order = (a: readonly unknown[], b: readonly unknown[]): number => String(a).localeCompare(String(b), "en");
  assert.deepEqual(figures.sort(order), REVIEWED.map((one) => [...one]).sort(order));
  for (const key of ["ACME-1234", "#5127", "FSB-77"]) {
    const shown = preview.filter((line) => line.key === key);
    const there = sent.filter(({ caseKey }) => caseKey === key);
    const exact = sum(there, (one) => one.billableSeconds);
    const billed = sum(there, (one) => one.billedSeconds);
    assert.deepEqual(
      { exactSeconds: sum(shown, (one) => one.exactSeconds), billedSeconds: sum(shown, (one) => one.billedSeconds) },
      { exactSeconds: exact, billedSeconds: billed },
      key,
    );
    const argument = { format: "statement.html", key, from: day, to: day };
    const { totals } = readSealed((await door.command("caseclock.export", [argument])) as string)?.statement ?? {};
    assert.deepEqual(
      { exactSeconds: totals?.exactSeconds, billedSeconds: totals?.billedSeconds },
      { exactSeconds: exact, billedSeconds: billed },
      key,
    );
  }
  const written = sent.find(({ writtenDownSeconds }) => writtenDownSeconds > 0);
  assert.equal(written?.writeDownReason, WRITE_DOWN_REASON);
  const ledger = (await door.command("caseclock.verify", [{}])) as Record<string, number>;
  assert.equal(
    ledger["pushed"],
    sum(sent, (one) => one.billedSeconds),
  );
  assert.deepEqual(
    { overlapSeconds: ledger["overlapSeconds"], lostSeconds: ledger["lostSeconds"] },
    { overlapSeconds: 0, lostSeconds: 0 },
  );
}
