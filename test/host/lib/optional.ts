import fs from "node:fs";
import path from "node:path";
import { ROOT } from "./paths.ts";

/** Something of the system that some tests need. Where it is not installed they are skipped; no test installs anything. */
export interface Optional {
  readonly name: string;
  /** Parts of `npm test` with tests that need it. */
  readonly parts: readonly string[];
  /** What these tests look at. */
  readonly tests: string;
  /** One line for a shell on Debian or Ubuntu. */
  readonly install: string;
  /** It is there where each of these is: a program of PATH, or a file. */
  readonly needs: readonly string[];
  /** Other places for what it needs. */
  readonly orElse?: readonly (readonly string[])[];
}

const aPackage = (name: string): string => `sudo apt-get install ${name}`;
const aScript = (name: string): string => `sudo bash ${path.relative(process.cwd(), path.join(ROOT, name))} install`;

const libfaketime = (folder: string): string => `/usr/${folder}/faketime/libfaketime.so.1`;

export const OPTIONAL = {
  sshKeygen: {
    name: "ssh-keygen",
    parts: ["unit", "git"],
    tests: "signed commits",
    install: aPackage("openssh-client"),
    needs: ["ssh-keygen"],
  },
  busybox: {
    name: "busybox",
    parts: ["unit"],
    tests: "the hook in its shell",
    install: aPackage("busybox"),
    needs: ["busybox"],
  },
  hledger: {
    name: "hledger",
    parts: ["unit"],
    tests: "whether it reads the exported timeclock",
    install: aPackage("hledger"),
    needs: ["hledger"],
  },
  ledger: {
    name: "ledger",
    parts: ["unit"],
    tests: "whether it reads the exported timeclock",
    install: aPackage("ledger"),
    needs: ["ledger"],
  },
  preCommit: {
    name: "pre-commit",
    parts: ["git"],
    tests: "tagging beside its hooks",
    install: aPackage("pre-commit"),
    needs: ["pre-commit"],
  },
  libfaketime: {
    name: "libfaketime",
    parts: ["e2e"],
    tests: "a clock that jumps under the extension host",
    install: aPackage("libfaketime"),
    needs: [libfaketime("lib/x86_64-linux-gnu")],
    orElse: [[libfaketime("lib/aarch64-linux-gnu")], [libfaketime("lib64")]], // Fedora's is the last one
  },
  redmine: {
    name: "Redmine",
    parts: ["systems", "e2e"],
    tests: "what the adapter relies on in it, and the main job with it",
    install: aScript("test/systems/redmine.sh"),
    needs: ["/usr/share/redmine/config.ru", "/usr/bin/puma"],
  },
  requestTracker: {
    name: "Request Tracker",
    parts: ["systems"],
    tests: "what the adapter relies on in it",
    install: aScript("test/systems/rt.sh"),
    needs: ["/usr/share/request-tracker5/libexec/rt-server", "/usr/sbin/rt-setup-database-5", "/usr/bin/sqlite3"],
  },
} as const satisfies Readonly<Record<string, Optional>>;

/** The files that it needs; undefined where it is not installed. */
export function filesOf({ needs, orElse = [] }: Optional): readonly string[] | undefined {
  for (const all of [needs, ...orElse]) {
    const found = all.map(fileOf).filter((file) => file !== undefined);
    if (found.length === all.length) return found;
  }
  return undefined;
}

/** Why tests that need it are skipped, with the line that installs it; undefined where it is installed. */
export function missing(one: Optional): string | undefined {
  return filesOf(one) === undefined ? `${one.name} is not installed: ${one.install}` : undefined;
}

function fileOf(need: string): string | undefined {
  if (path.isAbsolute(need)) return fs.existsSync(need) ? need : undefined;
  const folders = (process.env["PATH"] ?? "").split(path.delimiter).filter((folder) => path.isAbsolute(folder));
  return folders.map((folder) => path.join(folder, need)).find((file) => fs.existsSync(file));
}
