import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** The ledger's worker as one file of JavaScript. */
    worker: string;
  }
}

/**
 * Bundles the ledger's worker once for all tests, as the product runs it. From its TypeScript source each thread would
 * take the types out with WebAssembly, whose code V8 frees under several threads now and then when it is still in use:
 * the process dies in `WasmEngine::FreeDeadCode` (Node 24.21, one of four runs under load).
 */
export default async function setup(project: TestProject): Promise<() => void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "caseclock-worker-"));
  const worker = path.join(folder, "sqliteWorker.js");
  await build({
    entryPoints: [fileURLToPath(new URL("../../src/adapters/node/sqliteWorker.ts", import.meta.url))],
    outfile: worker,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node22",
    supported: { "dynamic-import": false },
    external: ["node:sqlite"],
  });
  project.provide("worker", worker);
  return () => {
    fs.rmSync(folder, { recursive: true, force: true });
  };
}
