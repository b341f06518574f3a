/** What may import what: between the layers, between the rooms of a layer, and which packages each may use (docs/architecture.md). */
const fs = require("node:fs");

/** A layer imports itself and those it names, which lie left of it; never right. */
const only = (layer, allowed) => ({
  name: `${layer}-direction`,
  severity: "error",
  from: { path: `^src/${layer}/` },
  to: { path: "^src/", pathNot: [layer, ...allowed].map((name) => `^src/${name}/`) },
});

/**
 * The rooms of each layer, each with those that it may import beside itself. A file that lies in the layer itself is a room
 * of its own: its name ends in `.ts`.
 */
const ROOMS = {
  domain: {
    "errors.ts": [],
    "refusal.ts": ["errors.ts"],
    cases: [],
    capture: ["cases"],
    log: ["cases", "capture"],
    git: ["cases", "capture", "log"],
    edits: ["cases", "capture", "log"],
    entries: ["errors.ts", "cases", "capture", "log", "edits"],
    "ledger.ts": ["errors.ts", "cases", "capture", "log", "git", "edits", "entries"],
    day: ["cases", "capture", "log", "edits", "entries", "ledger.ts"],
  },
  app: {
    ledger: [],
    cases: ["ledger"],
    capture: ["ledger"],
    privacy: ["ledger"],
    edits: ["ledger", "cases"],
    export: ["ledger", "cases"],
    report: ["ledger", "cases"],
    git: ["ledger", "cases", "edits"],
    billing: ["ledger", "cases", "edits"],
    status: ["ledger", "cases", "edits", "git"],
    timesheet: ["ledger", "edits", "billing"],
  },
  ui: {
    text: [],
    shell: ["text"],
    status: ["text"],
    cases: ["text", "shell", "status"],
    edits: ["text", "shell"],
    billing: ["text", "shell"],
    report: ["text", "shell"],
    timesheet: ["text", "shell"],
    export: ["text", "shell", "status", "cases"],
    git: ["text", "shell", "edits"],
    privacy: ["text", "shell", "edits"],
    sideBar: ["text", "shell", "status", "cases"],
  },
  adapters: { node: [], remote: ["node/git"], vscode: ["remote", "node/git"] },
  "adapters/node": {
    system: [],
    cases: [],
    sqlite: ["system"],
    export: ["system"],
    git: ["system"],
    billing: ["system", "cases", "export"],
  },
  webview: { shared: [], timesheet: ["shared"], report: ["shared"] },
};

const rooms = Object.entries(ROOMS).flatMap(([layer, allowed]) => {
  const unnamed = fs.readdirSync(`src/${layer}`).filter((name) => !(name in allowed) && name !== "tsconfig.json");
  if (unnamed.length > 0) throw new Error(`src/${layer}/${unnamed[0]} is no room that .dependency-cruiser.cjs names`);
  const isAt = (room) => `^src/${layer}/${room.replace(".", "\\.")}${room.endsWith(".ts") ? "$" : "/"}`;
  return Object.entries(allowed).map(([room, others]) => ({
    name: `${layer}/${room}-direction`,
    severity: "error",
    from: { path: isAt(room) },
    to: { path: `^src/${layer}/`, pathNot: [room, ...others].map(isAt) },
  }));
});

/** What the folders of the billing systems have in common, and the two that are made of another one. */
const SYSTEM = "^src/adapters/node/billing/([^/]+)/";
const systems = [
  {
    name: "billing-system-alone",
    severity: "error",
    from: { path: SYSTEM, pathNot: "^src/adapters/node/billing/(local|registered)/" },
    to: { path: "^src/adapters/node/billing/", pathNot: "^src/adapters/node/billing/($1|shared)/" },
  },
  {
    name: "billing-system-beside-rest",
    severity: "error",
    from: { path: "^src/adapters/node/billing/(local|registered)/" },
    to: { path: "^src/adapters/node/billing/", pathNot: "^src/adapters/node/billing/($1|shared|rest)/" },
  },
];

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
    ...rooms,
    ...systems,
    {
      // A part of the window takes what it needs; none knows another, or the window.
      name: "main-parts-apart",
      severity: "error",
      from: { path: "^src/main/", pathNot: "^src/main/(window|publicApi)\\.ts$" },
      to: { path: "^src/main/", pathNot: "^src/main/(ledger|part|shell)\\.ts$" },
    },
    {
      name: "window-made-by-the-entry",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/(main/|extension\\.ts$)" },
      to: { path: "^src/main/" },
    },
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
