import { expect } from "vitest";
import { createBillingProviders } from "../../../src/adapters/node/billing/providers.ts";
import { seconds } from "../../../src/base/time.ts";
import type { Case } from "../../../src/domain/cases/case.ts";
import type {
  BillingProvider,
  BillingProviders,
  ConnectionProbe,
  RemoteEntry,
  WriteResult,
} from "../../../src/ports/billingProvider.ts";
import { anEntry, at, must } from "../../support/builders.ts";
import { MemoryLogger } from "../../support/logger.ts";
import type { Faults, FaultyServer } from "./fakes/server.ts";
import type { SystemUnderTest } from "./systemUnderTest.ts";
import type { Receipt } from "../../../src/domain/entries/delivery.ts";
import type { ApprovedEntry } from "../../../src/domain/log/approvedEntry.ts";

export const NEVER = new AbortController().signal;
export const DAY = "2026-03-10";
/** What a proxy or a session that is over answers to anything. */
export const LOGIN_PAGE = {
  status: 200,
  headers: { "Content-Type": "text/html" },
  text: "<html><form>Please log in</form></html>",
};

let counter = 0;

/** A provider that is connected to a system under test, with what is booked there. */
export class Bench {
  readonly system: SystemUnderTest;
  readonly logger = new MemoryLogger();
  /** Another one each time, also in a later run against a system that stays. */
  readonly key: string;
  private opened: BillingProvider | undefined;

  private constructor(system: SystemUnderTest) {
    this.system = system;
    counter += 1;
    const now = Date.now().toString(16).padStart(12, "0").slice(-8);
    this.key = `${now}-40d5-43dd-bc93-6894a57f${String(counter).padStart(4, "0")}`;
  }

  static async open(system: SystemUnderTest): Promise<Bench> {
    const bench = new Bench(system);
    bench.opened = await bench.connect();
    return bench;
  }

  get provider(): BillingProvider {
    return must(this.opened);
  }

  /** The server of a system that is reached by requests. */
  get server(): FaultyServer {
    return must(this.system.server);
  }

  /** What makes the next requests, or calls of functions, go wrong. */
  get faults(): Faults {
    return must(this.system.server ?? this.system.functions);
  }

  async close(): Promise<void> {
    await this.system.close();
    for (const secret of this.system.token.split(/\s+/).filter(Boolean))
      expect(this.logger.lines.join("\n")).not.toContain(secret);
  }

  /** As the connect form asks about an address and a token. */
  probe(token = this.system.token): Promise<ConnectionProbe> {
    const { url, options, provider } = this.system;
    return this.providers(token).probe({ provider, url, token, options });
  }

  /** The open case as `listCases` would give it. */
  get case(): Case {
    const { id, key, title, customer } = this.system.openCase;
    const ref = { source: "connection-1", id };
    return { ref, key, title, customer: { id: customer, name: customer }, status: "open" };
  }

  /** One hour in one piece, unless `more` says otherwise. */
  entry(more: Partial<ApprovedEntry> = {}): ApprovedEntry {
    const { activityId } = this.system;
    return anEntry("entry-1", {
      externalId: this.key,
      case: this.case,
      start: at("09:00"),
      end: at("10:00"),
      description: "Fixed the importer",
      ...(activityId === undefined ? {} : { activityId }),
      ...more,
    });
  }

  /** 30, 15 and 45 minutes with pauses between them. */
  inPieces(more: Partial<ApprovedEntry> = {}): ApprovedEntry {
    const intervals = [
      { start: at("09:00"), end: at("09:30") },
      { start: at("11:00"), end: at("11:15") },
      { start: at("13:00"), end: at("13:45") },
    ];
    return this.entry({ end: at("13:45"), intervals, ...more });
  }

  /** The second revision, of so many minutes. */
  revision(minutes: number, more: Partial<ApprovedEntry> = {}): ApprovedEntry {
    const start = at("09:00");
    const end = (start + minutes * 60_000) as typeof start;
    const intervals = minutes === 0 ? [] : [{ start, end }];
    return this.entry({ revision: 2, end, intervals, billedSeconds: seconds(minutes * 60), ...more });
  }

  push(sent: ApprovedEntry, attempts = 0): Promise<WriteResult> {
    return this.provider.push(sent, NEVER, { attempts });
  }

  correct(correction: ApprovedEntry, before: Receipt, attempts = 0): Promise<WriteResult> {
    return this.provider.push(correction, NEVER, { attempts, before });
  }

  /** Pushes, and gives what the ledger keeps of it. */
  async receipt(sent: ApprovedEntry, before?: Receipt): Promise<Receipt> {
    const result = await (before === undefined ? this.push(sent) : this.correct(sent, before));
    return { remoteId: written(result).remoteId, revision: sent.revision, billedSeconds: sent.billedSeconds };
  }

  find(sent: ApprovedEntry, before?: Receipt): Promise<readonly RemoteEntry[]> {
    return this.provider.find(sent, NEVER, before);
  }

  /** Seconds of each record on the open case. */
  async lengths(): Promise<readonly number[]> {
    return (await this.system.stored()).map((one) => one.seconds);
  }

  async sum(): Promise<number> {
    return (await this.lengths()).reduce((total, one) => total + one, 0);
  }

  private providers(token: string): BillingProviders {
    const secrets = {
      tokenFor: () => Promise.resolve(token),
      storeToken: () => Promise.resolve(true),
      deleteToken: () => Promise.resolve(),
    };
    const { registered } = this.system;
    return createBillingProviders(secrets, this.logger, new Map(registered ? [[registered.id, registered]] : []));
  }

  private async connect(): Promise<BillingProvider> {
    const { url, token, options: given, provider } = this.system;
    const { account, options: found, questions } = await this.probe();
    const fallbacks = questions.flatMap(({ id, fallback }) => (fallback === undefined ? [] : [[id, fallback]]));
    const options = { ...(Object.fromEntries(fallbacks) as Record<string, string>), ...found, ...given };
    return this.providers(token).open({ id: "connection-1", provider, url, account, options });
  }
}

/** What a write that has to have succeeded became. */
export function written(result: WriteResult): RemoteEntry {
  expect(result).toMatchObject({ kind: "written" });
  return must(result.kind === "written" ? result.remote : undefined);
}
