import { validateSchema } from "../support/openapi.ts";
import { parseRules, type Misbehaviour } from "./misbehaviour.ts";
import type { BillingCase } from "./model.ts";
import { jsonAnswer, NO_CONTENT, problem, problemAnswer, type Answer } from "./problems.ts";
import { entryText, type Store } from "./store.ts";

/** What tests in other processes steer the endpoint with. It is no part of the API. */
export class Control {
  readonly #store: Store;
  readonly #misbehaviour: Misbehaviour;

  constructor(store: Store, misbehaviour: Misbehaviour) {
    this.#store = store;
    this.#misbehaviour = misbehaviour;
  }

  /**
   * `GET` `POST` `DELETE /misbehave` (rules in force; replace them; drop them and release) · `POST /release` ·
   * `GET /entries` (all, with `receivedAt`) · `GET /cases` · `PUT` `PATCH /cases/{id}` (a whole case; some members of one).
   * @param path below `/control`
   */
  answer(method: string, path: string, body: Buffer): Answer {
    switch (`${method} ${path}`) {
      case "GET /misbehave":
        return json({ rules: this.#misbehaviour.rules, held: this.#misbehaviour.held });
      case "POST /misbehave": {
        const rules = parseRules(parse(body));
        if (typeof rules === "string") return refuse(rules);
        this.#misbehaviour.set(rules);
        return NO_CONTENT;
      }
      case "DELETE /misbehave":
        this.#misbehaviour.set([]);
        this.#misbehaviour.release();
        return NO_CONTENT;
      case "POST /release":
        this.#misbehaviour.release();
        return NO_CONTENT;
      case "GET /entries":
        return json({
          items: this.#store.allEntries().map(({ seq, body: text, receivedMs }) => ({
            ...(JSON.parse(entryText(seq, text)) as object),
            receivedAt: new Date(receivedMs).toISOString(),
          })),
        });
      case "GET /cases":
        return json({ items: this.#store.cases() });
      default:
        return this.#changeCase(method, path, body);
    }
  }

  /** Changes members of a case; `undefined` when there is none with that id. @throws Error when the outcome is no case */
  patchCase(id: string, change: Partial<BillingCase>): BillingCase | undefined {
    const current = this.#store.case(id);
    return current && this.putCase({ ...current, ...change, id });
  }

  /** Adds or replaces a case. @throws Error when it is not one */
  putCase(value: BillingCase): BillingCase {
    const violations = validateSchema("Case", value);
    if (violations.length > 0) throw new Error(violations.join("; "));
    this.#store.putCase(value);
    return value;
  }

  #changeCase(method: string, path: string, body: Buffer): Answer {
    const id = /^\/cases\/([^/]+)$/.exec(path)?.[1];
    if (id === undefined || (method !== "PUT" && method !== "PATCH")) return problemAnswer(problem("not-found"));
    try {
      const change = parse(body) as Partial<BillingCase>;
      const changed =
        method === "PUT"
          ? this.putCase({ ...change, id: decodeURIComponent(id) } as BillingCase)
          : this.patchCase(decodeURIComponent(id), change);
      return changed === undefined ? problemAnswer(problem("not-found")) : json(changed);
    } catch (error) {
      return refuse(error instanceof Error ? error.message : String(error));
    }
  }
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    // What is no JSON is refused like any other value that is neither rules nor a case.
    return undefined;
  }
}

function json(value: unknown): Answer {
  return jsonAnswer(200, JSON.stringify(value));
}

function refuse(detail: string): Answer {
  return problemAnswer(problem("validation", detail));
}
