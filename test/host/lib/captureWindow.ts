import path from "node:path";
import type { Page } from "playwright-core";
import type { Door } from "./door.ts";
import { lastSeq, ledgerFile, readHeartbeats, summaryOf, type StoredHeartbeats } from "./heartbeats.ts";
import type { Host } from "./host.ts";
import { until } from "./processes.ts";

/** One sign: what it adds to the ledger, as `toCaseSummary` says it, and how a person makes it. */
export interface Sign {
  readonly name: string;
  readonly adds: string;
  /** What has to be there before, and is not part of it. */
  readonly prepare?: () => Promise<unknown>;
  readonly act: () => Promise<unknown>;
}

/** What one window adds to the ledger while something is done in it. */
export class CaptureWindow {
  readonly door: Door;
  readonly #file: string;
  readonly #tree: string;

  /** @param folder what the window shows; rows of other folders' windows are not looked at */
  constructor(host: Host, door: Door, folder: string) {
    this.door = door;
    this.#file = ledgerFile(path.join(host.server.dirs.user, "User", "globalStorage"));
    this.#tree = `file://${folder}`;
  }

  /** Everything that happened in the window has reached its extensions, and everything they heard the file. */
  async settle(): Promise<void> {
    for (let trip = 0; trip < 2; trip += 1) await this.door.command("setContext", ["caseclock-test.trip", trip]);
    await this.door.command("caseclock.today", [{}]);
  }

  rowsAfter(seq: number): readonly StoredHeartbeats[] {
    return readHeartbeats(this.#file, seq).filter(({ tree }) => tree.startsWith(this.#tree));
  }

  async mark(): Promise<number> {
    await this.settle();
    return lastSeq(this.#file);
  }

  /**
   * Does something and gives what was added. Where something is expected it is awaited; whatever came beside it is told
   * too, as far as it happened before.
   * @param expected as `toCaseSummary` says it
   */
  async added(act: () => Promise<unknown>, expected: string): Promise<string> {
    const before = await this.mark();
    await act();
    const told = async (): Promise<string> => {
      await this.settle();
      return summaryOf(this.rowsAfter(before));
    };
    try {
      await until(expected, async () => ((await told()) === expected ? true : undefined), 5_000);
    } catch {
      // What came instead is told by the comparison.
    }
    return told();
  }

  /** Waits until VS Code says of the window what is wanted. */
  async untilState(
    wanted: { readonly focused?: boolean; readonly active?: boolean },
    timeoutMs = 90_000,
  ): Promise<void> {
    await until(
      `a window that is ${JSON.stringify(wanted)}`,
      async () => {
        const { focused, active } = await this.door.evaluate(({ window }) => window.state, undefined);
        return (wanted.focused ?? focused) === focused && (wanted.active ?? active) === active ? true : undefined;
      },
      timeoutMs,
    );
  }
}

/** For `sh`: a program that fills the terminal and takes each key for itself, as less, which not every machine has. */
export const FULL_SCREEN_PROGRAM = `
trap 'stty sane; printf "\\033[?1049l"' EXIT
stty -icanon -echo
printf '\\033[?1049h\\033[Hkeys go here\\n'
while key=$(dd bs=1 count=1 2>/dev/null) && [ -n "$key" ] && [ "$key" != q ]; do printf .; done
`;

/** Lets time pass, where time itself is what a rule is about. */
export async function pause(ms: number): Promise<void> {
  const since = performance.now();
  await until("some time", () => (performance.now() - since >= ms ? true : undefined), ms + 5_000);
}

/** A point in the middle of what `selector` finds first, near its left edge, for a mouse that moves by itself. */
export async function pointIn(page: Page, selector: string): Promise<[number, number]> {
  const box = await page.locator(selector).first().boundingBox();
  if (box === null) throw new Error(`${selector} is not on the screen`);
  return [box.x + Math.min(box.width / 2, 60), box.y + box.height / 2];
}
