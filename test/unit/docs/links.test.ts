import fs from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";

const PAGES = [
  ...fs.readdirSync(".").filter((name) => name.endsWith(".md")),
  ...fs.globSync(["docs/**/*.md", ".github/**/*.md"]),
];

/** A page without what code says: a link in it is not one. */
function prose(text: string): string {
  return text.replaceAll(/^```[^]*?^```/gm, "").replaceAll(/`[^`\n]*`/g, "code");
}

/** Where a page's links and pictures point. */
function targetsOf(text: string): string[] {
  const inline = [...prose(text).matchAll(/\]\(<?([^)\s>]+)>?(?: "[^"]*")?\)/g)];
  const named = [...prose(text).matchAll(/^\[[^\]]+\]: (\S+)/gm)];
  return [...inline, ...named].map(([, target = ""]) => target);
}

/** The anchors of a page's headings, as GitHub makes them. */
function anchorsOf(text: string): string[] {
  const headings = [...text.replaceAll(/^```[^]*?^```/gm, "").matchAll(/^#+ (.*)$/gm)];
  return headings.map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{M}\p{N}\s_-]/gu, "")
      .trim()
      .replaceAll(" ", "-"),
  );
}

/** What is wrong with a page's links; addresses elsewhere are not looked at. */
function broken(page: string, text: string): string[] {
  return targetsOf(text)
    .filter((target) => !/^[a-z]+:/.test(target))
    .filter((target) => {
      const [file = "", anchor] = decodeURIComponent(target).split("#");
      const found = file === "" ? page : path.join(path.dirname(page), file);
      if (!fs.existsSync(found)) return true;
      return (
        anchor !== undefined && !anchorsOf(found === page ? text : fs.readFileSync(found, "utf8")).includes(anchor)
      );
    })
    .map((target) => `${page}: ${target}`);
}

describe("the pages that people read", () => {
  it("point at files and headings that are there", () => {
    expect(PAGES).toContain("README.md");
    expect(PAGES.flatMap((page) => broken(page, fs.readFileSync(page, "utf8")))).toEqual([]);
  });

  it("have words for who does not see the pictures", () => {
    const all = PAGES.map((page) => fs.readFileSync(page, "utf8")).join("\n");
    expect(prose(all)).toContain("![");
    expect([...prose(all).matchAll(/!\[\s*\]\([^)]*\)/g)].map(([picture]) => picture)).toEqual([]);
  });

  it("cite nothing that is not in the repository", () => {
    const cited = PAGES.filter((page) =>
      /\b(design|house style) \d|design\.md|house-style\.md/.test(fs.readFileSync(page, "utf8")),
    );
    expect(cited).toEqual([]);
  });

  it("have the two commands where one looks first", () => {
    const lines = (page: string): string[] => fs.readFileSync(page, "utf8").split("\n");
    const readme = lines("README.md");
    const tryIt = readme.indexOf("### Try it");
    for (const command of ["npm install && npm start", "npm install && npm test"]) {
      expect(lines("CONTRIBUTING.md").slice(0, 25).join("\n")).toContain(command);
      expect(readme.slice(tryIt, tryIt + 10).join("\n")).toContain(command);
    }
  });

  it("name tests that there are", () => {
    const named = PAGES.flatMap((page) => [...fs.readFileSync(page, "utf8").matchAll(/`(test\/[\w./*-]+)`/g)]);
    const paths = named.map(([, found = ""]) => found).filter((found) => !/\bexample\b/.test(found));
    expect(paths.length).toBeGreaterThan(0);
    expect(paths.filter((found) => fs.globSync(found).length === 0)).toEqual([]);
  });

  it("are read for links that lead nowhere: a file, a heading, a reference, a picture", () => {
    const text =
      "# A b\n[a](#a-b) [b](#b) [c](gone.md) `[d](gone.md)` [e](docs/sync.md#rounding) [f](docs/sync.md#x)\n![g](docs/no.png)\n\n[h]: gone.md\n";
    const wrong = ["#b", "gone.md", "docs/sync.md#x", "docs/no.png", "gone.md"];
    expect(broken("README.md", text)).toEqual(wrong.map((target) => `README.md: ${target}`));
  });
});

describe("the editor's files", () => {
  const json = (name: string): unknown => JSON.parse(fs.readFileSync(name, "utf8"));

  it("start tasks and scripts that there are", () => {
    const { configurations } = json(".vscode/launch.json") as { configurations: { preLaunchTask?: string }[] };
    const { tasks } = json(".vscode/tasks.json") as {
      tasks: { label: string; script?: string; dependsOn?: string[] }[];
    };
    const { scripts } = json("package.json") as { scripts: Record<string, string> };
    const labels = tasks.map(({ label }) => label);
    const asked = [...configurations.map((one) => one.preLaunchTask ?? []), ...tasks.map((one) => one.dependsOn ?? [])];
    expect(asked.flat().filter((label) => !labels.includes(label))).toEqual([]);
    expect(tasks.filter(({ script }) => script !== undefined && !(script in scripts))).toEqual([]);
  });
});
