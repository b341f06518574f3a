import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { type Browser, chromium } from "playwright-core";
import { type Log, once } from "./install.ts";
import { CACHE, ROOT } from "./paths.ts";
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

/** The fonts that are in `dejavu-fonts-ttf`, and no other: what a line is as wide as must not depend on the machine. */
const FONTS = path.join(import.meta.dirname, "fonts.conf");

/** A Chromium to start. */
interface Chromium {
  readonly program: string;
  /** Folder of system libraries that it brings along. */
  readonly libraries?: string;
}

/** Starts a headless Chromium. @throws in one line if there is none or it cannot run here */
export async function startBrowser(log: Log = () => undefined): Promise<Browser> {
  const { program: executablePath, libraries } = await findChromium(log);
  const outer = Object.entries(process.env).filter((each): each is [string, string] => each[1] !== undefined);
  const env = {
    ...Object.fromEntries(outer),
    FONTCONFIG_FILE: FONTS,
    XDG_CACHE_HOME: CACHE,
    ...(libraries === undefined ? {} : { LD_LIBRARY_PATH: libraries }),
  };
  try {
    // Our own signal handlers end it; playwright's would leave the rest of a test hanging.
    const signals = { handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false };
    return await chromium.launch({ executablePath, env, chromiumSandbox: false, args: ARGS, ...signals });
  } catch (error) {
    const missing = /error while loading shared libraries: ([^:\s]+)|(GLIBC_[\d.]+)' not found/.exec(String(error));
    if (missing === null) throw error;
    const [, library, version = ""] = missing;
    const reason =
      library === undefined
        ? `${version.replace("_", " ")} or newer (Debian 12, Ubuntu 22.04)`
        : `${library} (Debian: sudo apt-get install libnss3 libexpat1)`;
    throw new Error(`Chromium needs ${reason}; another one can be named in CHROME_PATH`, { cause: error });
  }
}

/** Starts a Chromium and ends it: a machine on which none runs is told of before the work, not in the middle of it. */
export async function checkBrowser(log: Log = () => undefined): Promise<void> {
  const browser = await startBrowser(log);
  await browser.close();
}

/**
 * CHROME_PATH, else the one in the npm package `@sparticuz/chromium`, unpacked once, with the libraries that are in there
 * too; for other machines than that is built for, an installed Chromium.
 */
async function findChromium(log: Log): Promise<Chromium> {
  const { CHROME_PATH } = process.env;
  if (CHROME_PATH !== undefined && CHROME_PATH !== "") return { program: CHROME_PATH };
  if (process.platform === "linux" && process.arch === "x64") {
    const folder = await unpackChromium(log);
    return { program: path.join(folder, "chromium"), libraries: path.join(folder, "al2023/lib") };
  }
  const installed = INSTALLED.find((each) => fs.existsSync(each));
  if (installed === undefined) throw new Error("No Chromium found: install one or name it in CHROME_PATH");
  return { program: installed };
}

function unpackChromium(log: Log): Promise<string> {
  const entry = createRequire(import.meta.url).resolve("@sparticuz/chromium");
  const manifest = path.join(ROOT, "node_modules/@sparticuz/chromium/package.json");
  const { version } = JSON.parse(fs.readFileSync(manifest, "utf8")) as { version: string };
  return once(`chromium-${version}-with-libraries`, log, async (scratch) => {
    const code = "const c = require(process.argv[1]); (c.default ?? c).executablePath().then(() => 0);";
    const env = {
      ...process.env,
      TMPDIR: scratch, // it unpacks into the temporary folder, where any user could have put a program of the same name
      AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x", // there it unpacks the libraries too
    };
    await run(process.execPath, ["-e", code, entry], { env });
  });
}
