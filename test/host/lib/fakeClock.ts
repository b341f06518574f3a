import fs from "node:fs";
import path from "node:path";
import { temporaryFolder } from "./processes.ts";

/** A clock that only the extension hosts of a server see. */
export interface FakeClock {
  /** For the server: a program it has to start in place of Node, which gives extension hosts this clock. */
  readonly program: (node: string) => string;
  /** Sets it to the machine's clock plus `ms`; noticed at the next look at it. */
  readonly set: (ms: number) => void;
  readonly remove: () => void;
}

/**
 * A clock for extension hosts, by libfaketime. VS Code takes LD_PRELOAD from the environment of an extension host, so it is
 * set by the program that becomes its Node. The monotonic clock, timers, and the programs it starts (git) stay as they are.
 * @param library the file of OPTIONAL.libfaketime
 */
export function fakeClock(library: string): FakeClock {
  const folder = temporaryFolder("clock");
  const offset = path.join(folder.path, "offset");
  const set = (ms: number): void => {
    const next = `${offset}.next`; // a half-written file would be another time
    fs.writeFileSync(next, `${ms < 0 ? "-" : "+"}${Math.abs(ms) / 1000}\n`);
    fs.renameSync(next, offset);
  };
  set(0);
  return {
    program: (node) => {
      const file = path.join(folder.path, "node");
      const variables = [
        `LD_PRELOAD='${library}'`,
        `FAKETIME_TIMESTAMP_FILE='${offset}'`,
        "FAKETIME_NO_CACHE=1",
        "FAKETIME_DONT_FAKE_MONOTONIC=1",
        "FAKETIME_ONLY_CMDS=node",
      ];
      const script = [
        "#!/bin/sh",
        `case "$*" in *--type=extensionHost*) export ${variables.join(" ")} ;; esac`,
        `exec '${node}' "$@"`,
      ];
      fs.writeFileSync(file, `${script.join("\n")}\n`, { mode: 0o700 });
      return file;
    },
    set,
    remove: () => {
      folder.remove();
    },
  };
}
