import type * as v from "valibot";
import { CaseclockError } from "../../../../domain/errors.ts";
import type { WriteResult } from "../../../../ports/billingProvider.ts";
import type { HttpRequest, HttpTransport, TransportOptions } from "./httpTransport.ts";
import {
  toErrorCode,
  interpretWrite,
  readServerProblem,
  toReadFailure,
  unreadable,
  type HttpAnswer,
  type ProblemReader,
} from "./httpOutcome.ts";
import { parseAnswer } from "./restSchemas.ts";

/**
 * The outcome of a write whose preparation failed: nothing of it was sent.
 * @throws the error itself when it is not a `billing.*` one
 */
export function toNotSentResult(error: unknown): WriteResult {
  if (!CaseclockError.is(error)) throw error;
  const kind = error.code.replace("billing.", "");
  const stop = CaseclockError.is(error, "billing.auth", "billing.offline");
  return { kind: "retryLater", problem: { kind, detail: error.message }, stop };
}

/** Requests to one billing system, with that system's own messages for errors. */
export class SystemHttp {
  readonly http: HttpTransport;
  private readonly problemIn: ProblemReader;

  constructor(http: HttpTransport, problemIn: ProblemReader = readServerProblem) {
    this.http = http;
    this.problemIn = problemIn;
  }

  /** Reads and validates. @throws CaseclockError `billing.*` */
  async read<S extends v.GenericSchema>(
    request: string | HttpRequest,
    schema: S,
    signal: AbortSignal,
  ): Promise<v.InferOutput<S>> {
    const answer = await this.readAnswer(request, signal);
    return this.parsed(answer, schema);
  }

  /** As `read`; undefined where there is no such thing. @throws CaseclockError `billing.*` */
  async readIfThere<S extends v.GenericSchema>(
    request: string | HttpRequest,
    schema: S,
    signal: AbortSignal,
  ): Promise<v.InferOutput<S> | undefined> {
    const answer = await this.readAnswer(request, signal);
    return answer.status === 404 ? undefined : this.parsed(answer, schema);
  }

  /** The answer, whatever its status. @throws CaseclockError `billing.*` when there is none */
  async readAnswer(request: string | HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
    const result = await this.http.send(
      typeof request === "string" ? { method: "GET", path: request } : request,
      signal,
    );
    if (result.kind === "answer") return result;
    const { code, detail } = toReadFailure(result, this.http);
    throw new CaseclockError(code, detail);
  }

  /** @param success reads an answer with status 2xx; undefined if it does not confirm that the entry is stored */
  async write(
    request: HttpRequest,
    signal: AbortSignal,
    success: (answer: HttpAnswer) => WriteResult | undefined,
  ): Promise<WriteResult> {
    return interpretWrite(await this.http.send(request, signal), this.http, this.problemIn, success);
  }

  private parsed<S extends v.GenericSchema>(answer: HttpAnswer, schema: S): v.InferOutput<S> {
    if (answer.status < 200 || answer.status >= 300) {
      throw new CaseclockError(toErrorCode(answer.status), this.problemIn(answer, this.http).detail);
    }
    const parsed = parseAnswer(schema, answer.body);
    if (parsed === undefined) throw new CaseclockError("billing.protocol", unreadable(answer, this.http).detail);
    return parsed;
  }
}

/** A separate service that belongs to a system. */
export interface OtherAddress {
  readonly url: string;
  readonly authorize: NonNullable<TransportOptions["authorize"]>;
}

export type OtherServices = Readonly<Record<string, SystemHttp>>;
