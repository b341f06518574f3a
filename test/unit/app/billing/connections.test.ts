import { beforeEach, describe, expect, it } from "vitest";
import { CaseDirectory } from "../../../../src/app/cases/caseDirectory.ts";
import { connectBilling, disconnectBilling, type ConnectContext } from "../../../../src/app/billing/connectBilling.ts";
import { Emitter } from "../../../../src/base/emitter.ts";
import { HANDMADE_SOURCE, type Case } from "../../../../src/domain/cases/case.ts";
import { CaseclockError } from "../../../../src/domain/errors.ts";
import type { Secrets } from "../../../../src/ports/secrets.ts";
import { parseSettings, type SettingKey, type SettingsSource } from "../../../../src/ports/settings.ts";
import { aCase, aConnection, at, must, TREE } from "../../../support/builders.ts";
import { FakeBilling, FakeProviders } from "../../../support/fakeBilling.ts";
import { ManualClock } from "../../../support/manualClock.ts";
import { settle, TestWindow } from "../../../support/memoryEventLog.ts";

class FakeSecrets implements Secrets {
  readonly tokens = new Map<string, string>();
  hasKeyring = true;

  async tokenFor(connectionId: string, url: string): Promise<string | undefined> {
    return Promise.resolve(this.tokens.get(`${connectionId} ${url}`));
  }

  async storeToken(connectionId: string, url: string, token: string): Promise<boolean> {
    this.tokens.set(`${connectionId} ${url}`, token);
    return Promise.resolve(this.hasKeyring);
  }

  async deleteToken(connectionId: string): Promise<void> {
    for (const name of this.tokens.keys()) if (name.startsWith(`${connectionId} `)) this.tokens.delete(name);
    return Promise.resolve();
  }
}

class FakeSettings implements SettingsSource {
  readonly written: Partial<Record<SettingKey, string>>[] = [];
  readonly onDidChange = new Emitter<void>().event;
  readonly current = () => parseSettings(() => undefined);

  async write(values: Partial<Record<SettingKey, string>>): Promise<void> {
    this.written.push(values);
    return Promise.resolve();
  }
}

let clock: ManualClock;
let window: TestWindow;
let billing: FakeBilling;
let providers: FakeProviders;
let secrets: FakeSecrets;
let settings: FakeSettings;
let context: ConnectContext;

beforeEach(() => {
  clock = new ManualClock("12:00");
  window = new TestWindow(clock);
  billing = new FakeBilling();
  providers = new FakeProviders(billing);
  secrets = new FakeSecrets();
  settings = new FakeSettings();
  context = { journal: window.journal, providers, secrets, settings };
});

