import crypto from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { run } from "./processes.ts";

/** Runs npm, without the cache of compiled code that it would leave in the temporary folder. @throws if it fails */
export function runNpm(args: readonly string[], cwd?: string): Promise<string> {
  const env = { ...process.env, NODE_DISABLE_COMPILE_CACHE: "1" };
  return run("npm", args, cwd === undefined ? { env } : { cwd, env });
}

/**
 * Unpacks the folder `inside` of a published npm package into `folder`, without running anything of it.
 * @param spec `name@version`
 * @throws if the package's checksum is not `sha512`
 */
export async function unpackPackage(
  spec: string,
  folder: string,
  inside: string,
  { sha512, leaveOut = [] }: { readonly sha512?: string; readonly leaveOut?: readonly string[] } = {},
): Promise<void> {
  const download = fs.mkdtempSync(path.join(path.dirname(folder), ".download-"));
  try {
    await runNpm(["pack", spec, "--silent", "--ignore-scripts", "--pack-destination", download]);
    const file = fs.readdirSync(download)[0];
    if (file === undefined) throw new Error(`npm pack ${spec} wrote nothing`);
    const archive = path.join(download, file);
    if (sha512 !== undefined) {
      const found = crypto.createHash("sha512").update(fs.readFileSync(archive)).digest("base64");
      if (found !== sha512) throw new Error(`${spec}: its checksum is ${found}, not ${sha512}`);
    }
    const excludes = leaveOut.map((each) => `--exclude=${each.startsWith("*") ? each : `${inside}/${each}`}`);
    const depth = inside.split("/").length;
    await run("tar", ["-xzf", archive, "-C", folder, `--strip-components=${depth}`, ...excludes, inside]);
  } finally {
    fs.rmSync(download, { recursive: true, force: true });
  }
}
