import fs from "node:fs";
import path from "node:path";
import { build, type BuildOptions } from "esbuild";
import { OUT, ROOT } from "./paths.ts";

const COMMON: BuildOptions = {
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node22",
  sourcemap: "inline",
  external: ["vscode", "mocha"],
  absWorkingDir: ROOT,
  logLevel: "error",
};

/** Bundles the suites that run inside VS Code, one file each, and gives the file VS Code is to load. */
export async function bundleSuites(): Promise<string> {
  const suite = path.join(ROOT, "test/host/suite");
  const files = fs
    .readdirSync(suite, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".test.ts"))
    .map((name) => path.join(suite, name));
  const outdir = path.join(OUT, "test/host");
  fs.rmSync(path.join(outdir, "suite"), { recursive: true, force: true });
  const entryPoints = [path.join(suite, "run.ts"), ...files];
  await build({ ...COMMON, entryPoints, outdir: path.join(outdir, "suite"), outbase: suite });
  return path.join(outdir, "suite/run.js");
}

/** Bundles a companion extension; gives the folder to install or develop. @param source its folder in `test` */
export async function bundleCompanion(source: string): Promise<string> {
  const folder = path.join(OUT, "companion", path.relative(ROOT, source).replaceAll(path.sep, "-"));
  fs.mkdirSync(folder, { recursive: true });
  const { outputFiles } = await build({
    ...COMMON,
    entryPoints: [path.join(source, "extension.ts")],
    outfile: path.join(folder, "extension.js"),
    write: false,
  });
  for (const { path: file, contents } of outputFiles) replaceFile(file, contents);
  replaceFile(path.join(folder, "package.json"), fs.readFileSync(path.join(source, "package.json")));
  return folder;
}

/** Another run that copies the file's folder at this moment gets all of the file, of before or of now, and nothing else. */
function replaceFile(file: string, contents: Uint8Array): void {
  const next = path.join(OUT, "companion", `.${path.basename(file)}.${String(process.pid)}`);
  fs.writeFileSync(next, contents);
  fs.renameSync(next, file);
}

/** The companion that opens a door into each extension host. */
export function bundleTestCompanion(): Promise<string> {
  return bundleCompanion(path.join(ROOT, "test/host/companion"));
}
