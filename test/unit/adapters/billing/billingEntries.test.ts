import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkFolder, LocalProvider } from "../../../../src/adapters/node/billing/local/local.ts";
import { toWireEntry } from "../../../../src/adapters/node/billing/rest/wireEntry.ts";
import { seconds, type LocalDate, type ZoneId } from "../../../../src/base/time.ts";
import { CaseclockError } from "../../../../src/domain/errors.ts";
import type { BillingProvider } from "../../../../src/ports/billingProvider.ts";
import { aCase, anEntry, at } from "../../../support/builders.ts";
import { validateSchema } from "../../../support/openapi.ts";
import type { ApprovedEntry } from "../../../../src/domain/log/approvedEntry.ts";

const NEVER = new AbortController().signal;
const SHA = "3f2c9a1be0d4475c8f6a21b7e5d90c3384a1f6e2";
const COMMIT = { sha: SHA, subject: "Read in chunks", repository: "import", branch: "main" };

function anApprovedEntry(change: Partial<ApprovedEntry> = {}): ApprovedEntry {
  return anEntry("entry-1", {
    externalId: "key-1",
    zone: "Europe/Madrid" as ZoneId,
    start: at("08:00"),
    end: at("09:10"),
    intervals: [
      { start: at("08:00"), end: at("08:30") },
      { start: at("08:40"), end: at("09:10") },
    ],
    observedSeconds: seconds(3000),
    bridgedSeconds: seconds(600),
    agentSeconds: seconds(120),
    writtenDownSeconds: seconds(60),
    billableSeconds: seconds(3540),
    description: "Read large files in chunks",
    commits: [COMMIT],
    branches: ["main"],
    ...change,
  });
}

/** The entry as if all of it had been declared at no time of day. */
function unplaced(entry: ApprovedEntry): ApprovedEntry {
  const members = Object.entries(entry).filter(([name]) => name !== "start" && name !== "end");
  return { ...(Object.fromEntries(members) as unknown as ApprovedEntry), intervals: [] };
}

describe("toWireEntry", () => {
  it("has the members of the API, instants with the zone's offset", () => {
    expect(toWireEntry(anApprovedEntry({ activityId: "development" }))).toEqual({
      externalId: "key-1",
      revision: 1,
      caseId: "ACME-1",
      caseKey: "ACME-1",
      start: "2026-03-10T09:00:00+01:00",
      end: "2026-03-10T10:10:00+01:00",
      date: "2026-03-10",
      timeZone: "Europe/Madrid",
      observedSeconds: 3000,
      bridgedSeconds: 600,
      declaredSeconds: 0,
      agentSeconds: 120,
      writtenDownSeconds: 60,
      billableSeconds: 3540,
      billedSeconds: 3600,
      activityId: "development",
      description: "Read large files in chunks",
      evidence: { commits: [{ sha: SHA, subject: "Read in chunks" }] },
    });
  });

  it.each([
    ["none", undefined],
    ["commits", { commits: [{ sha: SHA, subject: "Read in chunks" }] }],
    [
      "full",
      {
        commits: [{ sha: SHA, subject: "Read in chunks", repository: "import" }],
        branches: ["main"],
        spans: [
          { start: "2026-03-10T09:00:00+01:00", end: "2026-03-10T09:30:00+01:00" },
          { start: "2026-03-10T09:40:00+01:00", end: "2026-03-10T10:10:00+01:00" },
        ],
      },
    ],
  ] as const)("shares %s and nothing else", (share, evidence) => {
    const entry = toWireEntry(anApprovedEntry({ share }));
    expect(entry.evidence).toEqual(evidence);
    expect("evidence" in entry).toBe(share !== "none");
    expect(validateSchema("TimeEntryInput", entry)).toEqual([]);
  });

  it("has no first and last instant where all of it is unplaced", () => {
    const entry = toWireEntry(unplaced(anApprovedEntry({ declaredSeconds: seconds(3600) })));
    expect(entry).not.toHaveProperty("start");
    expect(entry).not.toHaveProperty("end");
    expect(validateSchema("TimeEntryInput", entry)).toEqual([]);
  });

  it("cuts evidence that the API would not take", () => {
    const many = anApprovedEntry({
      share: "full",
      commits: Array.from({ length: 1001 }, () => ({ ...COMMIT, subject: "é".repeat(1001) })),
      branches: Array.from({ length: 501 }, (_, index) => `branch-${index}`),
      intervals: Array.from({ length: 5001 }, () => ({ start: at("08:00"), end: at("08:01") })),
    });
    const entry = toWireEntry(many);
    expect(validateSchema("TimeEntryInput", entry)).toEqual([]);
    expect(entry.evidence?.commits).toHaveLength(1000);
    expect(entry.evidence?.commits[0]?.subject).toMatch(/^é{999}…$/);
    expect(toWireEntry(many)).toEqual(entry);
  });
});

