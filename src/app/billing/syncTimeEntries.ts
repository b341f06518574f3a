import { CaseclockError } from "../../domain/errors.ts";
import type { NewEvent } from "../../domain/log/events.ts";
import type { BillingProvider, BillingProviders } from "../../ports/billingProvider.ts";
import type { PreviewLine, SyncResult } from "../../ports/billingResults.ts";
import type { Settings } from "../../ports/settings.ts";
import { approveDrafts } from "./approveDrafts.ts";
import type { CaseDirectory } from "../cases/caseDirectory.ts";
import { pushOutbox, type PushContext } from "./pushOutbox.ts";
import { previewSync, recountPreview, type PreviewItem, type SyncPreview } from "./syncPreview.ts";
import type { DraftEntry } from "../../domain/entries/draftEntry.ts";
import { makeMintEvent } from "../edits/makeMintEvent.ts";

/** Shows a preview. Returns the lines that the person accepted; undefined when they dismissed it. */
export type ConfirmSync = (preview: SyncPreview) => Promise<readonly PreviewItem[] | undefined>;

/** Runs the push with a way to see its progress and to stop it. */
export type RunPush = (
  run: (signal: AbortSignal, report: (done: number, total: number) => void) => Promise<SyncResult>,
) => Promise<SyncResult>;

export interface SyncContext extends PushContext {
  readonly directory: CaseDirectory;
  readonly providers: BillingProviders;
  readonly settings: () => Settings;
}

/** How often a preview is shown again because another window approved in between. */
const MAX_PREVIEWS = 5;

const NOTHING: SyncResult = { pushed: 0, rejected: 0, retryLater: 0, unknown: 0, waiting: 0, carried: 0, problems: [] };

/** Opens the provider of the active connection. @throws CaseclockError `billing.noConnection` | `billing.urlChanged` */
export async function openActiveProvider(context: SyncContext): Promise<BillingProvider> {
  await context.journal.view.load();
  const { connection } = context.journal.view.ledger;
  if (connection === undefined) throw new CaseclockError("billing.noConnection", "not connected to a billing system");
  const { provider, url } = context.settings();
  // The user sees the setting: if it was changed by hand, nothing is sent until they confirm by connecting.
  if (provider !== connection.provider || (url !== "" && url !== connection.url)) {
    throw new CaseclockError("billing.urlChanged", `${connection.url} became ${url === "" ? provider : url}`);
  }
  return context.providers.open(connection);
}

/** Returns what a sync would do, without approving, minting or sending anything. */
export async function dryRunSync(context: SyncContext, entryIds?: readonly string[]): Promise<SyncResult> {
  const provider = await openActiveProvider(context);
  const preview = await makePreview(context, provider);
  const items = entryIds === undefined ? preview.items : preview.items.filter((item) => isOneOf(item, entryIds));
  return {
    ...NOTHING,
    waiting: items.filter((item) => item.kind === "approved").length,
    preview: items.map(toPreviewLine),
  };
}

/** The accepted and approved part of a preview. */
interface Accepted {
  /** Ids of what was approved before or now, to be sent. */
  readonly entryIds: readonly string[];
  /** Ids of what was approved now. */
  readonly approved: readonly string[];
  /** How many of those are settled without being sent. */
  readonly carried: number;
}

/**
 * Shows the preview, approves what was accepted, and pushes it. Undefined when the preview was dismissed.
 * @param confirm the final confirmation: exactly what it returns is approved and sent
 */
export async function syncTimeEntries(
  context: SyncContext,
  confirm: ConfirmSync,
  runPush: RunPush,
): Promise<SyncResult | undefined> {
  const provider = await openActiveProvider(context);
  const accepted = await approveAccepted(context, provider, confirm);
  if (accepted === undefined) return undefined;
  const { entryIds, carried } = accepted;
  if (entryIds.length === carried) return { ...NOTHING, carried };
  const result = await runPush((signal, report) => pushOutbox(context, provider, entryIds, signal, report));
  return { ...result, carried };
}

/** Shows the preview and approves what was accepted, without sending. Ids of the entries; undefined when dismissed. */
export async function approveTimeEntries(
  context: SyncContext,
  confirm: ConfirmSync,
): Promise<readonly string[] | undefined> {
  const provider = await openActiveProvider(context);
  return (await approveAccepted(context, provider, confirm))?.approved;
}