describe("connecting", () => {
  it("asks who we are, keeps the token for that address, and makes the connection the active one", async () => {
    const { connection, tokenIsKept } = await connectBilling(context, "rest", " https://B.example/api/ ", "token");
    expect(connection).toEqual({
      id: connection.id,
      provider: "rest",
      url: "https://b.example/api",
      account: { id: "account-1", name: "Ann" },
    });
    expect(tokenIsKept).toBe(true);
    expect(providers.asked).toEqual(["rest https://b.example/api token"]);
    expect([...secrets.tokens]).toEqual([[`${connection.id} https://b.example/api`, "token"]]);
    expect(settings.written).toEqual([{ "billing.provider": "rest", "billing.url": "https://b.example/api" }]);
    expect(window.view.ledger.connection).toEqual(connection);
    expect(JSON.stringify(window.store.events)).not.toContain("token");
  });

  it("gives two windows that connect for the first time at the same moment one connection", async () => {
    const other = window.beside("window-2");
    const [one, two] = await Promise.all([
      connectBilling(context, "rest", "https://b.example", "token"),
      connectBilling({ ...context, journal: other.journal }, "rest", "https://b.example", "token"),
    ]);
    expect(two.connection.id).toBe(one.connection.id);
    await window.view.catchUp();
    expect([...window.view.ledger.connections.keys()]).toEqual([one.connection.id]);
    expect([...secrets.tokens.keys()]).toEqual([`${one.connection.id} https://b.example`]);
  });

  it("says when the token will be gone after a restart", async () => {
    secrets.hasKeyring = false;
    expect((await connectBilling(context, "rest", "https://b.example", "token")).tokenIsKept).toBe(false);
  });

  it("to the same address and account is the same connection, to another of either is another", async () => {
    const url = "https://b.example";
    const first = (await connectBilling(context, "rest", url, "token")).connection;
    await disconnectBilling(context);
    const again = (await connectBilling(context, "rest", `${url}/`, "other token")).connection;
    expect(again.id).toBe(first.id);
    const elsewhere = (await connectBilling(context, "rest", `${url}/v2`, "token")).connection;
    providers.account = { id: "account-2", name: "Bob" };
    const asBob = (await connectBilling(context, "rest", url, "token")).connection;
    expect(new Set([first.id, elsewhere.id, asBob.id]).size).toBe(3);
  });

  it.each<[string, Parameters<typeof connectBilling>, string]>([
    ["no token", ["rest", "https://b.example", undefined] as never, "billing.auth"],
    ["an empty token", ["rest", "https://b.example", "  "] as never, "billing.auth"],
    ["http", ["rest", "http://b.example", "token"] as never, "billing.insecureUrl"],
    ["no URL", ["rest", "b.example", "token"] as never, "billing.urlInvalid"],
  ])("with %s asks nobody and changes nothing", async (_name, call, code) => {
    const [provider, url, token] = call as unknown as ["rest", string, string | undefined];
    await expect(connectBilling(context, provider, url, token)).rejects.toMatchObject({ code });
    expect({
      asked: providers.asked,
      written: settings.written,
      tokens: [...secrets.tokens],
      events: window.store.events,
    }).toEqual({ asked: [], written: [], tokens: [], events: [] });
  });

  it("that does not work changes nothing", async () => {
    await connectBilling(context, "rest", "https://b.example", "token");
    const before = [...window.store.events];
    providers.failure = "billing.auth";
    await expect(connectBilling(context, "rest", "https://c.example", "bad")).rejects.toMatchObject({
      code: "billing.auth",
    });
    expect(window.store.events).toEqual(before);
    expect(settings.written).toHaveLength(1);
    expect([...secrets.tokens.values()]).toEqual(["token"]);
  });

  it("to a folder needs no token and leaves its address as it is", async () => {
    const { connection, tokenIsKept } = await connectBilling(context, "local", "file:///home/a/Zeit%20A/", undefined);
    expect({ url: connection.url, tokenIsKept, tokensCount: secrets.tokens.size }).toEqual({
      url: "file:///home/a/Zeit%20A/",
      tokenIsKept: true,
      tokensCount: 0,
    });
  });

  it("ends with the token's", async () => {
    await disconnectBilling(context); // there is none: nothing happens
    expect(window.store.events).toEqual([]);
    await connectBilling(context, "rest", "https://b.example", "token");
    await disconnectBilling(context);
    expect(secrets.tokens.size).toBe(0);
    expect(settings.written.at(-1)).toEqual({ "billing.provider": "local", "billing.url": "" });
    expect(window.view.ledger.connection).toBeUndefined();
    expect(window.view.ledger.connections.size).toBe(1);
  });
});

