import * as v from "valibot";
import { t } from "../../../../base/text.ts";
import { parseLocalDate, seconds, type LocalDate } from "../../../../base/time.ts";
import type { Case } from "../../../../domain/cases/case.ts";
import { CaseclockError, toErrorMessage } from "../../../../domain/errors.ts";
import type { Connection } from "../../../../domain/log/events.ts";
import type { ApiAccount, ApiBillingProvider } from "../../../../ports/api.ts";
import type { BillingProvider, RemoteEntry, RemoteRecord, WriteResult } from "../../../../ports/billingProvider.ts";
import { readCases } from "../../cases/caseReader.ts";
import { tidy, type Peer } from "../shared/httpOutcome.ts";
import { withTimeout } from "./withTimeout.ts";
import { toWireEntry } from "../rest/wireEntry.ts";
import type { ApprovedEntry, Problem } from "../../../../domain/log/approvedEntry.ts";

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
const detail = v.string();
const resultSchema = v.variant("kind", [
  v.object({ kind: v.literal("written"), id: text, billedSeconds: v.exactOptional(count) }),
  v.object({ kind: v.literal("rejected"), detail }),
  v.object({ kind: v.literal("retryLater"), detail }),
  v.object({ kind: v.literal("unknown"), detail }),
]);

/** A billing system of another extension. Everything it returns is checked: it is not our code. */
export class RegisteredProvider implements BillingProvider {
  readonly connection: Connection;
  readonly unitSeconds: number;
  readonly correction = "replace";
  readonly settleMs = 60_000;
  private readonly provider: ApiBillingProvider;
  private readonly account: ApiAccount;
  private readonly peer: Peer;

  constructor(connection: Connection, provider: ApiBillingProvider, account: ApiAccount) {
    this.connection = connection;
    this.provider = provider;
    this.account = account;
    this.peer = toPeer(provider, account);
    this.unitSeconds = provider.unitSeconds;
  }

  async *listCases(signal: AbortSignal): AsyncIterable<readonly Case[]> {
    const seen = new Set<string>();
    const problems: string[] = [];
    const given = await this.ask(() => this.provider.listCases(this.account, signal), signal);
    if (Array.isArray(given)) {
      yield readable(() => offered(readCases(given, this.connection.id, seen, problems)));
      return;
    }
    const pages = readable(() => (given as AsyncIterable<readonly unknown[]>)[Symbol.asyncIterator]());
    for (;;) {
      const page = await this.ask(() => pages.next(), signal);
      const cases = readable(() => {
        if (page.done === true) return undefined;
        const value: unknown = page.value;
        if (!Array.isArray(value)) throw new Error("no list");
        return offered(readCases(value, this.connection.id, seen, problems));
      });
      if (cases === undefined) return;
      yield cases;
    }
  }

  async push(entry: ApprovedEntry, signal: AbortSignal): Promise<WriteResult> {
    if (signal.aborted) return makeNotSentResult();
    let given: unknown;
    try {
      given = await withTimeout((stop) => this.provider.push(this.account, toWireEntry(entry), stop), signal);
    } catch (error) {
      const kind = CaseclockError.is(error, "billing.cancelled") ? "cancelled" : "server";
      return { kind: "unknown", problem: this.problem(kind, toErrorMessage(error)) };
    }
    const result = parsed(resultSchema, given);
    if (result === undefined) {
      return {
        kind: "unknown",
        problem: this.problem("protocol", t("The provider did not report the outcome of the write.")),
      };
    }
    switch (result.kind) {
      case "written":
        return { kind: "written", remote: { ...toRemoteEntry(entry, result), revision: entry.revision } };
      case "rejected":
        return { kind: "rejected", problem: this.problem("validation", result.detail) };
      case "retryLater":
        return { kind: "retryLater", problem: this.problem("offline", result.detail), stop: false };
      case "unknown":
        return { kind: "unknown", problem: this.problem("server", result.detail) };
    }
  }

  async find(entry: ApprovedEntry, signal: AbortSignal): Promise<readonly RemoteEntry[]> {
    const given = await this.ask((stop) => this.provider.find(this.account, entry.externalId, stop), signal);
    const found = checked(foundSchema, given);
    return found
      .filter(({ externalId }) => externalId === entry.externalId)
      .map(({ revision, ...one }) => ({
        ...toRemoteEntry(entry, one),
        ...(revision === undefined ? {} : { revision }),
      }));
  }

