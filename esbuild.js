// Bundles the extension. `extension.js` is all that VS Code loads at its start; every other file is loaded when needed.
const esbuild = require("esbuild");
const fs = require("node:fs");
const path = require("node:path");
const { bundledPackages, notices } = require("./notices.js");

/** For F5: readable, with source maps, again after each change; what `dist` then has is not what ships. */
const WATCH = process.argv.includes("--watch");

/** Source files that become files of their own: each is imported dynamically, or started as a worker. */
const CHUNKS = {
  extension: "src/extension.ts",
  core: "src/main/window.ts",
  text: "src/base/text.ts",
  sqliteWorker: "src/adapters/node/sqlite/sqliteWorker.ts",
  gitCli: "src/adapters/node/git/gitCli.ts",
  remoteGit: "src/adapters/vscode/remoteGitOfWindow.ts",
  providers: "src/adapters/node/billing/providers.ts",
  timesheetRequests: "src/ui/timesheet/requests.ts",
  reportRequests: "src/ui/report/requests.ts",
  caseSources: "src/adapters/node/cases/caseSources.ts",
  worklogCsv: "src/adapters/node/export/worklogCsv.ts",
  worklogCalendar: "src/adapters/node/export/worklogCalendar.ts",
  ledgerFile: "src/adapters/node/export/ledgerFile.ts",
  atomicFile: "src/adapters/node/system/atomicFile.ts",
};

/** Chunks that every other takes from their file: what they hold is held once, here the language. */
const SHARED = new Set(["text"]);

/** Keeps a dynamic import of a chunk, and any import of a shared one, a file of its own instead of bundling it in. */
const lazyChunks = {
  name: "lazy-chunks",
  setup(build) {
    const names = new Map(Object.entries(CHUNKS).map(([name, file]) => [path.resolve(file), name]));
    build.onResolve({ filter: /^\./ }, ({ path: request, resolveDir, kind }) => {
      const found = names.get(path.resolve(resolveDir, request));
      const name = kind === "dynamic-import" || (SHARED.has(found) && kind !== "entry-point") ? found : undefined;
      return name === undefined ? undefined : { path: `./${name}.js`, external: true };
    });
  },
};

const options = {
  entryPoints: CHUNKS,
  outdir: "dist",
  bundle: true,
  minify: !WATCH && !process.argv.includes("--readable"),
  sourcemap: WATCH,
  keepNames: false,
  platform: "node",
  format: "cjs",
  target: "node22",
  // A chunk is a CommonJS file beside this one: `require` finds it in every extension host.
  supported: { "dynamic-import": false },
  external: ["vscode", "node:sqlite"],
  legalComments: "none",
  logLevel: WATCH ? "info" : "warning",
  metafile: true,
  plugins: [lazyChunks],
};

/** Takes the indentation out of templates, where it would be text: a third of the bundle. */
const flatTemplates = {
  name: "flat-templates",
  setup(build) {
    build.onLoad({ filter: /src[\\/]webview[\\/].*\.ts$/ }, async ({ path: file }) => {
      const source = await fs.promises.readFile(file, "utf8");
      return { contents: source.replace(/\n[ \t]+/g, "\n"), loader: "ts" };
    });
  },
};

/** What runs in a webview, not in the extension host: one script and one style sheet per panel. */
const webviewOptions = {
  entryPoints: [
    { in: "src/webview/timesheet/main.ts", out: "timesheet" },
    { in: "src/webview/timesheet/timesheet.css", out: "timesheet" },
    { in: "src/webview/report/main.ts", out: "report" },
    { in: "src/webview/report/report.css", out: "report" },
  ],
  outdir: "dist/webview",
  bundle: true,
  minify: !WATCH && !process.argv.includes("--readable"),
  sourcemap: WATCH,
  platform: "browser",
  format: "iife",
  target: "chrome134",
  legalComments: "none",
  logLevel: WATCH ? "info" : "warning",
  metafile: true,
  plugins: [flatTemplates],
};

async function main() {
  fs.rmSync("dist", { recursive: true, force: true });
  if (WATCH) {
    const contexts = await Promise.all([options, webviewOptions].map((each) => esbuild.context(each)));
    await Promise.all(contexts.map((context) => context.watch()));
    return;
  }
  const { metafile } = await esbuild.build(options);
  const webview = await esbuild.build(webviewOptions);
  for (const [file, { bytes }] of Object.entries({ ...metafile.outputs, ...webview.metafile.outputs })) {
    process.stdout.write(`${file} ${(bytes / 1000).toFixed(1)} kB\n`);
  }
  // What the list of parts of a release is made from (`npm run sbom`): both builds as one.
  const merged = {
    inputs: { ...metafile.inputs, ...webview.metafile.inputs },
    outputs: { ...metafile.outputs, ...webview.metafile.outputs },
  };
  fs.writeFileSync("dist/metafile.json", JSON.stringify(merged));
  const packages = bundledPackages([metafile, webview.metafile]);
  fs.writeFileSync("ThirdPartyNotices.txt", notices(packages));
  process.stdout.write(`ThirdPartyNotices.txt ${packages.length} packages\n`);
}

module.exports = { options, webviewOptions };

if (require.main === module)
  main().catch((error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  });