describe("the case directory", () => {
  let directory: CaseDirectory;
  const handmade: Case = { ...aCase("MINE-1"), ref: { source: HANDMADE_SOURCE, id: "1" } };
  const keys = (cases: readonly Case[]): readonly string[] => cases.map((one) => one.key);
  const signal = new AbortController().signal;

  beforeEach(async () => {
    directory = new CaseDirectory(window.log, window.view, providers, clock);
    billing.cases = [[aCase("A-1"), aCase("A-2")], [aCase("B-1")]];
    await window.log.append([window.factory.create({ kind: "connected", connection: aConnection() })]);
  });

  it("streams the pages in and keeps a copy", async () => {
    const pages: number[] = [];
    const changes: number[] = [];
    directory.onDidChange(() => changes.push(1));
    const known = await directory.refresh(signal, ({ cases }) => pages.push(cases.length));
    expect(pages).toEqual([2, 3]);
    expect(known).toEqual({
      cases: [aCase("A-1"), aCase("A-2"), aCase("B-1")],
      fetchedAt: at("12:00"),
      failures: [],
    });
    expect(changes.length).toBeGreaterThan(0);
  });

  it("works offline from the copy, with its age", async () => {
    await directory.refresh(signal);
    clock.advance(3_600_000);
    providers.failure = "billing.offline";
    const later = new CaseDirectory(window.log, window.view, providers, clock);
    expect(await later.list()).toMatchObject({ fetchedAt: at("12:00") });
    expect(keys((await later.list()).cases)).toEqual(["A-1", "A-2", "B-1"]);
    await expect(later.refreshAll()).rejects.toMatchObject({ code: "billing.offline" });
    expect(keys((await later.list()).cases)).toEqual(["A-1", "A-2", "B-1"]);
    expect(later.find(aCase("A-2").ref)).toEqual(aCase("A-2"));
  });

  it("gives the copy to everybody who asks at once", async () => {
    await directory.refresh(signal);
    const later = new CaseDirectory(window.log, window.view, providers, clock);
    const lists = await Promise.all([later.list(), later.list(), later.withKey("B-1")]);
    expect({ first: keys(lists[0].cases), second: keys(lists[1].cases), last: keys(lists[2]) }).toEqual({
      first: ["A-1", "A-2", "B-1"],
      second: ["A-1", "A-2", "B-1"],
      last: ["B-1"],
    });
  });

  it("prefers what was fetched to a copy that is read later", async () => {
    await directory.refresh(signal);
    const later = new CaseDirectory(window.log, window.view, providers, clock);
    const copy = must(await window.log.readCache(`cases:${aConnection().id}`));
    let release: () => void = () => undefined;
    window.log.readCache = () =>
      new Promise((resolve) => {
        release = () => {
          resolve(copy);
        };
      });
    const listing = later.list();
    await settle();
    billing.cases = [[aCase("NEW-1")]];
    const refreshing = later.refresh(signal);
    await settle();
    release();
    await Promise.all([listing, refreshing]);
    expect(keys((await later.list()).cases)).toEqual(["NEW-1"]);
  });

  it("asks for the copy again when it could not be read", async () => {
    await directory.refresh(signal);
    const later = new CaseDirectory(window.log, window.view, providers, clock);
    const readCache = window.log.readCache.bind(window.log);
    window.log.readCache = () => Promise.reject(new CaseclockError("ledger.busy", "locked"));
    await expect(later.list()).rejects.toMatchObject({ code: "ledger.busy" });
    window.log.readCache = readCache;
    expect(keys((await later.list()).cases)).toEqual(["A-1", "A-2", "B-1"]);
  });

  it("keeps the last list when a fetch breaks off in the middle", async () => {
    await directory.refresh(signal);
    billing.cases = [[aCase("NEW-1")]];
    billing.failure = "billing.server";
    await expect(directory.refreshAll()).rejects.toMatchObject({ code: "billing.server" });
    expect(keys((await directory.list()).cases)).toEqual(["A-1", "A-2", "B-1"]);
  });

  it("refuses a list that no source can mean", async () => {
    const page = Array.from({ length: 10_000 }, (_, index) => aCase(`C-${String(index)}`));
    billing.cases = [page, page, page, page, page, [aCase("C-X")]];
    await expect(directory.refreshAll()).rejects.toMatchObject({ code: "billing.protocol" });
  });

  it.each([
    ["no JSON", "{", []],
    ["no list", '{"a":1}', []],
    ["nothing that is a case", '[1,null,{"key":"A"},{"ref":{},"customer":{},"key":" x","title":""}]', []],
    ["cases beside garbage", JSON.stringify([null, aCase("A-9")]), ["A-9"]],
  ])("passes over a copy with %s", async (_name, text, expected) => {
    await window.log.writeCache(`cases:${aConnection().id}`, text);
    expect(keys((await directory.list()).cases)).toEqual(expected);
  });

  it("has the handmade cases beside the source's, and only them where the source has none", async () => {
    await directory.refresh(signal);
    await window.log.append([window.factory.create({ kind: "caseDefined", case: handmade })]);
    expect(keys((await directory.list()).cases)).toEqual(["A-1", "A-2", "B-1", "MINE-1"]);
    const folder = aConnection({ id: "folder", provider: "local", url: "file:///x" });
    await window.log.append([window.factory.create({ kind: "connected", connection: folder })]);
    expect(keys((await directory.list()).cases)).toEqual(["MINE-1"]);
    expect(keys((await directory.refresh(signal)).cases)).toEqual(["MINE-1"]);
    await window.log.append([window.factory.create({ kind: "connected", connection: aConnection() })]);
    expect(keys((await directory.list()).cases)).toEqual(["A-1", "A-2", "B-1", "MINE-1"]);
  });

  it("finds by key in all sources or one, and every match", async () => {
    const twin: Case = { ...handmade, key: "A-1" };
    await directory.refresh(signal);
    await window.log.append([window.factory.create({ kind: "caseDefined", case: twin })]);
    expect(await directory.withKey("A-1")).toEqual([aCase("A-1"), twin]);
    expect(await directory.withKey("A-1", HANDMADE_SOURCE)).toEqual([twin]);
    expect(await directory.withKey("a-1")).toEqual([]);
  });

  it("knows the latest snapshot of a case: the list's, else the one that was picked", async () => {
    const picked = aCase("A-1", { billable: false });
    await window.log.append([window.factory.create({ kind: "pick", tree: TREE, case: picked })]);
    await directory.list();
    expect(directory.find(picked.ref)).toEqual(picked);
    await directory.refresh(signal);
    expect(must(directory.find(picked.ref)).contract).toBeUndefined();
    expect(directory.find(aCase("NOBODY").ref)).toBeUndefined();
  });
});