describe("LocalProvider", () => {
  let folder: string;
  let provider: BillingProvider;

  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "caseclock bills-"));
    const account = { id: folder, name: "this computer" };
    provider = new LocalProvider({ id: "connection-1", provider: "local", url: pathToFileURL(folder).href, account });
  });
  afterEach(() => {
    fs.rmSync(folder, { recursive: true, force: true });
  });

  const push = (change: Partial<ApprovedEntry> = {}) => provider.push(anApprovedEntry(change), NEVER);
  const read = (name: string) => fs.readFileSync(path.join(folder, name), "utf8");
  const json = (name: string) => JSON.parse(read(name)) as { entries: Record<string, unknown>[] };
  const code = (attempt: Promise<unknown>) =>
    attempt.then(
      () => "nothing thrown",
      (error: unknown) => (CaseclockError.is(error) ? error.code : error),
    );

  it("writes the month's two files, as documented", async () => {
    const result = await push();
    expect(result).toEqual({
      kind: "written",
      remote: { externalId: "key-1", remoteId: "caseclock-2026-03.json#key-1", revision: 1, billedSeconds: 3600 },
    });
    expect(json("caseclock-2026-03.json")).toEqual({
      version: 1,
      entries: [{ ...toWireEntry(anApprovedEntry()), customer: "Customer", caseTitle: "Title of ACME-1" }],
    });
    expect(read("caseclock-2026-03.csv")).toBe(
      "date,customer,caseKey,caseTitle,description,billedHours,billedSeconds,billableHours,billableSeconds,start,end," +
        "timeZone,observedSeconds,bridgedSeconds,declaredSeconds,agentSeconds,writtenDownSeconds,activityId,commits," +
        "externalId,revision,caseId\r\n" +
        "2026-03-10,Customer,ACME-1,Title of ACME-1,Read large files in chunks,1.0000,3600,0.9833,3540," +
        "2026-03-10T09:00:00+01:00,2026-03-10T10:10:00+01:00,Europe/Madrid,3000,600,0,120,60,," +
        `${SHA},key-1,1,ACME-1\r\n`,
    );
    expect(fs.readdirSync(folder).sort()).toEqual(["caseclock-2026-03.csv", "caseclock-2026-03.json"]);
  });

  it("writes an entry that is unplaced, with empty times", async () => {
    await provider.push(unplaced(anApprovedEntry()), NEVER);
    await push({ externalId: "key-2" });
    const csv = read("caseclock-2026-03.csv");
    expect(csv).toContain("3540,,,Europe/Madrid,3000");
    expect(csv.trim().split("\r\n")).toHaveLength(3);
  });

  it("sorts by day and case, whatever came first, and keeps months apart", async () => {
    await push({ externalId: "c", day: "2026-03-31" as LocalDate });
    await push({ externalId: "b", case: aCase("B-2") });
    await push({ externalId: "a" });
    await push({ externalId: "d", day: "2026-04-01" as LocalDate });
    expect(json("caseclock-2026-03.json").entries.map((entry) => entry["externalId"])).toEqual(["a", "b", "c"]);
    expect(json("caseclock-2026-04.json").entries.map((entry) => entry["externalId"])).toEqual(["d"]);
  });

  it("keeps what somebody added to the JSON file", async () => {
    await push();
    const file = json("caseclock-2026-03.json");
    const edited = { ...file, note: "checked", entries: file.entries.map((entry) => ({ ...entry, invoice: 17 })) };
    fs.writeFileSync(path.join(folder, "caseclock-2026-03.json"), JSON.stringify(edited));
    await push({ externalId: "key-2" });
    expect(json("caseclock-2026-03.json")).toMatchObject({ note: "checked", entries: [{ invoice: 17 }, {}] });
  });

  it.each([
    ["cut off", '{"version": 1, "entries": ['],
    ["of a newer version", '{"version": 2, "entries": []}'],
    ["not ours", "[]"],
    ["with an entry that lost its key", '{"version": 1, "entries": [{"date": "2026-03-10"}]}'],
  ])("overwrites nothing when the file is %s", async (_, text) => {
    const file = path.join(folder, "caseclock-2026-03.json");
    fs.writeFileSync(file, text);
    const result = await push();
    expect(result).toMatchObject({ kind: "retryLater", stop: true, problem: { kind: "fileDamaged" } });
    expect(result).toHaveProperty("problem.detail", expect.stringContaining(file));
    expect(fs.readFileSync(file, "utf8")).toBe(text);
    expect(fs.readdirSync(folder)).toEqual(["caseclock-2026-03.json"]);
    expect(await code(provider.find(anApprovedEntry({ externalId: "key-1" }), NEVER))).toBe("billing.protocol");
    // Another month is none of its affair.
    expect(await push({ externalId: "key-2", day: "2026-04-01" as LocalDate })).toMatchObject({ kind: "written" });
    expect(await provider.find(anApprovedEntry({ externalId: "key-2" }), NEVER)).toHaveLength(1);
  });

  it("writes again what a crash left in the CSV file only", async () => {
    await push();
    const before = read("caseclock-2026-03.json");
    await push({ externalId: "key-2" });
    fs.writeFileSync(path.join(folder, "caseclock-2026-03.json"), before);
    expect(await provider.find(anApprovedEntry({ externalId: "key-2" }), NEVER)).toEqual([]);
    await push({ externalId: "key-2" });
    expect(read("caseclock-2026-03.csv").split("\r\n")).toHaveLength(4);
  });

  it("is readable by its owner only, until the owner decides otherwise", async () => {
    const file = path.join(folder, "caseclock-2026-03.csv");
    await push();
    expect(fs.statSync(file).mode & 0o777).toBe(0o600);
    fs.chmodSync(file, 0o644);
    await push({ externalId: "key-2" });
    expect(fs.statSync(file).mode & 0o777).toBe(0o644);
  });

  it("does not make a folder that is missing", async () => {
    fs.rmSync(folder, { recursive: true });
    const result = await push();
    const detail = `The folder ${folder} does not exist.`;
    expect(result).toEqual({ kind: "retryLater", problem: { kind: "folderUnwritable", detail }, stop: true });
    expect(await code(provider.find(anApprovedEntry({ externalId: "key-1" }), NEVER))).toBe("billing.folderUnwritable");
    expect(await code(checkFolder(pathToFileURL(folder).href))).toBe("billing.folderUnwritable");
    expect(fs.existsSync(folder)).toBe(false);
  });

  it("is content with a folder it can write to, and leaves it as it was", async () => {
    expect(await checkFolder(pathToFileURL(folder).href)).toEqual({ id: folder, name: "this computer" });
    expect(fs.readdirSync(folder)).toEqual([]);
    const file = path.join(folder, "file");
    fs.writeFileSync(file, "");
    expect(await code(checkFolder(pathToFileURL(file).href))).toBe("billing.folderUnwritable");
    expect(await code(checkFolder("https://billing.example.com"))).toBe("billing.folderUnwritable");
  });
});
