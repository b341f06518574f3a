/** What the engineer, whose token the tests use, may do in a project or queue. */
export type Access = "log" | "read" | "comment" | "closed" | "no-time-tracking" | "none";

/** An issue or ticket. Its project is a customer. */
export interface SeedCase {
  readonly id: number;
  readonly subject: string;
  readonly project: string;
  readonly projectId: number;
  readonly status: string;
  readonly closed: boolean;
  /** A login. */
  readonly assignedTo: string | null;
  readonly access: Access;
}

interface SeedUser {
  readonly id: number;
  readonly login: string;
  readonly password: string;
  readonly token: string | null;
}

interface Seed {
  readonly version: string;
  readonly baseUrl: string;
  readonly token: string;
  /** The engineer's login and password. */
  readonly user: string;
  readonly password: string;
  readonly userId: number;
  readonly cases: readonly SeedCase[];
}

/** What `redmineSeed.rb` puts into a Redmine. */
export interface RedmineSeed extends Seed {
  readonly system: "redmine";
  readonly users: readonly (SeedUser & { readonly admin: boolean; readonly locked: boolean })[];
  readonly projects: readonly {
    readonly id: number;
    readonly identifier: string;
    readonly name: string;
    readonly access: Access;
  }[];
  readonly activities: readonly {
    readonly id: number;
    readonly name: string;
    readonly active: boolean;
    readonly isDefault: boolean;
  }[];
  /** An activity that a project does not have, by name and identifier. */
  readonly activityOffIn: { readonly activity: string; readonly project: string };
  /** Ids of the fields of a time entry. */
  readonly customFields: Readonly<Record<"externalId" | "start" | "end" | "billable", number>>;
  /** Id of an entry that the engineer sees and may not change. */
  readonly colleagueTimeEntry: number;
}

/** What `rtSeed.pl` puts into a Request Tracker. */
export interface RequestTrackerSeed extends Seed {
  readonly system: "rt";
  readonly restUrl: string;
  readonly users: readonly (SeedUser & { readonly disabled: boolean })[];
  readonly projects: readonly { readonly id: number; readonly name: string; readonly access: Access }[];
  readonly activities: readonly { readonly name: string }[];
  readonly customFields: Readonly<
    Record<
      "externalId" | "start" | "end" | "workedDate" | "activity" | "contract",
      { readonly id: number; readonly name: string; readonly on: "transaction" | "ticket" }
    >
  >;
}
