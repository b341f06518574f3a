import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type { TestProject } from "vitest/node";
import { bundleWorker } from "./workerBundle.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The ledger's worker as one file of JavaScript. */
    worker: string;
  }
}

/** Bundles the ledger's worker once for all tests. */
export default async function setup(project: TestProject): Promise<() => void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "caseclock-worker-"));
  project.provide("worker", await bundleWorker(folder));
  return () => {
    fs.rmSync(folder, { recursive: true, force: true });
  };
}
