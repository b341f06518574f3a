import * as vscode from "vscode";
import type { CaseDirectory, SourceFailure } from "../../app/cases/caseDirectory.ts";
import type { CaseGuard, GuardMismatch } from "../../app/git/caseGuard.ts";
import { requireOnlyCase } from "../../app/cases/casesWithKey.ts";
import type { ContractHours } from "../../app/cases/contractHours.ts";
import type { CurrentCase } from "../../app/cases/currentCase.ts";
import type { EditContext } from "../../app/edits/reassign.ts";
import { DisposableStore } from "../../base/disposable.ts";
import { t } from "../../base/text.ts";
import { HANDMADE_SOURCE, isSameCase, parseCaseKey, type Case, type CaseRef } from "../../domain/cases/case.ts";
import { CaseclockError, toErrorMessage } from "../../domain/errors.ts";
import type { CaseSummary, CurrentState } from "../../ports/commands.ts";
import { describeCase } from "./caseDetails.ts";
import { pickCandidate } from "./candidatePicker.ts";
import type { CaseListModel } from "./caseItems.ts";
import { askNewCase, pickCaseFrom } from "./casePicker.ts";
import { readText } from "../shell/arguments.ts";
import { handleCommands } from "../shell/handleCommands.ts";
import { showMessage } from "../shell/notifier.ts";
import { nameAmong, presentReason } from "../status/presentStatus.ts";
import type { TreeId } from "../../domain/cases/treeId.ts";
import { formatExact } from "../text/formatTime.ts";
import { sanitizeMessage } from "../text/inertText.ts";
import { presentError } from "../text/presentError.ts";
import type { Journal } from "../../app/ledger/journal.ts";

export interface CaseCommandsContext extends EditContext {
  readonly directory: CaseDirectory;
  readonly current: CurrentCase;
  readonly guard: CaseGuard;
  readonly budget: ContractHours;
  /** The work tree of a folder (URI or path), else the active one. */
  readonly findTree: (folder: string | undefined) => Promise<TreeId>;
  /** Resolves when the marker for tagging commits is that of the picked case. */
  readonly settled: () => Promise<void>;
  /** Writes the signs seen so far. */
  readonly flush: () => Promise<void>;
  /** Undoes a change made by hand. */
  readonly undo: (act: string) => Promise<void>;
  readonly showPage: (name: string, markdown: string) => Promise<void>;
  /** A case file of the workspace that is not in use. */
  readonly offeredFile: () => Promise<string | undefined>;
  readonly useFile: (file: string) => Promise<void>;
  readonly report: (error: unknown) => void;
}

