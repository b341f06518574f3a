import fs from "node:fs";
import path from "node:path";
import { unpackPackage } from "./npm.ts";
import { CACHE, ROOT } from "./paths.ts";
import { NEWEST, RELEASES } from "./releases.ts";
import { LEAVE_OUT, trim } from "./trim.ts";

/** One release of VS Code, ready to start. */
export interface Installed {
  /** Version of the `code-server` package it came in. */
  readonly release: string;
  /** Folder with `out/server-main.js`. */
  readonly vscode: string;
  /** The Node that runs it. */
  readonly node: string;
}

/** Says what takes long. */
export type Log = (message: string) => void;

/** Installs one release into the cache, once, from the npm registry alone. */
export async function install(release: string = NEWEST, log: Log = () => undefined): Promise<Installed> {
  const pinned = RELEASES[release];
  if (!pinned) throw new Error(`${release} is not in RELEASES`);
  const node = await installNode(pinned.node, log);
  const vscode = await once(`code-server-${release}`, log, async (folder) => {
    const options = { sha512: pinned.sha512, leaveOut: LEAVE_OUT };
    await unpackPackage(`code-server@${release}`, folder, "package/lib/vscode", options);
    await trim(folder);
  });
  return { release, vscode, node };
}

/**
 * Fills the cache's folder `name` by `build`, once. It is built beside and renamed into place, so that a broken or a
 * concurrent install never leaves half a folder.
 */
export async function once(name: string, log: Log, build: (folder: string) => Promise<void>): Promise<string> {
  const final = path.join(CACHE, name);
  if (fs.existsSync(final)) return final;
  fs.mkdirSync(CACHE, { recursive: true });
  const started = performance.now();
  log(`installing ${name} …`);
  const scratch = fs.mkdtempSync(path.join(CACHE, `.${name}-`));
  try {
    await build(scratch);
    try {
      fs.renameSync(scratch, final);
    } catch (error) {
      if (!fs.existsSync(final)) throw error; // else another process was faster
    }
  } finally {
    fs.rmSync(scratch, { recursive: true, force: true });
  }
  log(`installed ${name} in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  return final;
}

/** The project's own Node where the versions agree, else one in the cache. */
async function installNode(version: string, log: Log): Promise<string> {
  const name = `node-${process.platform}-${process.arch}`;
  const own = path.join(ROOT, "node_modules", name);
  if (fs.existsSync(own)) {
    const { version: found } = JSON.parse(fs.readFileSync(path.join(own, "package.json"), "utf8")) as {
      version: string;
    };
    if (found === version) return path.join(own, "bin", "node");
  }
  const folder = await once(`node-${version}`, log, (scratch) =>
    unpackPackage(`${name}@${version}`, scratch, "package/bin"),
  );
  return path.join(folder, "node");
}
