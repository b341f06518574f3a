import path from "node:path";
import { startEndpoint, type Endpoint } from "../../billing-endpoint/server.ts";
import { bundleTestCompanion } from "./bundle.ts";
import type { Door } from "./door.ts";
import { startHost, type Host, type HostOptions } from "./host.ts";
import { temporaryFolder } from "./processes.ts";
import { smallRepository } from "./repository.ts";
import { Workbench } from "./workbench.ts";

/** What the main job needs: a VS Code on a small repository, connected to a billing endpoint with sample cases. */
export interface Scene {
  readonly host: Host;
  readonly endpoint: Endpoint;
  /** The repository that the window shows. */
  readonly folder: string;
  /** Of the first window; a killed extension host has another one afterwards. */
  readonly door: Door;
  readonly bench: Workbench;
  /** Where the extension keeps its files. */
  readonly storage: string;
  close(): Promise<void>;
}

/** What a window of a scene shows. */
export interface Stage {
  /** What the window shows, or the first of its folders. */
  readonly folder: string;
  /** A `.code-workspace` file, when it shows several. */
  readonly workspace?: string;
}

/** One small repository. */
export async function smallStage(work: string): Promise<Stage> {
  const folder = path.join(work, "sample");
  await smallRepository(folder);
  return { folder };
}

/**
 * Opens a scene; commands by argument ask nothing in it, and commits are not tagged unless its settings say so.
 * @param name of its temporary folder, and of the one in CASECLOCK_TEST_SHOTS where its pictures are kept
 * @param prepare makes what the window shows
 */
export async function openScene(
  name: string,
  prepare: (work: string) => Promise<Stage> = smallStage,
  options: Pick<HostOptions, "forkedProgram" | "allProfiles" | "settings" | "language"> = {},
): Promise<Scene> {
  const work = temporaryFolder(name);
  const { folder, workspace } = await prepare(work.path);
  const endpoint = await startEndpoint({ database: ":memory:", seed: true });
  const host = await startHost({
    ...options,
    vsix: [process.env["CASECLOCK_VSIX"] ?? "caseclock.vsix"],
    companions: [await bundleTestCompanion()],
    settings: {
      "caseclock.allowUnattended": true,
      "caseclock.commits.tagging": "off",
      "caseclock.reminder": "off", // suites run at any time of day
      ...options.settings,
    },
  });
  const page = await host.open(workspace === undefined ? { folder } : { workspace });
  const door = await host.door(folder);
  const { url, token } = endpoint;
  await door.command("caseclock.connectBilling", [{ provider: "rest", url, token }]);
  return {
    host,
    endpoint,
    folder,
    door,
    bench: new Workbench(page, path.join(process.env["CASECLOCK_TEST_SHOTS"] ?? work.path, "shots", name)),
    storage: path.join(host.server.dirs.user, "User", "globalStorage", "caseclock.caseclock"),
    close: async () => {
      await host.close();
      await endpoint.close();
      work.remove();
    },
  };
}
