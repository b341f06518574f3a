/**
 * `npm run bench -- main`: the sizes of the bundles, activation and a keystroke, each beside its budget or a baseline of the same run.
 * It prints and never fails because of a figure: machines are noisy, and a person reads this.
 */
import fs from "node:fs";
import path from "node:path";
import { bundleTestCompanion } from "../host/lib/bundle.ts";
import { startHost } from "../host/lib/host.ts";
import { ROOT } from "../host/lib/paths.ts";
import { temporaryFolder } from "../host/lib/processes.ts";
import { smallRepository } from "../host/lib/repository.ts";
import { findVsix } from "../host/lib/vsix.ts";
import { measureActivation } from "./activation.ts";
import { bundleKeystrokeBench, measureKeystrokes } from "./keystroke.ts";

const log = (message: string): void => {
  console.error(`[bench] ${message}`);
};

/** The budget for the file that VS Code loads at its start, minified. */
const MAIN_BUNDLE_KB = 150;

async function main(): Promise<void> {
  const vsix = await findVsix(undefined, log);
  console.log("\nBundles (minified; everything but extension.js is loaded when needed)");
  for (const name of fs.readdirSync(path.join(ROOT, "dist"), { recursive: true, encoding: "utf8" }).sort()) {
    if (!/\.(js|css)$/.test(name)) continue;
    const kb = fs.statSync(path.join(ROOT, "dist", name)).size / 1000;
    console.log(
      `  ${name.padEnd(24)} ${kb.toFixed(1).padStart(7)} kB${name === "extension.js" ? `   budget ${MAIN_BUNDLE_KB} kB` : ""}`,
    );
  }
  const work = temporaryFolder("bench");
  try {
    const folder = path.join(work.path, "sample");
    await smallRepository(folder);
    const companions = [await bundleTestCompanion(), path.join(ROOT, "test/bench/empty")];
    const host = await startHost({ log, vsix: [vsix], companions });
    try {
      await measureActivation(host, folder);
      await measureKeystrokes(await host.door(folder), await bundleKeystrokeBench(work.path));
    } finally {
      await host.close();
    }
  } finally {
    work.remove();
  }
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    log(error instanceof Error ? (error.stack ?? error.message) : String(error));
    process.exit(1);
  },
);
