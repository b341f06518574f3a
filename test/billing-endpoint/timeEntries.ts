import { schemaIssues } from "../support/openapi.ts";
import type { TimeEntryInput } from "./model.ts";
import { problem, problemAt, type Problem, type ProblemDetail } from "./problems.ts";
import { canonicalJson, entryId, entryText, fingerprint, type Store } from "./store.ts";

/** How a write ended. `text` is the entry as it is answered. */
export type Outcome =
  | {
      readonly stored: true;
      readonly status: 200 | 201;
      readonly id: string;
      readonly text: string;
      readonly replayed: boolean;
    }
  | { readonly stored: false; readonly problem: Problem };

/** One element of a batch's `results`. */
export interface ItemResult {
  readonly externalId: string;
  readonly status: number;
  readonly id?: string;
  readonly problem?: Problem;
}

const knownZones = new Map<string, boolean>();

function isZone(name: string): boolean {
  let known = knownZones.get(name);
  if (known === undefined) {
    try {
      new Intl.DateTimeFormat("en", { timeZone: name });
      known = true;
    } catch {
      // A RangeError is how Intl says that it does not know the zone.
      known = false;
    }
    knownZones.set(name, known);
  }
  return known;
}

/** What no schema can say: instants in order, amounts that add up, a zone that exists. */
function amountIssues(entry: TimeEntryInput): ProblemDetail[] {
  const issues: ProblemDetail[] = [];
  if (entry.start !== undefined && entry.end !== undefined && Date.parse(entry.end) < Date.parse(entry.start)) {
    issues.push({ detail: "must not be before start", pointer: "#/end" });
  }
  if (!isZone(entry.timeZone)) issues.push({ detail: "must be an IANA zone", pointer: "#/timeZone" });
  const worked = entry.observedSeconds + entry.bridgedSeconds + entry.declaredSeconds;
  const least = worked - entry.writtenDownSeconds;
  if (entry.billableSeconds < least || entry.billableSeconds > least + entry.agentSeconds) {
    issues.push({
      detail: `must be ${least}, worked less written down, plus at most the agent seconds`,
      pointer: "#/billableSeconds",
    });
  }
  return issues;
}

/** The entry in `body`, or the problem with it. @param schema which of the document's schemas it must keep */
export function parseEntry(body: unknown, schema: "NewTimeEntry" | "TimeEntryInput"): TimeEntryInput | Problem {
  const shape = schemaIssues(schema, body);
  const issues = shape.length > 0 ? shape : amountIssues(body as TimeEntryInput);
  return issues.length > 0 ? problem("validation", undefined, issues) : (body as TimeEntryInput);
}

/** Whether `parseEntry` found a problem. */
export function isProblem(value: TimeEntryInput | Problem): value is Problem {
  return !("externalId" in value);
}

/** The rules of storing: each external id once, later revisions over earlier ones, only on cases that take entries. */
export class TimeEntries {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Stores a first revision, or repeats what was answered to the same payload before. */
  create(entry: TimeEntryInput): Outcome {
    const body = canonicalJson(entry);
    const first = this.#store.firstUse(entry.externalId);
    if (first !== undefined) {
      if (first.fingerprint === fingerprint(body)) return stored(201, first.seq, body, true);
      return refused(problemAt("#/externalId", "idempotency-key-reused", "Another payload was stored under this key."));
    }
    const refusal = this.#refusal(entry, undefined);
    if (refusal !== undefined) return refused(refusal);
    return stored(201, this.#store.insert(entry, body), body, false);
  }

  /** Creates an entry or replaces it by the same or a later revision. */
  replace(entry: TimeEntryInput): Outcome {
    const current = this.#store.entry(entry.externalId);
    if (current !== undefined && entry.revision < current.revision) {
      return refused(
        problemAt("#/revision", "stale-revision", `Revision ${current.revision} is stored, ${entry.revision} came.`),
      );
    }
    const refusal = this.#refusal(entry, current?.caseId);
    if (refusal !== undefined) return refused(refusal);
    const body = canonicalJson(entry);
    if (current === undefined) return stored(201, this.#store.insert(entry, body), body, false);
    this.#store.update(entry, body);
    return stored(200, current.seq, body, false);
  }

  /** One item of a batch: revision 1 as by POST, a later one as by PUT. */
  item(body: unknown, externalId: string): ItemResult {
    const entry = parseEntry(body, "TimeEntryInput");
    if (isProblem(entry)) return { externalId, status: entry.status, problem: entry };
    const outcome = entry.revision === 1 ? this.create(entry) : this.replace(entry);
    if (!outcome.stored) return { externalId, status: outcome.problem.status, problem: outcome.problem };
    return { externalId, status: outcome.replayed ? 200 : outcome.status, id: outcome.id };
  }

  /** @param onCase the case that the entry is stored on already */
  #refusal(entry: TimeEntryInput, onCase: string | undefined): Problem | undefined {
    const found = this.#store.case(entry.caseId);
    if (found === undefined) return problemAt("#/caseId", "unknown-case", `There is no case ${entry.caseId}.`);
    if (found.status === "closed" && entry.caseId !== onCase) {
      return problemAt("#/caseId", "case-closed", `${found.key} is closed.`);
    }
    const { activityId } = entry;
    if (activityId !== undefined && !found.activities?.some(({ id }) => id === activityId)) {
      return problemAt("#/activityId", "unknown-activity", `${found.key} has no activity ${activityId}.`);
    }
    return undefined;
  }
}

function stored(status: 200 | 201, seq: number, body: string, replayed: boolean): Outcome {
  return { stored: true, status, id: entryId(seq), text: entryText(seq, body), replayed };
}

function refused(value: Problem): Outcome {
  return { stored: false, problem: value };
}
