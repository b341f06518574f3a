import * as vscode from "vscode";
import { parseBillingUrl } from "../domain/billingUrl.ts";
import { CaseclockError } from "../domain/errors.ts";
import type { Connection } from "../domain/events.ts";
import { presentError } from "./present.ts";

/** What is known before asking; members prefill the questions. */
export interface ConnectDefaults {
  readonly provider: Connection["provider"] | undefined;
  readonly url: string | undefined;
  readonly token: string | undefined;
}

export interface ConnectAnswers {
  readonly provider: Connection["provider"];
  /** Base URL, or the URI of the folder. */
  readonly url: string;
  readonly token: string | undefined;
}

/** Asks where entries are to go. Undefined when put aside. */
export async function askConnection(defaults: ConnectDefaults): Promise<ConnectAnswers | undefined> {
  const provider = defaults.provider ?? (await askProvider());
  if (provider === undefined) return undefined;
  return provider === "local" ? askFolder(defaults) : askRest(defaults);
}

/** The last confirmation when everything came as an argument. */
export async function confirmConnection({ url }: ConnectAnswers): Promise<boolean> {
  const connect = "Connect";
  const question = `Connect Caseclock to ${url}? Time entries that you approve will go there.`;
  return (await vscode.window.showWarningMessage(question, { modal: true }, connect)) === connect;
}

async function askProvider(): Promise<Connection["provider"] | undefined> {
  const chosen = await vscode.window.showQuickPick(
    [
      {
        label: "$(folder) Files in a folder",
        detail: "Invoice-ready CSV and JSON on this computer; no server",
        provider: "local" as const,
      },
      {
        label: "$(cloud) Billing system",
        detail: "A server with the Caseclock billing API",
        provider: "rest" as const,
      },
    ],
    { title: "Where are time entries to go?", ignoreFocusOut: true },
  );
  return chosen?.provider;
}

async function askFolder(defaults: ConnectDefaults): Promise<ConnectAnswers | undefined> {
  if (defaults.url !== undefined) return { provider: "local", url: defaults.url, token: undefined };
  const [folder] =
    (await vscode.window.showOpenDialog({
      canSelectFiles: false,
      canSelectFolders: true,
      canSelectMany: false,
      title: "Folder for time entries",
      openLabel: "Use This Folder",
    })) ?? [];
  return folder === undefined ? undefined : { provider: "local", url: folder.toString(), token: undefined };
}

async function askRest(defaults: ConnectDefaults): Promise<ConnectAnswers | undefined> {
  const url = await vscode.window.showInputBox({
    title: "Connect billing (1/2)",
    prompt: "Base URL of the billing system, with its version",
    placeHolder: "https://billing.example.com/v1",
    value: defaults.url ?? "",
    ignoreFocusOut: true,
    validateInput: (text) => {
      try {
        parseBillingUrl(text);
        return undefined;
      } catch (error) {
        return CaseclockError.is(error) ? presentError(error.code).text : "This is not a URL";
      }
    },
  });
  if (url === undefined) return undefined;
  const token = await vscode.window.showInputBox({
    title: "Connect billing (2/2)",
    prompt: "Token. It is kept in the editor's secret storage and sent to this address only",
    password: true,
    value: defaults.token ?? "",
    ignoreFocusOut: true,
    validateInput: (text) => (text.trim() === "" ? "A token is needed" : undefined),
  });
  return token === undefined ? undefined : { provider: "rest", url, token: token.trim() };
}
