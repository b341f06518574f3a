/**
 * The ledger that an event was imported from; empty when it was written here. Windows of another computer carry its
 * ledger's id in front: `ledger/window`. A clock step on one computer says nothing about another's events.
 */
export function originOf(windowId: string): string {
  const slash = windowId.indexOf("/");
  return slash < 0 ? "" : windowId.slice(0, slash);
}
