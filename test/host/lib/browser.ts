import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { type Browser, chromium } from "playwright-core";
import { type Log, once } from "./install.ts";
import { ROOT } from "./paths.ts";
import { run } from "./processes.ts";

const INSTALLED = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-headless-shell",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

const ARGS = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Starts a headless Chromium. @throws in one line if there is none or a system library is missing */
export async function startBrowser(log: Log = () => undefined): Promise<Browser> {
  const executablePath = await findChromium(log);
  try {
    // Our own signal handlers end it; playwright's would leave the rest of a test hanging.
    const signals = { handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false };
    return await chromium.launch({ executablePath, chromiumSandbox: false, args: ARGS, ...signals });
  } catch (error) {
    const missing = /error while loading shared libraries: ([^:\s]+)/.exec(String(error))?.[1];
    if (missing === undefined) throw error;
    throw new Error(`Chromium needs ${missing}: apt-get install libnss3 libexpat1`, { cause: error });
  }
}

/** CHROME_PATH, else an installed Chromium, else the one in the npm package `@sparticuz/chromium`, unpacked once. */
export async function findChromium(log: Log = () => undefined): Promise<string> {
  const { CHROME_PATH } = process.env;
  if (CHROME_PATH !== undefined && CHROME_PATH !== "") return CHROME_PATH;
  const installed = INSTALLED.find((each) => fs.existsSync(each));
  if (installed !== undefined) return installed;
  if (process.platform !== "linux" || process.arch !== "x64") {
    throw new Error("No Chromium found: install one or name it in CHROME_PATH");
  }
  const entry = createRequire(import.meta.url).resolve("@sparticuz/chromium");
  const manifest = path.join(ROOT, "node_modules/@sparticuz/chromium/package.json");
  const { version } = JSON.parse(fs.readFileSync(manifest, "utf8")) as { version: string };
  const folder = await once(`chromium-${version}`, log, async (scratch) => {
    // It unpacks into the temporary folder, where any user could have put a program of the same name.
    const code = "const c = require(process.argv[1]); (c.default ?? c).executablePath().then(() => 0);";
    await run(process.execPath, ["-e", code, entry], { env: { ...process.env, TMPDIR: scratch } });
  });
  return path.join(folder, "chromium");
}
