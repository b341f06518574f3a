import assert from "node:assert/strict";
import path from "node:path";
import type { Operation, Result } from "../operation.ts";
import { OTHER, PICKED, type Place } from "../place.ts";

/** Runs git with editors and expects success. */
async function edited(place: Place, args: readonly string[], editor = ":", sequence = ":"): Promise<void> {
  const outcome = await place.edit(args, editor, sequence);
  assert.equal(outcome.status, 0, outcome.stderr);
}

/** A branch of that name from HEAD with one commit of a file, and one more here. */
async function forked(place: Place, side: string): Promise<{ readonly ours: string; readonly theirs: string }> {
  const { repository } = place;
  const here = await branchOf(place);
  await repository.git("switch", "-q", "-C", side);
  const theirs = await place.commitFile("side");
  await repository.git("switch", "-q", here);
  return { ours: await place.commitFile("main"), theirs };
}

async function branchOf(place: Place): Promise<string> {
  return (await place.repository.git("symbolic-ref", "--short", "HEAD")).trim();
}

async function sha(place: Place, revision: string): Promise<string> {
  return (await place.repository.git("rev-parse", revision)).trim();
}

/** Amending, merging, copying. */
export const HISTORY: readonly Operation[] = [
  {
    name: "amend",
    run: async (place) => {
      const first = await place.repository.commit("Fxi it\n");
      await place.repository.git("commit", "-q", "--allow-empty", "--amend", "-m", "Fix it");
      await place.stored("HEAD", place.tag("Fix it\n"), place.trailers());
      const second = await place.repository.head();
      await edited(place, ["commit", "-q", "--allow-empty", "--amend", "-s"]);
      const head = await place.repository.head();
      const signed = "Signed-off-by: Ann Own <ann@example.com>";
      if (place.isTagged) {
        await place.stored("HEAD", `Fix it\n\nCase-Id: ACME-1\n${signed}\n`, ["Case-Id: ACME-1", signed]);
      } else await place.stored("HEAD", `Fix it\n\n${signed}\n`, [signed]);
      return {
        counted: [[head, PICKED]],
        replaced: [
          [first, head],
          [second, head],
        ],
      };
    },
  },
  {
    name: "amend under another case (keeps the first)",
    run: async (place) => {
      const first = await place.repository.commit("Fix it\n");
      await place.noticed(first);
      const expected = [place.tag("Fix it\n"), place.trailers()] as const;
      await place.pick(OTHER);
      await place.repository.git("commit", "-q", "--allow-empty", "--amend", "--no-edit", "--reset-author");
      await place.stored("HEAD", ...expected);
      const head = await place.repository.head();
      return { counted: [[head, PICKED]], replaced: [[first, head]] };
    },
  },
  {
    name: "merge, fast-forward",
    run: async (place) => {
      const { repository } = place;
      const here = await branchOf(place);
      await repository.git("switch", "-q", "-C", "side-ff");
      const side = await place.commitFile("side");
      await repository.git("switch", "-q", here);
      await repository.git("merge", "-q", "side-ff");
      assert.equal(await repository.head(), side);
      await place.stored("HEAD", place.tag("side\n"), place.trailers());
      return { counted: [[side, PICKED]] };
    },
  },
  {
    name: "merge, no fast-forward",
    run: async (place) => {
      const { ours, theirs } = await forked(place, "side-no-ff");
      await place.repository.git("merge", "-q", "--no-ff", "--no-edit", "side-no-ff");
      const message = `Merge branch 'side-no-ff' into ${await branchOf(place)}\n`;
      await place.stored("HEAD", place.tag(message), place.trailers());
      await place.stored("HEAD^2", place.tag("side\n"), place.trailers());
      const head = await place.repository.head();
      return { counted: [ours, theirs, head].map((each) => [each, PICKED] as const) };
    },
  },
  {
    name: "merge --squash",
    run: async (place) => {
      const { repository } = place;
      const { ours, theirs } = await forked(place, "side-squash");
      await repository.git("merge", "-q", "--squash", "side-squash");
      const [author, date] = (await repository.git("log", "-1", "--format=%an <%ae>%n%ad", "side-squash")).split("\n");
      const body = place.isTagged ? "    side\n\n    Case-Id: ACME-1\n" : "    side\n";
      const message = `Squashed commit of the following:\n\ncommit ${theirs}\nAuthor: ${author ?? ""}\nDate:   ${date ?? ""}\n\n${body}`;
      await repository.git("commit", "-q", "--no-edit");
      // It names a case already, indented, where git reads none: it stays as git wrote it.
      const found = await repository.message();
      assert.equal(found.replace(/ +$/gm, ""), message.replace(/ +$/gm, ""));
      assert.deepEqual(await repository.caseIds(), []);
      const head = await repository.head();
      return { counted: [ours, theirs, head].map((each) => [each, PICKED] as const) };
    },
  },
  {
    name: "merge with a conflict",
    run: async (place) => {
      const { repository } = place;
      const here = await branchOf(place);
      await repository.git("switch", "-q", "-C", "side-conflict");
      const theirs = await place.commitFile("both", "side", "side\n");
      await repository.git("switch", "-q", here);
      const ours = await place.commitFile("both", "main", "main\n");
      assert.equal((await repository.tryGit(["merge", "-q", "side-conflict"])).status, 1);
      await repository.write("both.txt", "main and side\n");
      await repository.git("add", "both.txt");
      await edited(place, ["commit", "-q"]);
      await place.stored("HEAD", place.tag(`Merge branch 'side-conflict' into ${here}\n`), place.trailers());
      const head = await repository.head();
      return { counted: [ours, theirs, head].map((each) => [each, PICKED] as const) };
    },
  },
  {
    name: "cherry-pick",
    run: async (place) => {
      const { repository } = place;
      const bobs = await place.theirs("bobs", "Bob's work\n\nCase-Id: BOB-9");
      const bobs2 = await place.theirs("bobs2", "Bob's work, untagged");
      await repository.git("fetch", "-q", place.upstream.root, "HEAD");
      const own = await place.commitFile("own");
      await place.noticed(own);
      await repository.git("reset", "-q", "--hard", "HEAD^");
      await repository.git("cherry-pick", bobs);
      await place.stored("HEAD", "Bob's work\n\nCase-Id: BOB-9\n", ["Case-Id: BOB-9"]);
      const first = await repository.head();
      await repository.git("cherry-pick", bobs2, own);
      await place.stored("HEAD^", "Bob's work, untagged\n", []);
      await place.stored("HEAD", place.tag("own\n"), place.trailers());
      // A copy is work of one's own: on the case that its message names, if that is known, else on the pick. The original
      // is on no branch any more: the copy, which has its patch, stands for it.
      const counted: Result["counted"] = [
        [first, null],
        [await sha(place, "HEAD^"), PICKED],
        [await repository.head(), PICKED],
      ];
      return { counted };
    },
  },
  {
    name: "cherry-pick with a conflict",
    run: async (place) => {
      const { repository } = place;
      const here = await branchOf(place);
      await repository.git("switch", "-q", "-C", "side-picked");
      const side = await place.commitFile("both", "side", "side\n");
      await repository.git("switch", "-q", here);
      const ours = await place.commitFile("both", "main", "main\n");
      await place.noticed(ours);
      await place.pick(OTHER);
      assert.equal((await repository.tryGit(["cherry-pick", side])).status, 1);
      await repository.write("both.txt", "main and side\n");
      await repository.git("add", "both.txt");
      await edited(place, ["cherry-pick", "--continue"]);
      const head = await repository.head();
      await place.stored("HEAD", place.tag("side\n", PICKED), place.isTagged ? [`Case-Id: ${PICKED}`] : []);
      return {
        counted: [
          [side, PICKED],
          [ours, PICKED],
          [head, place.isTagged ? PICKED : OTHER],
        ],
      };
    },
  },
  {
    name: "revert",
    run: async (place) => {
      const { repository } = place;
      const done = await place.commitFile("done");
      await place.noticed(done);
      await place.pick(OTHER);
      await repository.git("revert", "--no-edit", "HEAD");
      await place.stored("HEAD", place.tag(`Revert "done"\n\nThis reverts commit ${done}.\n`), place.trailers());
      return {
        counted: [
          [done, PICKED],
          [await repository.head(), OTHER],
        ],
      };
    },
  },
  {
    name: "am",
    run: async (place) => {
      const { repository, upstream } = place;
      const folder = path.join(repository.sandbox.folder, `patches-${path.basename(repository.root)}`);
      await place.theirs("bobs", "Bob's work\n\nSigned-off-by: Bob Else <bob@example.com>");
      await upstream.git("format-patch", "-q", "-1", "-o", folder);
      await repository.git("am", "-q", path.join(folder, "0001-Bob-s-work.patch"));
      const signed = "Signed-off-by: Bob Else <bob@example.com>";
      await place.stored("HEAD", `Bob's work\n\n${signed}\n`, [signed]);
      const own = await place.commitFile("own");
      await place.noticed(own);
      await repository.git("format-patch", "-q", "-1", "-o", folder);
      await repository.git("reset", "-q", "--hard", "HEAD~2");
      await repository.git("am", "-q", path.join(folder, "0001-own.patch"));
      await place.stored("HEAD", place.tag("own\n"), place.trailers());
      // Bob's work is his; one's own counts wherever it is applied, and once.
      return { counted: [[await repository.head(), PICKED]] };
    },
  },
  {
    name: "pull, fast-forward",
    run: async (place) => {
      await place.theirs("bobs", "Bob's work");
      await place.repository.git("pull", "-q", "--ff-only", place.upstream.root, await branchOf(place));
      await place.stored("HEAD", "Bob's work\n", []);
      return { counted: [] };
    },
  },
  {
    name: "pull, merge",
    run: async (place) => {
      const { repository, upstream } = place;
      await place.theirs("bobs", "Bob's work");
      const own = await place.commitFile("own");
      const here = await branchOf(place);
      await repository.git("pull", "-q", "--no-rebase", "--no-edit", upstream.root, here);
      const head = await repository.head();
      const message = `Merge branch '${here}' of ${upstream.root} into ${here}\n`;
      await place.stored("HEAD", place.tag(message), place.trailers());
      await place.stored("HEAD^2", "Bob's work\n", []);
      return {
        counted: [
          [own, PICKED],
          [head, PICKED],
        ],
      };
    },
  },
  {
    name: "pull --rebase",
    run: async (place) => {
      const { repository, upstream } = place;
      await place.theirs("bobs", "Bob's work");
      const own = await place.commitFile("own");
      await place.noticed(own);
      await place.pick(OTHER);
      await repository.git("pull", "-q", "--rebase", upstream.root, await branchOf(place));
      await place.stored("HEAD", place.tag("own\n", PICKED), place.isTagged ? [`Case-Id: ${PICKED}`] : []);
      await place.stored("HEAD^", "Bob's work\n", []);
      const head = await repository.head();
      return { counted: [[head, PICKED]], replaced: [[own, head]] };
    },
  },
];
