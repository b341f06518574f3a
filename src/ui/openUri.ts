import * as vscode from "vscode";
import { CaseclockError } from "../domain/errors.ts";
import type { CommandHandlers } from "./commandTable.ts";
import { inertLabel } from "./present.ts";

/**
 * `vscode://caseclock.caseclock/pick?case=ACME-1234` (with `&source=` where the key has several): a link in a ticket. Anybody
 * can write one, so it asks before it switches, and does nothing else.
 * @throws CaseclockError `arguments.invalid` for any other address | as `caseclock.pickCase`
 */
export async function openUri(
  uri: Pick<vscode.Uri, "path" | "query">,
  handlers: Pick<CommandHandlers, "caseclock.pickCase">,
): Promise<void> {
  const query = new URLSearchParams(uri.query);
  const key = query.get("case");
  const source = query.get("source");
  if (uri.path !== "/pick" || key === null || key === "" || key.length > 64) {
    throw new CaseclockError("arguments.invalid", "a link to Caseclock is …/pick?case=KEY");
  }
  const pick = "Pick It";
  const chosen = await vscode.window.showInformationMessage(
    `A link asks to work on ${inertLabel(key, 64)} from now on.`,
    { modal: true, detail: "Your time in this window is then counted on that case." },
    pick,
  );
  if (chosen !== pick) return;
  const argument = { key, ...(source === null ? {} : { source }) };
  await handlers["caseclock.pickCase"](argument, { byArgument: true, byPerson: true });
}
