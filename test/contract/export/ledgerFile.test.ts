import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { Ajv } from "ajv";
import ajvFormats from "ajv-formats";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ledgerFiles } from "../../../src/adapters/node/export/ledgerFile.ts";
import { CaseDirectory } from "../../../src/app/cases/caseDirectory.ts";
import { writeWorklog } from "../../../src/app/export/exportLedger.ts";
import type { WorklogRange } from "../../../src/app/export/exportWorklog.ts";
import { importLedger, planImport } from "../../../src/app/export/importLedger.ts";
import { DEFAULT_TEMPLATE } from "../../../src/domain/entries/description.ts";
import { CaseclockError, type ErrorCode } from "../../../src/domain/errors.ts";
import { aCase, anEntry, anEvent, aRow, aRowEvent, at, day, TREE, UTC } from "../../support/builders.ts";
import { FakeBilling, FakeProviders } from "../../support/fakeBilling.ts";
import { ManualClock } from "../../support/manualClock.ts";
import { TestWindow } from "../../support/memoryEventLog.ts";

const schema = fs.readFileSync(path.join(import.meta.dirname, "../../../docs/worklog.schema.json"), "utf8");
const ajv = new Ajv({ allErrors: true, strict: true, strictTypes: false, strictRequired: false });
ajvFormats(ajv);
const isValid = ajv.compile(JSON.parse(schema) as object);

const POLICY = { idleTimeoutSeconds: 300, zone: UTC };
const DRAFTING = { share: "commits", descriptionTemplate: DEFAULT_TEMPLATE } as const;

let folder: string;
let there: TestWindow;
let here: TestWindow;

/** A morning: a draft, an entry that arrived, one that waits, a call without a place, time without a case. */
beforeEach(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "caseclock-file-"));
  there = new TestWindow(new ManualClock("2026-03-12 18:00"), undefined, "window-there");
  here = new TestWindow(new ManualClock("2026-03-12 19:00"), undefined, "window-here");
  const sent = anEntry("sent", {
    commits: [{ sha: "a".repeat(40), subject: "“Ümlaut”\n\u2028", repository: "alpha" }],
  });
  const waits = anEntry("waits", { start: at("10:00"), end: at("10:20"), branches: ["main"] });
  await there.log.append([
    aRowEvent("row-0", aRow("08:00:00", "08:00:02")),
    anEvent("pick", { kind: "pick", tree: TREE, case: aCase("ACME-1") }, "08:30"),
    aRowEvent("row-1", aRow("09:00:00")),
    aRowEvent("row-2", aRow("11:00:00", "11:00:02")),
    anEvent("call", {
      kind: "declared",
      case: aCase("ACME-1"),
      entryDay: day("2026-03-10"),
      seconds: 60,
      reason: "Call",
    }),
    anEvent("approved-1", { kind: "approved", entry: sent }, "12:00"),
    anEvent("sending-1", { kind: "sending", entryId: "sent", revision: 1 }, "12:01"),
    anEvent("receipt-1", { kind: "receipted", entryId: "sent", revision: 1, remoteId: "7" }, "12:01"),
    anEvent("approved-2", { kind: "approved", entry: waits }, "12:02"),
  ]);
  await Promise.all([there.view.load(), here.view.load()]);
});
afterEach(() => {
  fs.rmSync(folder, { recursive: true, force: true });
  there.kill();
  here.kill();
});

const file = (): string => path.join(folder, "worklog.json");
const read = (): string => fs.readFileSync(file(), "utf8");

function parts(window: TestWindow) {
  const { log, view, journal, clock, logger } = window;
  const directory = new CaseDirectory(log, view, new FakeProviders(new FakeBilling()), clock);
  return { journal, logger, directory, initialPolicy: POLICY };
}

async function exported(range: WorklogRange = {}): Promise<void> {
  await ledgerFiles.write(file(), (sink) =>
    writeWorklog(parts(there), DRAFTING, range, sink, () => ledgerFiles.checksum()),
  );
}

async function imported(): Promise<number> {
  const { signal } = new AbortController();
  const plan = await planImport(parts(here), ledgerFiles, file(), signal);
  return (await importLedger(parts(here), ledgerFiles, plan, signal, () => undefined)).added;
}

