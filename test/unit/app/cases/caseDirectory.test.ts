import { beforeEach, describe, expect, it } from "vitest";
import { CaseDirectory, type KnownCases, type SourceFailure } from "../../../../src/app/cases/caseDirectory.ts";
import { Emitter } from "../../../../src/base/emitter.ts";
import type { IDisposable } from "../../../../src/base/disposable.ts";
import { HANDMADE_SOURCE, type Case } from "../../../../src/domain/cases/case.ts";
import { CaseclockError } from "../../../../src/domain/errors.ts";
import type { CaseSource } from "../../../../src/ports/caseSource.ts";
import { aCase, aConnection, anEvent, at, must } from "../../../support/builders.ts";
import { FakeBilling, FakeProviders } from "../../../support/fakeBilling.ts";
import { ManualClock } from "../../../support/manualClock.ts";
import { collect, settle, TestWindow } from "../../../support/memoryEventLog.ts";

type Answer = { readonly page: readonly Case[] } | { readonly end: true } | { readonly fail: unknown };

/** One request for the list, which the test answers when it likes. */
class Request {
  readonly signal: AbortSignal;
  private readonly answers: Answer[] = [];
  private wake: () => void = () => undefined;

  constructor(signal: AbortSignal) {
    this.signal = signal;
    signal.addEventListener("abort", () => {
      void this.answer({ fail: signal.reason });
    });
  }

  page(...keys: readonly string[]): Promise<void> {
    return this.answer({ page: keys.map((key) => ofSource(key)) });
  }

  end(): Promise<void> {
    return this.answer({ end: true });
  }

  fail(error: unknown): Promise<void> {
    return this.answer({ fail: error });
  }

  answer(answer: Answer): Promise<void> {
    this.answers.push(answer);
    this.wake();
    return settle();
  }

  async *pages(): AsyncGenerator<readonly Case[]> {
    for (;;) {
      const answer = this.answers.shift();
      if (answer === undefined) await new Promise<void>((resolve) => (this.wake = resolve));
      else if ("page" in answer) yield answer.page;
      else if ("fail" in answer) throw answer.fail;
      else return;
    }
  }
}

/** A source that answers each request when it is told to. */
class SlowSource implements CaseSource {
  readonly label: string;
  readonly id: string;
  problem: string | undefined;
  readonly requests: Request[] = [];
  readonly changed = new Emitter<void>();
  readonly onDidChange = this.changed.event;

  constructor(id = "file", label = "cases.json") {
    this.id = id;
    this.label = label;
  }

  listCases(signal: AbortSignal): AsyncIterable<readonly Case[]> {
    const request = new Request(signal);
    this.requests.push(request);
    return request.pages();
  }

  get last(): Request {
    return must(this.requests.at(-1));
  }
}

const ofSource = (key: string, source = "file"): Case => ({ ...aCase(key), ref: { source, id: key } });
const keysOf = ({ cases }: KnownCases): readonly string[] => cases.map(({ key }) => key);
const never = new AbortController().signal;

let clock: ManualClock;
let window: TestWindow;
let billing: FakeBilling;
let directory: CaseDirectory;
let source: SlowSource;
let failures: SourceFailure[];

beforeEach(async () => {
  clock = new ManualClock("12:00");
  window = new TestWindow(clock);
  billing = new FakeBilling();
  directory = aDirectory();
  source = new SlowSource();
  failures = [];
  await window.view.load();
});

function aDirectory(): CaseDirectory {
  return new CaseDirectory(window.log, window.view, new FakeProviders(billing), clock);
}

async function add(added: CaseSource = source, to = directory): Promise<IDisposable> {
  const adding = to.addSource(added, (failure) => failures.push(failure));
  await settle();
  return adding;
}

const connect = (more: Parameters<typeof aConnection>[0] = {}): Promise<void> =>
  window.log.append([anEvent("connected", { kind: "connected", connection: aConnection(more) })]);

