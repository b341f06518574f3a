/**
 * Text of others as a label of a list: what would be an icon, such as `$(name)`, stays text by a zero-width space, white
 * space is one space, and no more than `most` UTF-16 units are kept.
 */
export function sanitizeLabel(text: string, most = 300): string {
  return text.replaceAll("$(", "$\u200b(").replaceAll(/\s+/g, " ").slice(0, most);
}

/** Text of others in a message: what would be a link there, such as `[name](command:x)`, stays text by a zero-width space. */
export function sanitizeMessage(text: string): string {
  return text.replaceAll("](", "]\u200b(");
}

/** Text of others on a page of Markdown, in which nothing of it is Markdown; empty where it is. */
export function inlineCode(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").replaceAll("`", "'").trim();
  return line === "" ? "" : `\`${line}\``;
}
