/** The wire's shapes, as `docs/billing-api.yaml` has them. All amounts are whole seconds. */
export interface Contract {
  readonly incrementSeconds?: number;
  readonly rounding?: "none" | "up" | "nearest" | "down";
  readonly minimumSeconds?: number;
  readonly budgetSeconds?: number;
  readonly usedSeconds?: number;
  readonly billable?: boolean;
  readonly idleSeconds?: number;
  readonly agentTimeBillable?: boolean;
}

/** A case with its customer and contract. */
export interface BillingCase {
  readonly id: string;
  readonly key: string;
  readonly title: string;
  readonly status: "open" | "closed";
  readonly customer: { readonly id: string; readonly name: string };
  readonly url?: string;
  readonly activities?: readonly { readonly id: string; readonly name: string; readonly billable?: boolean }[];
  readonly contract?: Contract;
}

/** What a time entry is made of, as far as it was shared. */
export interface Evidence {
  readonly commits: readonly { readonly sha: string; readonly subject: string; readonly repository?: string }[];
  readonly files?: readonly string[];
  readonly branches?: readonly string[];
  readonly spans?: readonly {
    readonly start: string;
    readonly end: string;
    readonly observedSeconds?: number;
    readonly bridgedSeconds?: number;
  }[];
}

/** A time entry as a client sends it. */
export interface TimeEntryInput {
  readonly externalId: string;
  readonly revision: number;
  readonly caseId: string;
  readonly caseKey: string;
  readonly start?: string;
  readonly end?: string;
  readonly date: string;
  readonly timeZone: string;
  readonly observedSeconds: number;
  readonly bridgedSeconds: number;
  readonly declaredSeconds: number;
  readonly agentSeconds: number;
  readonly writtenDownSeconds: number;
  readonly writeDownReason?: string;
  readonly billableSeconds: number;
  readonly billedSeconds: number;
  readonly activityId?: string;
  readonly description: string;
  readonly evidence?: Evidence;
}

/** A time entry as the endpoint stored it. */
export interface TimeEntry extends TimeEntryInput {
  readonly id: string;
}
