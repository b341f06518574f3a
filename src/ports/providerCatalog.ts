import { t } from "../base/text.ts";

/** A billing system that a person can choose. */
export interface ProviderDescription {
  /** As in the setting `caseclock.billing.provider`. */
  readonly id: string;
  readonly label: string;
  readonly detail: string;
  readonly urlPrompt: string;
  /** Shown in the empty box; used as it is if the system has only one address (`hasFixedUrl`). */
  readonly urlExample: string;
  readonly hasFixedUrl?: boolean;
  readonly tokenPrompt: string;
  /** Asked before the token; not secret. */
  readonly fields?: readonly { readonly id: string; readonly title: string; readonly prompt: string }[];
}

/** Files in a folder: the one provider without a server. */
export const LOCAL_PROVIDER = "local";

/** The servers that Caseclock speaks to, with their texts, in the order in which they are offered. */
export function serverProviders(): readonly ProviderDescription[] {
  const kept = t("It is kept in the editor's secret storage and sent to this address only");
  const account = t("Account");
  const atlassian = [
    { id: "email", title: account, prompt: t("Email address of the Atlassian account that owns the token") },
  ];
  return [
    {
      id: "redmine",
      label: "Redmine",
      detail: t("Time entries on issues, by the minute"),
      urlPrompt: t("Address of your Redmine, without a path to a project"),
      urlExample: "https://redmine.example.com",
      tokenPrompt: `${t('API access key, from "My account".')} ${kept}`,
    },
    {
      id: "requestTracker",
      label: "Request Tracker",
      detail: t("Time worked, as comments on tickets, by the minute (REST 2)"),
      urlPrompt: t("Address of your Request Tracker, without /REST/2.0"),
      urlExample: "https://rt.example.com",
      tokenPrompt: `${t('Auth token, from "Logged in as › Settings › Auth Tokens".')} ${kept}`,
    },
    {
      id: "kimai",
      label: "Kimai",
      detail: t("Timesheet records on projects, with start and end"),
      urlPrompt: t("Address of your Kimai, without /api"),
      urlExample: "https://kimai.example.com",
      tokenPrompt: `${t('API access token, from your profile\'s "API access".')} ${kept}`,
    },
    {
      id: "jira",
      label: "Jira Cloud",
      detail: t("Worklogs on issues, by the minute"),
      urlPrompt: t("Address of your Jira site"),
      urlExample: "https://example.atlassian.net",
      tokenPrompt: `${t("API token of your Atlassian account.")} ${kept}`,
      fields: atlassian,
    },
    {
      id: "tempo",
      label: t("Jira Cloud with Tempo"),
      detail: t("Cases from Jira, worklogs to Tempo"),
      urlPrompt: t("Address of your Jira site"),
      urlExample: "https://example.atlassian.net",
      tokenPrompt: t(
        "API token of your Atlassian account, a space, and your Tempo API token. Both are kept in the editor's secret storage, each sent to its own service only",
      ),
      fields: atlassian,
    },
    {
      id: "harvest",
      label: "Harvest",
      detail: t("Time entries on projects and tasks"),
      urlPrompt: t("Address of Harvest's API"),
      urlExample: "https://api.harvestapp.com/v2",
      hasFixedUrl: true,
      tokenPrompt: `${t("Personal access token, from id.getharvest.com/developers.")} ${kept}`,
      fields: [{ id: "accountId", title: account, prompt: t("Harvest account number, shown beside the token") }],
    },
    {
      id: "gitlab",
      label: "GitLab",
      detail: t("Time spent on issues, gitlab.com or self-managed"),
      urlPrompt: t("Address of your GitLab"),
      urlExample: "https://gitlab.com",
      tokenPrompt: `${t("Personal access token with the scope api.")} ${kept}`,
    },
    {
      id: "rest",
      label: t("Caseclock billing API"),
      detail: t("Your own server with the API in docs/billing-api.yaml"),
      urlPrompt: t("Base URL of the billing system, with its version"),
      urlExample: "https://billing.example.com/v1",
      tokenPrompt: `${t("Token.")} ${kept}`,
    },
  ];
}

/** Ids of the built-in providers, as `package.json` lists them. */
export function providerIds(): readonly string[] {
  return [LOCAL_PROVIDER, ...serverProviders().map(({ id }) => id)];
}

/** Whether a value can be the id of a provider: a built-in one, or one of another extension (`publisher.name`). */
export function isProviderId(text: unknown): text is string {
  if (typeof text !== "string") return false;
  if (providerIds().includes(text)) return true;
  return /^[A-Za-z][\w-]{0,63}\.[\w-]{1,64}$/.test(text);
}