describe("a source that is added", () => {
  it("is asked at once, and its pages are there as they come", async () => {
    const told: unknown[] = [];
    collect(directory.onDidChange, told);
    await add();
    expect(keysOf(await directory.list())).toEqual([]);
    expect(directory.fetchedAt("file")).toBeUndefined();
    await source.last.page("A-1");
    expect(keysOf(await directory.list())).toEqual(["A-1"]);
    expect((await directory.list()).fetchedAt).toBeUndefined();
    await source.last.page("A-2");
    await source.last.end();
    expect(await directory.list()).toMatchObject({ fetchedAt: at("12:00"), failures: [] });
    expect(keysOf(await directory.list())).toEqual(["A-1", "A-2"]);
    expect(directory.index().find("a-2")).toHaveLength(1);
    expect({ toldCount: told.length, failures }).toEqual({ toldCount: 1, failures: [] });
  });

  it("is refused when it is there already, and can come again once it has gone", async () => {
    const adding = await add();
    expect(() => directory.addSource(new SlowSource(), () => undefined)).toThrow(/is there already/);
    adding.dispose();
    await add(new SlowSource());
    expect(keysOf(await directory.list())).toEqual([]);
  });

  it("is reported when it fails, keeps its last list, and is well again after the next answer", async () => {
    await add();
    await source.last.page("A-1");
    await source.last.end();
    source.changed.fire();
    await settle();
    await source.last.fail(new CaseclockError("cases.sourceFailed", "it is no JSON"));
    expect(failures).toEqual([{ source: "file", label: "cases.json", error: expect.any(CaseclockError) as Error }]);
    const known = await directory.list();
    expect(keysOf(known)).toEqual(["A-1"]);
    expect(known.failures).toHaveLength(1);
    expect(known.fetchedAt).toBe(at("12:00"));
    source.changed.fire();
    await settle();
    await source.last.page("A-2");
    await source.last.end();
    expect(keysOf(await directory.list())).toEqual(["A-2"]);
    expect((await directory.list()).failures).toEqual([]);
    expect(failures).toHaveLength(1);
  });

  it("gives way to its last whole list when it breaks off, however much had come", async () => {
    await add();
    await source.last.page("A-1", "A-2");
    await source.last.end();
    source.changed.fire();
    await settle();
    await source.last.page("B-1", "B-2", "B-3");
    await source.last.fail(new Error("gone"));
    expect(keysOf(await directory.list())).toEqual(["A-1", "A-2"]);
    expect(directory.isGone({ source: "file", id: "A-1" })).toBe(false);
    expect(directory.index().find("B-1")).toEqual([]);
  });

  it("tells a problem with a list that is there all the same", async () => {
    await add();
    source.problem = "left out cases[1]: key";
    await source.last.page("A-1");
    await source.last.end();
    expect(keysOf(await directory.list())).toEqual(["A-1"]);
    expect(failures.map(({ error }) => (error as Error).message)).toEqual(["left out cases[1]: key"]);
  });

  it("holds no other back, nor does its failure", async () => {
    await connect();
    billing.cases = [[aCase("ACME-1")]];
    await add();
    const other = new SlowSource("other", "Tracker");
    await add(other);
    const pages: (readonly string[])[] = [];
    const refreshing = directory.refresh(never, (known) => pages.push(keysOf(known)));
    await settle();
    await other.last.fail(new Error("boom"));
    expect(pages).toEqual([["ACME-1"]]);
    expect(keysOf(await directory.list())).toEqual(["ACME-1"]);
    await source.last.page("A-1");
    await source.last.end();
    const known = await refreshing;
    expect([...keysOf(known)].sort()).toEqual(["A-1", "ACME-1"]);
    expect(known.failures.map(({ label }) => label)).toEqual(["Tracker"]);
    expect(known.fetchedAt).toBeUndefined();
  });

  it("never lets a late answer overwrite a newer one, in memory or in the copy", async () => {
    await add();
    const [first] = source.requests;
    await must(first).page("OLD-1", "OLD-2");
    source.changed.fire();
    await settle();
    await source.last.page("NEW-1");
    await source.last.end();
    clock.advance(30_000);
    await must(first).page("OLD-3");
    await must(first).end();
    expect(keysOf(await directory.list())).toEqual(["NEW-1"]);
    expect(directory.fetchedAt("file")).toBe(at("12:00"));
    expect(await window.log.readCache("cases:file")).toMatchObject({ text: JSON.stringify([ofSource("NEW-1")]) });
  });

  it("whose late answer has no more pages leaves the newer copy, too", async () => {
    await add();
    const [first] = source.requests;
    await must(first).page("OLD-1");
    source.changed.fire();
    await settle();
    await source.last.page("NEW-1");
    await source.last.end();
    await must(first).end();
    await add(new SlowSource(), aDirectory());
    expect(must(await window.log.readCache("cases:file")).text).toBe(JSON.stringify([ofSource("NEW-1")]));
  });

  it("that fails late says nothing of the newer answer", async () => {
    await add();
    const [first] = source.requests;
    source.changed.fire();
    await settle();
    await source.last.page("NEW-1");
    await source.last.end();
    await must(first).fail(new Error("late"));
    expect((await directory.list()).failures).toEqual([]);
    expect(failures).toEqual([]);
  });

  it("is asked no more once it is gone, what is under way is cut off, and its cases go", async () => {
    const adding = await add();
    await source.last.page("A-1");
    const told: unknown[] = [];
    collect(directory.onDidChange, told);
    const request = source.last;
    adding.dispose();
    expect({ aborted: request.signal.aborted, toldCount: told.length }).toEqual({ aborted: true, toldCount: 1 });
    source.changed.fire();
    await settle();
    expect(source.requests).toHaveLength(1);
    expect({ keys: keysOf(await directory.list()), failures }).toEqual({ keys: [], failures: [] });
    expect(directory.index().find("A-1")).toEqual([]);
  });
});

