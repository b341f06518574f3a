import fs from "node:fs";
import path from "node:path";
import type { Log } from "./install.ts";
import { runNpm } from "./npm.ts";
import { ROOT } from "./paths.ts";

/** The packaged extension: `given`, else CASECLOCK_VSIX, else the newest in the checkout, else a new one. */
export async function findVsix(given: string | undefined, log: Log): Promise<string> {
  const named = given ?? process.env["CASECLOCK_VSIX"];
  if (named !== undefined && named !== "") {
    if (!fs.existsSync(named)) throw new Error(`${named} does not exist`);
    return path.resolve(named);
  }
  return newestVsix() ?? (await buildVsix(log));
}

/** Packages the extension as it is now. */
export async function buildVsix(log: Log): Promise<string> {
  log("packaging the extension …");
  await runNpm(["run", "-s", "package"], ROOT);
  const built = newestVsix();
  if (built === undefined) throw new Error("npm run package left no .vsix in the checkout");
  return built;
}

/** The newest .vsix in the checkout. */
export function newestVsix(): string | undefined {
  return fs
    .readdirSync(ROOT)
    .filter((name) => name.endsWith(".vsix"))
    .map((name) => path.join(ROOT, name))
    .sort((a, b) => fs.statSync(b).mtimeMs - fs.statSync(a).mtimeMs)[0];
}
