// ThirdPartyNotices.txt: the licences of what the bundles hold, as their packages have them.
const fs = require("node:fs");
const path = require("node:path");

const PACKAGE = /^(.*\bnode_modules\/(?:@[^/]+\/)?[^/]+)\//;
const LICENCE_FILE = /^(licen[cs]e|copying|notice)([.-].*)?$/i;
/** A section of a README, its heading underlined or with number signs; it ends at the next heading or link list. */
const LICENCE_SECTION =
  /^(?:#+ *licen[cs]e\b.*|licen[cs]e *\n[-=]{3,}) *\n([^]*?)(?=^#|^.+\n[-=]{3,} *$|^\[[^\]]+\]: |(?![^]))/im;
/** Shorter than this it names a licence and is not its text. */
const SHORTEST_TEXT = 300;

/** Folders of the packages that have a file in one of these bundles. @param metafiles esbuild's */
function bundledPackages(metafiles) {
  const inputs = metafiles.flatMap(({ outputs }) =>
    Object.values(outputs).flatMap((output) => Object.keys(output.inputs)),
  );
  const folders = inputs.map((file) => PACKAGE.exec(file)?.[1]).filter((folder) => folder !== undefined);
  return [...new Set(folders)].sort();
}

/** The licence's text: its files, else the README's section; undefined where there is neither. */
function licenceText(folder) {
  const files = fs.readdirSync(folder).sort();
  const read = (name) => fs.readFileSync(path.join(folder, name), "utf8").replace(/\r\n/g, "\n").trim();
  const own = files.filter((name) => LICENCE_FILE.test(name)).map(read);
  if (own.length > 0) return own.join("\n\n");
  const section = files
    .filter((name) => /^readme/i.test(name))
    .map((name) => LICENCE_SECTION.exec(read(name))?.[1]?.trim());
  return section.find((text) => text !== undefined && text.length >= SHORTEST_TEXT);
}

/**
 * The file's text.
 * @param folders of packages
 * @throws naming every package that has no licence text
 */
function notices(folders) {
  const packages = folders.map((folder) => {
    const { name, version, license } = JSON.parse(fs.readFileSync(path.join(folder, "package.json"), "utf8"));
    return { title: `${name} ${version} (${license})`, text: licenceText(folder) };
  });
  const without = packages.filter(({ text }) => text === undefined).map(({ title }) => title);
  if (without.length > 0) throw new Error(`bundled without a licence text: ${without.join(", ")}`);
  const parts = packages.map(({ title, text }) => `${title}\n${"-".repeat(title.length)}\n\n${text}\n`);
  return ["Caseclock contains code of these packages, under these licences.\n", ...parts].join("\n\n");
}

module.exports = { bundledPackages, notices };