describe("a refresh that is cut off", () => {
  it("changes nothing, also when pages had come", async () => {
    await add();
    await source.last.page("A-1");
    await source.last.end();
    clock.advance(60_000);
    const abort = new AbortController();
    const refreshing = directory.refresh(abort.signal);
    await settle();
    await source.last.page("B-1", "B-2");
    expect(keysOf(await directory.list())).toEqual(["B-1", "B-2"]);
    abort.abort();
    const known = await refreshing;
    expect(keysOf(known)).toEqual(["A-1"]);
    expect(known).toMatchObject({ failures: [], fetchedAt: at("12:00") });
  });
});

describe("what is known", () => {
  it("comes from the copy of an earlier window, with its age", async () => {
    await add();
    await source.last.page("A-1");
    await source.last.end();
    clock.advance(3_600_000);
    const later = aDirectory();
    await add(new SlowSource(), later);
    const known = await later.list();
    expect({ keys: keysOf(known), fetchedAt: known.fetchedAt }).toEqual({ keys: ["A-1"], fetchedAt: at("12:00") });
  });

  it("has the age of the source also beside a connection that has no cases", async () => {
    await connect({ provider: "local", url: "file:///tmp/billing" });
    await add();
    await source.last.page("A-1");
    await source.last.end();
    expect((await directory.list()).fetchedAt).toBe(at("12:00"));
  });

  it("passes over a copy that is no list, and what in it is no case", async () => {
    await window.log.writeCache("cases:file", "{");
    await add();
    expect(keysOf(await directory.list())).toEqual([]);
    const good = ofSource("A-1");
    const other = new SlowSource("other");
    await window.log.writeCache("cases:other", JSON.stringify([null, 1, {}, { ...good, key: " " }, good]));
    await add(other);
    expect(keysOf(await directory.list())).toEqual(["A-1"]);
  });

  it("says of a case that its source has it no more, and still finds it", async () => {
    const gone = ofSource("A-1");
    await window.log.append([anEvent("timer", { kind: "timerStarted", case: gone, reason: "" })]);
    await add();
    expect(directory.isGone(gone.ref)).toBe(false);
    await source.last.page("A-2");
    await source.last.end();
    expect(directory.isGone(gone.ref)).toBe(true);
    expect(directory.isGone({ source: "file", id: "A-2" })).toBe(false);
    expect(directory.find(gone.ref)).toEqual(gone);
    expect(directory.isGone({ source: HANDMADE_SOURCE, id: "x" })).toBe(false);
    expect(directory.isGone({ source: "unknown", id: "x" })).toBe(false);
  });

  it("is found by keys as it is now: cases made by hand, and those of the connection while there is one", async () => {
    const mine: Case = { ...aCase("MINE-1"), ref: { source: HANDMADE_SOURCE, id: "1" } };
    const define = (id: string, one: Case): Promise<void> =>
      window.log.append([anEvent(id, { kind: "caseDefined", case: one })]);
    await define("defined", mine);
    expect(directory.index().find("MINE-1")).toEqual([mine]);
    await define("renamed", { ...mine, key: "MINE-2" });
    expect([directory.index().find("MINE-1"), directory.index().find("MINE-2")].map((found) => found.length)).toEqual([
      0, 1,
    ]);
    await connect();
    billing.cases = [[aCase("ACME-1")]];
    await directory.refresh(never);
    expect(directory.index().find("ACME-1")).toHaveLength(1);
    await window.log.append([anEvent("left", { kind: "disconnected", connectionId: "connection-1" })]);
    expect(directory.index().find("ACME-1")).toEqual([]);
  });

  it("has texts cut that no person reads, between characters", async () => {
    await add();
    const long = ofSource("A-1");
    const title = "🔥".repeat(500_000);
    await source.last.answer({ page: [{ ...long, title, customer: { id: "c", name: "n".repeat(1_000_000) } }] });
    await source.last.end();
    const [one] = (await directory.list()).cases;
    expect(must(one).title).toBe(`${"🔥".repeat(249)}…`);
    expect(must(one).customer.name).toHaveLength(500);
    expect(must(await window.log.readCache("cases:file")).text.length).toBeLessThan(2_000);
  });

  it("can be 5,000 cases, and is no more than 50,000", async () => {
    await add();
    const many = Array.from({ length: 50_001 }, (_, n) => ofSource(`A-${String(n)}`));
    await source.last.answer({ page: many.slice(0, 5_000) });
    await source.last.end();
    expect((await directory.list()).cases).toHaveLength(5_000);
    expect(directory.find({ source: "file", id: "A-4999" })?.key).toBe("A-4999");
    expect((await directory.withKey("A-77", "file")).length).toBe(1);
    source.changed.fire();
    await settle();
    await source.last.answer({ page: many });
    expect(failures.map(({ error }) => (error as Error).message)).toEqual(["more than 50000 cases"]);
    expect((await directory.list()).cases).toHaveLength(5_000);
  });
});

