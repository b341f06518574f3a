import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import zlib from "node:zlib";

interface Manifest {
  readonly publisher: string;
  readonly name: string;
  readonly version: string;
}

/**
 * Installs an unpacked extension the way VS Code records it: its folder beside the others and an entry in
 * `extensions.json`. It is an installed extension like any other; only the time VS Code's own installer takes is saved.
 * @param extensions the `--extensions-dir`; no VS Code may be running on it
 * @returns the folder it was installed in
 */
export function installFolder(extensions: string, source: string): string {
  const manifest = JSON.parse(fs.readFileSync(path.join(source, "package.json"), "utf8")) as Manifest;
  const id = `${manifest.publisher}.${manifest.name}`;
  const relativeLocation = `${id}-${manifest.version}`;
  const folder = path.join(extensions, relativeLocation);
  fs.mkdirSync(extensions, { recursive: true });
  fs.cpSync(source, folder, { recursive: true });

  const list = path.join(extensions, "extensions.json");
  const entries = fs.existsSync(list)
    ? (JSON.parse(fs.readFileSync(list, "utf8")) as { identifier: { id: string } }[])
    : [];
  const others = entries.filter((entry) => entry.identifier.id !== id);
  const added = {
    identifier: { id },
    version: manifest.version,
    location: { $mid: 1, path: decodeURIComponent(pathToFileURL(folder).pathname), scheme: "file" },
    relativeLocation,
    metadata: { installedTimestamp: Date.now(), pinned: true, source: "vsix" },
  };
  fs.writeFileSync(list, JSON.stringify([...others, added]));
  return folder;
}

/**
 * Has every installed extension in all profiles, as "Apply Extension to all Profiles" does.
 * @param extensions the `--extensions-dir`; no VS Code may be running on it
 */
export function applyToAllProfiles(extensions: string): void {
  const list = path.join(extensions, "extensions.json");
  const entries = JSON.parse(fs.readFileSync(list, "utf8")) as { metadata?: object }[];
  const applied = entries.map((entry) => ({ ...entry, metadata: { ...entry.metadata, isApplicationScoped: true } }));
  fs.writeFileSync(list, JSON.stringify(applied));
}

/** Folders of the extensions installed in `extensions`. */
export function installedFolders(extensions: string): string[] {
  if (!fs.existsSync(extensions)) return [];
  return fs
    .readdirSync(extensions)
    .map((name) => path.join(extensions, name))
    .filter((folder) => fs.existsSync(path.join(folder, "package.json")));
}

/**
 * Unpacks the extension inside a .vsix into `folder`.
 * @source PKWARE APPNOTE 6.3.10, 4.3.12 central directory, 4.3.16 its end
 */
export function unpackVsix(vsix: string, folder: string): void {
  const zip = fs.readFileSync(vsix);
  const end = zip.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  if (end < 0) throw new Error(`${vsix} is not a zip file`);
  const count = zip.readUInt16LE(end + 10);
  let at = zip.readUInt32LE(end + 16);
  for (let entry = 0; entry < count; entry++) {
    const method = zip.readUInt16LE(at + 10);
    const size = zip.readUInt32LE(at + 20);
    const nameLength = zip.readUInt16LE(at + 28);
    const name = zip.toString("utf8", at + 46, at + 46 + nameLength);
    const local = zip.readUInt32LE(at + 42);
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
    if (!name.startsWith("extension/") || name.endsWith("/")) continue;

    const file = path.join(folder, name.slice("extension/".length));
    if (!file.startsWith(folder + path.sep)) throw new Error(`${vsix} has an entry outside of it: ${name}`);
    const data = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const packed = zip.subarray(data, data + size);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, method === 0 ? packed : zlib.inflateRawSync(packed));
  }
}
