import * as vscode from "vscode";
import { DisposableStore, type IDisposable } from "../../base/disposable.ts";
import { isRecord } from "../../base/json.ts";
import { CaseclockError } from "../../domain/errors.ts";
import { COMMAND_IDS, type CommandArgument, type CommandId, type CommandResult } from "../../ports/commands.ts";

/** Does the work of each command. Arguments come from users and other extensions: they are checked inside. */
export type CommandHandlers = {
  readonly [K in CommandId]: (argument: CommandArgument<K>, called: Invocation) => Promise<CommandResult<K>>;
};

/** How a command was called. */
export interface Invocation {
  /** With an argument object: by a program, a task or a key binding. Failures are then thrown to it as well. */
  readonly byArgument: boolean;
  /** By the palette, a key without an argument, a menu or a row of a view: somebody is there to be told and asked. */
  readonly byPerson: boolean;
}

/** The one place where a command's failure becomes a log line and a message. */
export function registerCommands(
  handlers: () => Promise<CommandHandlers>,
  report: (command: string, error: unknown) => void,
): IDisposable {
  const store = new DisposableStore();
  for (const id of COMMAND_IDS) {
    const run = async (argument?: unknown): Promise<unknown> => {
      const byArgument = isRecord(argument);
      const byPerson = !byArgument || isRow(argument);
      try {
        if (argument !== undefined && argument !== null && !byArgument) {
          throw new CaseclockError("arguments.invalid", `${id} takes an object`);
        }
        const handler = (await handlers())[id] as (argument: object, called: Invocation) => Promise<unknown>;
        return await handler(byArgument ? argument : {}, { byArgument, byPerson });
      } catch (error) {
        report(id, error);
        if (!byPerson) throw error;
        return undefined;
      }
    };
    store.add(vscode.commands.registerCommand(id, run));
  }
  return store;
}

/** Whether an argument is a row of one of our views, whose members are the command's arguments. */
function isRow(argument: Readonly<Record<string, unknown>>): boolean {
  return typeof argument["context"] === "string" && typeof argument["label"] === "string";
}
