/** Runs `load` at the first call; all callers share its promise, even a rejected one. */
export function once<T>(load: () => Promise<T>): () => Promise<T> {
  let loading: Promise<T> | undefined;
  return () => (loading ??= load());
}
