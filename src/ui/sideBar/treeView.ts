import * as vscode from "vscode";
import { DisposableStore, type IDisposable } from "../../base/disposable.ts";

/** A row of a tree. The row itself is the argument of its commands: it has their members. */
export interface TreeRow {
  readonly label: string;
  readonly description?: string;
  readonly tooltip?: string;
  readonly icon?: string;
  readonly iconColor?: string;
  /** Which inline actions and menus it has: see `menus` in package.json. */
  readonly context: string;
  /** Run when the row is chosen, with the row. */
  readonly command?: string;
  /** The row as a sentence, for screen readers. */
  readonly spoken?: string;
  readonly children?: readonly TreeRow[];
  readonly expanded?: boolean;
}

/** Where dragged rows can be dropped, and what that does. */
export interface RowDrop<R extends TreeRow> {
  /** Mime types of the trees whose rows may be dropped here. */
  readonly from: readonly string[];
  /** Mime type of what is dragged from here, if rows of it can be. */
  readonly own?: string;
  readonly drop: (rows: readonly unknown[], on: R) => Promise<void>;
}

/** A native tree whose rows are computed as a whole, when somebody sees them. */
export class RowTree<R extends TreeRow> implements IDisposable {
  private readonly store = new DisposableStore();
  private readonly changed = new vscode.EventEmitter<undefined>();
  private readonly view: vscode.TreeView<TreeRow>;

  /** @param id of the view in package.json */
  constructor(id: string, rows: () => Promise<readonly R[]>, report: (error: unknown) => void, drop?: RowDrop<R>) {
    this.store.add(this.changed);
    const provider: vscode.TreeDataProvider<TreeRow> = {
      onDidChangeTreeData: this.changed.event,
      getTreeItem: toTreeItem,
      getChildren: async (row) => {
        if (row !== undefined) return [...(row.children ?? [])];
        try {
          return [...(await rows())];
        } catch (error) {
          report(error);
          return [];
        }
      },
    };
    this.view = this.store.add(
      vscode.window.createTreeView<TreeRow>(id, {
        treeDataProvider: provider,
        showCollapseAll: true,
        ...(drop === undefined ? {} : { dragAndDropController: makeController(drop, report), canSelectMany: true }),
      }),
    );
  }

  /** Its content may have changed. */
  refresh(): void {
    this.changed.fire(undefined);
  }

  /** Shows a number beside the icon of the view. */
  setBadge(value: number, tooltip: string): void {
    this.view.badge = value === 0 ? undefined : { value, tooltip };
  }

  dispose(): void {
    this.store.dispose();
  }
}

function toTreeItem(row: TreeRow): vscode.TreeItem {
  const state = vscode.TreeItemCollapsibleState;
  const collapsible =
    row.children === undefined ? state.None : row.expanded === true ? state.Expanded : state.Collapsed;
  const item = new vscode.TreeItem(row.label, collapsible);
  item.contextValue = row.context;
  if (row.description !== undefined) item.description = row.description;
  if (row.tooltip !== undefined) item.tooltip = row.tooltip;
  if (row.icon !== undefined) {
    const color = row.iconColor === undefined ? undefined : new vscode.ThemeColor(row.iconColor);
    item.iconPath = new vscode.ThemeIcon(row.icon, color);
  }
  if (row.command !== undefined) item.command = { command: row.command, title: row.label, arguments: [row] };
  item.accessibilityInformation = { label: row.spoken ?? [row.label, row.description].filter(Boolean).join(", ") };
  return item;
}

function makeController<R extends TreeRow>(
  { from, own, drop }: RowDrop<R>,
  report: (error: unknown) => void,
): vscode.TreeDragAndDropController<TreeRow> {
  return {
    dropMimeTypes: [...from],
    dragMimeTypes: own === undefined ? [] : [own],
    handleDrag: (rows, transfer) => {
      if (own !== undefined) transfer.set(own, new vscode.DataTransferItem(rows));
    },
    handleDrop: async (target, transfer) => {
      const found = from.map((mime) => transfer.get(mime)?.value as unknown).find((value) => Array.isArray(value));
      if (target === undefined || !Array.isArray(found)) return;
      await drop(found as readonly unknown[], target as R).catch(report);
    },
  };
}
