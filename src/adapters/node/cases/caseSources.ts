/** Sources of cases beside the billing system: a chunk of its own, for most windows need none. */
export { CaseFile } from "./caseFile.ts";
export { RegisteredSource } from "./registeredSource.ts";
