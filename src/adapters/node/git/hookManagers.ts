import path from "node:path";
import type { HookManager, HookSnippet } from "../../../ports/git.ts";
import { HOOK_EVENTS, scriptCall, SCRIPT_FILE } from "./gitHookScript.ts";

const COMMENT = "# Caseclock: names the current case in the message. Does nothing where Caseclock is not in use.";

/** The folder of husky's own files, below its hooks folder. @source husky 9 `index.js` */
const HUSKY_FOLDER = "_";

/**
 * Finds the hook manager that owns the hooks in our way.
 * @param place `core.hooksPath`, or a hook file
 * @param text what the hook file says; undefined for a folder
 */
export function findManager(place: string, text: string | undefined): HookManager {
  if (text === undefined) return path.basename(place) === HUSKY_FOLDER ? "husky" : "own";
  if (/\blefthook\b/.test(text)) return "lefthook";
  if (/pre-commit\.com|\bpre_commit\b/.test(text)) return "pre-commit";
  return "own";
}

/**
 * What a person adds to the manager's files so that it runs our script. It does nothing for others who share the file.
 * @param place `core.hooksPath` (a folder) or a hook file, relative to the work tree or absolute
 * @source husky 9, lefthook 2 and pre-commit 3: tried with each, see `test/git`
 */
export function makeSnippets(manager: HookManager, place: string, isFolder: boolean): readonly HookSnippet[] {
  switch (manager) {
    case "husky":
      return HOOK_EVENTS.map((event) => ({
        file: path.posix.join(path.dirname(place).replaceAll("\\", "/"), event),
        text: `${COMMENT}\n${scriptCall(event)}\n`,
        then: undefined,
      }));
    case "lefthook": {
      const hooks = HOOK_EVENTS.map(
        (event) =>
          `${event}:\n  commands:\n    caseclock:\n      run: |\n        ${COMMENT}\n        set -- "{1}" "{2}"\n        ${scriptCall(event)}\n`,
      );
      return [{ file: "lefthook-local.yml", text: hooks.join(""), then: "lefthook install" }];
    }
    case "pre-commit": {
      const hooks = HOOK_EVENTS.map((event) => {
        // The message's source comes in a variable here, not as an argument.
        const args = event === "prepare-commit-msg" ? '"$1" "$PRE_COMMIT_COMMIT_MSG_SOURCE"' : '"$1"';
        return [
          `      - id: caseclock-${event}`,
          `        name: Caseclock`,
          `        language: system`,
          `        entry: sh -c '${scriptCall(event, args)}' --`,
          `        stages: [${event}]`,
          `        always_run: true`,
          ``,
        ].join("\n");
      });
      const types = HOOK_EVENTS.map((event) => `--hook-type ${event}`).join(" ");
      return [
        {
          file: ".pre-commit-config.yaml",
          text: `  ${COMMENT}\n  - repo: local\n    hooks:\n${hooks.join("")}`,
          then: `pre-commit install ${types}`,
        },
      ];
    }
    case "own":
      return HOOK_EVENTS.map((event) => ({
        file: isFolder ? path.posix.join(place, event) : path.join(path.dirname(place), event),
        text: `${COMMENT}\n${scriptCall(event)}\n`,
        then: undefined,
      }));
  }
}

/** Whether a file of the manager runs our script. */
export function runsScript(text: string): boolean {
  return text.includes(`/${SCRIPT_FILE}`);
}
