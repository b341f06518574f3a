/** A billing system that a person can choose. */
export interface ProviderDescription {
  /** As in the setting `caseclock.billing.provider`. */
  readonly id: string;
  readonly label: string;
  readonly detail: string;
  readonly urlPrompt: string;
  /** Shown in the empty box; taken as it is where the system has one address only. */
  readonly urlExample: string;
  readonly hasFixedUrl?: boolean;
  readonly tokenPrompt: string;
  /** Asked before the token; not secret. */
  readonly fields?: readonly { readonly id: string; readonly title: string; readonly prompt: string }[];
}

/** Files in a folder: the one provider without a server. */
export const LOCAL_PROVIDER = "local";

const KEPT = "It is kept in the editor's secret storage and sent to this address only";

/** The servers that Caseclock speaks to, in the order they are offered. `package.json` lists the same ids. */
export const SERVER_PROVIDERS: readonly ProviderDescription[] = [
  {
    id: "redmine",
    label: "Redmine",
    detail: "Time entries on issues, by the minute",
    urlPrompt: "Address of the Redmine, without a path to a project",
    urlExample: "https://redmine.example.com",
    tokenPrompt: `API access key, from "My account". ${KEPT}`,
  },
  {
    id: "requestTracker",
    label: "Request Tracker",
    detail: "Time worked, as comments on tickets, by the minute (REST 2)",
    urlPrompt: "Address of the Request Tracker, without /REST/2.0",
    urlExample: "https://rt.example.com",
    tokenPrompt: `Auth token, from "Logged in as › Settings › Auth Tokens". ${KEPT}`,
  },
  {
    id: "kimai",
    label: "Kimai",
    detail: "Timesheet records on projects, from begin to end",
    urlPrompt: "Address of the Kimai, without /api",
    urlExample: "https://kimai.example.com",
    tokenPrompt: `API access token, from your profile's "API access". ${KEPT}`,
  },
  {
    id: "jira",
    label: "Jira Cloud",
    detail: "Worklogs on issues, by the minute",
    urlPrompt: "Address of the Jira site",
    urlExample: "https://example.atlassian.net",
    tokenPrompt: `API token of your Atlassian account. ${KEPT}`,
    fields: [{ id: "email", title: "Account", prompt: "E-mail address of the Atlassian account that the token is of" }],
  },
  {
    id: "tempo",
    label: "Jira Cloud with Tempo",
    detail: "Cases from Jira, worklogs to Tempo",
    urlPrompt: "Address of the Jira site",
    urlExample: "https://example.atlassian.net",
    tokenPrompt: `API token of your Atlassian account, a space, and your Tempo API token. Both are kept in the editor's secret storage, each sent to its own service only`,
    fields: [{ id: "email", title: "Account", prompt: "E-mail address of the Atlassian account that the token is of" }],
  },
  {
    id: "harvest",
    label: "Harvest",
    detail: "Time entries on projects and tasks",
    urlPrompt: "Address of Harvest's API",
    urlExample: "https://api.harvestapp.com/v2",
    hasFixedUrl: true,
    tokenPrompt: `Personal access token, from id.getharvest.com/developers. ${KEPT}`,
    fields: [{ id: "accountId", title: "Account", prompt: "Number of the Harvest account, shown beside the token" }],
  },
  {
    id: "gitlab",
    label: "GitLab",
    detail: "Time spent on issues, gitlab.com or self-managed",
    urlPrompt: "Address of the GitLab",
    urlExample: "https://gitlab.com",
    tokenPrompt: `Personal access token with the scope api. ${KEPT}`,
  },
  {
    id: "rest",
    label: "Caseclock billing API",
    detail: "A server of one's own with the API of docs/billing-api.yaml",
    urlPrompt: "Base URL of the billing system, with its version",
    urlExample: "https://billing.example.com/v1",
    tokenPrompt: `Token. ${KEPT}`,
  },
];

/** Whether a text can be the id of a provider: one of the above, or one that another extension brings (`publisher.name`). */
export function isProviderId(text: unknown): text is string {
  if (typeof text !== "string") return false;
  if (text === LOCAL_PROVIDER || SERVER_PROVIDERS.some(({ id }) => id === text)) return true;
  return /^[A-Za-z][\w-]{0,63}\.[\w-]{1,64}$/.test(text);
}
