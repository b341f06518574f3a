import * as vscode from "vscode";
import { t } from "../../base/text.ts";
import { parseBillingUrl } from "../../domain/entries/billingUrl.ts";
import { CaseclockError } from "../../domain/errors.ts";
import type { ConnectQuestion } from "../../ports/billingProvider.ts";
import { LOCAL_PROVIDER, serverProviders, type ProviderDescription } from "../../ports/providerCatalog.ts";
import { sanitizeLabel, sanitizeMessage } from "../text/inertText.ts";
import { presentError } from "../text/presentError.ts";

/** What is known already; members prefill the questions. */
export interface ConnectDefaults {
  readonly provider: string | undefined;
  readonly url: string | undefined;
  readonly token: string | undefined;
  readonly options: Readonly<Record<string, string>>;
}

export interface ConnectAnswers {
  readonly provider: string;
  /** Base URL, or the URI of the folder. */
  readonly url: string;
  readonly token: string | undefined;
  readonly options: Readonly<Record<string, string>>;
}

/** Asks where entries go. Undefined when dismissed. */
export async function askConnection(
  defaults: ConnectDefaults,
  more: readonly ProviderDescription[] = [],
): Promise<ConnectAnswers | undefined> {
  const servers = [...serverProviders(), ...more];
  const provider = defaults.provider ?? (await askProvider(servers));
  if (provider === undefined) return undefined;
  if (provider === LOCAL_PROVIDER) return askFolder(defaults);
  const description = servers.find(({ id }) => id === provider);
  return description === undefined ? undefined : askServer(description, defaults);
}

/** The last confirmation when everything came as an argument. */
export async function confirmConnection({ url }: ConnectAnswers): Promise<boolean> {
  const connect = t("Connect");
  const question = t("Connect Caseclock to {0}? Time entries that you approve will be sent there.", url);
  return (await vscode.window.showWarningMessage(question, { modal: true }, connect)) === connect;
}

/** Asks, one after the other, what a provider wants to know about the account. Undefined when dismissed. */
export async function askAboutAccount(
  label: string,
  questions: readonly ConnectQuestion[],
): Promise<Readonly<Record<string, string>> | undefined> {
  const answers: Record<string, string> = {};
  for (const [index, question] of questions.entries()) {
    const step = questions.length > 1 ? ` (${index + 1}/${questions.length})` : "";
    const answer = await askQuestion(`${label}: ${question.title}${step}`, question);
    if (answer === undefined) return undefined;
    answers[question.id] = answer;
  }
  return answers;
}

async function askQuestion(title: string, question: ConnectQuestion): Promise<string | undefined> {
  const { choices, fallback } = question;
  const prompt = sanitizeMessage(question.prompt); // it may have words of the server, and links in a prompt are live
  if (choices === undefined) {
    return vscode.window.showInputBox({
      title,
      prompt,
      value: fallback ?? "",
      ignoreFocusOut: true,
      validateInput: (text) => (text.trim() === "" && fallback !== "" ? t("An answer is required") : undefined),
    });
  }
  const items = choices.map(({ id, label, detail }) => ({
    id,
    label: sanitizeLabel(label),
    ...(detail === undefined ? {} : { detail: sanitizeLabel(detail) }),
  }));
  // The default comes first, so that Enter takes it.
  items.sort((a, b) => Number(b.id === fallback) - Number(a.id === fallback));
  const chosen = await vscode.window.showQuickPick(items, { title, placeHolder: prompt, ignoreFocusOut: true });
  return chosen?.id;
}

async function askProvider(servers: readonly ProviderDescription[]): Promise<string | undefined> {
  const chosen = await vscode.window.showQuickPick(
    [
      {
        label: t("$(folder) Files in a folder"),
        detail: t("Invoice-ready CSV and JSON on this computer; no server"),
        provider: LOCAL_PROVIDER,
      },
      ...servers.map(({ id, label, detail }) => ({ label: `$(cloud) ${label}`, detail, provider: id })),
    ],
    { title: t("Where should time entries go?"), ignoreFocusOut: true, matchOnDetail: true },
  );
  return chosen?.provider;
}

async function askFolder({ url, options }: ConnectDefaults): Promise<ConnectAnswers | undefined> {
  const provider = LOCAL_PROVIDER;
  if (url !== undefined) return { provider, url, token: undefined, options };
  const [folder] =
    (await vscode.window.showOpenDialog({
      canSelectFiles: false,
      canSelectFolders: true,
      canSelectMany: false,
      title: t("Folder for time entries"),
      openLabel: t("Use This Folder"),
    })) ?? [];
  return folder === undefined ? undefined : { provider, url: folder.toString(), token: undefined, options };
}

async function askServer(
  { id, label, urlPrompt, urlExample, hasFixedUrl, tokenPrompt, fields = [] }: ProviderDescription,
  defaults: ConnectDefaults,
): Promise<ConnectAnswers | undefined> {
  const steps = (hasFixedUrl === true ? 0 : 1) + fields.length + 1;
  let step = 0;
  const makeTitle = (): string => {
    step += 1;
    return t("Connect {0} ({1}/{2})", label, step, steps);
  };
  const url =
    hasFixedUrl === true
      ? (defaults.url ?? urlExample)
      : await vscode.window.showInputBox({
          title: makeTitle(),
          prompt: urlPrompt,
          placeHolder: urlExample,
          value: defaults.url ?? "",
          ignoreFocusOut: true,
          validateInput: (text) => {
            try {
              parseBillingUrl(text);
              return undefined;
            } catch (error) {
              return CaseclockError.is(error) ? presentError(error.code).text : t("This is not a URL");
            }
          },
        });
  if (url === undefined) return undefined;
  const options: Record<string, string> = { ...defaults.options };
  for (const field of fields) {
    const answer = await vscode.window.showInputBox({
      title: makeTitle(),
      prompt: field.prompt,
      value: options[field.id] ?? "",
      ignoreFocusOut: true,
      validateInput: (text) => (text.trim() === "" ? t("{0}: an answer is required", field.title) : undefined),
    });
    if (answer === undefined) return undefined;
    options[field.id] = answer.trim();
  }
  const token = await vscode.window.showInputBox({
    title: makeTitle(),
    prompt: tokenPrompt,
    password: true,
    value: defaults.token ?? "",
    ignoreFocusOut: true,
    validateInput: (text) => (text.trim() === "" ? t("A token is required") : undefined),
  });
  return token === undefined ? undefined : { provider: id, url, token: token.trim(), options };
}
