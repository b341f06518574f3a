import assert from "node:assert/strict";
import fs from "node:fs/promises";
import path from "node:path";
import { missing, OPTIONAL } from "../../host/lib/optional.ts";
import type { Operation, Result } from "../operation.ts";
import { OTHER, PICKED, type Place } from "../place.ts";

const SIGNED_OFF = "Signed-off-by: Ann Own <ann@example.com>";

/** What ends in one commit of the picked case at HEAD. */
async function one(place: Place, key: string | null = PICKED): Promise<Result> {
  return { counted: [[await place.repository.head(), key]] };
}

/** A commit with this message from a file, that is to be stored like that. */
function fromFile(
  name: string,
  message: string,
  stored: (place: Place) => readonly [string, readonly string[]],
): Operation {
  return {
    name,
    run: async (place) => {
      await place.repository.commit(message);
      await place.stored("HEAD", ...stored(place));
      return one(place);
    },
  };
}

/** Commits by an editor that runs a shell command on the message; gives what it said. */
async function edited(place: Place, command: string, ...args: string[]): Promise<void> {
  const outcome = await place.repository.edit(command, ...args);
  assert.equal(outcome.status, 0, outcome.stderr);
}

const LONG = `Long\n\n${Array.from({ length: 5_000 }, (_, i) => `line ${i} of a long message`).join("\n")}\n`;
const ODD = "🧾 Fix – naïve 案件 👩🏽‍💻\n\n\\n %s $HOME `x` \"q\" 'q'\n";

