import fs from "node:fs";
import path from "node:path";
import type { Page } from "playwright-core";
import type { Server } from "./server.ts";

/** Where a VS Code in a browser keeps the list of the profiles that were made. */
const PROFILES_KEY = "userDataProfiles";

/**
 * Makes a profile, as "Profiles: New Profile…" does; that command asks, and a link to a profile that does not exist fails
 * where the user data are on the server. Windows of it are opened with `profile`.
 * @param page a window of the same browser context
 */
export async function makeProfile(page: Page, server: Server, name: string): Promise<void> {
  const folder = path.join(server.dirs.user, "User", "profiles", name.toLowerCase());
  fs.mkdirSync(folder, { recursive: true });
  const profiles = JSON.stringify([{ name, location: { $mid: 1, scheme: "vscode-remote", path: folder } }]);
  await page.evaluate(`localStorage.setItem(${JSON.stringify(PROFILES_KEY)}, ${JSON.stringify(profiles)})`);
}
