/**
 * The ledger that an event was brought over from; empty: it was written here. The windows of another computer are named
 * with its ledger in front: `ledger/window`. What the clock of one computer did says nothing of another's events.
 */
export function originOf(windowId: string): string {
  const slash = windowId.indexOf("/");
  return slash < 0 ? "" : windowId.slice(0, slash);
}
