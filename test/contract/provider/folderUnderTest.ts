import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { StoredRecord, SystemUnderTest } from "./systemUnderTest.ts";

interface WrittenEntry {
  readonly externalId: string;
  readonly billedSeconds: number;
  readonly description: string;
  readonly date: string;
  readonly start?: string;
}

/** The `local` provider over a folder, which is removed at the end. */
export function folderUnderTest(folder: string): SystemUnderTest {
  return {
    provider: "local",
    url: pathToFileURL(folder).href,
    token: "",
    badToken: "",
    options: {},
    account: { id: folder },
    openCase: { id: "case-1234", key: "ACME-1234", title: "Importer times out", customer: "Acme" },
    refusing: {},
    stored: () => Promise.resolve(recordsIn(folder)),
    close: () => {
      fs.rmSync(folder, { recursive: true, force: true });
      return Promise.resolve();
    },
  };
}

/** What the months' JSON files have. */
function recordsIn(folder: string): readonly StoredRecord[] {
  const names = fs.readdirSync(folder).filter((name) => name.endsWith(".json"));
  return names.sort().flatMap((name) => {
    const { entries } = JSON.parse(fs.readFileSync(path.join(folder, name), "utf8")) as { entries: WrittenEntry[] };
    return entries.map(({ externalId, billedSeconds, description, date, start }) => ({
      id: `${name}#${externalId}`,
      seconds: billedSeconds,
      text: description,
      day: date,
      ...(start === undefined ? {} : { start: Date.parse(start) }),
    }));
  });
}
