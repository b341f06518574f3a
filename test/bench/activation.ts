import type { Host } from "../host/lib/host.ts";
import { until } from "../host/lib/processes.ts";
import { median } from "./statistics.ts";

/** Windows that are opened, one after the other. */
const RUNS = 5;

interface Row {
  readonly load: number;
  readonly call: number;
}

/** Prints what VS Code itself measured of activation: loading the code, and the synchronous part of `activate()`. */
export async function measureActivation(host: Host, folder: string): Promise<void> {
  const ours: Row[] = [];
  const empty: Row[] = [];
  for (let run = 0; run < RUNS; run++) {
    const page = await host.open({ folder });
    const door = await host.door(folder);
    const text = await until("both extensions in the list of VS Code", async () => {
      const found = await door.evaluate(async (vscode) => {
        await vscode.commands.executeCommand("perfview.show");
        const shown = vscode.workspace.textDocuments.find((document) => document.uri.scheme === "perf");
        return shown?.getText();
      }, undefined);
      return found?.includes("caseclock.caseclock-empty-baseline") === true &&
        /\|\s*caseclock\.caseclock\s*\|/.test(found)
        ? found
        : undefined;
    });
    ours.push(rowOf(text, "caseclock.caseclock"));
    empty.push(rowOf(text, "caseclock.caseclock-empty-baseline"));
    if (run < RUNS - 1) {
      await page.close();
      await until("the end of the window", () => (host.context.pages().length === 0 ? true : undefined));
    }
  }
  const show = (name: string, rows: readonly Row[]): void => {
    const call = rows.map((row) => row.call);
    console.log(
      `  ${name.padEnd(10)} load code ${median(rows.map((row) => row.load))} ms, activate() ${median(call)} ms [${Math.min(...call)}–${Math.max(...call)}]`,
    );
  };
  console.log(`\nActivation (medians of ${RUNS} windows, as VS Code measures; budget: activate() ≤ 15 ms)`);
  show("Caseclock", ours);
  show("empty", empty);
}

/** A row of "Extension Activation Stats": `| Extension | Eager | Load Code | Call Activate | Finish Activate | … |` */
function rowOf(text: string, id: string): Row {
  const line = text.split("\n").find((each) => new RegExp(`^\\|\\s*${id.replaceAll(".", "\\.")}\\s*\\|`).test(each));
  const cells = line?.split("|").map((cell) => cell.trim()) ?? [];
  const [load, call] = [Number(cells[3]), Number(cells[4])];
  if (Number.isNaN(load) || Number.isNaN(call)) {
    throw new Error(`cannot read the figures of ${id}: ${line ?? "no line"}`);
  }
  return { load, call };
}
