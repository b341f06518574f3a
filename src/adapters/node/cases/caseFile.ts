import { createHash } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { t } from "../../../base/text.ts";
import { DisposableStore, MutableDisposable, type IDisposable } from "../../../base/disposable.ts";
import { Emitter, type Event } from "../../../base/emitter.ts";
import { isRecord } from "../../../base/json.ts";
import type { Case } from "../../../domain/cases/case.ts";
import { CaseclockError, toErrorMessage } from "../../../domain/errors.ts";
import type { CaseSource } from "../../../ports/caseSource.ts";
import type { Clock } from "../../../ports/clock.ts";
import { readCases } from "./caseReader.ts";

/** A file is saved in several steps; one reading is enough for all of them. */
const SETTLE_MS = 200;
/** A larger file cannot be a list of cases. */
const MAX_BYTES = 20_000_000;
const MAX_PROBLEMS = 3;

/**
 * The cases of a JSON file (`media/cases.schema.json`). A mistake is reported and costs only the case it is in; while the
 * file cannot be read at all, its last cases stay in force.
 */
export class CaseFile implements CaseSource, IDisposable {
  /** Derived from the file's path: stable, and different for each file. */
  readonly id: string;
  readonly label: string;
  problem: string | undefined;
  private readonly file: string;
  private readonly changed = new Emitter<void>();
  private readonly store = new DisposableStore();
  private readonly settling = this.store.add(new MutableDisposable());

  readonly onDidChange: Event<void> = this.changed.event;

  /** @param file absolute, or below the home directory with `~` before it */
  constructor(file: string, clock: Clock) {
    this.file = path.resolve(file.replace(/^~(?=$|[\\/])/, os.homedir()));
    this.id = makeUuid(this.file);
    this.label = path.basename(this.file);
    this.store.add(this.changed);
    const watcher = watchFolder(path.dirname(this.file), (name) => {
      if (name !== null && name !== this.label) return;
      this.settling.value = clock.after(SETTLE_MS, () => {
        this.changed.fire();
      });
    });
    this.store.add({ dispose: () => watcher?.close() });
  }

  /** @throws CaseclockError `cases.sourceFailed` */
  async *listCases(): AsyncGenerator<readonly Case[]> {
    const list = parseList(await this.read());
    const problems: string[] = [];
    const cases = readCases(list, this.id, new Set(), problems);
    const first = problems.slice(0, MAX_PROBLEMS).join("; ");
    const more = problems.length - MAX_PROBLEMS;
    this.problem =
      problems.length === 0
        ? undefined
        : more > 0
          ? t("left out {0} and {1} more", first, more)
          : t("left out {0}", first);
    yield cases;
  }

  dispose(): void {
    this.store.dispose();
  }

  private async read(): Promise<string> {
    try {
      const stat = await fs.promises.stat(this.file);
      // A pipe or a device may never end.
      if (!stat.isFile()) throw new Error(t("it is not a file"));
      if (stat.size > MAX_BYTES) throw new Error(t("it is larger than 20 MB"));
      return await fs.promises.readFile(this.file, "utf8");
    } catch (error) {
      throw new CaseclockError("cases.sourceFailed", t("it cannot be read: {0}", toErrorMessage(error)), {
        cause: error,
      });
    }
  }
}

function parseList(text: string): readonly unknown[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    throw new CaseclockError("cases.sourceFailed", t("it is not JSON: {0}", toErrorMessage(error)), { cause: error });
  }
  const list = isRecord(parsed) ? parsed["cases"] : parsed;
  if (!Array.isArray(list)) throw new CaseclockError("cases.sourceFailed", t('it has no "cases" list'));
  return list;
}

/** A version 8 UUID derived from a path. @source RFC 9562 5.8 */
function makeUuid(file: string): string {
  const hash = createHash("sha256").update(`caseclock.cases.file\n${file}`).digest("hex");
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-8${hash.slice(13, 16)}-8${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
}

/** Watches folders, not files, because programs replace files. Where that fails, the picker's refresh remains. */
function watchFolder(folder: string, onDidChange: (name: string | null) => void): fs.FSWatcher | undefined {
  try {
    const watcher = fs.watch(folder, { persistent: false }, (_event, name) => {
      onDidChange(name);
    });
    watcher.on("error", () => {
      watcher.close(); // the folder went away
    });
    return watcher;
  } catch {
    return undefined; // not there, or no watches are left on this system
  }
}
