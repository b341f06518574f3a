/**
 * What F5 needs beside the extension, in `out/debug`: a repository to work in, a profile, and the billing endpoint, which
 * runs until Ctrl-C; the companions and the host suites as bundles. `.vscode/launch.json` takes it from there.
 */
import fs from "node:fs";
import path from "node:path";
import { bundleSuites, bundleTestCompanion } from "../host/lib/bundle.ts";
import { OUT } from "../host/lib/paths.ts";
import { interrupted } from "../host/lib/processes.ts";
import { QUIET_SETTINGS, writeSettings } from "../host/lib/server.ts";
import { setStage } from "./stage.ts";

const folder = path.join(OUT, "debug");
const stage = await setStage(folder, (message) => {
  console.log(`[debug] ${message}`);
});
try {
  await Promise.all([bundleSuites(), bundleTestCompanion()]);
  writeSettings(stage.userData, { ...QUIET_SETTINGS, "caseclock.allowUnattended": true });
  const lines = Object.entries(stage.env).map(([name, value]) => `${name}=${value}\n`);
  fs.writeFileSync(path.join(folder, "env"), lines.join(""), { mode: 0o600 });
  console.log(`[debug] ready; what the billing endpoint receives: ${stage.endpoint.pageUrl}`);
  await interrupted();
} finally {
  await stage.close();
}