/** Whatever is wrong with the file, nothing of it is here afterwards. */
async function expectRefused(code: ErrorCode, message: RegExp): Promise<void> {
  await expect(imported()).rejects.toMatchObject({ code, message: expect.stringMatching(message) as string });
  expect(here.store.events).toEqual([]);
}

describe("a worklog as JSON", () => {
  it("is as its published schema says, with and without a range", async () => {
    await exported();
    const whole = JSON.parse(read()) as { entries: unknown[]; ledger: { events: unknown[] } };
    expect({ isValid: isValid(whole), errors: isValid.errors }).toEqual({ isValid: true, errors: null });
    expect(whole.ledger.events).toHaveLength(10);
    expect(whole.entries).toMatchObject([
      { state: "receipted", remoteId: "7", spans: [{ start: "2026-03-10T09:00:00+00:00" }] },
      { state: "waiting", evidence: { branches: ["main"] } },
      { state: "draft", declaredSeconds: 60, declared: [{ seconds: 60, reason: "Call" }] },
    ]);
    await exported({ from: day("2026-03-10"), case: aCase("ACME-1") });
    const part: unknown = JSON.parse(read());
    expect({ isValid: isValid(part), errors: isValid.errors }).toEqual({ isValid: true, errors: null });
    expect(part).not.toHaveProperty("ledger");
    expect(part).toHaveProperty("range", {
      from: "2026-03-10",
      key: "ACME-1",
      source: "connection-1",
      id: "ACME-1",
    });
    expect(isValid({ ...(part as object), entries: [{ state: "draft" }] })).toBe(false);
  });

  it("of one case has nothing of any other, nor of time without a case", async () => {
    const other = { ...aCase("ACME-1"), ref: { source: "connection-2", id: "of Globex" }, title: "Of Globex" };
    await there.log.append([
      anEvent("pick-other", { kind: "pick", tree: TREE, case: other }, "13:00"),
      aRowEvent("row-3", aRow("13:10:00", "13:10:05")),
      aRowEvent("row-4", aRow("2026-03-11 09:00:00", "2026-03-11 09:00:05")),
    ]);
    await exported({ case: aCase("ACME-1") });
    const { days } = JSON.parse(read()) as { days: readonly { date: string; cases: readonly object[] }[] };
    expect(days).toEqual([
      {
        date: "2026-03-10",
        cases: [{ caseKey: "ACME-1", observedSeconds: 2, bridgedSeconds: 0, declaredSeconds: 60, agentSeconds: 0 }],
      },
    ]);
    expect(read()).not.toContain("Globex");
    await exported({ case: other });
    expect(read()).toContain("Of Globex");
    expect(read()).not.toContain("Call");
  });

  it("is readable by its owner only, and leaves the old file where it cannot be written", async () => {
    await exported();
    expect(fs.statSync(file()).mode & 0o777).toBe(0o600);
    const before = read();
    await expect(
      ledgerFiles.write(file(), (sink) => {
        sink.write("half");
        return Promise.reject(new Error("told to fail"));
      }),
    ).rejects.toThrow("told to fail");
    expect(read()).toBe(before);
    expect(fs.readdirSync(folder)).toEqual(["worklog.json"]);
    await expect(ledgerFiles.write(path.join(folder, "none", "x"), () => Promise.resolve())).rejects.toMatchObject({
      code: "export.failed",
    });
  });

  it("notes in the ledger that there is a copy, once for what is open", async () => {
    const notes = (): number => there.store.events.filter(({ body }) => body.kind === "copied").length;
    await exported({ to: day("2026-03-10") });
    expect(notes()).toBe(0);
    await exported();
    await exported();
    expect(notes()).toBe(1);
    await there.log.append([
      anEvent("approved-3", { kind: "approved", entry: anEntry("later", { start: at("13:00"), end: at("13:10") }) }),
    ]);
    await exported();
    expect(notes()).toBe(2);
    expect(there.view.ledger.entries.listOpen.map(({ lookUp }) => lookUp)).toEqual([true, true]);
  });

  it("is written although the disk is full, and says all the same that it is a copy", async () => {
    there.log.beforeAppend = () => {
      throw new CaseclockError("ledger.full", "no room");
    };
    await exported();
    expect(await imported()).toBe(10);
    expect(here.view.ledger.entries.get("waits")?.lookUp).toBe(true);
  });

  it("may be laid out anew: it is the content that counts", async () => {
    await exported();
    fs.writeFileSync(file(), JSON.stringify(JSON.parse(read()), null, 4));
    expect(await imported()).toBe(10);
    expect(here.view.ledger.entries.all.map(({ delivery }) => delivery.state)).toEqual(["receipted", "waiting"]);
  });
});

