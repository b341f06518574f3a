import * as vscode from "vscode";
import type { Connection } from "../../domain/log/events.ts";
import { LOCAL_PROVIDER } from "../../ports/providerCatalog.ts";

/** The user's name for the place that entries go to. */
export function connectionName(connection: Connection): string {
  return connection.provider === LOCAL_PROVIDER
    ? vscode.Uri.parse(connection.url).fsPath
    : new URL(connection.url).host;
}
