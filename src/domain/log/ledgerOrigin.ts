import type { NewEvent } from "./events.ts";
import { treeId, type TreeId } from "../cases/treeId.ts";
import { originOf } from "../capture/originOf.ts";

/** The same folder on another computer is another work tree: picks in one do not decide the case in the other. */
const MOVED = "moved:";

/** A work tree of another computer, under a name that no work tree here has. */
export function toImportedTree(tree: TreeId, ledger: string): TreeId {
  return tree.startsWith(MOVED) ? tree : treeId(`${MOVED}${ledger}:${tree}`);
}

/** An event that returns to its ledger: its window and trees get their own names back. @param own this ledger's id */
export function toOwnEvent(event: NewEvent, own: string): NewEvent {
  if (originOf(event.windowId) !== own) return event;
  const windowId = event.windowId.slice(own.length + 1);
  const { body } = event;
  const home = (name: string): string => name.replace(`${MOVED}${own}:`, "");
  switch (body.kind) {
    case "heartbeats":
    case "pick":
    case "branch":
      return { ...event, windowId, body: { ...body, tree: treeId(home(body.tree)) } };
    case "tagging":
      return { ...event, windowId, body: { ...body, repository: home(body.repository) } };
    default:
      return { ...event, windowId };
  }
}

/**
 * An event of another ledger as it is stored here: same id, time and content, but its window and trees get names that
 * nothing here has. An event that had been imported into that ledger before keeps its names.
 * @param ledger id of the ledger that it is imported from
 */
export function toImportedEvent(event: NewEvent, ledger: string): NewEvent {
  const windowId = event.windowId.includes("/") ? event.windowId : `${ledger}/${event.windowId}`;
  const { body } = event;
  switch (body.kind) {
    case "heartbeats":
    case "pick":
    case "branch":
      return { ...event, windowId, body: { ...body, tree: toImportedTree(body.tree, ledger) } };
    case "tagging":
      return { ...event, windowId, body: { ...body, repository: toImportedTree(treeId(body.repository), ledger) } };
    default:
      return { ...event, windowId };
  }
}
