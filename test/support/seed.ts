import fc from "fast-check";
import { expect } from "vitest";

/**
 * One seed for all properties of a file, printed before they run, so that a run can be repeated to the letter:
 * `CASECLOCK_SEED=… npx vitest run FILE`.
 */
const seed = Number(process.env["CASECLOCK_SEED"] ?? Date.now() % 0x7fffffff);
fc.configureGlobal({ seed });
const file = expect.getState().testPath ?? "";

if (file.includes("/property/")) console.log(`seed ${seed}`);
