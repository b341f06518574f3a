/** The suite that every billing provider has to pass, against the systems themselves. */
import fs from "node:fs";
import { describe } from "vitest";
import { conformance } from "../contract/provider/conformance.ts";
import { forwardTo, serve } from "../contract/provider/fakes/server.ts";
import type { StoredRecord, SystemUnderTest } from "../contract/provider/systemUnderTest.ts";

/** What of `seed.json` is needed here. */
interface SeedFile {
  readonly baseUrl: string;
  readonly token: string;
  readonly userId: number;
  readonly cases: readonly {
    readonly id: number;
    readonly subject: string;
    readonly project: string;
    readonly closed: boolean;
    readonly assignedTo: string | null;
    readonly access: string;
  }[];
  readonly activities: readonly { readonly id?: number; readonly name: string; readonly isDefault?: boolean }[];
}

const redmine = seedOf("CASECLOCK_REDMINE");
const requestTracker = seedOf("CASECLOCK_RT");
let turn = 0;

describe.skipIf(redmine === undefined)("Redmine itself", () => {
  const can = { unitSeconds: 60, correction: "replace", isPerSpan: false, mostText: 1024 } as const;
  if (redmine !== undefined) {
    conformance("Redmine, with a field for the key", can, () => openRedmine(redmine, {}));
    conformance("Redmine, with the key in the comment", can, () => openRedmine(redmine, { keyField: "" }));
  }
});

describe.skipIf(requestTracker === undefined)("Request Tracker itself", () => {
  const can = { unitSeconds: 60, correction: "compensate", isPerSpan: false } as const;
  if (requestTracker !== undefined) {
    conformance("Request Tracker, with a field for the key", can, () => openRequestTracker(requestTracker, {}));
    conformance("Request Tracker, with the key in the subject", can, () =>
      openRequestTracker(requestTracker, { keyField: "" }),
    );
  }
});

async function openRedmine(seed: SeedFile, options: Readonly<Record<string, string>>): Promise<SystemUnderTest> {
  const theCase = nextCase(seed);
  const headers = { "X-Redmine-API-Key": seed.token, Connection: "close" };
  interface Entry {
    readonly id: number;
    readonly hours: number;
    readonly comments: string | null;
    readonly spent_on: string;
  }
  const all = async (): Promise<readonly StoredRecord[]> => {
    const entries: Entry[] = [];
    for (let offset = 0; ; offset += 100) {
      const path = `/time_entries.json?issue_id=${theCase.id}&limit=100&offset=${offset}&sort=id`;
      const answer = await fetch(seed.baseUrl + path, { headers });
      const page = (await answer.json()) as { time_entries: Entry[]; total_count: number };
      entries.push(...page.time_entries);
      if (entries.length >= page.total_count) break;
    }
    return entries
      .map(({ id, hours, comments, spent_on: day }) => ({
        id: `${id}`,
        seconds: Math.round(hours * 60) * 60,
        text: comments ?? "",
        day,
      }))
      .sort((a, b) => Number(a.id) - Number(b.id));
  };
  const activity = seed.activities.find(({ isDefault }) => isDefault === true)?.id;
  return opened("redmine", seed, theCase, all, {
    options,
    badToken: "f".repeat(40),
    key: `#${theCase.id}`,
    ...(activity === undefined ? {} : { activityId: `${activity}` }),
  });
}

async function openRequestTracker(seed: SeedFile, options: Readonly<Record<string, string>>): Promise<SystemUnderTest> {
  const theCase = nextCase(seed);
  const headers = { Authorization: `token ${seed.token}` };
  const read = async (path: string): Promise<unknown> =>
    (await fetch(`${seed.baseUrl}/REST/2.0${path}`, { headers })).json();
  const all = async (): Promise<readonly StoredRecord[]> => {
    const stored: StoredRecord[] = [];
    for (let page = 1; ; page += 1) {
      const query = new URLSearchParams({
        query: `TicketId = ${theCase.id} AND TimeTaken != 0`,
        fields: "TimeTaken",
        per_page: "100",
        page: `${page}`,
        orderby: "id",
      });
      const { items } = (await read(`/transactions?${query.toString()}`)) as {
        items: { id: string; TimeTaken: string }[];
      };
      if (items.length === 0) return stored;
      for (const { id, TimeTaken } of items) {
        stored.push({ id, seconds: Number(TimeTaken) * 60, text: "" });
      }
    }
  };
  const withText = async (record: StoredRecord): Promise<StoredRecord> => {
    const { items } = (await read(`/transaction/${record.id}/attachments`)) as { items: { id: string }[] };
    const { Content } = (await read(`/attachment/${items[0]?.id ?? ""}`)) as { Content: string };
    return {
      ...record,
      text: Buffer.from(Content.replace(/\s/g, ""), "base64").toString("utf8").replaceAll("\r\n", "\n"),
    };
  };
  return opened("requestTracker", seed, theCase, all, {
    options,
    badToken: `1-${seed.userId}-${"f".repeat(32)}`,
    key: `#${theCase.id}`,
    withText,
  });
}

/** A case on which the engineer may book, another one each time: then few records are on each. */
function nextCase({ cases }: SeedFile): SeedFile["cases"][number] {
  const usable = cases.filter((one) => one.access === "log" && !one.closed && one.assignedTo === "engineer");
  turn += 1;
  const found = usable[turn % usable.length];
  if (found === undefined) throw new Error("the seed has no case to book on");
  return found;
}

/** A running system behind a proxy that can lose answers; what is stored there already is not looked at. */
async function opened(
  provider: string,
  seed: SeedFile,
  theCase: SeedFile["cases"][number],
  all: () => Promise<readonly StoredRecord[]>,
  more: Pick<SystemUnderTest, "options" | "badToken" | "activityId"> & {
    readonly key: string;
    readonly withText?: (record: StoredRecord) => Promise<StoredRecord>;
  },
): Promise<SystemUnderTest> {
  const { key, withText = (record) => Promise.resolve(record), ...rest } = more;
  const { token, baseUrl: url, cases, userId } = seed;
  const server = await serve(forwardTo(url));
  const old = new Set((await all()).map(({ id }) => id));
  const closed = cases.find((one) => one.closed);
  const hidden = cases.find(({ access }) => access === "none");
  const unlisted = cases.find(({ subject }) => subject === "Onboard the new IT lead");
  const done = cases.find(({ subject }) => subject === "Restore last Friday's share");
  if (unlisted === undefined || done === undefined) throw new Error("the seed has no cases to search for");
  const number = `${unlisted.id}`;
  return {
    provider,
    url: server.url,
    token,
    ...rest,
    search: {
      unlisted: { id: number, key: `#${number}`, title: unlisted.subject, customer: unlisted.project },
      keys: [number, `#${number}`],
      words: "lead onboard",
      closed: { id: `${done.id}`, keys: [`${done.id}`, `#${done.id}`, "Friday's"], words: "restore share" },
    },
    account: { id: `${userId}` },
    openCase: { id: `${theCase.id}`, key, title: theCase.subject, customer: theCase.project },
    ...(closed === undefined ? {} : { closedCaseId: `${closed.id}` }),
    refusing: { missing: "99999", ...(hidden === undefined ? {} : { hidden: `${hidden.id}` }) },
    server,
    stored: async () => Promise.all((await all()).filter(({ id }) => !old.has(id)).map(withText)),
    close: () => server.close(),
  };
}

function seedOf(variable: string): SeedFile | undefined {
  const file = process.env[variable];
  return file === undefined ? undefined : (JSON.parse(fs.readFileSync(file, "utf8")) as SeedFile);
}
