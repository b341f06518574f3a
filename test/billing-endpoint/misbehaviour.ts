import * as v from "valibot";

const RULE = v.strictObject({
  /** Which requests: all, unless a method or a path below the base URL says less. A path may end in `*`. */
  match: v.optional(v.strictObject({ method: v.optional(v.string()), path: v.optional(v.string()) })),
  /** Matching requests that pass before the rule begins. */
  skip: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
  /** How many requests it is for; 1 unless given. */
  times: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
  kind: v.picklist([
    /** Waits for `milliseconds` or `release`, whatever comes first, then serves. */
    "delay",
    /** Waits for `release`, then serves. */
    "hold",
    /** Serves, and withholds the answer until `release`. */
    "holdAnswer",
    /** Resets the connection; nothing is stored. */
    "reset",
    /** Serves, then resets the connection in place of the answer. */
    "dropAnswerAfterStoring",
    "status401",
    /** As a server of an earlier version does with a path that it has not. */
    "status404",
    "status429",
    "status500",
    "status503",
    /** Serves, and answers 500 all the same. */
    "status500AfterStoring",
    /** Serves, and answers with text that is no JSON. */
    "malformedJson",
    /** Serves, and ends the connection in the middle of the body. */
    "truncatedBody",
    /** Answers 200 with a web page, as a proxy's login page does; nothing is stored. */
    "htmlPage",
    /** Answers 307 to `location`; nothing is stored. */
    "redirect",
    /** Closes the case `caseId`, then serves. */
    "closeCase",
  ]),
  milliseconds: v.optional(v.pipe(v.number(), v.minValue(0))),
  /** Value of `Retry-After`: seconds or an HTTP date. `status429` has 1 unless given, `status503` none. */
  retryAfter: v.optional(v.union([v.number(), v.string()])),
  location: v.optional(v.string()),
  caseId: v.optional(v.string()),
});

/** One way to misbehave. The first rule that matches a request is used, and used up. */
export type Rule = v.InferInput<typeof RULE>;

const RULES = v.array(RULE);

/** The rules in a control request's body, or what is wrong with it. */
export function parseRules(value: unknown): readonly Rule[] | string {
  const result = v.safeParse(RULES, value);
  return result.success ? result.output : result.issues.map(({ message }) => message).join(" ");
}

interface ActiveRule {
  readonly rule: Rule;
  skip: number;
  left: number;
}

function matches({ match }: Rule, method: string, path: string): boolean {
  if (match?.method !== undefined && match.method.toUpperCase() !== method) return false;
  if (match?.path === undefined) return true;
  return match.path.endsWith("*") ? path.startsWith(match.path.slice(0, -1)) : path === match.path;
}

/** The rules in force, and the requests that they hold back. */
export class Misbehaviour {
  #rules: ActiveRule[] = [];
  #held: (() => void)[] = [];
  readonly #watchers = new Set<() => void>();

  /** Puts `rules` in the place of those in force. Requests that are held stay so. */
  set(rules: readonly Rule[]): void {
    this.#rules = rules.map((rule) => ({ rule, skip: rule.skip ?? 0, left: rule.times ?? 1 }));
  }

  /** Rules that are not used up. */
  get rules(): readonly Rule[] {
    return this.#rules.map(({ rule, skip, left }) => ({ ...rule, skip, times: left }));
  }

  /** Requests that are held now. */
  get held(): number {
    return this.#held.length;
  }

  /** The rule for a request, used up by one. */
  take(method: string, path: string): Rule | undefined {
    for (const active of this.#rules) {
      if (!matches(active.rule, method, path)) continue;
      if (active.skip > 0) {
        active.skip -= 1;
        continue;
      }
      active.left -= 1;
      if (active.left === 0) this.#rules = this.#rules.filter((other) => other !== active);
      return active.rule;
    }
    return undefined;
  }

  /** Ends with the next `release`, or after `milliseconds` if given. */
  hold(milliseconds?: number): Promise<void> {
    return new Promise((resolve) => {
      const go = (): void => {
        clearTimeout(timer);
        this.#held = this.#held.filter((other) => other !== go);
        resolve();
      };
      const timer = milliseconds === undefined ? undefined : setTimeout(go, milliseconds);
      this.#held.push(go);
      for (const watcher of [...this.#watchers]) watcher();
    });
  }

  /** Lets go all requests that are held. */
  release(): void {
    for (const go of this.#held) go();
  }

  /** Ends as soon as `count` requests are held at once. */
  whenHeld(count: number): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (this.#held.length < count) return;
        this.#watchers.delete(look);
        resolve();
      };
      this.#watchers.add(look);
      look();
    });
  }
}
