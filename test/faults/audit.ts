import { compareTexts } from "../../src/base/collections.ts";
import { median, quantile } from "../bench/statistics.ts";
import type { CampaignResult } from "./campaign.ts";
import { MAX_FAULTS } from "./faults.ts";
import { isInjected, type Passage } from "./proxy.ts";

/** What a campaign breaks; empty: nothing. Each names at most the first few. */
export function audit({ ledger, stored, proxy, afterwards }: CampaignResult): readonly string[] {
  const found: string[] = [];
  const check = (what: string, bad: readonly string[]): void => {
    if (bad.length > 0) found.push(`${what}: ${bad.length} (${bad.slice(0, 5).join(", ")})`);
  };
  const rows = Map.groupBy(stored, ({ externalId }) => externalId);
  const ids = ledger.entries.map(({ entry }) => entry.externalId);
  const known = new Set(ids);
  check(
    "entries that are there more than once",
    ids.filter((id) => (rows.get(id)?.length ?? 0) > 1),
  );
  check(
    "entries that are not there",
    ids.filter((id) => !rows.has(id)),
  );
  check(
    "stored entries that nobody approved",
    [...rows.keys()].filter((id) => !known.has(id)),
  );
  check(
    "entries that differ",
    ledger.entries.flatMap(({ entry }) => {
      const row = rows.get(entry.externalId)?.[0];
      if (row === undefined) return [];
      const isSame =
        row.billedSeconds === entry.billedSeconds && row.caseId === entry.case.ref.id && row.date === entry.day;
      return isSame ? [] : [entry.externalId];
    }),
  );
  check(
    "entries without a receipt of what is stored",
    ledger.entries.flatMap(({ entry, delivery }) => {
      const row = rows.get(entry.externalId)?.[0];
      const isRight =
        delivery.state === "receipted" &&
        delivery.remoteId === row?.remoteId &&
        (delivery.storedSeconds ?? entry.billedSeconds) === entry.billedSeconds;
      return isRight ? [] : [`${entry.externalId} ${delivery.state}`];
    }),
  );
  check(
    "entries with more than one receipt",
    ids.filter((id) => (ledger.events.get(id)?.get("receipted") ?? 0) > 1),
  );
  check(
    "entries that were refused",
    ids.filter((id) => ledger.events.get(id)?.has("refused") ?? false),
  );
  const { approved, pushed, receipted, overlapSeconds, lostSeconds, driftSeconds } = ledger.report;
  const total = stored.reduce((sum, { billedSeconds }) => sum + billedSeconds, 0);
  if (new Set([approved, pushed, receipted, total]).size > 1) {
    found.push(`seconds: approved ${approved}, pushed ${pushed}, receipted ${receipted}, stored ${total}`);
  }
  if (overlapSeconds + lostSeconds + driftSeconds > 0) {
    found.push(`seconds: overlapping ${overlapSeconds}, lost ${lostSeconds}, drift ${driftSeconds}`);
  }
  const passages = [...proxy.passages].filter(([id]) => id !== "");
  check(
    "entries sent again although the client had been told that they are stored",
    passages.flatMap(([id, { writes }]) =>
      writes.slice(0, -1).some(({ ending, status }) => ending === "clean" && (status === 200 || status === 201))
        ? [id]
        : [],
    ),
  );
  check(
    `entries sent more often than 1 + faults (at most ${MAX_FAULTS}) + disturbances`,
    passages.flatMap(([id, { writes }]) => {
      const faults = writes.filter(({ ending }) => isInjected(ending)).length;
      const disturbed = writes.filter(({ ending }) => ending === "disturbed").length;
      return faults > MAX_FAULTS || writes.length > 1 + faults + disturbed ? [storyOf(id, writes)] : [];
    }),
  );
  if (afterwards > 0) found.push(`requests when all was delivered: ${afterwards}`);
  return found;
}

/** Lines that say what was done to the entries. */
export function describe({ ledger, proxy, kills, restarts, seconds, stored }: CampaignResult): readonly string[] {
  const passages = [...proxy.passages.values()];
  const writes = passages.map((passage) => passage.writes.length);
  const mostDisturbed = Math.max(
    ...passages.map((passage) => passage.writes.filter(({ ending }) => ending === "disturbed").length),
  );
  const marks = [...ledger.events.values()].map((counts) => counts.get("sending") ?? 0);
  const faults = [...proxy.faults].sort(([a], [b]) => compareTexts(a, b)).map(([fault, count]) => `${fault} ${count}`);
  return [
    `${seconds.toFixed(1)} s, ${proxy.requests} requests, killed: syncing process ${kills}, endpoint ${restarts}; without any answer ${proxy.unanswered}`,
    `faults: ${faults.join(", ")}`,
    `stored ${stored.length}, receipted ${ledger.entries.filter(({ delivery }) => delivery.state === "receipted").length}`,
    `writes per entry: ${distribution(writes)}; allowed 1 + ${MAX_FAULTS} + ${mostDisturbed} = ${1 + MAX_FAULTS + mostDisturbed}`,
    `look-ups per entry: ${distribution(passages.map((passage) => passage.reads))}`,
    `marks as being sent per entry: median ${median(marks)}, 99 % ${quantile(marks, 0.99)}, most ${Math.max(...marks)}`,
  ];
}

function distribution(counts: readonly number[]): string {
  const groups = [...Map.groupBy(counts, (count) => count)].sort(([a], [b]) => a - b);
  return groups.map(([count, all]) => `${count}×: ${all.length}`).join(", ");
}

/** An entry with how each of its writes ended, and the status that the client saw. */
function storyOf(id: string, writes: Passage["writes"]): string {
  const steps = writes.map(({ ending = "under way", status = "", said = "" }) => `${ending} ${status} ${said}`.trim());
  return `${id}: ${steps.join(" – ")}`;
}
