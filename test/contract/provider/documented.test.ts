/** The system to copy of `docs/adding-a-billing-system.md`, as it stands there, in front of the suite. */
import fs from "node:fs";
import path from "node:path";
import { afterAll } from "vitest";

const PAGE = fs.readFileSync("docs/adding-a-billing-system.md", "utf8");
const KINDS = "src/adapters/node/billing/systemKinds.ts";
const FOLDER = path.resolve("out/documented");

/** The code below a place that is named in the page. */
function codeOf(place: string): string {
  const [, code] = /```ts\n([^]*?)\n```/.exec(PAGE.slice(PAGE.indexOf(`\`${place}\``))) ?? [];
  if (code === undefined) throw new Error(`the page has no code for ${place}`);
  return code;
}

/** Writes the code of a place beside the others; what it imports is where it would be from that place. */
function write(place: string, code: string): string {
  const moved = code.replaceAll(/(from ")(\.[^"]+)"/g, (_, from: string, request: string) => {
    const target = path.resolve(path.dirname(place), request);
    return `${from}${fs.existsSync(target) ? target : path.join(FOLDER, path.relative(".", target))}"`;
  });
  const file = path.join(FOLDER, place);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, moved);
  return file;
}

await run();

async function run(): Promise<void> {
  const adapter = "src/adapters/node/billing/example/example.ts";
  const test = "test/contract/provider/example.test.ts";
  write(adapter, codeOf(adapter));
  write("test/contract/provider/fakes/example.ts", codeOf("test/contract/provider/fakes/example.ts"));
  const line = write(
    "src/adapters/node/billing/line.ts",
    `import { exampleProblem, ExampleSystem, probeExample } from "./example/example.ts";
const bearer = (token) => ({ Authorization: \`Bearer \${token}\` });
export const kinds = {
${codeOf(KINDS)}
};`,
  );
  const { kinds } = (await import(line)) as { kinds: Record<string, unknown> };
  const tables = Object.values((await import(path.resolve(KINDS))) as Record<string, unknown>);
  Object.assign(tables.find((table) => typeof table === "object" && table !== null && "redmine" in table) ?? {}, kinds);
  await import(write(test, codeOf(test)));
}

afterAll(() => {
  fs.rmSync(FOLDER, { recursive: true, force: true });
});
