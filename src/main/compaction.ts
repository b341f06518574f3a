import { compactEvidence } from "../app/ledger/compactEvidence.ts";
import { DisposableStore, MutableDisposable, type IDisposable } from "../base/disposable.ts";
import { DAY_MS, MINUTE_MS } from "../base/time.ts";
import type { Clock } from "../ports/clock.ts";
import type { Logger } from "../ports/logger.ts";

type Compaction = Parameters<typeof compactEvidence>[0] & {
  readonly clock: Clock;
  readonly keepEvidenceDays: () => number;
  readonly logger: Logger;
  readonly report: (error: unknown) => void;
};

/** Evidence of old days is compacted some time after the start, when nobody is waiting, and then once a day. */
const AFTER_MS = 3 * MINUTE_MS;
const AGAIN_MS = 10 * MINUTE_MS;
const EVERY_MS = DAY_MS;

/** Compacts until disposed, a few days at a time, because others wait for the file meanwhile. */
export function scheduleCompaction(compaction: Compaction): IDisposable {
  const { clock, keepEvidenceDays, logger, report } = compaction;
  const store = new DisposableStore();
  const next = store.add(new MutableDisposable());
  const compact = (): void => {
    compactEvidence(compaction, keepEvidenceDays())
      .then((days) => {
        if (days.length === 0) return;
        logger.info(`compacted days=${days.length}`);
        next.value = clock.after(AGAIN_MS, compact);
      })
      .catch(report);
  };
  store.add(clock.after(AFTER_MS, compact));
  store.add(clock.every(EVERY_MS, compact));
  return store;
}
