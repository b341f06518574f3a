/**
 * Makes foreign text safe as a label in a list: a zero-width space keeps icons such as `$(name)` text, white space becomes
 * one space, and at most `most` UTF-16 units are kept.
 */
export function sanitizeLabel(text: string, most = 300): string {
  return text.replaceAll("$(", "$\u200b(").replaceAll(/\s+/g, " ").slice(0, most);
}

/** Makes foreign text safe in a message: a zero-width space keeps links such as `[name](command:x)` text. */
export function sanitizeMessage(text: string): string {
  return text.replaceAll("](", "]\u200b(");
}

/** Makes foreign text safe on a Markdown page: nothing of it acts as Markdown. Empty text stays empty. */
export function inlineCode(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").replaceAll("`", "'").trim();
  return line === "" ? "" : `\`${line}\``;
}
