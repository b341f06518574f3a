import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { anEntry, CheckedClient } from "../../billing-endpoint/client.ts";
import { startEndpoint } from "../../billing-endpoint/server.ts";

describe("a database file", () => {
  let folder: string;
  let database: string;
  const children: ChildProcess[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "billing-endpoint-"));
    database = join(folder, "billing.db");
  });
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill("SIGKILL");
    await rm(folder, { recursive: true });
  });

  /** The endpoint as a process of its own. */
  async function run(): Promise<{ readonly child: ChildProcess; readonly line: Record<string, string> }> {
    const main = fileURLToPath(new URL("../../billing-endpoint/main.ts", import.meta.url));
    const child = spawn(process.execPath, [main, "--database", database, "--token", "known", "--seed"], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    children.push(child);
    for await (const line of createInterface({ input: child.stdout })) {
      return { child, line: JSON.parse(line) as Record<string, string> };
    }
    throw new Error("The endpoint said nothing");
  }

  it("outlives a restart with entries, keys and cases", async () => {
    const options = { database, seed: true, token: "known" };
    const before = await startEndpoint(options);
    const first = await new CheckedClient(before).post(anEntry());
    before.changeCase("case-1234", { status: "closed", title: "Renamed" });
    await before.close();
    const after = await startEndpoint(options);
    try {
      const again = await new CheckedClient(after).post(anEntry());
      expect({ body: again.body, idempotencyReplayed: again.headers["idempotency-replayed"] }).toEqual({
        body: first.body,
        idempotencyReplayed: "true",
      });
      expect(after.entries()).toEqual([first.body]);
      expect(after.cases().find(({ id }) => id === "case-1234")).toMatchObject({ status: "closed", title: "Renamed" });
      expect(after.cases()).toHaveLength(16);
    } finally {
      await after.close();
    }
  });

  it("outlives a killed process, and a told one ends by itself", async () => {
    const killed = await run();
    expect(killed.line).toEqual({
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/v1$/) as string,
      pageUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/$/) as string,
      token: "known",
    });
    const connect = ({ line }: typeof killed) => new CheckedClient({ url: line["url"] ?? "", token: "known" });
    const first = await connect(killed).post(anEntry());
    killed.child.kill("SIGKILL");
    await once(killed.child, "exit");
    const told = await run();
    const again = await connect(told).post(anEntry());
    expect({ body: again.body, idempotencyReplayed: again.headers["idempotency-replayed"] }).toEqual({
      body: first.body,
      idempotencyReplayed: "true",
    });
    told.child.kill("SIGTERM");
    expect(await once(told.child, "exit")).toEqual([0, null]);
  });

  it("is refused when its port is taken", async () => {
    const first = await startEndpoint({ database });
    const port = Number(new URL(first.url).port);
    await expect(startEndpoint({ database: ":memory:", port })).rejects.toThrow("EADDRINUSE");
    await first.close();
  });
});
