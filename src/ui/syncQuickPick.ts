import * as vscode from "vscode";
import { DisposableStore } from "../base/disposable.ts";
import type { PreviewItem, SyncPreview } from "../app/syncPreview.ts";
import { MOST_DESCRIPTION } from "../domain/description.ts";
import { assertNever } from "../domain/errors.ts";
import type { Delivery } from "../domain/timeEntry.ts";
import { counted, formatExact, inertLabel } from "./present.ts";

interface PreviewRow extends vscode.QuickPickItem {
  readonly item?: PreviewItem;
}

/** Keeps what a person wrote about a draft; empty: it is drafted again. Gives the description that holds. */
export type DescribeDraft = (item: PreviewDraft, description: string) => Promise<string>;
type PreviewDraft = Extract<PreviewItem, { kind: "draft" }>;

const EDIT: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon("edit"), tooltip: "Edit Description" };

/**
 * The preview of design 7: what goes is ticked, what stays is not, each with its exact and billed time. Accepting is the
 * approval. Undefined when it is put aside: then nothing is approved and nothing sent.
 */
export async function confirmSync(
  preview: SyncPreview,
  destination: string,
  describe: DescribeDraft,
  purpose: "sync" | "approve" = "sync",
): Promise<readonly PreviewItem[] | undefined> {
  const rows = rowsOf(preview);
  if (!rows.some((row) => row.item !== undefined)) {
    const unassigned =
      preview.unassignedSeconds > 0 ? ` ${formatExact(preview.unassignedSeconds)} without a case wait for one.` : "";
    void vscode.window.showInformationMessage(`There is nothing to ${purpose}.${unassigned}`);
    return undefined;
  }
  const store = new DisposableStore();
  try {
    const pick = store.add(vscode.window.createQuickPick<PreviewRow>());
    pick.title =
      purpose === "sync"
        ? `Sync to ${destination}: what is ticked is approved and sent`
        : `Approve for ${destination}: what is ticked is approved and waits to be sent`;
    // Rounding goes on from line to line: what was left out changed what its case's later lines are billed.
    const lead = preview.isRecounted === true ? "Billed time changed with what you left out · " : "";
    pick.placeholder =
      lead +
      (purpose === "sync"
        ? "Tick what is ready · Enter sends · Escape sends nothing"
        : "Tick what is ready · Enter approves · Escape approves nothing");
    pick.canSelectMany = true;
    pick.ignoreFocusOut = true;
    pick.matchOnDescription = true;
    pick.matchOnDetail = true;
    pick.items = rows;
    pick.selectedItems = rows.filter(
      ({ item }) => item !== undefined && (preview.isRecounted === true || isTicked(item)),
    );
    return await new Promise<readonly PreviewItem[] | undefined>((resolve, reject) => {
      // An input box takes the place of the list: that is no answer to it.
      let isEditing = false;
      const edit = async (row: PreviewRow): Promise<void> => {
        if (row.item?.kind !== "draft") return;
        isEditing = true;
        const ticked = new Set(pick.selectedItems.map(({ item }) => item));
        const text = await askDescription(row.item);
        if (text !== undefined) {
          const { item } = row;
          const description = await describe(item, text);
          const changed = { ...item, draft: { ...item.draft, description } };
          if (ticked.delete(item)) ticked.add(changed);
          pick.items = pick.items.map((one) => (one.item === item ? rowOf(changed) : one));
        }
        pick.selectedItems = pick.items.filter(({ item }) => item !== undefined && ticked.has(item));
        isEditing = false;
        pick.show();
      };
      store.add(
        pick.onDidTriggerItemButton(({ item }) => {
          edit(item).catch(reject);
        }),
      );
      store.add(
        pick.onDidAccept(() => {
          const items = pick.selectedItems.map((row) => row.item).filter((item) => item !== undefined);
          resolve(items.length === 0 ? undefined : items);
        }),
      );
      store.add(
        pick.onDidHide(() => {
          if (!isEditing) resolve(undefined);
        }),
      );
      pick.show();
    });
  } finally {
    store.dispose();
  }
}

