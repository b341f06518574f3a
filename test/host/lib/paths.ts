import path from "node:path";

/** The checkout. */
export const ROOT = path.resolve(import.meta.dirname, "../../..");

/** Where releases of VS Code and a browser are kept between runs; safe to delete when nothing runs. */
export const CACHE = path.join(ROOT, ".cache", "vscode");

/** Bundles of suites and companions. */
export const OUT = path.join(ROOT, "out");
