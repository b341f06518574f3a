import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/**
 * Bundles the ledger's worker as the product runs it. From its TypeScript source each thread would take the types out with
 * WebAssembly, whose code V8 frees under several threads now and then when it is still in use: the process dies in
 * `WasmEngine::FreeDeadCode` (Node 24.21, one of four runs under load).
 * @returns the file
 */
export async function bundleWorker(folder: string): Promise<string> {
  const outfile = path.join(folder, "sqliteWorker.js");
  await build({
    entryPoints: [fileURLToPath(new URL("../../src/adapters/node/sqlite/sqliteWorker.ts", import.meta.url))],
    outfile,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node22",
    supported: { "dynamic-import": false },
    external: ["node:sqlite"],
  });
  return outfile;
}
