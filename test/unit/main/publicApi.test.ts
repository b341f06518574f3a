import { beforeEach, describe, expect, it } from "vitest";
import { PublicApi } from "../../../src/main/publicApi.ts";
import { toDisposable, type IDisposable } from "../../../src/base/disposable.ts";
import type { Window } from "../../../src/main/window.ts";
import type { ApiBillingProvider, ApiCaseSource } from "../../../src/ports/api.ts";
import type { CaseSummary } from "../../../src/ports/commands.ts";
import { settle } from "../../support/memoryEventLog.ts";

const ID = "aaaaaaaa-0000-4000-8000-000000000001";
const source = (id: string = ID, label = "Tracker"): ApiCaseSource => ({
  id,
  label,
  listCases: () => Promise.resolve([]),
});

/** The sources that the core holds; as there, none can be there twice. */
let held: Set<string>;
let load: () => void;
let api: PublicApi;
let errors: unknown[];

beforeEach(() => {
  held = new Set();
  errors = [];
  const core = {
    registerCaseSource: async ({ id }: ApiCaseSource): Promise<IDisposable> => {
      await settle();
      if (held.has(id)) throw new Error(`${id} is there already`);
      held.add(id);
      return toDisposable(() => held.delete(id));
    },
    registerBillingProvider: ({ id }: ApiBillingProvider): IDisposable => {
      held.add(id);
      return toDisposable(() => held.delete(id));
    },
  } as unknown as Window;
  const loading = new Promise<Window>((resolve) => {
    load = () => {
      resolve(core);
    };
  });
  api = new PublicApi(
    () => loading,
    (error) => errors.push(error),
  );
});

const wait = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn += 1) await settle();
};

describe("a case source of another extension", () => {
  it("is taken as soon as there is a core, until it is given back", async () => {
    const given = api.exports.registerCaseSource(source());
    expect(held.size).toBe(0);
    load();
    await wait();
    expect([...held]).toEqual([ID]);
    given.dispose();
    expect(held.size).toBe(0);
  });

  it("that was given back before is never taken", async () => {
    api.exports.registerCaseSource(source()).dispose();
    load();
    await wait();
    expect({ heldCount: held.size, errors }).toEqual({ heldCount: 0, errors: [] });
  });

  it("that is given back while it is taken, and comes again, is there once", async () => {
    load();
    const first = api.exports.registerCaseSource(source());
    await settle();
    first.dispose();
    const second = api.exports.registerCaseSource(source());
    await wait();
    expect({ held: [...held], errors }).toEqual({ held: [ID], errors: [] });
    first.dispose();
    expect(() => api.exports.registerCaseSource(source())).toThrow(/already/);
    second.dispose();
    expect(held.size).toBe(0);
  });

  it.each<[string, ApiCaseSource, RegExp]>([
    ["no UUID", source("tracker"), /is a UUID/],
    ["a number as id", source(7 as unknown as string), /is a UUID/],
    ["no label", source(ID, " "), /has a label/],
    ["a label that is none", source(ID, 7 as unknown as string), /has a label/],
  ])("with %s is refused at once", (_name, given, reason) => {
    expect(() => api.exports.registerCaseSource(given)).toThrow(reason);
  });

  it("is refused while another one has its id, in any letters", () => {
    api.exports.registerCaseSource(source());
    expect(() => api.exports.registerCaseSource(source(ID.toUpperCase()))).toThrow(/already/);
  });

  it("does not stand in the way of the next one when it cannot be taken", async () => {
    held.add(ID);
    load();
    api.exports.registerCaseSource(source());
    const other = "aaaaaaaa-0000-4000-8000-000000000002";
    api.exports.registerCaseSource(source(other));
    await wait();
    expect({ held: [...held].sort(), errorCount: errors.length }).toEqual({ held: [ID, other], errorCount: 1 });
  });
});

describe("the current case", () => {
  it("is told when it is another one", () => {
    const told: unknown[] = [];
    const one = { key: "ACME-1", id: "1", source: "s" } as CaseSummary;
    api.exports.onDidChangeCurrentCase((picked) => told.push(picked?.key));
    for (const picked of [one, { ...one }, undefined, undefined, one]) api.show(picked);
    expect(told).toEqual(["ACME-1", undefined, "ACME-1"]);
    expect(api.exports.currentCase()?.key).toBe("ACME-1");
    expect(Object.isFrozen(api.exports)).toBe(true);
  });
});

describe("a billing provider of another extension", () => {
  const provider = (more: Partial<ApiBillingProvider> = {}): ApiBillingProvider => ({
    id: "acme.billing",
    label: "Acme",
    unitSeconds: 60,
    whoAmI: () => Promise.resolve({ id: "1", name: "Ann" }),
    listCases: () => Promise.resolve([]),
    push: () => Promise.resolve({ kind: "unknown", detail: "" }),
    find: () => Promise.resolve([]),
    ...more,
  });

  it("is offered as soon as there is a core, until it is given back", async () => {
    const given = api.exports.registerBillingProvider(provider());
    load();
    await wait();
    expect([...held]).toEqual(["acme.billing"]);
    given.dispose();
    expect(held.size).toBe(0);
  });

  it.each<[string, Partial<ApiBillingProvider>]>([
    ["an id of ours", { id: "rest" }],
    ["no label", { label: " " }],
    ["no unit", { unitSeconds: 0 }],
    ["a unit of half a second", { unitSeconds: 0.5 }],
  ])("with %s is refused at once", (_, more) => {
    expect(() => api.exports.registerBillingProvider(provider(more))).toThrow(/^Caseclock: /);
  });

  it("is there once", () => {
    api.exports.registerBillingProvider(provider());
    expect(() => api.exports.registerBillingProvider(provider())).toThrow(/already/);
  });
});