  async *listRecords(from: LocalDate, to: LocalDate, signal: AbortSignal): AsyncIterable<readonly RemoteRecord[]> {
    if (this.provider.listEntries === undefined) {
      throw new CaseclockError("billing.rejected", t("{0} cannot list entries", this.provider.label));
    }
    const given = await this.ask((stop) => this.provider.listEntries?.(this.account, from, to, stop), signal);
    yield checked(listedSchema, given).flatMap(({ id, externalId, date, caseId, billedSeconds = 0, description }) => {
      const day = parseLocalDate(date);
      return day === undefined ? [] : [{ remoteId: id, key: externalId, day, caseId, billedSeconds, description }];
    });
  }

  listKeys({ externalId }: ApprovedEntry): readonly string[] {
    return [externalId];
  }

  /** @throws CaseclockError `billing.unanswered` | `billing.cancelled` | `billing.server` with what the provider has thrown */
  private async ask<T>(question: (stop: AbortSignal) => T, signal: AbortSignal): Promise<Awaited<T>> {
    try {
      return await withTimeout(question, signal);
    } catch (error) {
      if (CaseclockError.is(error, "billing.unanswered", "billing.cancelled")) throw error;
      throw new CaseclockError("billing.server", tidy(toErrorMessage(error), this.peer), { cause: error });
    }
  }

  private problem(kind: string, words: string): Problem {
    return { kind, detail: tidy(words, this.peer) || t("The provider gave no reason.") };
  }
}

/** An error may hold the headers of a request, and so the token. */
function toPeer({ label }: ApiBillingProvider, { token }: ApiAccount): Peer {
  return { host: label, redact: (words) => words.replaceAll(token, "•••") };
}

/** Before it was asked. */
function makeNotSentResult(): WriteResult {
  const problem = { kind: "cancelled", detail: t("Not sent: the sync was stopped.") };
  return { kind: "retryLater", problem, stop: false };
}

/** Tests an account of another extension's provider. @throws CaseclockError `billing.auth` with what it has thrown */
export async function testAccount(
  provider: ApiBillingProvider,
  account: ApiAccount,
  signal: AbortSignal,
  patienceMs?: number,
): Promise<Connection["account"]> {
  try {
    const given = await withTimeout((stop) => provider.whoAmI(account, stop), signal, patienceMs);
    const { id, name } = checked(identitySchema, given);
    return { id, name };
  } catch (error) {
    if (CaseclockError.is(error)) throw error;
    throw new CaseclockError("billing.auth", tidy(toErrorMessage(error), toPeer(provider, account)), { cause: error });
  }
}

/** The cases that can be worked on; an address is kept only if it is a web address. */
function offered(cases: readonly Case[]): readonly Case[] {
  return cases
    .filter(({ status }) => status === "open")
    .map(({ url, ...rest }) => ({ ...rest, ...(url !== undefined && /^https?:\/\//i.test(url) ? { url } : {}) }));
}

/** @throws CaseclockError `billing.protocol` */
function checked<S extends v.GenericSchema>(schema: S, given: unknown): v.InferOutput<S> {
  const value = parsed(schema, given);
  if (value === undefined) throw notOfTheApi();
  return value;
}

/** The value if it matches the schema. Reading another extension's value may run its code, which may throw. */
function parsed<S extends v.GenericSchema>(schema: S, given: unknown): v.InferOutput<S> | undefined {
  try {
    const result = v.safeParse(schema, given);
    return result.success ? result.output : undefined;
  } catch {
    return undefined; // an answer that cannot be read is none
  }
}

/** @throws CaseclockError `billing.protocol` with whatever the reading throws */
function readable<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw notOfTheApi(error);
  }
}

function notOfTheApi(cause?: unknown): CaseclockError {
  return new CaseclockError("billing.protocol", t("the provider returned what the API does not define"), { cause });
}

function toRemoteEntry(
  { externalId }: ApprovedEntry,
  { id, billedSeconds }: { readonly id: string; readonly billedSeconds?: number },
): RemoteEntry {
  return {
    externalId,
    remoteId: id,
    ...(billedSeconds === undefined ? {} : { billedSeconds: seconds(billedSeconds) }),
  };
}
