import { t } from "../../../base/text.ts";
import { isRecord } from "../../../base/json.ts";
import type { Event } from "../../../base/emitter.ts";
import type { Case } from "../../../domain/cases/case.ts";
import { CaseclockError, toErrorMessage } from "../../../domain/errors.ts";
import type { ApiCaseSource } from "../../../ports/api.ts";
import type { CaseSource } from "../../../ports/caseSource.ts";
import { readCases } from "./caseReader.ts";

/** A source of another extension. Everything it returns is checked: it is not our code. */
export class RegisteredSource implements CaseSource {
  readonly id: string;
  readonly label: string;
  readonly onDidChange?: Event<void>;
  problem: string | undefined;
  private readonly source: ApiCaseSource;

  constructor(source: ApiCaseSource) {
    this.source = source;
    this.id = source.id.toLowerCase();
    this.label = source.label;
    const { onDidChange } = source;
    if (onDidChange !== undefined) {
      this.onDidChange = (listener) =>
        onDidChange(() => {
          listener();
        });
    }
  }

  /** @throws CaseclockError `cases.sourceFailed` with what the source has thrown */
  async *listCases(signal: AbortSignal): AsyncGenerator<readonly Case[]> {
    const problems: string[] = [];
    const seen = new Set<string>();
    this.problem = undefined;
    try {
      for await (const page of pagesOf(this.source.listCases(signal))) {
        if (!Array.isArray(page)) throw new Error(t("it returned something that is not a list of cases"));
        yield readCases(page, this.id, seen, problems);
      }
    } catch (error) {
      throw new CaseclockError("cases.sourceFailed", toErrorMessage(error), { cause: error });
    }
    this.problem = problems.length === 0 ? undefined : t("left out {0}", problems.slice(0, 3).join("; "));
  }
}

async function* pagesOf(given: unknown): AsyncGenerator {
  if (isRecord(given) && Symbol.asyncIterator in given) yield* given as AsyncIterable<unknown>;
  else yield await given;
}
