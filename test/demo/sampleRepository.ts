import fs from "node:fs";
import { commitFiles, git, initRepository } from "../host/lib/repository.ts";
import { DAY_MS } from "../../src/base/time.ts";

/** Branch the sample repository is left on; the case is in its name. */
export const CASE_BRANCH = "fix/ACME-1234-import-timeout";

/** A file of the sample repository that invites an edit. */
export const SAMPLE_FILE = "importer/fetch.py";

type Files = Readonly<Record<string, string>>;

interface Step {
  readonly daysAgo: number;
  /** Local time of the day, `HH:MM`. */
  readonly time: string;
  readonly message: string;
  /** Branch to start here. */
  readonly branch?: string;
  /** The files the commit changes, from those it finds. */
  readonly change: (files: Files) => Files;
}

/**
 * Makes a small repository that could be a customer's: an importer with a dozen commits over the last three weeks, on
 * `main` and on two branches for cases. Does nothing if the folder has one already.
 * @param now the end of its history
 */
export async function makeSampleRepository(folder: string, now: Date): Promise<void> {
  if (fs.existsSync(`${folder}/.git`)) return;
  await initRepository(folder);
  let files: Files = {};
  for (const { daysAgo, time, message, branch, change } of HISTORY) {
    if (branch !== undefined) await git(folder, ["switch", "-q", "-c", branch]);
    const changed = change(files);
    files = { ...files, ...changed };
    const day = new Date(now.getTime() - daysAgo * DAY_MS);
    const [hour = 0, minute = 0] = time.split(":").map(Number);
    day.setHours(hour, minute, 0, 0);
    await commitFiles(folder, message, changed, day.toISOString());
  }
  // A second case, begun from main and left alone.
  await git(folder, ["switch", "-q", "main"]);
  await git(folder, ["branch", "feature/ACME-1240-label-feed"]);
  await git(folder, ["switch", "-q", CASE_BRANCH]);
}

function append(name: string, text: string): (files: Files) => Files {
  return (files) => ({ [name]: `${files[name] ?? ""}${text}` });
}

function replace(name: string, from: string, to: string): (files: Files) => Files {
  return (files) => {
    const text = files[name] ?? "";
    if (!text.includes(from)) throw new Error(`the sample's ${name} has no “${from}”`);
    return { [name]: text.replace(from, to) };
  };
}

const HISTORY: readonly Step[] = [
  {
    daysAgo: 21,
    time: "09:12",
    message: "Start the parcel importer",
    change: () => ({
      "README.md": "# Parcel importer\n\nReads the carrier's nightly file and stores its parcels.\n",
      "importer/__init__.py": "",
      "importer/parcel.py":
        "from dataclasses import dataclass\n\n\n@dataclass(frozen=True)\nclass Parcel:\n    number: str\n    weight_grams: int\n    depot: str\n",
    }),
  },
  {
    daysAgo: 21,
    time: "11:40",
    message: "Read parcels from the carrier's CSV",
    change: append(
      "importer/reader.py",
      'import csv\n\nfrom .parcel import Parcel\n\n\ndef read_parcels(lines):\n    for row in csv.DictReader(lines, delimiter=";"):\n        yield Parcel(row["number"], int(row["weight"]), row["depot"])\n',
    ),
  },
  {
    daysAgo: 20,
    time: "10:05",
    message: "Test the reader with a file of the pilot depot",
    change: append(
      "tests/test_reader.py",
      'from importer.reader import read_parcels\n\nPILOT = ["number;weight;depot", "1Z77;1200;Linz"]\n\n\ndef test_reads_a_row():\n    assert [p.number for p in read_parcels(PILOT)] == ["1Z77"]\n',
    ),
  },
  {
    daysAgo: 18,
    time: "14:31",
    message: "Fetch the file from the carrier's server",
    change: append(
      SAMPLE_FILE,
      'from urllib.request import urlopen\n\nURL = "https://files.carrier.example/parcels.csv"\n\n\ndef fetch():\n    with urlopen(URL, timeout=30) as response:\n        return response.read().decode("utf-8").splitlines()\n',
    ),
  },
  {
    daysAgo: 17,
    time: "09:48",
    message: "Store parcels in one transaction",
    change: append(
      "importer/store.py",
      'import sqlite3\n\n\ndef store(path, parcels):\n    with sqlite3.connect(path) as db:\n        db.executemany(\n            "insert or replace into parcel values (?, ?, ?)",\n            [(p.number, p.weight_grams, p.depot) for p in parcels],\n        )\n',
    ),
  },
  {
    daysAgo: 14,
    time: "16:20",
    message: "Run the import from the command line",
    change: append(
      "importer/__main__.py",
      "import sys\n\nfrom .fetch import fetch\nfrom .reader import read_parcels\nfrom .store import store\n\nstore(sys.argv[1], read_parcels(fetch()))\n",
    ),
  },
  {
    daysAgo: 13,
    time: "10:57",
    message: "Skip rows without a parcel number",
    change: replace(
      "importer/reader.py",
      "        yield Parcel",
      '        if not row["number"]:\n            continue\n        yield Parcel',
    ),
  },
  {
    daysAgo: 10,
    time: "11:15",
    message: "Say how to run it",
    change: append("README.md", "\n## Use\n\n    python -m importer parcels.sqlite\n"),
  },
  {
    daysAgo: 7,
    time: "15:02",
    message: "Take weights with a decimal comma",
    change: replace("importer/reader.py", 'int(row["weight"])', 'round(float(row["weight"].replace(",", ".")))'),
  },
  {
    daysAgo: 6,
    time: "09:33",
    message: "Test rows without a number",
    change: append(
      "tests/test_reader.py",
      '\n\ndef test_skips_rows_without_a_number():\n    assert list(read_parcels(PILOT[:1] + [";5;Linz"])) == []\n',
    ),
  },
  {
    daysAgo: 2,
    time: "13:26",
    branch: CASE_BRANCH,
    message: "Log how long the carrier's server takes",
    change: replace(
      SAMPLE_FILE,
      "    with urlopen(URL, timeout=30) as response:\n        return",
      '    started = monotonic()\n    with urlopen(URL, timeout=30) as response:\n        log.info("answered after %.1f s", monotonic() - started)\n        return',
    ),
  },
  {
    daysAgo: 1,
    time: "17:08",
    message: "Import what the log line needs",
    change: replace(
      SAMPLE_FILE,
      "from urllib.request import urlopen\n",
      "import logging\nfrom time import monotonic\nfrom urllib.request import urlopen\n\nlog = logging.getLogger(__name__)\n",
    ),
  },
];
