/** How long to wait between attempts. */
export interface BackoffPolicy {
  /** Upper bound of the first wait. @minimum 1 @format milliseconds */
  readonly firstMs: number;
  /** Upper bound of any wait. @minimum firstMs @format milliseconds */
  readonly maximumMs: number;
}

/** Waits of the outbox: two seconds at first, an hour at most. */
export const OUTBOX_BACKOFF: BackoffPolicy = { firstMs: 2_000, maximumMs: 3_600_000 };

/**
 * The wait before attempt `attempt + 1`: exponential with full jitter, so that many clients do not come back at once.
 * @param attempt attempts made so far, 1 or more
 * @param random in [0, 1)
 * @returns milliseconds in [0, min(maximumMs, firstMs · 2^(attempt − 1)))
 */
export function backoffDelayMs(attempt: number, policy: BackoffPolicy, random: number): number {
  const bound = Math.min(policy.maximumMs, policy.firstMs * 2 ** Math.min(attempt - 1, 40));
  return Math.floor(bound * random);
}
