import { afterEach, describe, expect, it, vi } from "vitest";
import { CaseclockError, type ErrorCode } from "../../../src/domain/errors.ts";
import { must } from "../../support/builders.ts";
import { DAY, NEVER, type Bench } from "./bench.ts";
import type { FaultyFunctions, Misbehaviour } from "./fakes/otherExtension.ts";
import type { LocalDate } from "../../../src/base/time.ts";

/** Longer than anything of another extension is waited for. */
const LONG_MS = 10 * 60_000;

/** Members that cannot be read. */
const TRAP = new Proxy(
  {},
  {
    get: () => {
      throw new Error("do not look");
    },
    ownKeys: () => {
      throw new Error("do not look");
    },
  },
);
const CYCLE: Record<string, unknown> = { kind: "written" };
CYCLE["id"] = CYCLE;

/** What another extension's functions may do, none of which may end a run or be taken for a certain end. */
const STRANGE: readonly [string, Misbehaviour][] = [
  ["throws an error", { kind: "throw", value: new Error("bang") }],
  ["throws nothing at all", { kind: "throw", value: undefined }],
  ["throws before it gives a promise", { kind: "throwAtOnce", value: new Error("bang") }],
  ["gives nothing", { kind: "give", value: undefined }],
  ["gives null", { kind: "give", value: null }],
  ["gives a text", { kind: "give", value: "written" }],
  ["gives what cannot be read", { kind: "give", value: TRAP }],
  ["gives what holds itself", { kind: "give", value: CYCLE }],
];
const RESULTS: readonly [string, Misbehaviour][] = [
  ["says written without an id", { kind: "give", value: { kind: "written" } }],
  ["says written with an empty id", { kind: "give", value: { kind: "written", id: "" } }],
  ["says written with half a second", { kind: "give", value: { kind: "written", id: "1", billedSeconds: 0.5 } }],
  ["says written with less than nothing", { kind: "give", value: { kind: "written", id: "1", billedSeconds: -60 } }],
  ["says what there is not", { kind: "give", value: { kind: "maybe", id: "1" } }],
  ["says refused without a reason", { kind: "give", value: { kind: "rejected" } }],
];

/** What has to become of calls of functions that are not ours. */
export function functionTroubles(bench: () => Bench): void {
  const functions = (): FaultyFunctions => must(bench().system.functions);
  afterEach(() => {
    vi.useRealTimers();
  });

  /** What a call ends with when nobody answers, a long time later. */
  async function afterLong<T>(call: Promise<T>): Promise<T | Error> {
    const end = call.catch((error: unknown) => error as Error);
    await vi.advanceTimersByTimeAsync(LONG_MS);
    return end;
  }
  const isOneOf =
    (...codes: readonly ErrorCode[]) =>
    (error: unknown): boolean =>
      CaseclockError.is(error, ...codes);

  describe("a function that writes", () => {
    it.each([...STRANGE, ...RESULTS])("and %s: perhaps written, with words for it", async (_, how) => {
      functions().misbehaveWrite(how);
      const result = await bench().push(bench().entry());
      expect(result).toMatchObject({ kind: "unknown" });
      expect(result).toHaveProperty("problem.detail", expect.stringMatching(/\S/));
      expect(await bench().push(bench().entry(), 1)).toMatchObject({ kind: "written" });
      expect(await bench().sum()).toBe(3600);
    });

    it("and never answers: perhaps written, after a while", async () => {
      vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
      functions().misbehaveWrite({ kind: "hang" });
      const result = await afterLong(bench().push(bench().entry()));
      expect(result).toMatchObject({ kind: "unknown", problem: { detail: "It did not answer in time." } });
    });

    it("and does not heed that it was stopped: perhaps written, soon", async () => {
      vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
      functions().misbehaveWrite({ kind: "hang" });
      const stop = new AbortController();
      const result = bench().provider.push(bench().entry(), stop.signal);
      stop.abort();
      await vi.advanceTimersByTimeAsync(5_000);
      expect(await result).toMatchObject({ kind: "unknown", problem: { kind: "cancelled" } });
      expect(vi.getTimerCount()).toBe(0);
    });

    it("and says when it is stopped that nothing was written is believed", async () => {
      functions().misbehaveWrite({ kind: "untilStopped" });
      const stop = new AbortController();
      const result = bench().provider.push(bench().entry(), stop.signal);
      stop.abort();
      expect(await result).toMatchObject({ kind: "retryLater", stop: false, problem: { detail: "stopped in time" } });
    });

    it("says why in one line, without the token", async () => {
      const { token } = bench().system;
      functions().misbehaveWrite({
        kind: "throw",
        value: new Error(`401\nAuthorization: ${token}${"!".repeat(2_000)}`),
      });
      const result = await bench().push(bench().entry());
      const detail = "problem" in result ? result.problem.detail : "";
      expect(detail).toMatch(/^401 Authorization: •••!/);
      expect(detail.length).toBeLessThanOrEqual(1_000);
    });
  });

  describe("a function that reads", () => {
    it.each(STRANGE)("and %s fails, and does not say that nothing is there", async (_, how) => {
      const isTold = isOneOf("billing.server", "billing.protocol");
      await bench().push(bench().entry());
      functions().misbehaveRead(how);
      await expect(bench().find(bench().entry())).rejects.toSatisfy(isTold);
      functions().misbehaveRead(how);
      await expect(listed()).rejects.toSatisfy(isTold);
      functions().misbehaveRead(how);
      await expect(cases()).rejects.toSatisfy(isTold);
      functions().misbehaveRead(how);
      await expect(bench().probe()).rejects.toSatisfy(isOneOf("billing.auth", "billing.protocol"));
    });

    it.each([
      ["a look-up", () => bench().find(bench().entry())],
      ["a list of entries", listed],
      ["a list of cases", cases],
      ["the question who we are", () => bench().probe()],
    ] as const)("and never answers fails after a while: %s", async (_, call) => {
      vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
      functions().misbehaveRead({ kind: "hang" });
      expect(await afterLong<unknown>(call())).toSatisfy(isOneOf("billing.unanswered"));
    });

    it.each([
      ["another type", [{ id: "1", externalId: 5 }]],
      ["half a revision", [{ id: "1", externalId: "key", revision: 1.5 }]],
      ["no list", { items: [] }],
    ])("and gives %s fails", async (_, value) => {
      functions().misbehaveRead({ kind: "give", value });
      await expect(bench().find(bench().entry())).rejects.toSatisfy(isOneOf("billing.protocol"));
    });
  });

  async function cases(): Promise<number> {
    let count = 0;
    for await (const page of bench().provider.listCases(NEVER)) count += page.length;
    return count;
  }

  async function listed(): Promise<number> {
    let count = 0;
    for await (const page of bench().provider.listRecords(DAY as LocalDate, DAY as LocalDate, NEVER))
      count += page.length;
    return count;
  }
}
