import type {
  ApiAccount,
  ApiBillingProvider,
  ApiCase,
  ApiRemoteEntry,
  ApiTimeEntry,
  ApiWriteResult,
} from "../../../../src/ports/api.ts";
import type { Fault, Faults } from "./server.ts";

/** What code that is not ours may do in the place of answering. */
export type Misbehaviour =
  | { readonly kind: "throw"; readonly value: unknown }
  /** The same, from a function that gives no promise. */
  | { readonly kind: "throwAtOnce"; readonly value: unknown }
  | { readonly kind: "give"; readonly value: unknown }
  /** It never answers and does not heed its signal. */
  | { readonly kind: "hang" }
  /** It answers when it is told to stop, that nothing was written. */
  | { readonly kind: "untilStopped" };

/** The functions of another extension, which a test can make go wrong. */
export interface FaultyFunctions extends Faults {
  /** For the next call that writes, or that reads. */
  misbehaveWrite(how: Misbehaviour): void;
  misbehaveRead(how: Misbehaviour): void;
}

interface Step {
  readonly misbehaviour: Misbehaviour;
  /** The entry is stored all the same. */
  readonly isDone: boolean;
}

export const EXTENSION_TOKEN = "other-token-0123456789abcdef";
const ACCOUNT = { id: "acct-9", name: "Erin Engineer" };

const CASES: readonly ApiCase[] = [
  {
    id: "case/7",
    key: "HF-7",
    title: "Importer times out",
    customer: { id: "hf", name: "Harbour Foods Ltd" },
    status: "open",
    url: "https://billing.example/cases/7",
  },
  { id: "case/8", key: "HF-8", title: "Old", customer: { id: "hf", name: "Harbour Foods Ltd" }, status: "closed" },
  {
    id: "case/9",
    key: "TW-9",
    title: "Scanner",
    customer: { id: "tw", name: "Tideway" },
    status: "open",
    url: "command:evil",
  },
];

/** How a billing system that another extension speaks to differs from another one. */
export interface ExtensionTraits {
  /** It gives cases page by page, and says which revision it keeps and what it bills. */
  readonly isThorough: boolean;
}

/** A billing system as another extension registers it, over nothing but memory. */
export class OtherExtension implements ApiBillingProvider, FaultyFunctions {
  readonly id = "harbour.billing";
  readonly label = "Harbour Billing";
  readonly unitSeconds = 60;
  readonly stored = new Map<string, ApiTimeEntry & { readonly id: string }>();
  private readonly traits: ExtensionTraits;
  private writes: (Step | undefined)[] = [];
  private reads: (Step | undefined)[] = [];
  private count = 0;

  constructor(traits: ExtensionTraits) {
    this.traits = traits;
  }

  breakWrites(...faults: readonly (Fault | undefined)[]): void {
    this.writes = faults.map(stepOf);
  }

  breakReads(...faults: readonly (Fault | undefined)[]): void {
    this.reads = faults.map(stepOf);
  }

  misbehaveWrite(misbehaviour: Misbehaviour): void {
    this.writes = [{ misbehaviour, isDone: false }];
  }

  misbehaveRead(misbehaviour: Misbehaviour): void {
    this.reads = [{ misbehaviour, isDone: false }];
  }

  whoAmI({ token }: ApiAccount, signal: AbortSignal): Promise<typeof ACCOUNT> {
    return this.answer(this.reads.shift(), signal, () => {
      if (token !== EXTENSION_TOKEN) throw new Error(`the token ${token} is not known`);
      return ACCOUNT;
    });
  }

  listCases(_: ApiAccount, signal: AbortSignal): AsyncIterable<readonly ApiCase[]> | Promise<readonly ApiCase[]> {
    const step = this.reads.shift();
    if (!this.traits.isThorough) return this.answer(step, signal, () => CASES);
    const page = (index: number): Promise<readonly ApiCase[]> =>
      this.answer(index === 1 ? step : undefined, signal, () => CASES.slice(index, index + 1));
    return (async function* () {
      for (let index = 0; index < CASES.length; index += 1) yield await page(index);
    })();
  }

  push(_: ApiAccount, entry: ApiTimeEntry, signal: AbortSignal): Promise<ApiWriteResult> {
    return this.answer<ApiWriteResult>(this.writes.shift(), signal, () => {
      if (!CASES.some(({ id, status }) => id === entry.caseId && status === "open")) {
        return { kind: "rejected", detail: `There is no open case ${entry.caseId}.` };
      }
      const known = this.stored.get(entry.externalId);
      const id = known?.id ?? `b-${(this.count += 1)}`;
      this.stored.set(entry.externalId, { ...entry, id });
      return { kind: "written", id, ...(this.traits.isThorough ? { billedSeconds: entry.billedSeconds } : {}) };
    });
  }

  find(_: ApiAccount, externalId: string, signal: AbortSignal): Promise<readonly ApiRemoteEntry[]> {
    return this.answer(this.reads.shift(), signal, () =>
      // As a search does that matches a part of a word.
      [...this.stored.values()].filter((one) => one.externalId.includes(externalId)).map((one) => this.remoteOf(one)),
    );
  }

  listEntries(_: ApiAccount, from: string, to: string, signal: AbortSignal) {
    return this.answer(this.reads.shift(), signal, () =>
      [...this.stored.values()]
        .filter(({ date }) => date >= from && date <= to)
        .map((one) => ({
          ...this.remoteOf(one),
          date: one.date,
          caseId: one.caseId,
          billedSeconds: one.billedSeconds,
          description: one.description,
        })),
    );
  }

  private remoteOf({
    id,
    externalId,
    revision,
    billedSeconds,
  }: ApiTimeEntry & { readonly id: string }): ApiRemoteEntry {
    return { id, externalId, ...(this.traits.isThorough ? { revision, billedSeconds } : {}) };
  }

  private answer<T>(step: Step | undefined, signal: AbortSignal, work: () => T): Promise<T> {
    if (step === undefined) return Promise.resolve().then(work);
    if (step.isDone) work();
    const { misbehaviour } = step;
    switch (misbehaviour.kind) {
      case "throwAtOnce":
        throw misbehaviour.value;
      case "throw":
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- others reject with anything
        return Promise.reject(misbehaviour.value);
      case "give":
        return Promise.resolve(misbehaviour.value as T);
      case "hang":
        return new Promise(() => undefined);
      case "untilStopped":
        return new Promise((resolve) => {
          const stopped: ApiWriteResult = { kind: "retryLater", detail: "stopped in time" };
          signal.addEventListener("abort", () => {
            resolve(stopped as T);
          });
        });
    }
  }
}

/** What a fault of a server is like in functions. */
function stepOf(fault: Fault | undefined): Step | undefined {
  switch (fault?.kind) {
    case undefined:
      return undefined;
    case "loseAnswer":
      return { misbehaviour: { kind: "throw", value: new Error("socket hang up") }, isDone: true };
    case "reset":
      return { misbehaviour: { kind: "throw", value: new Error("ECONNRESET") }, isDone: false };
    case "answer":
      return { misbehaviour: { kind: "give", value: fault.reply.body ?? fault.reply.text }, isDone: false };
  }
}
