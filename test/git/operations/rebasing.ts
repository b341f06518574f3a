import assert from "node:assert/strict";
import type { Operation, Result } from "../operation.ts";
import { OTHER, PICKED, type Place } from "../place.ts";

/** Runs a rebase with editors and expects success. */
async function rebase(place: Place, args: readonly string[], sequence: string, editor = ":"): Promise<void> {
  const outcome = await place.edit(["rebase", ...args], editor, sequence);
  assert.equal(outcome.status, 0, outcome.stderr);
}

/** Commits of files with these names, the last one noticed; then another case is picked, which must not show. */
async function stack(place: Place, ...names: readonly string[]): Promise<readonly string[]> {
  const shas: string[] = [];
  for (const name of names) shas.push(await place.commitFile(name));
  await noticedUnderOther(place, shas);
  return shas;
}

async function noticedUnderOther(place: Place, shas: readonly string[]): Promise<void> {
  for (const sha of shas) await place.noticed(sha);
  await place.pick(OTHER);
}

/** The messages and trailers of HEAD and before, each with the case of its first writing. */
async function storedAs(place: Place, subjects: readonly string[]): Promise<readonly string[]> {
  const shas: string[] = [];
  for (const [back, subject] of subjects.toReversed().entries()) {
    const revision = `HEAD~${back}`;
    await place.stored(revision, place.tag(`${subject}\n`, PICKED), own(place));
    shas.unshift((await place.repository.git("rev-parse", revision)).trim());
  }
  return shas;
}

function own(place: Place): readonly string[] {
  return place.isTagged ? [`Case-Id: ${PICKED}`] : [];
}

/** What counts when each of `old` became the one of `now` with the same index. */
function mapped(old: readonly string[], now: readonly (string | undefined)[]): Result {
  const counted = [...new Set(now)].map((sha) => [sha ?? "", PICKED] as const);
  return { counted, replaced: old.map((sha, index) => [sha, now[index] ?? ""] as const) };
}