describe("a search", () => {
  it("finds what the list has not, and it can be picked from then on", async () => {
    const clock = new ManualClock("12:00");
    const window = new TestWindow(clock);
    const billing = new FakeBilling();
    const found = { ...aCase("FAR-9"), ref: { source: "connection-1", id: "9" } };
    const asked: string[] = [];
    const searching = Object.assign(billing, {
      searchCases: (text: string) => {
        asked.push(text);
        return Promise.resolve([found]);
      },
    });
    const directory = new CaseDirectory(window.log, window.view, new FakeProviders(searching), clock);
    expect(directory.canSearch).toBe(false);
    expect(await directory.search("far", new AbortController().signal)).toEqual([]); // not connected
    await window.log.append([window.factory.create({ kind: "connected", connection: aConnection() })]);
    await window.view.load();
    expect(directory.canSearch).toBe(true);
    expect(await directory.search("  ", new AbortController().signal)).toEqual([]);
    expect(await directory.search("far", new AbortController().signal)).toEqual([found]);
    expect(asked).toEqual(["far"]);
    expect(directory.find(found.ref)).toEqual(found);
    await directory.refreshAll();
    expect(directory.find(found.ref)?.key).toBe("FAR-9");
    expect(directory.isGone(found.ref)).toBe(false);
  });
});
