import * as vscode from "vscode";
import type { CaseDirectory } from "../app/caseDirectory.ts";
import type { CurrentCase } from "../app/currentCase.ts";
import type { EventFactory } from "../app/eventFactory.ts";
import type { LedgerView } from "../app/ledgerView.ts";
import { HANDMADE_SOURCE, parseCaseKey, type Case } from "../domain/caseRef.ts";
import { CaseclockError } from "../domain/errors.ts";
import type { TreeId } from "../domain/heartbeat.ts";
import type { Clock } from "../ports/clock.ts";
import type { EventLog } from "../ports/eventLog.ts";
import type { CaseSummary, CurrentState } from "../ports/manifest.ts";
import { askNewCase, pickCaseFrom } from "./casePicker.ts";
import type { CommandHandlers } from "./commandTable.ts";
import { presentError } from "./present.ts";

export interface CaseCommandsContext {
  readonly log: EventLog;
  readonly view: LedgerView;
  readonly factory: EventFactory;
  readonly clock: Clock;
  readonly directory: CaseDirectory;
  readonly current: CurrentCase;
  /** The work tree of a folder (URI or path), else the active one. */
  readonly treeOf: (folder: string | undefined) => Promise<TreeId>;
  /** The marker that commits are tagged by is what was picked. */
  readonly settled: () => Promise<void>;
}

type Handled =
  "caseclock.pickCase" | "caseclock.clearCase" | "caseclock.pause" | "caseclock.resume" | "caseclock.refreshCases";

/** Picking, pausing and refreshing. */
export function caseCommands(context: CaseCommandsContext): Pick<CommandHandlers, Handled> {
  const { current, directory, treeOf, settled } = context;
  const setPaused = async (paused: boolean): Promise<CurrentState> => {
    await current.setPaused(paused);
    await settled();
    return stateOf(context, await treeOf(undefined));
  };
  return {
    "caseclock.pickCase": async ({ key, source, folder }) => {
      const tree = await treeOf(folder);
      const choice = key === undefined ? await chooseCase(context, tree) : await findCase(directory, key, source);
      if (choice === undefined) return undefined;
      await current.pick(tree, choice);
      await settled();
      return choice === null ? undefined : summaryOf(choice);
    },
    "caseclock.clearCase": async ({ folder }) => {
      const tree = await treeOf(folder);
      await current.pick(tree, null);
      await settled();
      return stateOf(context, tree);
    },
    "caseclock.pause": () => setPaused(true),
    "caseclock.resume": () => setPaused(false),
    "caseclock.refreshCases": async () => {
      const { cases } = await directory.refresh(new AbortController().signal);
      return { cases: cases.length };
    },
  };
}

/** A case as commands answer it. */
export function summaryOf({ key, ref, title, customer }: Case): CaseSummary {
  return { key, source: ref.source, id: ref.id, title, customer: customer.name };
}

function stateOf({ view }: CaseCommandsContext, tree: TreeId): CurrentState {
  const picked = view.ledger.pickOf(tree);
  return { case: picked === undefined ? undefined : summaryOf(picked), paused: view.ledger.isPaused, tree };
}

/** The case with a key, refreshed once if it is unknown. @throws CaseclockError `arguments.invalid` | `cases.unknownKey` | `cases.ambiguousKey` with the candidates in its message */
export async function findCase(directory: CaseDirectory, key: string, source: string | undefined): Promise<Case> {
  if (typeof key !== "string") throw new CaseclockError("arguments.invalid", "key must be text");
  let found = await directory.withKey(key, source);
  if (found.length === 0) {
    // The list may be older than the case.
    await directory.refresh(new AbortController().signal);
    found = await directory.withKey(key, source);
  }
  const [only, ...others] = found;
  if (only === undefined) throw new CaseclockError("cases.unknownKey", `no case with the key ${key}`);
  if (others.length > 0) {
    const candidates = found.map((one) => `${one.ref.source} (${one.title})`).join(", ");
    throw new CaseclockError("cases.ambiguousKey", `${key} is a key of several sources: ${candidates}`);
  }
  return only;
}

/** Asks for a case in the picker; null is "no case", undefined when it was put aside. */
export async function chooseCase(
  context: CaseCommandsContext,
  tree: TreeId,
  title = "Pick the case you work on",
): Promise<Case | null | undefined> {
  const { view, directory } = context;
  const choice = await pickCaseFrom({
    title,
    current: view.ledger.pickOf(tree)?.ref,
    recent: view.ledger.recentCases,
    known: await directory.list(),
    onDidChange: (listener) => directory.onDidChange(listener),
    list: () => directory.list(),
    refresh: (signal, onPage) => directory.refresh(signal, onPage),
    explain: (error) => `offline list: ${CaseclockError.is(error) ? presentError(error.code).text : String(error)}`,
  });
  switch (choice?.kind) {
    case "case":
      return choice.case;
    case "none":
      return null;
    case "new":
      return makeCase(context);
    case undefined:
      return undefined;
  }
}

async function makeCase({ log, factory, clock, directory }: CaseCommandsContext): Promise<Case | undefined> {
  const { cases } = await directory.list();
  const answers = await askNewCase((key) => cases.some((one) => one.key === key));
  if (answers === undefined || parseCaseKey(answers.key) === undefined) return undefined;
  const made: Case = { ...answers, ref: { source: HANDMADE_SOURCE, id: clock.newId() } };
  await log.append([factory.create({ kind: "caseDefined", case: made }, { case: made.ref })]);
  return made;
}

/** The folder of a command's argument as a URI: it may be a path or a URI. */
export function folderUri(folder: string | undefined): string | undefined {
  if (folder === undefined) return undefined;
  if (typeof folder !== "string") throw new CaseclockError("arguments.invalid", "folder must be text");
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(folder) ? folder : vscode.Uri.file(folder).toString();
}
