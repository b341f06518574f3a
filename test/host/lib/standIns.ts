import fs from "node:fs";
import path from "node:path";

/**
 * Writes plain JavaScript in place of VS Code's native modules that would need a compiler. Without spdlog every output
 * channel stays empty; without the watchdog an extension host could outlive its server; without fs-copyfile the git
 * extension does not activate.
 * @param modules the `node_modules` folder of the release
 */
export function writeStandIns(modules: string): void {
  standIn(modules, "@vscode/spdlog", SPDLOG);
  standIn(modules, "@vscode/native-watchdog", WATCHDOG);
  standIn(modules, "native-watchdog", WATCHDOG);
  standIn(modules, "@vscode/deviceid", "exports.getDeviceId = async () => require('crypto').randomUUID();\n");
  // A real one is plain JavaScript on Linux, but not every release that needs it lists it.
  if (!fs.existsSync(path.join(modules, "@vscode/fs-copyfile"))) standIn(modules, "@vscode/fs-copyfile", COPYFILE);
}

/** Writes a module of one file. */
export function standIn(modules: string, name: string, source: string): void {
  const folder = path.join(modules, name);
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(
    path.join(folder, "package.json"),
    JSON.stringify({ name, version: "0.0.0", main: "index.js", type: "commonjs" }),
  );
  fs.writeFileSync(path.join(folder, "index.js"), source);
}

const WATCHDOG = `exports.start = (pid) =>
  setInterval(() => { try { process.kill(pid, 0); } catch { process.exit(87); } }, 1000).unref();
`;

const COPYFILE = `const fs = require('fs');
exports.cp = fs.promises.cp;
exports.copyFile = fs.promises.copyFile;
exports.copyFileSync = fs.copyFileSync;
exports.isCloneSupported = () => false;
exports.constants = fs.constants;
`;

const SPDLOG = `const fs = require('fs');
const path = require('path');
const names = ['trace', 'debug', 'info', 'warning', 'error', 'critical'];
const stamp = () => new Date().toISOString().replace('T', ' ').replace('Z', '');
class Logger {
  constructor(_type, _name, file) {
    this.file = file;
    this.level = 2;
    this.raw = false;
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.appendFileSync(file, '');
  }
  log(level, text) {
    if (level < this.level || !this.file) return;
    const line = this.raw ? text : stamp() + ' [' + names[level] + '] ' + text + '\\n';
    try { fs.appendFileSync(this.file, line); } catch { /* a log must not break what it tells of */ }
  }
  getLevel() { return this.level; }
  setLevel(level) { this.level = level; }
  setPattern() { this.raw = false; }
  clearFormatters() { this.raw = true; }
  flush() {}
  drop() { this.file = undefined; }
}
names.forEach((name, level) => {
  Logger.prototype[name === 'warning' ? 'warn' : name] = function (text) { this.log(level, String(text)); };
});
exports.version = 0;
exports.setLevel = exports.setFlushOn = () => {};
exports.Logger = Logger;
exports.createRotatingLogger = exports.createAsyncRotatingLogger = async (name, file) => new Logger('', name, file);
`;
