import { isAlive, type Door } from "./door.ts";
import type { Host } from "./host.ts";
import { until } from "./processes.ts";

/**
 * Kills the extension host behind `door` (SIGKILL: it gets to say nothing) and waits until it is gone. VS Code starts a
 * new one by itself in 2 to 3 s, but only twice within 5 minutes, and never in a window with an extension under
 * development.
 */
export async function killExtensionHost(door: Door): Promise<void> {
  process.kill(door.pid, "SIGKILL");
  await until(`the end of extension host ${door.pid}`, () => (isAlive(door.pid) ? undefined : true), 10_000);
}

/** Kills the extension host of the window on `folder` and gives the door of the one that takes its place. */
export async function crashAndReturn(host: Host, folder: string | undefined): Promise<Door> {
  const door = await host.door(folder);
  await killExtensionHost(door);
  return host.door(folder, { notPid: door.pid });
}
