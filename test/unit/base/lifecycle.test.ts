import { describe, expect, it } from "vitest";
import { backoffDelayMs, OUTBOX_BACKOFF } from "../../../src/base/backoff.ts";
import { DisposableStore, MutableDisposable, toDisposable, type IDisposable } from "../../../src/base/disposable.ts";
import { ObservableValue, Emitter } from "../../../src/base/emitter.ts";
import { isRecord } from "../../../src/base/json.ts";

const tracked = (name: string, into: string[]): IDisposable => toDisposable(() => into.push(name));

describe("a disposable", () => {
  it("is released once", () => {
    const released: string[] = [];
    const one = tracked("a", released);
    one.dispose();
    one.dispose();
    expect(released).toEqual(["a"]);
  });

  it("in a store is released in reverse order, once, and at once when it comes late", () => {
    const released: string[] = [];
    const store = new DisposableStore();
    const first = store.add(tracked("a", released));
    store.add(tracked("b", released));
    expect(released).toEqual([]);
    store.dispose();
    store.dispose();
    expect(released).toEqual(["b", "a"]);
    store.add(tracked("late", released));
    first.dispose();
    expect(released).toEqual(["b", "a", "late"]);
  });

  it("is replaced by the next, released with the holder, and at once when it comes late", () => {
    const released: string[] = [];
    const holder = new MutableDisposable();
    const second = tracked("b", released);
    holder.value = tracked("a", released);
    holder.value = second;
    holder.value = second;
    expect(released).toEqual(["a"]);
    expect(holder.value).toBe(second);
    holder.dispose();
    expect(released).toEqual(["a", "b"]);
    expect(holder.value).toBeUndefined();
    holder.value = tracked("late", released);
    expect(released).toEqual(["a", "b", "late"]);
  });
});

describe("an emitter", () => {
  it("calls its listeners in order of subscription, the same one twice when it subscribed twice", () => {
    const emitter = new Emitter<number>();
    const heard: string[] = [];
    const listener = (value: number): void => {
      heard.push(`one ${String(value)}`);
    };
    const first = emitter.event(listener);
    emitter.event((value) => heard.push(`two ${String(value)}`));
    emitter.event(listener);
    emitter.fire(1);
    first.dispose();
    emitter.fire(2);
    expect(heard).toEqual(["one 1", "two 1", "one 1", "two 2", "one 2"]);
    emitter.dispose();
    emitter.fire(3);
    expect(heard).toHaveLength(5);
  });

  it("calls those that were there when it fired, whatever they subscribe or end meanwhile", () => {
    const emitter = new Emitter<number>();
    const heard: number[] = [];
    const own = emitter.event(() => {
      own.dispose();
      emitter.event((value) => heard.push(value));
    });
    emitter.fire(1);
    expect(heard).toEqual([]);
    emitter.fire(2);
    expect(heard).toEqual([2]);
  });
});

describe("a cell", () => {
  it("is silent when an equal value is set, and has the new value when it tells", () => {
    const cell = new ObservableValue({ n: 1 }, (a, b) => a.n === b.n);
    const heard: (readonly [number, number])[] = [];
    cell.onDidChange((value) => heard.push([value.n, cell.value.n]));
    cell.set({ n: 1 });
    cell.set({ n: 2 });
    expect(heard).toEqual([[2, 2]]);
    cell.dispose();
    cell.set({ n: 3 });
    expect(heard).toHaveLength(1);
    expect(cell.value.n).toBe(3);
  });

  it("compares by identity unless told otherwise", () => {
    const cell = new ObservableValue("a");
    const heard: string[] = [];
    cell.onDidChange((value) => heard.push(value));
    cell.set("a");
    cell.set("b");
    expect(heard).toEqual(["b"]);
  });
});

describe("the wait before another attempt", () => {
  it.each([
    [1, 0, 0],
    [1, 0.5, 1_000],
    [1, 0.9999, 1_999],
    [2, 0.5, 2_000],
    [5, 0.5, 16_000],
    [12, 0.5, 1_800_000],
    [5_000, 0.999999, 3_599_996],
  ])("after attempt %d with chance %d is %d ms", (attempt, random, expected) => {
    expect(backoffDelayMs(attempt, OUTBOX_BACKOFF, random)).toBe(expected);
  });
});

describe("an object read from JSON", () => {
  it.each([
    [{}, true],
    [{ a: 1 }, true],
    [[], false],
    [null, false],
    ["text", false],
    [undefined, false],
  ])("%j: %s", (value, expected) => {
    expect(isRecord(value)).toBe(expected);
  });
});
