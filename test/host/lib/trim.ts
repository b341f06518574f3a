import fs from "node:fs";
import path from "node:path";
import { runNpm, unpackPackage } from "./npm.ts";
import { standIn, writeStandIns } from "./standIns.ts";

/** Parts of the package no test needs: source maps, and extensions of 40 MB and more. */
export const LEAVE_OUT = [
  "*.map",
  "extensions/copilot",
  "extensions/mermaid-markdown-features",
  "extensions/mermaid-chat-features",
];

/** What server, extension host, terminal, file watcher and page load. The rest is telemetry, Windows, Kerberos, AI. */
const KEEP = new RegExp(
  "^(cookie|minimist|ws|yauzl|yazl|https?-proxy-agent|vscode-(regexpp|oniguruma|textmate)|jschardet|" +
    "node-pty|katex|tas-client(-umd)?|@microsoft/1ds-(core|post)-js|@parcel/watcher|@xterm/.+|" +
    "@vscode/(proxy-agent|iconv-lite-umd|ripgrep-universal|fs-copyfile|vscode-languagedetection|tree-sitter-wasm))$",
);

interface LockedPackage {
  readonly version: string;
  readonly resolved?: string;
}

/**
 * Installs the dependencies of an unpacked release, few and without a compiler, and opens the one gate that keeps
 * suites out.
 * @param folder the release, its `npm-shrinkwrap.json` still in place
 */
export async function trim(folder: string): Promise<void> {
  const manifestFile = path.join(folder, "package.json");
  const lockFile = path.join(folder, "npm-shrinkwrap.json");
  const manifest = readJson(manifestFile) as { name: string; version: string; dependencies: Record<string, string> };
  const lock = readJson(lockFile) as { packages: Record<string, LockedPackage | object> };
  const dependencies: Record<string, string> = {};
  for (const name of Object.keys(manifest.dependencies).filter((each) => KEEP.test(each))) {
    const key = `node_modules/${name}`;
    const locked = lock.packages[key] as LockedPackage;
    const other = replacement(name, locked);
    dependencies[name] = other ?? locked.version;
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a JSON object, read and written once
    if (other !== undefined) delete lock.packages[key];
  }
  const { name, version } = manifest;
  lock.packages[""] = { name, version, dependencies };
  fs.writeFileSync(manifestFile, JSON.stringify({ ...withoutScripts(manifest), dependencies }, null, 2));
  fs.writeFileSync(lockFile, JSON.stringify(lock, null, 2));
  const flags = ["--ignore-scripts", "--omit=dev", "--no-audit", "--no-fund", "--loglevel=error"];
  await runNpm(["install", ...flags], folder);

  openPayloadGate(path.join(folder, "out/vs/code/browser/workbench/workbench.js"));
  const modules = path.join(folder, "node_modules");
  writeStandIns(modules);
  await replaceRipgrep(modules, "@vscode/ripgrep" in manifest.dependencies);
  keepOwnPlatform(modules, ["node-pty/prebuilds", "@vscode/ripgrep-universal/bin"]);
}

/** A prebuilt version where a release asks for a build or for a git checkout. */
function replacement(name: string, locked: LockedPackage): string | undefined {
  if (name === "node-pty" && /^1\.[01]\./.test(locked.version)) return "1.2.0-beta.15";
  return locked.resolved?.startsWith("git") === true ? locked.version : undefined;
}

function withoutScripts(manifest: object): object {
  return { ...manifest, overrides: undefined, devDependencies: undefined, scripts: undefined };
}

/**
 * Newer releases read extensionDevelopmentPath and extensionTestsPath from the address only under
 * `--enable-smoke-test-driver`, which also hides every notification. If a later release renames the condition, suites
 * never start: look here first.
 */
function openPayloadGate(workbench: string): void {
  const source = fs.readFileSync(workbench, "utf8");
  const open = source.replace(/\bthis\.payload&&\(!this\.isBuilt\|\|this\.enableSmokeTestDriver\)/, "this.payload");
  if (open !== source) fs.writeFileSync(workbench, open);
}

/** `@vscode/ripgrep` downloads its program in an install script; `@vscode/ripgrep-universal` carries it. */
async function replaceRipgrep(modules: string, wanted: boolean): Promise<void> {
  if (!wanted) return;
  standIn(modules, "@vscode/ripgrep", "exports.rgPath = require('path').join(__dirname, 'bin', 'rg');\n");
  const bin = path.join(modules, "@vscode/ripgrep/bin");
  fs.mkdirSync(bin);
  await unpackPackage("@vscode/ripgrep-universal@1.18.0", bin, `package/bin/${process.platform}-${process.arch}`);
}

function keepOwnPlatform(modules: string, folders: readonly string[]): void {
  for (const folder of folders.map((each) => path.join(modules, each)).filter((each) => fs.existsSync(each))) {
    for (const entry of fs.readdirSync(folder)) {
      if (entry !== `${process.platform}-${process.arch}`) fs.rmSync(path.join(folder, entry), { recursive: true });
    }
  }
}

function readJson(file: string): unknown {
  return JSON.parse(fs.readFileSync(file, "utf8"));
}
