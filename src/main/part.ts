import type { IDisposable } from "../base/disposable.ts";
import type { CommandId } from "../ports/commands.ts";
import type { CommandHandlers } from "../ui/shell/commandTable.ts";

/** A part of a window: the commands that it answers, and what ends with it. */
export interface WindowPart<K extends CommandId> extends IDisposable {
  readonly handlers: Pick<CommandHandlers, K>;
}
