import { spawnSync } from "node:child_process";
import { ROOT } from "../host/lib/paths.ts";

/** Builds what the pages load. @throws with the bundler's words */
export default function build(): void {
  const { status, stderr } = spawnSync(process.execPath, ["esbuild.js"], { cwd: ROOT, encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
}