/** Picking, pausing and refreshing. */
export const caseCommands = handleCommands((context: CaseCommandsContext) => {
  const { journal, current, directory, guard, findTree, settled } = context;
  const { view } = journal;
  const makeState = (tree: TreeId): CurrentState => {
    const picked = view.ledger.findPick(tree);
    return { case: picked === undefined ? undefined : toCaseSummary(picked), paused: view.ledger.isPaused, tree };
  };
  const setPaused = async (paused: boolean): Promise<CurrentState> => {
    await current.setPaused(paused);
    await settled();
    return makeState(await findTree(undefined));
  };
  const pick = async (tree: TreeId, picked: Case | null): Promise<void> => {
    await current.pick(tree, picked);
    await settled();
  };
  const asked = async (
    key: string | undefined,
    source: string | undefined,
    title: string,
  ): Promise<Case | undefined> => {
    if (key !== undefined) return findCase(directory, key, source);
    return (await chooseCase(context, await findTree(undefined), title)) ?? undefined;
  };
  const setPinned = async (
    { key, source }: { readonly key?: string; readonly source?: string },
    pinned: boolean,
  ): Promise<CaseSummary | undefined> => {
    const of = await asked(key, source, pinned ? t("Pin which case?") : t("Unpin which case?"));
    if (of === undefined) return undefined;
    await pinCase(context, of.ref, pinned);
    return toCaseSummary(of);
  };
  return {
    "caseclock.pickCase": async ({ key, source, folder }) => {
      const tree = await findTree(folder);
      const choice = key === undefined ? await chooseCase(context, tree) : await findCase(directory, key, source);
      if (choice === undefined) return undefined;
      await pick(tree, choice);
      return choice === null ? undefined : toCaseSummary(choice);
    },
    "caseclock.clearCase": async ({ folder }) => {
      const tree = await findTree(folder);
      await pick(tree, null);
      return makeState(tree);
    },
    "caseclock.pause": () => setPaused(true),
    "caseclock.resume": () => setPaused(false),
    "caseclock.switchToPreviousCase": async ({ folder }) => {
      const tree = await findTree(folder);
      await view.load();
      const previous = previousCase(context, tree);
      if (previous !== undefined) await pick(tree, previous);
      else showMessage("info", t("No other case was picked before."));
      return makeState(tree);
    },
    "caseclock.followSuggestion": async ({ folder }, { byPerson }) => {
      const tree = await findTree(folder);
      const found = guard.mismatch(tree);
      const isAsked = byPerson && found?.suggestion.isAmbiguous === true;
      const chosen = isAsked ? await chooseCandidate(context, found) : undefined;
      if (isAsked && chosen === undefined) return undefined;
      await context.flush();
      const done = await guard.acceptSuggestion(tree, chosen?.ref);
      await settled();
      if (done === undefined) {
        if (byPerson) showMessage("info", t("Nothing points at a case other than the picked one."));
        return undefined;
      }
      const name = nameAmong(done.case, done.mismatch.sameKey);
      if (byPerson) tellMoved(context, name, done.movedSeconds, done.eventId);
      return done.movedSeconds;
    },
    "caseclock.keepCase": async ({ folder }) => {
      const tree = await findTree(folder);
      await guard.keep(tree);
      return makeState(tree);
    },
    "caseclock.pinCase": (argument) => setPinned(argument, true),
    "caseclock.unpinCase": (argument) => setPinned(argument, false),
    "caseclock.openCase": async ({ key, source }) => {
      const of = await asked(key, source, t("Open which case in the browser?"));
      return of === undefined ? false : openCase(of);
    },
    "caseclock.refreshCases": async () => {
      const { cases } = await directory.refreshAll();
      return { cases: cases.length };
    },
  };
});

/** A case as commands answer it. */
export function toCaseSummary({ key, ref, title, customer }: Case): CaseSummary {
  return { key, source: ref.source, id: ref.id, title, customer: customer.name };
}

/** The case with a key, refreshed once if it is unknown. @throws CaseclockError `arguments.invalid` | `cases.unknownKey` | `cases.ambiguousKey` with the candidates in its message */
export async function findCase(directory: CaseDirectory, key: string, source: string | undefined): Promise<Case> {
  readText("key", key);
  let found = await directory.withKey(key, source);
  if (found.length === 0) {
    // The case may be newer than the lists.
    const { failures } = await directory.refresh(new AbortController().signal);
    found = await directory.withKey(key, source);
    const [failure] = failures;
    if (found.length === 0 && failure !== undefined) throw failure.error;
  }
  return requireOnlyCase(found, key);
}

/** Asks for a case in the picker; null is "no case", undefined when dismissed. */
export async function chooseCase(
  context: CaseCommandsContext,
  tree: TreeId,
  title = t("Pick the case you work on"),
): Promise<Case | null | undefined> {
  const {
    journal: { view },
    directory,
    guard,
    budget,
    report,
    showPage,
  } = context;
  const known = await directory.list();
  let offeredFile: string | undefined;
  const rows = (): CaseListModel => ({
    current: view.ledger.findPick(tree)?.ref,
    suggestions: guard.suggestions(tree),
    recent: view.ledger.recentCases,
    pinned: view.ledger.pinned,
    findSecondsLeft: (one) => budget.stateFor(one)?.leftSeconds,
    offeredFile,
    canSearch: directory.canSearch,
    explain: explainFailure,
  });
  const choice = await pickCaseFrom({
    title,
    rows,
    known,
    onDidChange: (listener) => {
      const store = new DisposableStore();
      store.add(directory.onDidChange(listener));
      store.add(guard.onDidChange(listener));
      store.add(view.onDidChange(pinsChanged(view, listener)));
      // Details that take a moment are shown when they arrive.
      Promise.all([budget.update(), context.offeredFile()])
        .then(([, file]) => {
          offeredFile = file;
          listener();
        })
        .catch(report);
      return store;
    },
    list: () => directory.list(),
    search: (text, signal) => directory.search(text, signal),
    refresh: (onPage) => directory.refresh(new AbortController().signal, onPage),
    pin: (one, pinned) => {
      pinCase(context, one.ref, pinned).catch(report);
    },
    open: (one) => {
      openCase(one).catch(report);
    },
    details: (one) => {
      const page = describeCase(one, { hours: budget.stateFor(one), isGone: directory.isGone(one.ref) });
      showPage(t("Case {0}", one.key), page).catch(report);
    },
    report,
  });
  switch (choice?.kind) {
    case "case":
      return choice.case;
    case "none":
      return null;
    case "new":
      return makeCase(context);
    case "file":
      await context.useFile(choice.file);
      return chooseCase(context, tree, title);
    case undefined:
      return undefined;
  }
}