/** Rewriting several commits at once. */
export const REBASING: readonly Operation[] = [
  {
    name: "rebase",
    run: async (place) => {
      const { repository } = place;
      const here = (await repository.git("symbolic-ref", "--short", "HEAD")).trim();
      await repository.git("switch", "-q", "-C", "onto");
      const main = await place.commitFile("main");
      await place.noticed(main);
      await repository.git("switch", "-q", here);
      const old = await stack(place, "one", "two", "three");
      await rebase(place, ["onto"], ":");
      const now = await storedAs(place, ["main", "one", "two", "three"]);
      return mapped([main, ...old], now);
    },
  },
  {
    name: "rebase -i: reword",
    run: async (place) => {
      const old = await stack(place, "one", "two", "three");
      await rebase(place, ["-i", "base"], `sed -i '1,2s/^pick/reword/' "$1"`, `sed -i '1s/$/ reworded/' "$1"`);
      return mapped(old, await storedAs(place, ["one reworded", "two reworded", "three"]));
    },
  },
  {
    name: "rebase -i: squash",
    run: async (place) => {
      const old = await stack(place, "one", "two", "three", "four");
      await rebase(place, ["-i", "base"], `sed -i '2,3s/^pick/squash/' "$1"`);
      const all = ["one", "two", "three"].map((name) => place.tag(`${name}\n`, PICKED)).join("\n");
      await place.stored("HEAD^", all, own(place));
      await place.stored("HEAD", place.tag("four\n", PICKED), own(place));
      const [squashed, four] = await shasOf(place, 2);
      return mapped(old, [squashed, squashed, squashed, four]);
    },
  },
  {
    name: "rebase -i: fixup",
    run: async (place) => {
      const old = await stack(place, "one", "two", "three", "four");
      await rebase(place, ["-i", "base"], `sed -i '2s/^pick/fixup/;4s/^pick/fixup/' "$1"`);
      const [one, three] = await storedAs(place, ["one", "three"]);
      return mapped(old, [one, one, three, three]);
    },
  },
  {
    name: "rebase -i: edit",
    run: async (place) => {
      const { repository } = place;
      const old = await stack(place, "one", "two", "three");
      await rebase(place, ["-i", "base"], `sed -i '2s/^pick/edit/' "$1"`);
      await repository.write("two.txt", "two, edited\n");
      await repository.git("commit", "-q", "-a", "--amend", "-m", "two, edited");
      await rebase(place, ["--continue"], ":");
      // The case of a message that was written anew under a rebase is left to the person: no hook acts there.
      await place.stored("HEAD^", "two, edited\n", []);
      await place.stored("HEAD", place.tag("three\n", PICKED), own(place));
      const [, two, three] = await shasOf(place, 3);
      return mapped(old, [old[0], two, three]);
    },
  },
  {
    name: "rebase -i: exec",
    run: async (place) => {
      const old = await stack(place, "one", "two");
      await rebase(place, ["-i", "--no-ff", "-x", "test -f one.txt", "base"], ":");
      return mapped(old, await storedAs(place, ["one", "two"]));
    },
  },
  {
    name: "rebase -i: drop and reorder",
    run: async (place) => {
      const [one = "", , three = ""] = await stack(place, "one", "two", "three");
      await rebase(place, ["-i", "base"], `sed -i '/ two$/d;/ one$/{h;d};/ three$/G' "$1"`);
      const now = await storedAs(place, ["three", "one"]);
      // What was dropped is on no branch any more: nobody could look at it.
      return {
        counted: now.map((sha) => [sha, PICKED] as const),
        replaced: [
          [one, now[1] ?? ""],
          [three, now[0] ?? ""],
        ],
      };
    },
  },
  {
    name: "rebase with a conflict",
    run: async (place) => {
      const { repository } = place;
      const here = (await repository.git("symbolic-ref", "--short", "HEAD")).trim();
      await repository.git("switch", "-q", "-C", "onto-conflict");
      const main = await place.commitFile("both", "main", "main\n");
      await place.noticed(main);
      await repository.git("switch", "-q", here);
      const old = [await place.commitFile("both", "side", "side\n"), await place.commitFile("more")];
      await noticedUnderOther(place, old);
      assert.equal((await repository.tryGit(["rebase", "-q", "onto-conflict"])).status, 1);
      await repository.write("both.txt", "main and side\n");
      await repository.git("add", "both.txt");
      await rebase(place, ["--continue"], ":");
      return mapped([main, ...old], await storedAs(place, ["main", "side", "more"]));
    },
  },
  {
    name: "rebase of another branch",
    run: async (place) => {
      const { repository } = place;
      const here = (await repository.git("symbolic-ref", "--short", "HEAD")).trim();
      const old = await stack(place, "one", "two");
      await repository.git("switch", "-q", "-C", "onto-another", "base");
      await place.pick(PICKED);
      const main = await place.commitFile("main");
      await place.noticed(main);
      await place.pick(OTHER);
      await rebase(place, ["onto-another", here], ":");
      return mapped([main, ...old], await storedAs(place, ["main", "one", "two"]));
    },
  },
  {
    name: "rebase of a detached HEAD",
    run: async (place) => {
      const old = await stack(place, "one", "two", "three");
      await place.repository.git("switch", "-q", "--detach");
      await rebase(place, ["-i", "base"], `sed -i '2s/^pick/fixup/' "$1"`);
      const [one, three] = await storedAs(place, ["one", "three"]);
      return mapped(old, [one, one, three]);
    },
  },
  {
    name: "rebase that is aborted",
    run: async (place) => {
      const { repository } = place;
      const old = await stack(place, "one", "two");
      await rebase(place, ["-i", "--no-ff", "base"], `sed -i '1s/^pick/edit/' "$1"`);
      await repository.git("rebase", "--abort");
      assert.equal(await repository.head(), old[1]);
      return mapped(old, old);
    },
  },
  {
    name: "autosquash: fixup!",
    run: async (place) => {
      const old = [await place.commitFile("one"), await place.commitFile("two")];
      await place.repository.write("one.txt", "one, better\n");
      await place.repository.git("commit", "-q", "-a", "--fixup=HEAD~1");
      await place.stored("HEAD", place.tag("fixup! one\n"), place.trailers());
      old.push(await place.repository.head());
      await noticedUnderOther(place, old);
      await rebase(place, ["-i", "--autosquash", "base"], ":");
      const [one, two] = await storedAs(place, ["one", "two"]);
      return mapped(old, [one, two, one]);
    },
  },
  {
    name: "autosquash: squash!",
    run: async (place) => {
      const { repository } = place;
      const old = [await place.commitFile("one"), await place.commitFile("two")];
      await repository.write("one.txt", "one, better\n");
      await repository.git("commit", "-q", "-a", "--squash=HEAD~1", "-m", "and why");
      await place.stored("HEAD", place.tag("squash! one\n\nand why\n"), place.trailers());
      old.push(await repository.head());
      await noticedUnderOther(place, old);
      await rebase(place, ["-i", "--autosquash", "base"], ":");
      const all = `${place.tag("one\n", PICKED)}\n${place.tag("and why\n", PICKED)}`;
      await place.stored("HEAD^", all, own(place));
      const [one, two] = await shasOf(place, 2);
      return mapped(old, [one, two, one]);
    },
  },
];

/** The last commits, the oldest first. */
async function shasOf(place: Place, count: number): Promise<readonly string[]> {
  const said = await place.repository.git("rev-list", "--reverse", `-n${count}`, "HEAD");
  return said.trim().split("\n");
}
