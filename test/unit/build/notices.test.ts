import fs from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { build, type BuildOptions, type Metafile } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const require = createRequire(import.meta.url);
const { options, webviewOptions } = require("../../../esbuild.js") as Record<
  "options" | "webviewOptions",
  BuildOptions
>;
const { bundledPackages, notices } = require("../../../notices.js") as {
  bundledPackages: (metafiles: readonly Metafile[]) => string[];
  notices: (folders: readonly string[]) => string;
};

const MIT = `Permission is hereby granted, free of charge, to any person obtaining a copy. ${"As is. ".repeat(50)}`;

describe("the third-party notices", () => {
  let folders: readonly string[];
  let work: string;

  beforeAll(async () => {
    const built = await Promise.all(
      [options, webviewOptions].map((each) => build({ ...each, write: false, metafile: true })),
    );
    folders = bundledPackages(built.map(({ metafile }) => metafile));
    work = fs.mkdtempSync(path.join(os.tmpdir(), "caseclock-notices-"));
  });

  afterAll(() => {
    fs.rmSync(work, { recursive: true, force: true });
  });

  /** A package with these files; gives its folder. */
  function aPackage(name: string, files: Readonly<Record<string, string>>): string {
    const folder = path.join(work, "node_modules", name);
    fs.mkdirSync(folder, { recursive: true });
    const manifest = JSON.stringify({ name, version: "1.2.3", license: "MIT" });
    for (const [file, text] of Object.entries({ "package.json": manifest, ...files }))
      fs.writeFileSync(path.join(folder, file), text);
    return folder;
  }

  it("have the licence of every package of both bundles", () => {
    const text = notices(folders);
    expect(folders).toContain("node_modules/axios");
    expect(folders).toContain("node_modules/uplot");
    expect(folders).toContain("node_modules/axios/node_modules/agent-base");
    for (const folder of folders) {
      const { name, version } = JSON.parse(fs.readFileSync(path.join(folder, "package.json"), "utf8")) as {
        readonly name: string;
        readonly version: string;
      };
      expect(text).toContain(`${name} ${version} (`);
    }
  });

  it("are in the package", () => {
    const { files } = JSON.parse(fs.readFileSync("package.json", "utf8")) as { readonly files: readonly string[] };
    expect(files).toContain("ThirdPartyNotices.txt");
  });

  it("take licence and notice files, else the README's section up to the next heading", () => {
    const file = aPackage("with-file", { LICENSE: MIT, NOTICE: "Made by somebody", "README.md": "# with-file" });
    const section = aPackage("with-section", {
      "README.md": `# a\n\nLicense\n-------\n\n${MIT}\n\n## Thanks\n\nto all`,
    });
    expect(notices([file])).toContain(`${MIT.trim()}\n\nMade by somebody`);
    expect(notices([section])).toContain(MIT.trim());
    expect(notices([section])).not.toContain("Thanks");
  });

  it("cannot be made when a package has no licence text, and name each", () => {
    const none = aPackage("without", { "README.md": "# without" });
    const named = aPackage("only-named", { "README.md": "# only-named\n\n## License\n\nMIT" });
    expect(() => notices([...folders, none, named])).toThrow(
      "bundled without a licence text: without 1.2.3 (MIT), only-named 1.2.3 (MIT)",
    );
  });
});
