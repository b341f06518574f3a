/** The parts of an exported file's name. */
export interface ExportName {
  readonly key?: string | undefined;
  /** Local days, both included. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** The parts of a format that go into the file's name. */
export interface ExportedFile {
  readonly ending: string;
  readonly kind: "worklog" | "statement";
}

/**
 * The name proposed for an export, valid on every file system: `statement-ACME-1234-2026-11-01-2026-11-30.html`,
 * `worklog-2026-11-01-2026-11-30.csv`.
 */
export function exportName({ ending, kind }: ExportedFile, { key = "", from, to }: ExportName): string {
  const parts = [kind, safePart(key), from ?? "", to === from ? "" : (to ?? "")];
  return `${parts.filter(Boolean).join("-")}.${ending}`;
}

/**
 * Letters, digits, points, `_` and `-` of a key, none of them at its ends where it would hide or end a name. No more than
 * 40 characters: with them a name stays under the 255 bytes that file systems have.
 */
function safePart(text: string): string {
  const plain = text.normalize("NFC").replaceAll(/[^\p{L}\p{M}\p{N}._-]+/gu, "-");
  const [start = ""] = /^.{0,40}/u.exec(plain) ?? [];
  return start.replaceAll(/^[.-]+|[.-]+$/g, "");
}
