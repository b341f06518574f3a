import { describe, expect, it } from "vitest";
import { CaseclockError } from "../../../src/domain/errors.ts";
import { LOGIN_PAGE, type Bench } from "./bench.ts";
import { folderTroubles } from "./folderTroubles.ts";
import { functionTroubles } from "./functionTroubles.ts";
import type { Capabilities } from "./systemUnderTest.ts";

/** What has to become of a write or a look-up whose answer is not what the API promises. */
export function troubles(bench: () => Bench, can: Capabilities): void {
  describe("what goes wrong with a write", () => {
    // A folder has no answer that could be lost: what is not told of it was not written.
    const lost = can.over === "functions" ? "server" : "offline";

    it.runIf(can.over !== "folder")("an answer that is lost: perhaps written, and then found", async () => {
      bench().faults.breakWrites({ kind: "loseAnswer" });
      expect(await bench().push(bench().entry())).toMatchObject({ kind: "unknown", problem: { kind: lost } });
      expect(await bench().sum()).toBe(3600);
      const [found] = await bench().find(bench().entry());
      expect(found?.remoteId).toBe((await bench().system.stored())[0]?.id);
    });

    it.runIf(can.over !== "folder")("a connection that breaks: perhaps written, not found, written once", async () => {
      bench().faults.breakWrites({ kind: "reset" });
      expect(await bench().push(bench().entry())).toMatchObject({ kind: "unknown", problem: { kind: lost } });
      expect(await bench().find(bench().entry())).toEqual([]);
      expect(await bench().push(bench().entry(), 1)).toMatchObject({ kind: "written" });
      expect(await bench().sum()).toBe(3600);
    });

    it("stopped before it began: not written", async () => {
      const result = await bench().provider.push(bench().entry(), AbortSignal.abort());
      expect(result).toMatchObject({ kind: "retryLater", stop: false });
      expect(await bench().system.stored()).toEqual([]);
    });
  });
  if (can.over === undefined) requestTroubles(bench);
  else if (can.over === "functions") functionTroubles(bench);
  else folderTroubles(bench);
}

/** What a server may answer in the place of the system. */
function requestTroubles(bench: () => Bench): void {
  describe("a write that is answered with", () => {
    it.each([
      ["401", { status: 401 }, { kind: "retryLater", stop: true, problem: { kind: "auth" } }],
      [
        "429",
        { status: 429, headers: { "Retry-After": "7" } },
        { kind: "retryLater", stop: false, retryAfterMs: 7000 },
      ],
      ["500", { status: 500 }, { kind: "unknown" }],
      ["503 with a pause", { status: 503, headers: { "Retry-After": "9" } }, { kind: "unknown", retryAfterMs: 9000 }],
      ["a login page", LOGIN_PAGE, { kind: "unknown", problem: { kind: "protocol" } }],
      [
        "another answer",
        { status: 200, body: { other: "service" } },
        { kind: "unknown", problem: { kind: "protocol" } },
      ],
    ])("%s", async (_, reply, outcome) => {
      bench().server.breakWrites({ kind: "answer", reply });
      const result = await bench().push(bench().entry());
      expect(result).toMatchObject(outcome);
      expect(result).toHaveProperty("problem.detail", expect.stringMatching(/\S/));
      expect(await bench().system.stored()).toEqual([]);
    });

    it("a redirect is not followed", async () => {
      const headers = { Location: `${bench().server.url}/elsewhere?token=1` };
      bench().server.breakWrites({ kind: "answer", reply: { status: 302, headers } });
      expect(await bench().push(bench().entry())).toMatchObject({
        kind: "retryLater",
        stop: true,
        problem: { kind: "auth" },
      });
      expect(bench().server.calls.map(({ path }) => path)).not.toContain("/elsewhere");
    });
  });

  it.each([
    ["401", { status: 401 }, "billing.auth"],
    ["a login page", LOGIN_PAGE, "billing.protocol"],
    ["500", { status: 500 }, "billing.server"],
  ] as const)(
    "a look-up that is answered with %s fails, and does not say that nothing is there",
    async (_, reply, code) => {
      await bench().push(bench().entry());
      bench().server.breakReads(...Array.from({ length: 4 }, () => ({ kind: "answer", reply }) as const));
      await expect(bench().find(bench().entry())).rejects.toSatisfy((error) => CaseclockError.is(error, code));
    },
  );
}
