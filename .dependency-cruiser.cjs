/** The direction of the layers (docs/adr/0001 and the README's "Inside" section): a file imports leftwards, never right. */
const only = (layer, allowed) => ({
  name: `${layer}-direction`,
  severity: "error",
  from: { path: `^src/${layer}/` },
  to: { path: "^src/", pathNot: [layer, ...allowed].map((name) => `^src/${name}/`) },
});

module.exports = {
  forbidden: [
    { name: "no-circular", severity: "error", from: {}, to: { circular: true } },
    only("base", []),
    only("domain", ["base"]),
    only("ports", ["domain", "base"]),
    only("app", ["ports", "domain", "base"]),
    only("adapters", ["ports", "domain", "base"]),
    only("ui", ["app", "ports", "domain", "base"]),
    only("main", ["adapters", "ui", "app", "ports", "domain", "base"]),
    only("webview", ["ports", "base"]),
    {
      name: "webview-takes-types-of-ports",
      severity: "error",
      from: { path: "^src/webview/" },
      to: { path: "^src/ports/", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "webview-in-a-browser",
      severity: "error",
      from: { path: "^src/webview/" },
      to: { dependencyTypes: ["core", "npm", "npm-dev", "unknown"], pathNot: "node_modules/(lit|uplot)/" },
    },
    {
      name: "webview-stands-alone",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/webview/" },
      to: { path: "^src/webview/" },
    },
    {
      name: "pure",
      severity: "error",
      from: { path: "^src/(base|domain|ports|app)/", pathNot: "^src/base/time\\.ts$" },
      to: { dependencyTypes: ["core", "npm", "npm-dev", "unknown"] },
    },
    {
      name: "time-over-temporal",
      severity: "error",
      from: { path: "^src/base/time\\.ts$" },
      to: { dependencyTypes: ["core", "npm", "npm-dev", "unknown"], pathNot: "temporal-polyfill" },
    },
    {
      name: "node-without-vscode",
      severity: "error",
      from: { path: "^src/(adapters/node/|ui/[a-zA-Z]+/present)" },
      to: { path: "vscode" },
    },
    {
      name: "product-without-tests",
      severity: "error",
      from: { path: "^src/" },
      to: { path: "^test/" },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    doNotFollow: { path: "node_modules" },
  },
};
