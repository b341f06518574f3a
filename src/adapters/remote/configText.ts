/** One value of a configuration file. */
export interface ConfigValue {
  /** `section.key` or `section.subsection.key`; section and key in lower case, the subsection as it is written. */
  readonly key: string;
  readonly value: string;
}

/**
 * The values of a git configuration file, in order. Reading ends at the first thing that git would reject: the values
 * before it are returned, and `damaged` is set.
 * @source git-config(1), SYNTAX; git's `config.c`, git_parse_source
 */
export function parseConfig(text: string): { readonly values: readonly ConfigValue[]; readonly damaged: boolean } {
  const values: ConfigValue[] = [];
  const reader = new Reader(text.replace(/^\ufeff/, "").replaceAll("\r\n", "\n"));
  let section: string | undefined;
  for (;;) {
    reader.skipBlank();
    const next = reader.peek();
    if (next === "") return { values, damaged: false };
    if (next === "[") {
      section = reader.section();
      if (section === undefined) return { values, damaged: true };
      continue;
    }
    const entry = section === undefined ? undefined : reader.entry();
    if (entry === undefined) return { values, damaged: true };
    values.push({ key: `${section ?? ""}.${entry.key}`, value: entry.value });
  }
}

/** The last value of a key, which counts; undefined when it is not set. @param key as `ConfigValue` has it */
export function findLastValue(values: readonly ConfigValue[], key: string): string | undefined {
  return values.findLast((one) => one.key === key)?.value;
}

/** Whether a value means true. @source git's `parse.c`, git_parse_maybe_bool */
export function isTrue(value: string | undefined): boolean {
  return /^(?:true|yes|on|[1-9]\d*)$/i.test(value ?? "");
}

class Reader {
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  peek(): string {
    return this.text[this.at] ?? "";
  }

  /** Skips blanks, line ends and comments. */
  skipBlank(): void {
    for (;;) {
      const c = this.peek();
      if (c === "#" || c === ";") this.skipLine();
      else if (c !== "" && /\s/.test(c)) this.at += 1;
      else return;
    }
  }

  /** `[section "subsection"]` or `[section.subsection]`, as the prefix of a key. */
  section(): string | undefined {
    const header = /\[([A-Za-z0-9.-]+)(?:[ \t]+"((?:[^"\\\n]|\\[^\n])*)")?\]/y;
    header.lastIndex = this.at;
    const [whole, name, subsection] = header.exec(this.text) ?? [];
    if (whole === undefined || name === undefined) return undefined;
    this.at += whole.length;
    return subsection === undefined
      ? name.toLowerCase()
      : `${name.toLowerCase()}.${subsection.replace(/\\(.)/g, "$1")}`;
  }

  entry(): { readonly key: string; readonly value: string } | undefined {
    const start = /([A-Za-z][A-Za-z0-9-]*)[ \t]*(=?)/y;
    start.lastIndex = this.at;
    const [whole, key, equals] = start.exec(this.text) ?? [];
    if (whole === undefined || key === undefined) return undefined;
    this.at += whole.length;
    if (equals === "") {
      // Without "=" it means true, and nothing may follow, not even a comment.
      const c = this.peek();
      return c === "" || c === "\n" ? { key: key.toLowerCase(), value: "true" } : undefined;
    }
    const value = this.value();
    return value === undefined ? undefined : { key: key.toLowerCase(), value };
  }

  private value(): string | undefined {
    const parts: string[] = [];
    let blanks = "";
    let quoted = false;
    for (;;) {
      const c = this.peek();
      if (c === "" || c === "\n") return quoted ? undefined : parts.join("");
      this.at += 1;
      if (!quoted && (c === " " || c === "\t")) {
        blanks += parts.length === 0 ? "" : c;
      } else if (!quoted && (c === "#" || c === ";")) {
        this.skipLine();
      } else {
        if (blanks !== "") parts.push(blanks);
        blanks = "";
        if (c === '"') {
          quoted = !quoted;
          if (quoted) parts.push(""); // blanks after it count
        } else if (c === "\\") {
          const escaped = ESCAPES.get(this.peek());
          if (escaped === undefined) return undefined;
          this.at += 1;
          if (escaped !== "") parts.push(escaped);
        } else {
          parts.push(c);
        }
      }
    }
  }

  private skipLine(): void {
    const end = this.text.indexOf("\n", this.at);
    this.at = end < 0 ? this.text.length : end;
  }
}

/** An escape after a backslash; a line end continues on the next line. */
const ESCAPES = new Map([
  ["\n", ""],
  ["n", "\n"],
  ["t", "\t"],
  ["b", "\b"],
  ["\\", "\\"],
  ['"', '"'],
]);
