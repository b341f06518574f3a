import fs from "node:fs";
import path from "node:path";
import { applyToAllProfiles, installFolder } from "./extensionFolder.ts";
import { type Front, startFront } from "./front.ts";
import type { Installed } from "./install.ts";
import { run, Service, temporaryFolder } from "./processes.ts";

/** How a VS Code is set up before it starts. */
export interface ServerOptions {
  readonly installed: Installed;
  /** User settings; they win over those that keep a fresh profile quiet. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Packaged extensions, installed by VS Code itself. */
  readonly vsix?: readonly string[];
  /** Folders of unpacked extensions to have installed too. */
  readonly companions?: readonly string[];
  /** Whether profiles other than the first have these extensions too. @default false */
  readonly allProfiles?: boolean;
  /** Whether folders are untrusted until somebody trusts them. @default false: everything is trusted */
  readonly trust?: boolean;
  /** Variables for the server and its extension hosts. */
  readonly env?: Readonly<Record<string, string>>;
  /** What to start in place of `node` for every process the server forks. */
  readonly forkedProgram?: (node: string) => string;
  /** Port of the front; 0 picks a free one. */
  readonly port?: number;
  /** Folder for the profile that outlives this run; settings are written to it only once. @default a folder of this run */
  readonly userData?: string;
}

/** A running VS Code without a window. */
export interface Server {
  /** Everything it writes is below this folder, which `stop` removes. */
  readonly root: string;
  readonly dirs: {
    readonly user: string;
    readonly extensions: string;
    readonly home: string;
    readonly temporary: string;
  };
  readonly front: Front;
  /** Prefix of the sockets companions open (CASECLOCK_TEST_SOCKET). */
  readonly doorPrefix: string;
  readonly pid: number;
  /** What the server printed so far. */
  output(): string;
  stop(): Promise<void>;
}

/** Starts VS Code's server with data folders of its own, on a unix socket only this user can reach, and a front. */
export async function startServer(options: ServerOptions): Promise<Server> {
  const { installed, vsix = [], companions = [] } = options;
  const root = temporaryFolder("host");
  const folder = (name: string): string => {
    const created = path.join(root.path, name);
    fs.mkdirSync(created, { recursive: true });
    return created;
  };
  const dirs = {
    user: options.userData ?? folder("user"),
    extensions: folder("extensions"),
    home: folder("home"),
    temporary: folder("tmp"),
  };
  writeSettings(dirs.user, { ...QUIET_SETTINGS, ...options.settings });
  const doorPrefix = path.join(root.path, "door");
  const socket = path.join(root.path, "server.sock");
  const spawnOptions = {
    cwd: installed.vscode,
    env: {
      ...outerEnvironment(),
      HOME: dirs.home,
      TMPDIR: dirs.temporary,
      EXTENSIONS_GALLERY: "{}", // otherwise it asks a gallery on the internet
      CASECLOCK_TEST_SOCKET: doorPrefix,
      ...options.env,
    },
  };
  const args = [
    "out/server-main.js",
    "--accept-server-license-terms",
    ...["--user-data-dir", dirs.user, "--extensions-dir", dirs.extensions, "--server-data-dir", folder("server")],
    ...["--telemetry-level", "off"],
  ];
  try {
    if (vsix.length > 0) {
      const installs = vsix.flatMap((file) => ["--install-extension", path.resolve(file)]);
      await run(installed.node, [...args, ...installs, "--force"], spawnOptions);
    }
    for (const companion of companions) installFolder(dirs.extensions, companion);
    if (options.allProfiles === true) applyToAllProfiles(dirs.extensions);

    const trust = options.trust === true ? [] : ["--disable-workspace-trust"];
    const listen = ["--socket-path", socket, "--without-connection-token"]; // its folder is this user's alone
    const forked = options.forkedProgram?.(installed.node);
    const forks =
      forked === undefined
        ? []
        : ["--import", `data:text/javascript,process.execPath=decodeURIComponent("${encodeURIComponent(forked)}")`];
    const service = new Service(installed.node, [...forks, ...args, ...listen, ...trust], spawnOptions);
    try {
      await service.match(/Extension host agent listening on/);
      const front = await startFront(socket, options.port);
      return {
        root: root.path,
        dirs,
        front,
        doorPrefix,
        pid: service.child.pid ?? 0,
        output: () => service.output,
        stop: async () => {
          await front.close();
          await service.stop();
          root.remove();
        },
      };
    } catch (error) {
      await service.stop();
      throw error;
    }
  } catch (error) {
    root.remove();
    throw error;
  }
}

/** Writes the user settings of a profile that has none. @param user the `--user-data-dir` */
export function writeSettings(user: string, settings: Readonly<Record<string, unknown>>): void {
  const file = path.join(user, "User", "settings.json");
  if (fs.existsSync(file)) return;
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, JSON.stringify(settings, null, 2));
}

/** Variables of an outer VS Code confuse this one; those of git, of a hook say, and of a person's folders its git. */
function outerEnvironment(): NodeJS.ProcessEnv {
  const foreign = /^(VSCODE_(?!TEST_)|ELECTRON_|NODE_OPTIONS$|npm_|GIT_|XDG_)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
}

/**
 * Keeps a fresh profile from greeting, updating, asking and calling home; makes what differs in a browser as it is on a
 * desktop; and keeps what a terminal shows readable in the page.
 */
export const QUIET_SETTINGS: Readonly<Record<string, unknown>> = {
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
  "workbench.enableExperiments": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "extensions.autoCheckUpdates": false,
  "extensions.autoUpdate": false,
  "extensions.ignoreRecommendations": true,
  "chat.disableAIFeatures": true,
  "chat.agentHost.enabled": false,
  "git.openRepositoryInParentFolders": "never",
  "git.autofetch": false,
  "window.commandCenter": false,
  "typescript.disableAutomaticTypeAcquisition": true,
  "remote.autoForwardPorts": false,
  "files.autoSave": "off", // in a browser it is on
  "terminal.integrated.gpuAcceleration": "off",
  "terminal.integrated.suggest.enabled": false, // Enter would take a suggestion instead of running the line
};
