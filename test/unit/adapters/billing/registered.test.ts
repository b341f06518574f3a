import { beforeEach, describe, expect, it } from "vitest";
import { createBillingProviders } from "../../../../src/adapters/node/billing/providers.ts";
import { CaseclockError } from "../../../../src/domain/errors.ts";
import type {
  ApiAccount,
  ApiBillingProvider,
  ApiCase,
  ApiTimeEntry,
  ApiWriteResult,
} from "../../../../src/ports/api.ts";
import type { BillingProvider, BillingProviders } from "../../../../src/ports/billingProvider.ts";
import { aConnection, anEntry } from "../../../support/builders.ts";
import { MemoryLogger } from "../../../support/logger.ts";

const NEVER = new AbortController().signal;
const CASE: ApiCase = {
  id: "7",
  key: "ACME-7",
  title: "Importer",
  customer: { id: "1", name: "Acme" },
  status: "open",
};

/** A billing system as another extension may write it. */
class Foreign implements ApiBillingProvider {
  readonly id = "acme.billing";
  readonly label = "Acme Billing";
  readonly unitSeconds = 900;
  readonly accounts: ApiAccount[] = [];
  readonly pushed: ApiTimeEntry[] = [];
  answer: unknown = { kind: "written", id: "r-1", billedSeconds: 900 } satisfies ApiWriteResult;
  cases: unknown = [CASE];
  found: unknown = [];
  me: unknown = { id: "u-1", name: "Ann", extra: true };

  private tell<T>(account: ApiAccount, given: unknown): Promise<T> {
    this.accounts.push(account);
    if (given instanceof Error) return Promise.reject(given);
    return Promise.resolve(given as T);
  }

  whoAmI(account: ApiAccount): Promise<{ id: string; name: string }> {
    return this.tell(account, this.me);
  }

  listCases(account: ApiAccount): Promise<readonly ApiCase[]> {
    return this.tell(account, this.cases);
  }

  push(account: ApiAccount, entry: ApiTimeEntry): Promise<ApiWriteResult> {
    this.pushed.push(entry);
    return this.tell(account, this.answer);
  }

  find(account: ApiAccount): Promise<readonly { id: string; externalId: string }[]> {
    return this.tell(account, this.found);
  }
}

let foreign: Foreign;
let providers: BillingProviders;
let provider: BillingProvider;

beforeEach(async () => {
  foreign = new Foreign();
  const secrets = {
    tokenFor: () => Promise.resolve("secret-token"),
    storeToken: () => Promise.resolve(true),
    deleteToken: () => Promise.resolve(),
  };
  providers = createBillingProviders(secrets, new MemoryLogger(), new Map([[foreign.id, foreign]]));
  provider = await providers.open(aConnection({ provider: foreign.id }));
});

const codeOf = async (attempt: Promise<unknown>): Promise<string> => {
  const error: unknown = await attempt.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return CaseclockError.is(error) ? error.code : "none";
};
const probe = (id = foreign.id) =>
  providers.probe({ provider: id, url: "https://acme.example/", token: " token-1\n", options: {} });

describe("a billing provider of another extension", () => {
  it("is asked whom an account belongs to", async () => {
    expect((await probe()).account).toEqual({ id: "u-1", name: "Ann" });
    expect(foreign.accounts).toEqual([{ url: "https://acme.example", token: "token-1" }]);
  });

  it.each([
    ["throws", new Error("no such account"), "billing.auth"],
    ["gives nonsense", { id: "" }, "billing.protocol"],
  ])("that %s then cannot be connected", async (_, me, code) => {
    foreign.me = me;
    expect(await codeOf(probe())).toBe(code);
  });

  it("that is not there is told, and nothing is sent elsewhere", async () => {
    expect(await codeOf(probe("other.billing"))).toBe("billing.noProvider");
    expect(await codeOf(providers.open(aConnection({ provider: "other.billing" })))).toBe("billing.noProvider");
  });

  it("gives its unit and its cases, and those that cannot be used are left out", async () => {
    foreign.cases = [CASE, { ...CASE, id: "8", key: "" }, "nonsense"];
    const cases = [];
    for await (const page of provider.listCases(NEVER)) cases.push(...page);
    expect(provider.unitSeconds).toBe(900);
    expect(cases).toMatchObject([{ key: "ACME-7", ref: { source: "connection-1", id: "7" } }]);
  });

  it("may give its cases page by page", async () => {
    foreign.cases = (async function* () {
      yield await Promise.resolve([CASE]);
      yield [{ ...CASE, id: "8", key: "ACME-8" }];
    })();
    const keys = [];
    for await (const page of provider.listCases(NEVER)) keys.push(...page.map(({ key }) => key));
    expect(keys).toEqual(["ACME-7", "ACME-8"]);
  });

  it("is given the entry as the API's document has it", async () => {
    const entry = anEntry("entry-1");
    expect(await provider.push(entry, NEVER)).toEqual({
      kind: "written",
      remote: { externalId: entry.externalId, remoteId: "r-1", billedSeconds: 900, revision: 1 },
    });
    expect(foreign.pushed).toMatchObject([{ externalId: entry.externalId, revision: 1, date: "2026-03-10" }]);
  });

  it.each<[string, unknown, string]>([
    ["refused", { kind: "rejected", detail: "closed" }, "rejected"],
    ["certainly not written", { kind: "retryLater", detail: "offline" }, "retryLater"],
    ["perhaps written", { kind: "unknown", detail: "cut off" }, "unknown"],
    ["thrown", new Error("bang"), "unknown"],
    ["nothing", undefined, "unknown"],
    ["nonsense", { kind: "done" }, "unknown"],
    ["written as what has no id", { kind: "written" }, "unknown"],
  ])("whose answer is %s leaves the entry as certain as that is", async (_, answer, kind) => {
    foreign.answer = answer;
    expect(await provider.push(anEntry("entry-1"), NEVER)).toMatchObject({
      kind,
      problem: { detail: expect.stringMatching(/\S/) as string },
    });
  });

  it("is asked by the key, and what has another one does not count", async () => {
    const entry = anEntry("entry-1");
    foreign.found = [
      { id: "r-1", externalId: entry.externalId },
      { id: "r-2", externalId: "another" },
    ];
    expect(await provider.find(entry, NEVER)).toEqual([{ externalId: entry.externalId, remoteId: "r-1" }]);
    foreign.found = new Error("bang");
    expect(await codeOf(provider.find(entry, NEVER))).toBe("billing.server");
    foreign.found = "nonsense";
    expect(await codeOf(provider.find(entry, NEVER))).toBe("billing.protocol");
  });

  it("without a list of entries cannot be compared with", async () => {
    const list = provider.listRecords(anEntry("e").day, anEntry("e").day, NEVER)[Symbol.asyncIterator]();
    expect(await codeOf(list.next())).toBe("billing.rejected");
  });
});
