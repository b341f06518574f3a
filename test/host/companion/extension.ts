import fs from "node:fs";
import net from "node:net";
import path from "node:path";
import * as vscode from "vscode";
import { registerFixtures } from "./fixtures.ts";

/** One line a test sends: either a command, or the text of a function `(vscode, args, context) => result`. */
type Request =
  { readonly command: string; readonly args: unknown[] } | { readonly body: string; readonly args: unknown };

/** For suites inside the extension host. */
export interface CompanionApi {
  /** The folder that has one for each extension. */
  readonly globalStorage: string;
}

/** Opens one unix socket per extension host, named after CASECLOCK_TEST_SOCKET and its process id, and says so in a file. */
export async function activate(context: vscode.ExtensionContext): Promise<CompanionApi> {
  registerFixtures(context);
  await openDoor(context);
  return { globalStorage: path.dirname(context.globalStorageUri.fsPath) };
}

async function openDoor(context: vscode.ExtensionContext): Promise<void> {
  const prefix = process.env["CASECLOCK_TEST_SOCKET"];
  if (prefix === undefined || prefix === "") return;
  const socket = `${prefix}.${process.pid}`;
  const server = net.createServer((connection) => {
    serve(connection, context);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(socket, resolve);
  });
  fs.chmodSync(socket, 0o600);
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? null;
  const plate = `${socket}.json`;
  fs.writeFileSync(`${plate}.new`, JSON.stringify({ socket, pid: process.pid, folder }));
  fs.renameSync(`${plate}.new`, plate); // so that nobody reads half of it
  context.subscriptions.push({
    dispose: () => {
      server.close();
      fs.rmSync(plate, { force: true });
    },
  });
}

function serve(connection: net.Socket, context: vscode.ExtensionContext): void {
  let buffer = "";
  connection.on("error", () => connection.destroy()); // the test went away
  connection.on("data", (data: Buffer) => {
    buffer += data.toString();
    for (let end = buffer.indexOf("\n"); end >= 0; end = buffer.indexOf("\n")) {
      const line = buffer.slice(0, end);
      buffer = buffer.slice(end + 1);
      void answer(line, context).then((reply) => connection.write(`${reply}\n`));
    }
  });
}

async function answer(line: string, context: vscode.ExtensionContext): Promise<string> {
  try {
    const request = JSON.parse(line) as Request;
    return JSON.stringify({ value: await perform(request, context) });
  } catch (error) {
    return JSON.stringify({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}

async function perform(request: Request, context: vscode.ExtensionContext): Promise<unknown> {
  if ("command" in request) return vscode.commands.executeCommand(request.command, ...request.args);
  // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call -- what this door is for
  const body: unknown = new Function(`return (${request.body});`)();
  return (body as (api: typeof vscode, args: unknown, own: vscode.ExtensionContext) => unknown)(
    vscode,
    request.args,
    context,
  );
}
