import { describe, expect, it } from "vitest";
import { RegisteredSource } from "../../../../src/adapters/node/cases/registeredSource.ts";
import type { Case } from "../../../../src/domain/cases/case.ts";
import { CaseclockError } from "../../../../src/domain/errors.ts";
import type { ApiCase, ApiCaseSource } from "../../../../src/ports/api.ts";

const ID = "AAAAAAAA-0000-4000-8000-000000000001";
const item = (key: string, more: object = {}): ApiCase => ({
  id: key,
  key,
  title: key,
  status: "open",
  customer: { id: "c", name: "C" },
  ...more,
});

function source(listCases: (signal: AbortSignal) => unknown, more: Partial<ApiCaseSource> = {}): RegisteredSource {
  return new RegisteredSource({
    id: ID,
    label: "Tracker",
    listCases: listCases as ApiCaseSource["listCases"],
    ...more,
  });
}

async function read(of: RegisteredSource): Promise<readonly (readonly Case[])[]> {
  const pages: (readonly Case[])[] = [];
  for await (const page of of.listCases(new AbortController().signal)) pages.push(page);
  return pages;
}

const keysOf = async (of: RegisteredSource): Promise<readonly (readonly string[])[]> =>
  (await read(of)).map((page) => page.map(({ key }) => key));

const refusal = (of: RegisteredSource): Promise<string> =>
  read(of).then(
    () => "none",
    (error: unknown) => (CaseclockError.is(error, "cases.sourceFailed") ? error.message : `not ours: ${String(error)}`),
  );

describe("a source of another extension", () => {
  it("gives its cases in pages or at once, with its id in small letters in each", async () => {
    const inPages = source(async function* () {
      yield await Promise.resolve([item("A-1")]);
      yield [item("A-2"), item("A-3")];
    });
    expect(await keysOf(inPages)).toEqual([["A-1"], ["A-2", "A-3"]]);
    const atOnce = source(() => Promise.resolve([item("A-1", { id: "7" })]));
    const [[one] = []] = await read(atOnce);
    expect(one?.ref).toEqual({ source: ID.toLowerCase(), id: "7" });
    expect(await keysOf(source(() => []))).toEqual([[]]);
  });

  it("costs each case alone that cannot be used, over all pages, and says so until the next time", async () => {
    let bad = true;
    const own = source(async function* () {
      yield await Promise.resolve([item("A-1"), null, item("A-2", { contract: { idleSeconds: 9_999 } })]);
      yield bad ? [item("A-1"), item("A-3 ")] : [];
      bad = false;
    });
    expect(await keysOf(own)).toEqual([["A-1"], []]);
    expect(own.problem).toMatch(
      /^left out cases\[1\]: .*; cases\[2\]: contract\.idleSeconds: .*; cases\[0\]: A-1 is a duplicate/,
    );
    const fine = source(() => Promise.resolve([item("A-1")]));
    await read(fine);
    expect(fine.problem).toBeUndefined();
  });

  it("takes over what it knows only", async () => {
    const [[one] = []] = await read(source(() => [item("A-1", { ref: { source: "evil", id: "x" }, secret: 1 })]));
    expect(one).toEqual({
      ref: { source: ID.toLowerCase(), id: "A-1" },
      key: "A-1",
      title: "A-1",
      status: "open",
      customer: { id: "c", name: "C" },
    });
  });

  it.each<[string, () => unknown, RegExp]>([
    [
      "throws",
      () => {
        throw new Error("boom");
      },
      /^boom$/,
    ],
    ["is rejected", () => Promise.reject(new Error("401")), /^401$/],
    ["gives nothing", () => undefined, /not a list of cases/],
    ["gives HTML", () => Promise.resolve("<html>"), /not a list of cases/],
    [
      "gives a page that is no list",
      async function* () {
        yield await Promise.resolve({ items: [] });
      },
      /not a list of cases/,
    ],
    [
      "breaks off",
      async function* () {
        yield await Promise.resolve([item("A-1")]);
        throw new Error("gone");
      },
      /^gone$/,
    ],
    [
      "has members that throw",
      () => [
        {
          get key(): string {
            throw new Error("trap");
          },
        },
      ],
      /^trap$/,
    ],
  ])("that %s is a failure of the source", async (_name, listCases, reason) => {
    expect(await refusal(source(listCases))).toMatch(reason);
  });

  it("is given the signal, and tells of its changes without what comes with them, until nobody listens", async () => {
    let fire: (value?: unknown) => void = () => undefined;
    let listening = 0;
    let signalled: AbortSignal | undefined;
    const own = source(
      (signal) => {
        signalled = signal;
        return [];
      },
      {
        onDidChange: (listener) => {
          listening += 1;
          fire = listener;
          return { dispose: () => (listening -= 1) };
        },
      },
    );
    const told: unknown[] = [];
    const subscription = own.onDidChange?.((value) => told.push(value));
    fire("something");
    expect({ told, listening }).toEqual({ told: [undefined], listening: 1 });
    subscription?.dispose();
    expect(listening).toBe(0);
    await read(own);
    expect(signalled?.aborted).toBe(false);
    expect(source(() => []).onDidChange).toBeUndefined();
  });
});