describe("a file that cannot be imported", () => {
  it.each<[string, (text: string) => string, ErrorCode, RegExp]>([
    ["empty", () => "", "import.unreadable", /not JSON|not a Caseclock worklog/],
    ["no JSON", () => "<html>", "import.unreadable", /not JSON/],
    ["JSON of something else", () => '{"a":1}', "import.unreadable", /not a Caseclock worklog/],
    ["a list", () => "[1,2]", "import.unreadable", /not a Caseclock worklog/],
    ["cut off", (text) => text.slice(0, -40), "import.unreadable", /end is missing/],
    ["cut off early", (text) => text.slice(0, text.length / 2), "import.unreadable", /end is missing/],
    ["with something behind", (text) => `${text}x`, "import.unreadable", /not JSON/],
    ["of a newer version", (text) => text.replace('"version": 1', '"version": 2'), "import.newer", /version 2/],
    ["of no version", (text) => text.replace('"version": 1', '"version": "x"'), "import.unreadable", /version/],
    [
      "with a newer event",
      (text) => text.replace('"version":1', '"version":2'),
      "import.newer",
      /event 1 has version 2/,
    ],
    [
      "with another figure",
      (text) => text.replace('"billedSeconds":600,"carried', '"billedSeconds":6000,"carried'),
      "import.unreadable",
      /checksum|damaged/,
    ],
    [
      "with another remote id",
      (text) => text.replace('"remoteId":"7"}', '"remoteId":"8"}'),
      "import.unreadable",
      /checksum/,
    ],
    ["with an event less", (text) => text.replace(/\n\{"id":"row-2".*\n/, "\n"), "import.unreadable", /checksum/],
    [
      "with a kind that is not known",
      (text) => text.replace('"kind":"pick"', '"kind":"picked"'),
      "import.unreadable",
      /event 2/,
    ],
    [
      "with a damaged body",
      (text) => text.replace('"first":', '"frist":'),
      "import.unreadable",
      /event 1 \(heartbeats\) is damaged/,
    ],
    [
      "with another policy",
      (text) => text.replace('"zone":"UTC"},', '"zone":"Mars"},'),
      "import.unreadable",
      /policy|version/,
    ],
    [
      "without its ledger",
      (text) => `${text.slice(0, text.indexOf(',\n  "ledger"'))}}`,
      "import.unreadable",
      /no ledger/,
    ],
  ])("is refused when it is %s", async (_name, change, code, message) => {
    await exported();
    const text = read();
    fs.writeFileSync(file(), change(text));
    expect(read()).not.toBe(text);
    await expectRefused(code, message);
  });

  it("is refused when it holds a part only, or is not there", async () => {
    await exported({ from: day("2026-03-10") });
    await expectRefused("import.partial", /part/);
    fs.rmSync(file());
    await expectRefused("import.unreadable", /ENOENT/);
  });

  it("is refused when an event passes for one and folds to nothing", async () => {
    const entry = { ...anEntry("odd"), declarations: 7 as never };
    await ledgerFiles.write(file(), (sink) => {
      const line = JSON.stringify({
        id: "odd",
        kind: "approved",
        version: 1,
        windowId: "w",
        at: at("09:00"),
        zone: "UTC",
        day: "2026-03-10",
        body: { entry },
      });
      const sum = ledgerFiles.checksum();
      sum.add(`${line}\n`);
      const ledger = `"id":"x","policy":${JSON.stringify(POLICY)},"events":[${line}],"count":1,"checksum":"${sum.digest()}"`;
      sink.write(`{"version":1,"entries":[],"days":[],"ledger":{${ledger}}}`);
      return Promise.resolve();
    });
    await expectRefused("import.unreadable", /event 1 \(approved\) is damaged/);
  });
});