async function approveAccepted(
  context: SyncContext,
  provider: BillingProvider,
  confirm: ConfirmSync,
): Promise<Accepted | undefined> {
  let preview = await mint(context, await makePreview(context, provider));
  for (let made = 1; made <= MAX_PREVIEWS;) {
    const chosen = await confirm(preview);
    if (chosen === undefined) return undefined;
    // In the preview's order, whatever the order of selection: each line is rounded on those before it.
    const places = preview.items.map(toEntryId);
    const accepted = [...chosen].sort((a, b) => places.indexOf(toEntryId(a)) - places.indexOf(toEntryId(b)));
    const changed = recountPreview(context.journal.view, preview, accepted);
    if (changed !== undefined) {
      preview = changed; // only what was shown is sent, and these figures were not
      continue;
    }
    const drafts = accepted.filter((item) => item.kind === "draft").map((item) => item.draft);
    const approved = drafts.length === 0 ? [] : await approveDrafts(context, preview, drafts);
    if (approved === undefined) {
      // Another window decided something meanwhile: show the current state.
      preview = await mint(context, await makePreview(context, provider));
      made += 1;
      continue;
    }
    const before = accepted.filter((item) => item.kind === "approved").map((item) => item.outbox.entry.entryId);
    const carried = approved.filter(
      (id) => context.journal.view.ledger.entries.get(id)?.delivery.state === "carried",
    ).length;
    return { entryIds: [...before, ...approved], approved, carried };
  }
  throw new CaseclockError("billing.busy", "other windows kept approving");
}

/** The entry id of a line, which stays when a person's change replaces the line. */
function toEntryId(item: PreviewItem): string | undefined {
  return item.kind === "draft" ? item.draft.entryId : item.outbox.entry.entryId;
}

/** After so many attempts only a person can try again. */
const MAX_AUTOMATIC_ATTEMPTS = 20;

/** Ids of the entries that may be sent now without a person: approved, not refused, and their waits are over. */
export function listReadyEntries({ journal: { view, clock } }: SyncContext): readonly string[] {
  const { connection, entries } = view.ledger;
  return entries.listOpen
    .filter(({ entry }) => entry.connectionId === connection?.id)
    .filter(
      ({ delivery }) =>
        (delivery.state === "waiting" || delivery.state === "unknown") &&
        delivery.attempts < MAX_AUTOMATIC_ATTEMPTS &&
        (delivery.notBefore ?? 0) <= clock.now(),
    )
    .map(({ entry }) => entry.entryId);
}

/** Sends what was approved before, without a preview: for calls with arguments and for the automatic sync. */
export async function pushApproved(
  context: SyncContext,
  entryIds: readonly string[] | undefined,
  runPush: RunPush,
): Promise<SyncResult> {
  const provider = await openActiveProvider(context);
  const open = context.journal.view.ledger.entries.listOpen
    .filter(({ entry }) => entry.connectionId === provider.connection.id)
    .filter(({ delivery }) => delivery.state === "waiting" || delivery.state === "unknown")
    .map(({ entry }) => entry.entryId)
    .filter((id) => entryIds?.includes(id) ?? true);
  return open.length === 0 ? NOTHING : runPush((signal, report) => pushOutbox(context, provider, open, signal, report));
}

/** A preview line in the result of a command. */
export function toPreviewLine(item: PreviewItem): PreviewLine {
  if (item.kind === "approved") {
    const { entry } = item.outbox;
    return {
      entryId: entry.entryId,
      key: entry.case.key,
      day: entry.day,
      state: "approved",
      exactSeconds: entry.billableSeconds,
      billedSeconds: entry.billedSeconds,
      carriedSeconds: entry.carriedSeconds,
      description: entry.description,
    };
  }
  const { draft, billed, exactSeconds, running } = item;
  return {
    entryId: draft.entryId,
    key: draft.case.key,
    day: draft.day,
    state: running ? "stillRunning" : "draft",
    exactSeconds,
    billedSeconds: billed.billedSeconds,
    carriedSeconds: billed.carriedSeconds,
    description: draft.description,
  };
}

function makePreview(context: SyncContext, provider: BillingProvider): Promise<SyncPreview> {
  const {
    journal: { view },
    directory,
    settings,
  } = context;
  return previewSync(view, directory, provider.connection, provider.unitSeconds, settings());
}

/** Mints an id for life for each draft of the preview that has none, in one append. */
async function mint({ journal }: SyncContext, preview: SyncPreview): Promise<SyncPreview> {
  const { clock } = journal;
  const events: NewEvent[] = [];
  const minted = new Map<DraftEntry, string>();
  for (const item of preview.items) {
    if (item.kind !== "draft" || item.draft.entryId !== undefined) continue;
    const entryId = clock.newId();
    minted.set(item.draft, entryId);
    events.push(makeMintEvent(journal, item.draft, entryId));
  }
  if (events.length === 0) return preview;
  await journal.append(events);
  const items = preview.items.map((item) =>
    item.kind === "draft"
      ? { ...item, draft: { ...item.draft, entryId: item.draft.entryId ?? minted.get(item.draft) } }
      : item,
  );
  return { ...preview, items };
}

function isOneOf(item: PreviewItem, entryIds: readonly string[]): boolean {
  const id = item.kind === "approved" ? item.outbox.entry.entryId : item.draft.entryId;
  return id !== undefined && entryIds.includes(id);
}
