const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/;
const BIDI_CONTROLS = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

/** Isolates foreign text in a sentence if it runs right to left or has bidi controls, which would turn what follows. */
export function isolate(text: string): string {
  return RIGHT_TO_LEFT.test(text) || BIDI_CONTROLS.test(text) ? `\u2068${text}\u2069` : text;
}

/** The first `most` characters on one line, with an ellipsis if there was more. */
export function shorten(text: string, most: number): string {
  // Cut first: replacing in 100,000 characters in order to show 300 would be noticeable.
  const line = text
    .slice(0, most * 2)
    .replaceAll(/\s+/g, " ")
    .trim();
  return line.length > most || text.length > most * 2 ? `${line.slice(0, most).trimEnd()}…` : line;
}
