/** Case sources beside the billing system: a chunk of its own, because most windows need none. */
export { CaseFile } from "./caseFile.ts";
export { RegisteredSource } from "./registeredSource.ts";
