import * as vscode from "vscode";
import { t } from "../../base/text.ts";
import { CaseclockError } from "../../domain/errors.ts";
import type { CommandHandlers } from "./commandTable.ts";
import { readPickLink } from "./pickLink.ts";
import { sanitizeMessage } from "../text/inertText.ts";

/**
 * Follows a link in a ticket (`readPickLink`). Anybody can write one, so it asks before it switches, and does nothing else.
 * @throws CaseclockError `arguments.invalid` for any other address | as `caseclock.pickCase`
 */
export async function openUri(
  uri: Pick<vscode.Uri, "path" | "query">,
  handlers: Pick<CommandHandlers, "caseclock.pickCase">,
): Promise<void> {
  const link = readPickLink(uri);
  if (link === undefined) {
    throw new CaseclockError("arguments.invalid", "a link to Caseclock is …/pick?case=KEY");
  }
  const pick = t("Pick Case");
  const chosen = await vscode.window.showInformationMessage(
    t("A link asks you to work on {0} from now on.", sanitizeMessage(link.key)),
    { modal: true, detail: t("Your time in this window will count for that case.") },
    pick,
  );
  if (chosen !== pick) return;
  await handlers["caseclock.pickCase"]({ ...link }, { byArgument: true, byPerson: true });
}