/** How a message comes into being. */
export const WRITING: readonly Operation[] = [
  {
    name: "-m",
    run: async (place) => {
      await place.repository.git("commit", "-q", "--allow-empty", "-m", "one", "-m", "two");
      await place.stored("HEAD", place.tag("one\n\ntwo\n"), place.trailers());
      return one(place);
    },
  },
  {
    name: "-F",
    run: async (place) => {
      const file = path.join(place.repository.sandbox.folder, "message.txt");
      await fs.writeFile(file, "Fix it\n\nAt last.\n");
      await place.repository.git("commit", "-q", "--allow-empty", "-F", file);
      await place.stored("HEAD", place.tag("Fix it\n\nAt last.\n"), place.trailers());
      assert.equal(await fs.readFile(file, "utf8"), "Fix it\n\nAt last.\n", "the person's own file");
      return one(place);
    },
  },
  {
    name: "editor",
    run: async (place) => {
      await edited(place, `sed -i '1s/^/Fix it\\n\\n# mine\\nAt last./' "$1"`);
      await place.stored("HEAD", place.tag("Fix it\n\nAt last.\n"), place.trailers());
      return one(place);
    },
  },
  {
    name: "--no-verify",
    run: async (place) => {
      await place.repository.git("commit", "-q", "--allow-empty", "--no-verify", "-m", "Fix it");
      await place.stored("HEAD", place.tag("Fix it\n"), place.trailers());
      return one(place);
    },
  },
  {
    name: "--no-verify in an editor (never tagged)",
    run: async (place) => {
      await edited(place, `sed -i '1s/^/Fix it/' "$1"`, "--no-verify");
      await place.stored("HEAD", "Fix it\n", []);
      return one(place);
    },
  },
  {
    name: "empty message aborts",
    run: async (place) => {
      const { repository } = place;
      const before = await repository.head();
      for (const args of [
        ["-m", ""],
        ["-s", "-m", ""],
      ]) {
        assert.equal((await repository.tryGit(["commit", "-q", "--allow-empty", ...args])).status, 1);
      }
      for (const args of [[], ["-s"], ["-v"]]) {
        const outcome = await repository.edit(":", ...args);
        assert.match(outcome.stderr, /Aborting commit/);
        assert.equal(outcome.status, 1);
      }
      assert.equal(await repository.head(), before);
      return { counted: [] };
    },
  },
  {
    name: "commit.template",
    run: async (place) => {
      const { repository } = place;
      const template = path.join(repository.sandbox.folder, "template.txt");
      await fs.writeFile(template, "Area:\n\n# what\n\nWhy:\n");
      return place.configured({ "commit.template": template }, async () => {
        const untouched = await repository.edit(":");
        assert.match(untouched.stderr, /you did not edit the message/);
        await edited(place, `sed -i '1s/$/ core/' "$1"`);
        await place.stored("HEAD", place.join("Area: core\n\nWhy:\n"), place.trailers("Why: "));
        return one(place);
      });
    },
  },
  {
    name: "commit.verbose",
    run: async (place) =>
      place.configured({ "commit.verbose": "true" }, async () => {
        await place.repository.write("verbose.txt", "some\nCase-Id: NO-1\n".repeat(200));
        await place.repository.git("add", "verbose.txt");
        await edited(place, `sed -i '1s/^/Fix it\\n\\nA: b/' "$1"`);
        await place.stored("HEAD", place.join("Fix it\n\nA: b\n"), place.trailers("A: b"));
        return one(place);
      }),
  },
  {
    name: "cleanup=scissors",
    run: async (place) =>
      place.configured({ "commit.cleanup": "scissors" }, async () => {
        await edited(place, `sed -i '1s/^/#5127 is fixed\\n\\n# kept\\nA: b/' "$1"`);
        const { repository } = place;
        const text = await repository.message();
        assert.ok(text.startsWith("#5127 is fixed\n\n# kept\nA: b\n"), text);
        const parsed = await repository.git("log", "-1", "--format=%(trailers:key=Case-Id,valueonly,separator=%x2C)");
        assert.equal(parsed, place.isTagged ? "ACME-1\n" : "\n");
        assert.equal(text, place.join("#5127 is fixed\n\n# kept\nA: b\n"));
        return one(place);
      }),
  },
  {
    name: "core.commentChar",
    run: async (place) =>
      place.configured({ "core.commentChar": ";" }, async () => {
        await edited(place, `sed -i '1s/^/#5127 is fixed\\n\\n; mine\\nA: b/' "$1"`);
        await place.stored("HEAD", place.join("#5127 is fixed\n\nA: b\n"), place.trailers("A: b"));
        return one(place);
      }),
  },
  {
    name: "signed (ssh)",
    missing: () => missing(OPTIONAL.sshKeygen),
    run: async (place) => {
      const { repository } = place;
      const { folder } = repository.sandbox;
      const signed = { "gpg.format": "ssh", "user.signingKey": path.join(folder, "key") };
      const settings = { ...signed, "gpg.ssh.allowedSignersFile": path.join(folder, "signers") };
      return place.configured(settings, async () => {
        await repository.commit("Fix it\n", "-S");
        await repository.git("verify-commit", "HEAD");
        await repository.git("commit", "-q", "--allow-empty", "--amend", "-S", "-m", "Fix it all");
        await place.stored("HEAD", place.tag("Fix it all\n"), place.trailers());
        await repository.git("verify-commit", "HEAD");
        return one(place);
      });
    },
  },
  fromFile("a line ---", "Fix it\n\nabove\n---\nbelow\n", (place) => [
    place.tag("Fix it\n\nabove\n---\nbelow\n"),
    place.trailers(),
  ]),
  fromFile("other trailers", `Fix it\n\nWhy.\n\nCloses:#12\n${SIGNED_OFF}\n and more\n`, (place) => [
    place.join(`Fix it\n\nWhy.\n\nCloses:#12\n${SIGNED_OFF}\n and more\n`),
    place.trailers("Closes: #12", `${SIGNED_OFF} and more`),
  ]),
  {
    name: "a case named by hand",
    run: async (place) => {
      await place.repository.commit(`Fix it\n\ncase-id: ${OTHER}\n`);
      await place.stored("HEAD", `Fix it\n\ncase-id: ${OTHER}\n`, [`case-id: ${OTHER}`]);
      return one(place, OTHER);
    },
  },
  fromFile("CRLF", "Fix it\r\n\r\nAt last.\r\n\r\nA: b\r\n", (place) => [
    place.join("Fix it\n\nAt last.\n\nA: b\n"),
    place.trailers("A: b"),
  ]),
  {
    name: "CRLF, verbatim",
    run: async (place) => {
      await place.repository.commit("Fix it\r\n\r\nAt last.\r\n", "--cleanup=verbatim");
      await place.stored("HEAD", place.tag("Fix it\r\n\r\nAt last.\r\n"), place.trailers());
      return one(place);
    },
  },
  fromFile("5,000 lines", LONG, (place) => [place.tag(LONG), place.trailers()]),
  fromFile("emoji", ODD, (place) => [place.tag(ODD), place.trailers()]),
  {
    name: "no case",
    run: async (place) => {
      await place.pick(undefined);
      await place.repository.commit("Fix it\n");
      await place.stored("HEAD", "Fix it\n", []);
      return one(place, null);
    },
  },
  {
    name: "stash",
    run: async (place) => {
      const { repository } = place;
      await place.commitFile("stashed");
      const before = await repository.head();
      await repository.write("stashed.txt", "more\n");
      await repository.git("stash", "push", "-q", "-m", "for later");
      assert.match(await repository.git("log", "-1", "--format=%B", "stash@{0}"), /^On [^:]*: for later\n+$/);
      await repository.git("stash", "pop", "-q");
      assert.equal(await repository.git("status", "--porcelain"), " M stashed.txt\n");
      await repository.git("commit", "-q", "-a", "-m", "Fix it");
      await place.stored("HEAD", place.tag("Fix it\n"), place.trailers());
      return {
        counted: [
          [before, PICKED],
          [await repository.head(), PICKED],
        ],
      };
    },
  },
];
