/**
 * `npm start`: Caseclock in a real VS Code, beside a billing endpoint to push to and a repository to work in.
 *
 *   npm start                    prints the address of a VS Code for your browser; Ctrl-C ends and removes everything
 *   npm start -- --data DIR      keeps repository, profile and what the endpoint received in DIR
 *   npm start -- --desktop       opens a desktop VS Code instead (downloads one, or takes VSCODE_EXECUTABLE)
 *   npm start -- --scripted      plays an engineer's quarter of an hour by itself and checks what came out of it
 *   also: --port N  --vscode 4.139.1  --vsix FILE
 */
import { parseArgs } from "node:util";
import { checkBrowser } from "../host/lib/browser.ts";
import { install } from "../host/lib/install.ts";
import { interrupted } from "../host/lib/processes.ts";
import { NEWEST, parseRelease } from "../host/lib/releases.ts";
import { startServer } from "../host/lib/server.ts";
import { buildVsix, findVsix } from "../host/lib/vsix.ts";
import { windowLink } from "../host/lib/window.ts";
import { startDesktop } from "./desktop.ts";
import { playScript } from "./scripted.ts";
import { setStage, type Stage } from "./stage.ts";

const log = (message: string): void => {
  console.error(`[demo] ${message}`);
};

/** The demo's companion connects by argument: this setting lets it do so without a dialog. */
const DEMO_SETTINGS = { "caseclock.allowUnattended": true };

const { values } = parseArgs({
  options: {
    data: { type: "string" },
    desktop: { type: "boolean", default: false },
    scripted: { type: "boolean", default: false },
    port: { type: "string", default: "0" },
    vscode: { type: "string", default: NEWEST },
    vsix: { type: "string" },
  },
});

async function main(): Promise<number> {
  const release = parseRelease(values.vscode);
  if (values.scripted) await checkBrowser(log);
  const isGiven = values.vsix !== undefined || process.env["CASECLOCK_VSIX"] !== undefined;
  const vsix = isGiven ? await findVsix(values.vsix, log) : await buildVsix(log);
  const stage = await setStage(values.data, log);
  try {
    if (values.scripted) return await playScript({ stage, vsix, release, log });
    await (values.desktop ? showDesktop(stage, vsix) : showInBrowser(stage, vsix, release));
    return 0;
  } finally {
    await stage.close();
    log("ended; nothing is left running");
  }
}

async function showInBrowser(stage: Stage, vsix: string, release: string): Promise<void> {
  const { repository, companion, env, userData } = stage;
  const installed = await install(release, log);
  log("starting VS Code …");
  const server = await startServer({
    installed,
    vsix: [vsix],
    companions: [companion],
    settings: DEMO_SETTINGS,
    env,
    userData,
    port: Number(values.port),
  });
  try {
    announce(stage, windowLink(server, { folder: repository }));
    await interrupted();
  } finally {
    await server.stop();
  }
}

async function showDesktop(stage: Stage, vsix: string): Promise<void> {
  const { repository: folder, companion, env, work, userData } = stage;
  const desktop = await startDesktop({ vsix, companion, folder, work, userData, settings: DEMO_SETTINGS, env, log });
  try {
    announce(stage, "in its own window");
    const how = await Promise.race([desktop.exited, interrupted()]);
    if (how !== undefined) log(`VS Code ${how}`);
  } finally {
    await desktop.stop();
  }
}

function announce({ endpoint, repository }: Stage, editor: string): void {
  console.log(`
  VS Code            ${editor}
  Billing endpoint   ${endpoint.pageUrl}   (what it received)
  API                ${endpoint.url}   token ${endpoint.token}
  Repository         ${repository}

  Click “No case” in the status bar, pick ACME-1234, edit a file, commit, and run “Caseclock: Sync Time Entries”.
  The address of VS Code holds this run's secret. Ctrl-C ends the demo.
`);
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    log(error instanceof Error ? error.message : String(error));
    process.exit(1);
  },
);
