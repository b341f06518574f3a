import fs from "node:fs";
import path from "node:path";
import { bundleCompanion } from "../host/lib/bundle.ts";
import type { Log } from "../host/lib/install.ts";
import { ROOT } from "../host/lib/paths.ts";
import { temporaryFolder } from "../host/lib/processes.ts";
import { type Endpoint, startEndpoint } from "./endpoint.ts";
import { makeSampleRepository } from "./sampleRepository.ts";

/** Everything the demo needs around VS Code. */
export interface Stage {
  /** Folder of this run, removed by `close`. */
  readonly work: string;
  /** The sample repository. */
  readonly repository: string;
  readonly userData: string;
  readonly endpoint: Endpoint;
  /** Folder of the extension that connects each new window. */
  readonly companion: string;
  /** What the companion has to know. */
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/**
 * Starts the endpoint and makes the sample repository.
 * @param data folder in which repository, profile and database stay for the next time; @default a folder of this run
 */
export async function setStage(data: string | undefined, log: Log): Promise<Stage> {
  const work = temporaryFolder("demo");
  try {
    const kept = data === undefined ? work.path : path.resolve(data);
    fs.mkdirSync(kept, { recursive: true, mode: 0o700 });
    const repository = path.join(kept, "parcel-importer");
    await makeSampleRepository(repository, new Date());
    const companion = await bundleCompanion(path.join(ROOT, "test/demo/companion"));
    log("starting the billing endpoint …");
    const endpoint = await startEndpoint(path.join(kept, "billing.sqlite"));
    return {
      work: work.path,
      repository,
      userData: path.join(kept, "profile"),
      endpoint,
      companion,
      env: { CASECLOCK_DEMO_URL: endpoint.url, CASECLOCK_DEMO_TOKEN: endpoint.token },
      close: async () => {
        await endpoint.stop();
        work.remove();
      },
    };
  } catch (error) {
    work.remove();
    throw error;
  }
}
