import { t } from "../../../../base/text.ts";
import { CaseclockError } from "../../../../domain/errors.ts";

/** Longest wait for another extension's code, which may make several requests per call. */
const PATIENCE_MS = 60_000;
/** How long it may still report its outcome after it was told to stop. */
const GRACE_MS = 2_000;

/**
 * The answer of another extension's code, which may throw, never answer, or ignore its signal.
 * @param ask is given a signal that is aborted when nobody waits any more
 * @throws CaseclockError `billing.unanswered` after a minute | `billing.cancelled` when `signal` was aborted and no answer came soon;
 * what `ask` throws
 */
export async function withTimeout<T>(
  ask: (signal: AbortSignal) => T,
  signal: AbortSignal,
  patienceMs = PATIENCE_MS,
): Promise<Awaited<T>> {
  const stop = new AbortController();
  let onAbort: () => void = () => undefined;
  let deadline: NodeJS.Timeout | undefined;
  const end = new Promise<never>((_, reject) => {
    const endAfter = (ms: number, error: CaseclockError): void => {
      clearTimeout(deadline);
      deadline = setTimeout(() => {
        reject(error);
      }, ms);
    };
    endAfter(patienceMs, new CaseclockError("billing.unanswered", t("It did not answer in time.")));
    onAbort = () => {
      stop.abort();
      endAfter(GRACE_MS, new CaseclockError("billing.cancelled", t("Stopped before it answered.")));
    };
  });
  if (signal.aborted) onAbort();
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([ask(stop.signal), end]);
  } finally {
    clearTimeout(deadline);
    signal.removeEventListener("abort", onAbort);
    stop.abort();
  }
}
