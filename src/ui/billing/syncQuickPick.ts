import * as vscode from "vscode";
import { DisposableStore } from "../../base/disposable.ts";
import type { PreviewItem, SyncPreview } from "../../app/billing/syncPreview.ts";
import { plural, t } from "../../base/text.ts";
import { MAX_DESCRIPTION_CHARS } from "../../domain/entries/description.ts";
import { assertNever } from "../../domain/errors.ts";
import type { Delivery } from "../../domain/entries/delivery.ts";
import { formatExact } from "../text/formatTime.ts";
import { sanitizeLabel } from "../text/inertText.ts";

interface PreviewRow extends vscode.QuickPickItem {
  readonly item?: PreviewItem;
}

/** Stores a person's description of a draft; empty: it is drafted again. Returns the description in force. */
export type DescribeDraft = (item: PreviewDraft, description: string) => Promise<string>;
type PreviewDraft = Extract<PreviewItem, { kind: "draft" }>;

/**
 * The preview (docs/sync.md): ticked entries go, unticked ones stay, each with its exact and billed time. Accepting is the
 * approval. Undefined when dismissed: then nothing is approved and nothing sent.
 */
export async function confirmSync(
  preview: SyncPreview,
  destination: string,
  describe: DescribeDraft,
  purpose: "sync" | "approve" = "sync",
): Promise<readonly PreviewItem[] | undefined> {
  const rows = makeRows(preview);
  if (!rows.some((row) => row.item !== undefined)) {
    const unassigned =
      preview.unassignedSeconds > 0
        ? ` ${t("{0} without a case still need one.", formatExact(preview.unassignedSeconds))}`
        : "";
    const nothing = purpose === "sync" ? t("There is nothing to sync.") : t("There is nothing to approve.");
    void vscode.window.showInformationMessage(`${nothing}${unassigned}`);
    return undefined;
  }
  const store = new DisposableStore();
  try {
    const pick = store.add(vscode.window.createQuickPick<PreviewRow>());
    pick.title =
      purpose === "sync"
        ? t("Sync to {0}: ticked entries are approved and sent", destination)
        : t("Approve for {0}: ticked entries are approved and wait to be sent", destination);
    // Rounding carries over from line to line: leaving one out changes the billed time of its case's later lines.
    const lead = preview.isRecounted === true ? `${t("Billed time changed because of what you left out")} · ` : "";
    pick.placeholder =
      lead +
      (purpose === "sync"
        ? t("Tick what is ready · Enter sends · Escape sends nothing")
        : t("Tick what is ready · Enter approves · Escape approves nothing"));
    const hint = pick.placeholder;
    const tellSum = (ticked: readonly PreviewRow[]): void => {
      pick.placeholder = `${presentTicked(ticked)} · ${hint}`;
    };
    pick.canSelectMany = true;
    pick.ignoreFocusOut = true;
    pick.matchOnDescription = true;
    pick.matchOnDetail = true;
    pick.items = rows;
    pick.selectedItems = rows.filter(
      ({ item }) => item !== undefined && (preview.isRecounted === true || isTicked(item)),
    );
    tellSum(pick.selectedItems);
    store.add(pick.onDidChangeSelection(tellSum));
    return await new Promise<readonly PreviewItem[] | undefined>((resolve, reject) => {
      // An input box replaces the list: that does not dismiss it.
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
          pick.items = pick.items.map((one) => (one.item === item ? makeRow(changed) : one));
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

/** How much is ticked. */
function presentTicked(ticked: readonly PreviewRow[]): string {
  const items = ticked.flatMap(({ item }) => item ?? []);
  const billed = items.reduce(
    (sum, item) => sum + (item.kind === "draft" ? item.billed.billedSeconds : item.outbox.entry.billedSeconds),
    0,
  );
  return plural(items.length, "{0} ticked, billed {1}", "{0} ticked, billed {1}", formatExact(billed));
}

async function askDescription({ draft }: PreviewDraft): Promise<string | undefined> {
  return vscode.window.showInputBox({
    title: t("Description of {0}, {1}", draft.case.key, draft.day),
    prompt: t("What the customer reads. Leave empty to draft it again from commits and reasons."),
    value: draft.description,
    ignoreFocusOut: true,
    validateInput: (text) =>
      Array.from(text).length <= MAX_DESCRIPTION_CHARS
        ? undefined
        : t("At most {0} characters.", MAX_DESCRIPTION_CHARS),
  });
}

/** Closed days and approved entries are ready; today may still grow, a conflict needs a choice, a refusal needs a look. */
function isTicked(item: PreviewItem): boolean {
  return item.kind === "draft" ? !item.running && !isInConflict(item) : item.outbox.delivery.state !== "refused";
}

function isInConflict({ draft, disputedSeconds }: PreviewDraft): boolean {
  return disputedSeconds > 0 || draft.conflictSeconds > 0;
}

function makeRows(preview: SyncPreview): PreviewRow[] {
  const group = (label: string, items: readonly PreviewItem[]): PreviewRow[] =>
    items.length === 0
      ? []
      : [{ label, kind: vscode.QuickPickItemKind.Separator }, ...items.map((item) => makeRow(item))];
  const is = (test: (item: PreviewItem) => boolean): PreviewItem[] => preview.items.filter(test);
  const note =
    preview.waitingElsewhere > 0
      ? plural(
          preview.waitingElsewhere,
          "{0} entry of other connections stays here",
          "{0} entries of other connections stay here",
        )
      : "";
  return [
    ...group(
      t("refused: review before you send again"),
      is((i) => i.kind === "approved" && i.outbox.delivery.state === "refused"),
    ),
    ...group(
      t("approved earlier"),
      is((i) => i.kind === "approved" && i.outbox.delivery.state !== "refused"),
    ),
    ...group(
      t("closed days"),
      is((i) => i.kind === "draft" && !i.running),
    ),
    ...group(
      t("today, still running"),
      is((i) => i.kind === "draft" && i.running),
    ),
    ...(note === "" ? [] : [{ label: note, kind: vscode.QuickPickItemKind.Separator }]),
  ];
}

function makeRow(item: PreviewItem): PreviewRow {
  if (item.kind === "draft") {
    const { draft, exactSeconds, billed } = item;
    const notes = [
      isInConflict(item) ? t("In conflict: first choose what counts") : "",
      item.disputedSeconds > 0 ? t("{0} overlap other logged time", formatExact(item.disputedSeconds)) : "",
      draft.bridgedSeconds > 0 ? t("{0} bridged", formatExact(draft.bridgedSeconds)) : "",
      draft.declaredSeconds > 0 ? t("{0} declared", formatExact(draft.declaredSeconds)) : "",
      draft.conflictSeconds > 0 ? t("{0} on hold: logged over other time", formatExact(draft.conflictSeconds)) : "",
      draft.goneCommits > 0
        ? plural(draft.goneCommits, "{0} commit no longer in the repository", "{0} commits no longer in the repository")
        : "",
      draft.description,
    ];
    return {
      label: `${sanitizeLabel(draft.case.key)}  ${draft.day}`,
      description: `${formatExact(exactSeconds)} → ${billedText(billed.billedSeconds, exactSeconds, billed.carriedSeconds)}`,
      detail: sanitizeLabel(notes.filter((note) => note !== "").join(" · ")),
      buttons: [{ iconPath: new vscode.ThemeIcon("edit"), tooltip: t("Edit Description") }],
      item,
    };
  }
  const { entry, delivery } = item.outbox;
  return {
    label: `${sanitizeLabel(entry.case.key)}  ${entry.day}`,
    description: `${formatExact(entry.billableSeconds)} → ${billedText(entry.billedSeconds, entry.billableSeconds, entry.carriedSeconds)}`,
    detail: sanitizeLabel([presentDelivery(delivery), entry.description].filter((text) => text !== "").join(" · ")),
    item,
  };
}

function billedText(billed: number, exact: number, carried: number): string {
  if (billed === exact) return t("billed {0}", formatExact(billed));
  const difference = `${billed > exact ? "+" : ""}${formatExact(billed - exact)}`;
  return carried === 0
    ? t("billed {0} ({1})", formatExact(billed), difference)
    : t("billed {0} ({1}, {2} carried)", formatExact(billed), difference, formatExact(carried));
}

function presentDelivery(delivery: Delivery): string {
  switch (delivery.state) {
    case "refused":
      return t("Refused: {0}", delivery.problem.detail);
    case "unknown":
      return t("May have arrived: will be looked up first");
    case "waiting":
      return delivery.problem === undefined ? "" : t("Not sent yet: {0}", delivery.problem.detail);
    case "receipted":
    case "carried":
      return "";
    default:
      return assertNever(delivery);
  }
}
