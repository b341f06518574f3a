import { parseCaseKey } from "../../domain/cases/case.ts";

/** What a link asks for. */
export interface PickLink {
  readonly key: string;
  readonly source?: string;
}

/**
 * Reads `vscode://caseclock.caseclock/pick?case=ACME-1234` (with `&source=` where the key has several); undefined for any
 * other address, or for an impossible key.
 * @param query decoded by VS Code: a plus sign is a plus sign
 */
export function readPickLink({ path, query }: { readonly path: string; readonly query: string }): PickLink | undefined {
  const read = new URLSearchParams(query.replaceAll("+", "%2B"));
  const key = read.get("case") ?? "";
  const source = read.get("source");
  if (path !== "/pick" || parseCaseKey(key) === undefined) return undefined;
  return { key, ...(source === null ? {} : { source }) };
}
