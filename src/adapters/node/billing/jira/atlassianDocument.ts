/**
 * Text in Jira's API version 3, which is a tree.
 * @source https://developer.atlassian.com/cloud/jira/platform/apis/document/structure/
 */
import * as v from "valibot";
import { parseAnswer } from "../shared/restSchemas.ts";

/** Text as a document: one paragraph per line; a text node may not be empty. */
export function toDocument(text: string): unknown {
  const content = text.split("\n").map((line) => ({
    type: "paragraph",
    content: line === "" ? [] : [{ type: "text", text: line }],
  }));
  return { type: "doc", version: 1, content };
}

/** All texts within a document. */
export function readDocumentText(node: unknown): string {
  const parsed = parseAnswer(
    v.object({ text: v.exactOptional(v.string(), ""), content: v.exactOptional(v.array(v.unknown()), []) }),
    node,
  );
  return parsed === undefined ? "" : parsed.text + parsed.content.map(readDocumentText).join(" ");
}
