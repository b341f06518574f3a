import fs from "node:fs";
import net from "node:net";
import path from "node:path";
import type * as vscode from "vscode";
import { until, within } from "./processes.ts";

/** What a companion writes beside its socket. */
interface DoorPlate {
  readonly socket: string;
  readonly pid: number;
  readonly folder: string | null;
}

/**
 * A line into one extension host, held open by the companion extension. Every answer is awaited for a limited time:
 * an extension host that was killed answers nothing.
 */
export interface Door {
  /** Process id of the extension host. */
  readonly pid: number;
  /** `vscode.commands.executeCommand(command, ...args)`; the result must survive JSON. */
  command(command: string, args?: readonly unknown[], timeoutMs?: number): Promise<unknown>;
  /**
   * Runs `body` in the extension host. It is sent as text, so it sees its parameters and nothing around it;
   * `context` is the companion's own.
   * @param args must survive JSON, as must the result
   */
  evaluate<A, R>(
    body: (api: typeof vscode, args: A, context: vscode.ExtensionContext) => R | Thenable<R>,
    args: A,
    timeoutMs?: number,
  ): Promise<Awaited<R>>;
}

const ANSWER_MS = 30_000;

/** Waits for the door of the window on `folder`. @param notPid not this extension host: the one that was killed */
export async function doorOfFolder(
  prefix: string,
  folder: string | undefined,
  notPid?: number,
  timeoutMs = 60_000,
): Promise<Door> {
  const wanted = folder === undefined ? null : fs.realpathSync(folder);
  const plate = await until(
    `the companion of a window on ${wanted ?? "no folder"}`,
    () => livePlates(prefix).find((each) => each.folder === wanted && each.pid !== notPid),
    timeoutMs,
  );
  return openDoor(plate);
}

/** The doors of all extension hosts that live. */
export function allDoors(prefix: string): Door[] {
  return livePlates(prefix).map(openDoor);
}

function livePlates(prefix: string): DoorPlate[] {
  const folder = path.dirname(prefix);
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder)
    .filter((name) => name.startsWith(`${path.basename(prefix)}.`) && name.endsWith(".json"))
    .map((name) => JSON.parse(fs.readFileSync(path.join(folder, name), "utf8")) as DoorPlate)
    .filter((plate) => isAlive(plate.pid));
}

/** Whether a process runs; one that ended and still awaits its parent does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    return !/^\d+ \(.*\) Z/s.test(fs.readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return process.platform !== "linux"; // gone meanwhile, or a system without /proc
  }
}

function openDoor({ socket, pid }: DoorPlate): Door {
  return {
    pid,
    command: (command, args = [], timeoutMs = ANSWER_MS) => within(command, ask(socket, { command, args }), timeoutMs),
    evaluate: (body, args, timeoutMs = ANSWER_MS) =>
      within("evaluate", ask(socket, { body: body.toString(), args }), timeoutMs) as Promise<never>,
  };
}

/** One connection, one request, one line of answer. @throws what the extension host threw, or that it went away */
function ask(socket: string, request: object): Promise<unknown> {
  return new Promise((resolve, reject) => {
    let buffer = "";
    const connection = net.connect(socket);
    connection.on("error", reject);
    connection.on("data", (data: Buffer) => {
      buffer += data.toString();
      if (!buffer.includes("\n")) return;
      connection.destroy();
      const { value, error } = JSON.parse(buffer) as { value?: unknown; error?: string };
      if (error === undefined) resolve(value);
      else reject(new Error(error));
    });
    connection.on("close", () => {
      reject(new Error("the extension host went away"));
    });
    connection.write(`${JSON.stringify(request)}\n`);
  });
}