describe("what an account has to be asked", () => {
  const question = { id: "activity", title: "Activity", prompt: "Which one?" };

  it("is kept with the connection: what was found, what was given, what was answered", async () => {
    providers.options = { keyField: "31", activity: "1" };
    providers.questions = [question];
    providers.notes = ["Whole minutes."];
    const connected = await connectBilling(context, "redmine", "https://r.example", "token", {
      options: { team: "red" },
      ask: () => Promise.resolve({ activity: "9" }),
    });
    expect(connected.connection.options).toEqual({ keyField: "31", activity: "9", team: "red" });
    expect(connected.notes).toEqual(["Whole minutes."]);
  });

  it("is not asked when it came as an argument, and its fallback is taken where nobody is there to ask", async () => {
    providers.questions = [question, { ...question, id: "place", fallback: "" }];
    const { connection } = await connectBilling(context, "redmine", "https://r.example", "token", {
      options: { activity: "4" },
    });
    expect(connection.options).toEqual({ activity: "4", place: "" });
  });

  it.each([
    ["put aside", { ask: () => Promise.resolve(undefined) }, "billing.cancelled"],
    ["left open where nobody is there to ask", {}, "arguments.invalid"],
  ])("%s changes nothing", async (_, details, code) => {
    providers.questions = [question];
    const attempt = connectBilling(context, "redmine", "https://r.example", "token", details);
    await expect(attempt).rejects.toMatchObject({ code });
    expect({ written: settings.written, tokens: [...secrets.tokens] }).toEqual({ written: [], tokens: [] });
    expect(window.view.ledger.connection).toBeUndefined();
  });

  it("another time is the same connection, with the new answers", async () => {
    const first = await connectBilling(context, "redmine", "https://r.example", "token", { options: { a: "1" } });
    const second = await connectBilling(context, "redmine", "https://r.example", "token", { options: { a: "2" } });
    expect(second.connection.id).toBe(first.connection.id);
    expect(window.view.ledger.connections.get(first.connection.id)?.options).toEqual({ a: "2" });
  });
});