/** The folder of a command's argument as a URI: it may be a path or a URI. */
export function toFolderUri(folder: string | undefined): string | undefined {
  const place = readText("folder", folder);
  if (place === undefined) return undefined;
  return /^[a-z][a-z0-9+.-]+:\//i.test(place) ? place : vscode.Uri.file(place).toString();
}

/** Words for a source's failure. */
export function explainFailure({ error }: SourceFailure): string {
  if (CaseclockError.is(error, "cases.sourceFailed")) return error.message;
  return CaseclockError.is(error) ? presentError(error.code).text : toErrorMessage(error);
}

/** The case picked before in the work tree, else the one picked last anywhere; undefined when there is none. */
function previousCase({ journal: { view }, directory }: CaseCommandsContext, tree: TreeId): Case | undefined {
  const { ledger } = view;
  const picked = ledger.findPick(tree)?.ref;
  const before = [...ledger.trees.listPicks(tree), ...ledger.recentCases].find((ref) => !isSameCase(ref, picked));
  return before === undefined ? undefined : directory.find(before);
}

async function makeCase({ journal, directory }: CaseCommandsContext): Promise<Case | undefined> {
  const { clock } = journal;
  const { cases } = await directory.list();
  const answers = await askNewCase((key) => cases.some((one) => one.key === key));
  if (answers === undefined || parseCaseKey(answers.key) === undefined) return undefined;
  const made: Case = { ...answers, ref: { source: HANDMADE_SOURCE, id: clock.newId() } };
  await journal.append([journal.create({ kind: "caseDefined", case: made }, { case: made.ref })]);
  return made;
}

async function pinCase({ journal }: CaseCommandsContext, ref: CaseRef, pinned: boolean): Promise<void> {
  await journal.append([journal.create({ kind: "pinned", ref, pinned }, { case: ref })]);
}

/** Only web addresses: a case's address comes from a server. */
async function openCase({ url }: Case): Promise<boolean> {
  if (url === undefined || !/^https?:\/\//i.test(url)) return false;
  return vscode.env.openExternal(vscode.Uri.parse(url));
}

/** Fires when pins have changed: the only part of the ledger in the rows that may change meanwhile. */
function pinsChanged({ ledger }: Journal["view"], listener: () => void): () => void {
  let before = ledger.lastSeqFor("pinned");
  return () => {
    const now = ledger.lastSeqFor("pinned");
    if (now === before) return;
    before = now;
    listener();
  };
}

/** Asks which of the cases that a sign may mean is the right one. */
function chooseCandidate(
  { journal: { view } }: CaseCommandsContext,
  { suggestion, sameKey = [] }: GuardMismatch,
): Promise<Case | undefined> {
  const more = { placeHolder: presentReason(suggestion), ignoreFocusOut: true };
  return pickCandidate(view, sameKey, t("Move to which case?"), more);
}

function tellMoved(context: CaseCommandsContext, name: string, moved: number, act: string | undefined): void {
  const text =
    moved > 0 ? t("Moved {0} to {1}, which is now picked.", formatExact(moved), name) : t("{0} is now picked.", name);
  if (act === undefined) {
    showMessage("info", text);
    return;
  }
  const undo = t("Undo");
  void vscode.window.showInformationMessage(sanitizeMessage(text), undo).then((chosen) => {
    if (chosen === undo) context.undo(act).catch(context.report);
  });
}