async function askDescription({ draft }: PreviewDraft): Promise<string | undefined> {
  return vscode.window.showInputBox({
    title: `Description of ${draft.case.key}, ${draft.day}`,
    prompt: "What the customer reads. Empty: it is drafted again from commits and reasons.",
    value: draft.description,
    ignoreFocusOut: true,
    validateInput: (text) =>
      Array.from(text).length <= MOST_DESCRIPTION ? undefined : `At most ${MOST_DESCRIPTION} characters.`,
  });
}

/** Closed days and what was approved before are ready; today may still grow, and a refusal needs a look. */
function isTicked(item: PreviewItem): boolean {
  return item.kind === "draft" ? !item.running : item.outbox.delivery.state !== "refused";
}

function rowsOf(preview: SyncPreview): PreviewRow[] {
  const group = (label: string, items: readonly PreviewItem[]): PreviewRow[] =>
    items.length === 0
      ? []
      : [{ label, kind: vscode.QuickPickItemKind.Separator }, ...items.map((item) => rowOf(item))];
  const is = (test: (item: PreviewItem) => boolean): PreviewItem[] => preview.items.filter(test);
  const note =
    preview.waitingElsewhere > 0
      ? `${counted(preview.waitingElsewhere, "entry", "entries")} of other connections stay here`
      : "";
  return [
    ...group(
      "refused: look before you send again",
      is((i) => i.kind === "approved" && i.outbox.delivery.state === "refused"),
    ),
    ...group(
      "approved before",
      is((i) => i.kind === "approved" && i.outbox.delivery.state !== "refused"),
    ),
    ...group(
      "closed days",
      is((i) => i.kind === "draft" && !i.running),
    ),
    ...group(
      "today, still running",
      is((i) => i.kind === "draft" && i.running),
    ),
    ...(note === "" ? [] : [{ label: note, kind: vscode.QuickPickItemKind.Separator }]),
  ];
}

function rowOf(item: PreviewItem): PreviewRow {
  if (item.kind === "draft") {
    const { draft, exactSeconds, billed } = item;
    const notes = [
      draft.bridgedSeconds > 0 ? `${formatExact(draft.bridgedSeconds)} bridged` : "",
      draft.declaredSeconds > 0 ? `${formatExact(draft.declaredSeconds)} declared` : "",
      draft.conflictSeconds > 0 ? `${formatExact(draft.conflictSeconds)} logged over other time wait` : "",
      draft.goneCommits > 0 ? `${counted(draft.goneCommits, "commit")} of it gone from the repository` : "",
      draft.description,
    ];
    return {
      label: `${inertLabel(draft.case.key)}  ${draft.day}`,
      description: `${formatExact(exactSeconds)} → ${billedText(billed.billedSeconds, exactSeconds, billed.carriedSeconds)}`,
      detail: inertLabel(notes.filter((note) => note !== "").join(" · ")),
      buttons: [EDIT],
      item,
    };
  }
  const { entry, delivery } = item.outbox;
  return {
    label: `${inertLabel(entry.case.key)}  ${entry.day}`,
    description: `${formatExact(entry.billableSeconds)} → ${billedText(entry.billedSeconds, entry.billableSeconds, entry.carriedSeconds)}`,
    detail: inertLabel(`${stateOf(delivery)}${entry.description}`),
    item,
  };
}

function billedText(billed: number, exact: number, carried: number): string {
  if (billed === exact) return `billed ${formatExact(billed)}`;
  const difference = billed - exact;
  const carry = carried === 0 ? "" : `, ${formatExact(carried)} carried`;
  return `billed ${formatExact(billed)} (${difference > 0 ? "+" : ""}${formatExact(difference)}${carry})`;
}

function stateOf(delivery: Delivery): string {
  switch (delivery.state) {
    case "refused":
      return `Refused: ${delivery.problem.detail} · `;
    case "unknown":
      return "May have arrived: looked up first · ";
    case "waiting":
      return delivery.problem === undefined ? "" : `Not sent yet: ${delivery.problem.detail} · `;
    case "receipted":
    case "carried":
      return "";
    default:
      return assertNever(delivery);
  }
}
