import * as v from "valibot";
import { parseLocalDate, seconds, type LocalDate } from "../../../base/time.ts";
import type { Case } from "../../../domain/caseRef.ts";
import { CaseclockError, messageOf } from "../../../domain/errors.ts";
import type { Connection } from "../../../domain/events.ts";
import type { ApprovedEntry, Problem } from "../../../domain/timeEntry.ts";
import type { ApiAccount, ApiBillingProvider } from "../../../ports/api.ts";
import type { BillingProvider, RemoteEntry, RemoteRecord, WriteResult } from "../../../ports/billingProvider.ts";
import { readCases } from "../caseReader.ts";
import { toWireEntry } from "./wireEntry.ts";

const text = v.pipe(v.string(), v.minLength(1), v.maxLength(1_000));
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const identitySchema = v.object({ id: text, name: v.string() });
const remote = {
  id: text,
  externalId: v.string(),
  revision: v.exactOptional(count),
  billedSeconds: v.exactOptional(count),
};
const foundSchema = v.array(v.object(remote));
const listedSchema = v.array(v.object({ ...remote, date: v.string(), caseId: v.string(), description: v.string() }));
const detail = v.pipe(
  v.string(),
  v.transform((words) => words.slice(0, 1_000)),
);
const resultSchema = v.variant("kind", [
  v.object({ kind: v.literal("written"), id: text, billedSeconds: v.exactOptional(count) }),
  v.object({ kind: v.literal("rejected"), detail }),
  v.object({ kind: v.literal("retryLater"), detail }),
  v.object({ kind: v.literal("unknown"), detail }),
]);

/** A billing system of another extension. Whatever it gives is checked: it is not our code. */
export class RegisteredProvider implements BillingProvider {
  readonly connection: Connection;
  readonly unitSeconds: number;
  readonly correction = "replace";
  readonly settleMs = 60_000;
  private readonly provider: ApiBillingProvider;
  private readonly account: ApiAccount;

  constructor(connection: Connection, provider: ApiBillingProvider, account: ApiAccount) {
    this.connection = connection;
    this.provider = provider;
    this.account = account;
    this.unitSeconds = provider.unitSeconds;
  }

  async *listCases(signal: AbortSignal): AsyncIterable<readonly Case[]> {
    const seen = new Set<string>();
    const problems: string[] = [];
    const given = await this.ask(() => this.provider.listCases(this.account, signal));
    if (Array.isArray(given)) {
      yield readCases(given, this.connection.id, seen, problems);
      return;
    }
    const pages = (given as AsyncIterable<readonly unknown[]>)[Symbol.asyncIterator]();
    for (;;) {
      const page = await this.ask(() => pages.next());
      if (page.done === true) return;
      const value: unknown = page.value;
      if (!Array.isArray(value))
        throw new CaseclockError("billing.protocol", "it gave something that is no list of cases");
      yield readCases(value, this.connection.id, seen, problems);
    }
  }

  async push(entry: ApprovedEntry, signal: AbortSignal): Promise<WriteResult> {
    let given: unknown;
    try {
      given = await this.provider.push(this.account, toWireEntry(entry), signal);
    } catch (error) {
      return { kind: "unknown", problem: problem("server", messageOf(error)) };
    }
    const parsed = v.safeParse(resultSchema, given);
    if (!parsed.success) {
      return { kind: "unknown", problem: problem("protocol", "The provider did not say how the write ended.") };
    }
    const result = parsed.output;
    switch (result.kind) {
      case "written":
        return { kind: "written", remote: remoteOf(entry, result) };
      case "rejected":
        return { kind: "rejected", problem: problem("validation", result.detail) };
      case "retryLater":
        return { kind: "retryLater", problem: problem("offline", result.detail), stop: false };
      case "unknown":
        return { kind: "unknown", problem: problem("server", result.detail) };
    }
  }

  async find(entry: ApprovedEntry, signal: AbortSignal): Promise<readonly RemoteEntry[]> {
    const given = await this.ask(() => this.provider.find(this.account, entry.externalId, signal));
    const found = checked(foundSchema, given);
    return found
      .filter(({ externalId }) => externalId === entry.externalId)
      .map(({ revision, ...one }) => ({ ...remoteOf(entry, one), ...(revision === undefined ? {} : { revision }) }));
  }

  async *listRecords(from: LocalDate, to: LocalDate, signal: AbortSignal): AsyncIterable<readonly RemoteRecord[]> {
    if (this.provider.listEntries === undefined) {
      throw new CaseclockError("billing.rejected", `${this.provider.label} gives no list of entries`);
    }
    const given = await this.ask(() => this.provider.listEntries?.(this.account, from, to, signal));
    yield checked(listedSchema, given).flatMap(({ id, externalId, date, caseId, billedSeconds = 0, description }) => {
      const day = parseLocalDate(date);
      return day === undefined ? [] : [{ remoteId: id, key: externalId, day, caseId, billedSeconds, description }];
    });
  }

  keysOf({ externalId }: ApprovedEntry): readonly string[] {
    return [externalId];
  }

  /** @throws CaseclockError `billing.server` with what the provider has thrown */
  private async ask<T>(question: () => T): Promise<Awaited<T>> {
    try {
      return await question();
    } catch (error) {
      throw new CaseclockError("billing.server", messageOf(error), { cause: error });
    }
  }
}

/** Tests an account of another extension's provider. @throws CaseclockError `billing.auth` with what it has thrown */
export async function whoIsThere(
  provider: ApiBillingProvider,
  account: ApiAccount,
  signal: AbortSignal,
): Promise<Connection["account"]> {
  try {
    const { id, name } = checked(identitySchema, await provider.whoAmI(account, signal));
    return { id, name };
  } catch (error) {
    if (CaseclockError.is(error)) throw error;
    throw new CaseclockError("billing.auth", messageOf(error), { cause: error });
  }
}

function checked<S extends v.GenericSchema>(schema: S, given: unknown): v.InferOutput<S> {
  const parsed = v.safeParse(schema, given);
  if (!parsed.success) throw new CaseclockError("billing.protocol", "the provider gave what the API does not have");
  return parsed.output;
}

function problem(kind: string, words: string): Problem {
  return { kind, detail: words };
}

function remoteOf(
  { externalId }: ApprovedEntry,
  { id, billedSeconds }: { readonly id: string; readonly billedSeconds?: number },
): RemoteEntry {
  return {
    externalId,
    remoteId: id,
    ...(billedSeconds === undefined ? {} : { billedSeconds: seconds(billedSeconds) }),
  };
}
