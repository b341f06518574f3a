import fs from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { MARKER_FILE } from "../../../src/adapters/node/git/gitHookScript.ts";
import { datedMarkerText } from "../../../src/adapters/remote/remoteMarker.ts";
import { DAY_MS } from "../../../src/base/time.ts";
import { Sandbox, type TestRepository } from "../../support/repository.ts";
import { SHELLS, shellFile } from "../../support/shells.ts";

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const FACTS = { caseKey: "ACME-1", trailer: "Case-Id", commentString: "auto", cleanup: "default", template: undefined };

describe.each(SHELLS)("a marker that names its expiry, under $name", (shell) => {
  let sandbox: Sandbox;
  let work: TestRepository;

  beforeEach(async () => {
    sandbox = await Sandbox.create();
    work = await sandbox.repository();
    await work.hook(await shellFile(sandbox, shell));
  });
  afterEach(() => sandbox.dispose());

  const marker = async (text: string): Promise<void> => {
    const file = path.join(await work.gitDir(), MARKER_FILE);
    await fs.writeFile(file, text);
    // As old as the file system of another machine says: the time of modification has no say.
    const past = new Date(Date.now() - HOUR_MS);
    await fs.utimes(file, past, past);
  };
  const until = (ms: number): Promise<void> => marker(datedMarkerText(FACTS, Date.now() + ms));

  it("tags until then, on the same day and over midnight", async () => {
    for (const ms of [2 * MINUTE_MS, 12 * HOUR_MS, 23 * HOUR_MS]) {
      await until(ms);
      await work.commit(`Until ${ms}`);
      expect(await work.message()).toBe(`Until ${ms}\n\nCase-Id: ACME-1\n`);
    }
  });

  it("tags no more afterwards, by a minute or a year", async () => {
    for (const ms of [-MINUTE_MS, -12 * HOUR_MS, -366 * DAY_MS]) {
      await until(ms);
      await work.commit(`Until ${ms}`);
      expect(await work.message()).toBe(`Until ${ms}\n`);
    }
  });

  it("adds to trailers that are there, with an editor, in a merge, and leaves a rebase alone", async () => {
    await until(HOUR_MS);
    await work.commit("Fix\n\nReviewed-by: Bo <bo@example.com>\n");
    expect(await work.message()).toBe("Fix\n\nReviewed-by: Bo <bo@example.com>\nCase-Id: ACME-1\n");
    expect((await work.edit(`echo Edited >"$1"`)).status).toBe(0);
    expect(await work.caseIds()).toEqual(["ACME-1"]);
    expect((await work.edit("true")).status).not.toBe(0);
    await work.git("checkout", "-q", "-b", "side", "HEAD~1");
    await work.commit("Side");
    await work.git("merge", "-q", "--no-ff", "-m", "Join", "main");
    expect(await work.caseIds()).toEqual(["ACME-1"]);
    await until(-HOUR_MS);
    await work.git("commit", "-q", "--amend", "--allow-empty", "-m", "Join again");
    expect(await work.caseIds()).toEqual([]);
  });

  it("takes a long block of trailers for one, whatever it says", async () => {
    await until(HOUR_MS);
    const trailers = Array.from({ length: 200 }, (_, i) => `Key-${i}: {"event":"version","time":"1999-01-01T00:00:00"`);
    await work.commit(`Long\n\n${trailers.join("\n")}\n`);
    expect(await work.message()).toBe(`Long\n\n${trailers.join("\n")}\nCase-Id: ACME-1\n`);
  });

  it("tags nothing by an expiry that is none", async () => {
    const text = datedMarkerText(FACTS, Date.now() + HOUR_MS);
    const lines = text.split("\n").slice(0, 6).join("\n");
    for (const last of ["", "tomorrow", "20990101", "20990101 x", "-1 -1", "99999999999999999999 0000", "$(id) `id`"]) {
      await marker(`${lines}\n${last}\n`);
      await work.commit(`By ${last}`);
      expect(await work.caseIds(), last).toEqual([]);
    }
    await marker(text.trimEnd()); // half written
    await work.commit("Half");
    expect(await work.caseIds()).toEqual([]);
  });
});
