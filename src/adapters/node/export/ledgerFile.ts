import { createHash, randomUUID } from "node:crypto";
import fs from "node:fs/promises";
import path from "node:path";
import { JSONParser } from "@streamparser/json";
import { t } from "../../../base/text.ts";
import { CaseclockError, toErrorMessage } from "../../../domain/errors.ts";
import type { Checksum, LedgerFiles, LedgerMember, LedgerSink, LedgerVisitor } from "../../../ports/ledgerFile.ts";
import { flushFolder } from "../system/atomicFile.ts";
import { yieldToEventLoop } from "../system/yieldToEventLoop.ts";

/** Size of one chunk of a file: some milliseconds of parsing. */
const PIECE_BYTES = 65_536;
/** Text collected before it is written. */
const GATHERED_CHARS = 262_144;

/** Members that are given to the taker, by where they stand. */
const MEMBERS: Readonly<Record<string, LedgerMember>> = {
  "$.version": "version",
  "$.range": "range",
  "$.ledger.id": "id",
  "$.ledger.policy": "policy",
  "$.ledger.count": "count",
  "$.ledger.checksum": "checksum",
};
const EVENTS = "$.ledger.events.*";

/** Files with a whole worklog on this computer's disk. */
export const ledgerFiles: LedgerFiles = { checksum, read, write };

function checksum(): Checksum {
  const hash = createHash("sha256");
  return {
    add: (text) => {
      hash.update(text);
    },
    digest: () => hash.digest("hex"),
  };
}

async function read(file: string, taker: LedgerVisitor): Promise<{ count: number; checksum: string }> {
  const sum = checksum();
  let count = 0;
  const failures: unknown[] = [];
  const check = (): void => {
    if (failures.length > 0) throw failures[0] instanceof Error ? failures[0] : new Error(toErrorMessage(failures[0]));
  };
  const parser = new JSONParser({ paths: [...Object.keys(MEMBERS), EVENTS], keepStack: false });
  parser.onError = (error) => {
    failures.push(unreadable(file, t("it is not JSON, or its end is missing: {0}", toErrorMessage(error)), error));
  };
  parser.onValue = ({ value, key, stack }) => {
    if (failures.length > 0) return;
    const place = [...stack.map((one) => one.key), key].filter((one) => one !== undefined);
    try {
      if (typeof key === "number") {
        count += 1;
        sum.add(`${JSON.stringify(value)}\n`);
        taker.event(value);
      } else {
        const member = MEMBERS[`$.${place.join(".")}`];
        if (member !== undefined) taker.member(member, value);
      }
    } catch (error) {
      failures.push(error);
    }
  };
  const handle = await open(file, "r", (error) => unreadable(file, toErrorMessage(error), error));
  try {
    const piece = Buffer.alloc(PIECE_BYTES);
    for (;;) {
      const { bytesRead } = await handle.read(piece, 0, PIECE_BYTES).catch((error: unknown) => {
        throw unreadable(file, toErrorMessage(error), error);
      });
      if (bytesRead === 0) break;
      parser.write(piece.subarray(0, bytesRead));
      check();
      await yieldToEventLoop();
      await taker.between();
    }
    // After the last closing bracket nothing is left to finish.
    if (!parser.isEnded) parser.end();
    check();
    await taker.between();
  } finally {
    await handle.close();
  }
  return { count, checksum: sum.digest() };
}

async function write(file: string, fill: (sink: LedgerSink) => Promise<void>): Promise<void> {
  const failed = (error: unknown): CaseclockError =>
    new CaseclockError("export.failed", `${file}: ${toErrorMessage(error)}`, { cause: error });
  const beside = path.join(path.dirname(file), `.${path.basename(file)}.${randomUUID()}.tmp`);
  const handle = await open(beside, "wx", failed);
  let gathered = "";
  let writing: Promise<unknown> = Promise.resolve();
  const flush = (): void => {
    const text = gathered;
    gathered = "";
    writing = writing.then(() => handle.writeFile(text));
    writing.catch(() => undefined); // thrown where it is awaited
  };
  const sink: LedgerSink = {
    write: (text) => {
      gathered += text;
      if (gathered.length >= GATHERED_CHARS) flush();
    },
    drained: async () => {
      await writing.catch((error: unknown) => {
        throw failed(error);
      });
    },
  };
  try {
    await fill(sink);
    flush();
    await sink.drained();
    await handle.sync();
    await handle.close();
    await fs.rename(beside, file);
    await flushFolder(path.dirname(file));
  } catch (error) {
    await handle.close().catch(() => undefined); // closed already, at best
    await fs.rm(beside, { force: true });
    throw CaseclockError.is(error) ? error : failed(error);
  }
}

async function open(
  file: string,
  flags: "r" | "wx",
  explain: (error: unknown) => CaseclockError,
): Promise<fs.FileHandle> {
  try {
    return await fs.open(file, flags, 0o600);
  } catch (error) {
    throw explain(error);
  }
}

function unreadable(file: string, reason: string, cause: unknown): CaseclockError {
  return new CaseclockError("import.unreadable", `${path.basename(file)}: ${reason}`, { cause });
}
