import { createHash } from "node:crypto";

/** SHA-256 of a text in UTF-8, 64 hexadecimal digits. */
export function computeChecksum(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("hex");
}
