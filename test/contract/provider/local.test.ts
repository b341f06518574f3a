import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { conformance } from "./conformance.ts";
import { folderUnderTest } from "./folderUnderTest.ts";

const CAN = { unitSeconds: 1, correction: "replace", isPerSpan: false, over: "folder" } as const;

conformance("files in a folder", CAN, () =>
  Promise.resolve(folderUnderTest(fs.mkdtempSync(path.join(os.tmpdir(), "caseclock bills-")))),
);
