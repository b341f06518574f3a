import type { CommandId } from "../../ports/commands.ts";
import type { CommandHandlers } from "./commandTable.ts";

/** A group of handlers, each typed by the row of its command: the table of `ports/commands.ts` is the one place for that. */
export function handleCommands<Context, Handled extends CommandId>(
  make: (context: Context) => Pick<CommandHandlers, Handled>,
): (context: Context) => Pick<CommandHandlers, Handled> {
  return make;
}
