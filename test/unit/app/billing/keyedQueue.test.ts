import { describe, expect, it } from "vitest";
import { KeyedQueue } from "../../../../src/app/billing/keyedQueue.ts";

interface Item {
  readonly key: string;
  readonly name: string;
}

/** Work that ends when a test says so. */
class Work {
  readonly begun: string[] = [];
  private readonly ends = new Map<string, (error?: Error) => void>();

  readonly start = (item: Item): Promise<void> => {
    this.begun.push(item.name);
    return new Promise((resolve, reject) => {
      this.ends.set(item.name, (error) => {
        if (error === undefined) resolve();
        else reject(error);
      });
    });
  };

  async end(name: string, error?: Error): Promise<void> {
    this.ends.get(name)?.(error);
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  }
}

const items = (...names: readonly string[]): readonly Item[] => names.map((name) => ({ key: name.charAt(0), name }));
const lanesOf = (work: Work, most = 2): KeyedQueue<Item> => new KeyedQueue(most, ({ key }) => key, work.start);

describe("lanes", () => {
  it("run so many at a time, and never two of a key", async () => {
    const work = new Work();
    const lanes = lanesOf(work);
    lanes.add(items("a1", "a2", "b1", "c1"));
    expect(work.begun).toEqual(["a1", "b1"]);
    await work.end("b1");
    expect(work.begun).toEqual(["a1", "b1", "c1"]);
    await work.end("c1");
    expect(work.begun).toEqual(["a1", "b1", "c1"]);
    await work.end("a1");
    expect(work.begun).toEqual(["a1", "b1", "c1", "a2"]);
  });

  it("keep the order of a key's items over several additions", async () => {
    const work = new Work();
    const lanes = lanesOf(work, 4);
    lanes.add(items("a1"));
    lanes.add(items("a2", "a3"));
    for (const name of ["a1", "a2", "a3"]) await work.end(name);
    expect(work.begun).toEqual(["a1", "a2", "a3"]);
    await lanes.whenAtMost(0);
  });

  it("tell when few enough are left, so that the next ones join without a pause", async () => {
    const work = new Work();
    const lanes = lanesOf(work);
    lanes.add(items("a1", "b1", "c1"));
    let isTold = false;
    const told = lanes.whenAtMost(2).then(() => (isTold = true));
    await Promise.resolve();
    expect(isTold).toBe(false);
    await work.end("a1");
    await told;
    expect(work.begun).toEqual(["a1", "b1", "c1"]);
  });

  it("begin nothing after a failure, and tell it when what ran has ended", async () => {
    const work = new Work();
    const lanes = lanesOf(work);
    lanes.add(items("a1", "b1", "c1"));
    const told = lanes.whenAtMost(0).then(
      () => "done",
      (error: unknown) => error,
    );
    const failure = new Error("full");
    await work.end("a1", failure);
    lanes.add(items("d1"));
    expect(work.begun).toEqual(["a1", "b1"]);
    await work.end("b1");
    expect(await told).toBe(failure);
  });

  it("with nothing to do are done", async () => {
    await expect(lanesOf(new Work()).whenAtMost(0)).resolves.toBeUndefined();
  });
});
