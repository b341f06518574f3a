import { beforeEach, describe, expect, it, vi } from "vitest";
import type * as vscode from "vscode";
import { Emitter } from "../../../../src/base/emitter.ts";
import { PanelHost } from "../../../../src/ui/shell/panelHost.ts";
import { ManualClock } from "../../../support/manualClock.ts";

interface Request {
  readonly type: "show";
  readonly place: string;
}

/** A panel as VS Code has it, as far as the host uses it. */
class FakePanel {
  title = "";
  iconPath: unknown;
  visible = true;
  readonly sent: unknown[] = [];
  revealed = 0;
  readonly messages = new Emitter<unknown>();
  readonly states = new Emitter<void>();
  readonly disposals = new Emitter<void>();
  readonly onDidChangeViewState = this.states.event;
  readonly onDidDispose = this.disposals.event;
  isDisposed = false;
  readonly webview = {
    html: "",
    options: {},
    cspSource: "self",
    asWebviewUri: (uri: unknown) => uri,
    onDidReceiveMessage: this.messages.event,
    postMessage: (message: unknown) => this.sent.push(message),
  };

  reveal(): void {
    this.revealed += 1;
  }

  dispose(): void {
    this.isDisposed = true;
    this.disposals.fire();
  }
}

const made = vi.hoisted(() => ({ create: (): unknown => undefined }));

vi.mock("vscode", () => ({
  ViewColumn: { Active: -1 },
  Uri: { joinPath: (...parts: unknown[]) => parts.join("/") },
  env: { language: "en" },
  l10n: { bundle: undefined },
  window: { createWebviewPanel: () => made.create() },
}));

/** Lets everything that waits for nothing outside run. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

let clock: ManualClock;
let changes: Emitter<void>;
let errors: unknown[];
let drawn: (string | undefined)[];
let panels: FakePanel[];
let isUrgent: boolean;
let host: PanelHost<Request, { readonly type: "model" }, string>;

beforeEach(() => {
  clock = new ManualClock();
  changes = new Emitter();
  errors = [];
  drawn = [];
  panels = [];
  isUrgent = false;
  made.create = () => {
    const panel = new FakePanel();
    panels.push(panel);
    return panel;
  };
  host = new PanelHost({
    extensionUri: "extension" as unknown as vscode.Uri,
    viewType: "caseclock.sample",
    name: "sample",
    title: "Sample",
    clock,
    loadParsers: () =>
      Promise.resolve({
        parseRequest: (message) => {
          const { type } = message as { readonly type?: unknown };
          return type === "ready" || type === "show" ? (message as Request) : undefined;
        },
        parsePlace: (stored) => (typeof stored === "string" ? stored : undefined),
      }),
    answer: async ({ place }) => {
      host.place = place;
      await host.draw();
    },
    draw: () => {
      drawn.push(host.place);
      host.send({ type: "model" });
      return Promise.resolve();
    },
    changes: [changes.event],
    redrawMs: 5_000,
    isUrgent: () => isUrgent,
    report: (error) => errors.push(error),
  });
});

async function open(): Promise<FakePanel> {
  host.reveal();
  const panel = panels.at(-1);
  if (panel === undefined) throw new Error("no panel");
  panel.messages.fire({ type: "ready" });
  await settle();
  return panel;
}

describe("a panel", () => {
  it("is drawn when its page says that it is ready, and not before", async () => {
    host.place = "week";
    host.reveal();
    await settle();
    expect(drawn).toEqual([]);
    const panel = await open();
    expect({ drawn, sent: panel.sent }).toEqual({ drawn: ["week"], sent: [{ type: "model" }] });
  });

  it("is the only one: it is brought to the front and drawn again", async () => {
    const panel = await open();
    host.place = "day";
    host.reveal();
    await settle();
    expect({ panels: panels.length, revealed: panel.revealed, drawn }).toEqual({
      panels: 1,
      revealed: 1,
      drawn: [undefined, "day"],
    });
  });

  it("answers requests in order, and reports what is no request", async () => {
    const panel = await open();
    panel.messages.fire({ type: "erase" });
    panel.messages.fire({ type: "show", place: "a" });
    panel.messages.fire({ type: "show", place: "b" });
    await settle();
    expect(drawn).toEqual([undefined, "a", "b"]);
    expect(errors).toEqual([new Error("the sample sent a message that is none of its own")]);
  });

  it("gets nothing while it is hidden, until its page is there again", async () => {
    const panel = await open();
    panel.visible = false;
    panel.states.fire();
    changes.fire();
    clock.advance(10_000);
    await host.draw();
    expect(drawn).toHaveLength(1);
    panel.messages.fire({ type: "ready" });
    await settle();
    expect(drawn).toHaveLength(2);
  });

  it("is drawn for many changes once, when the last drawing is old enough", async () => {
    await open();
    clock.advance(1_000);
    changes.fire();
    changes.fire();
    clock.advance(3_999);
    expect(drawn).toHaveLength(1);
    clock.advance(1);
    expect(drawn).toHaveLength(2);
  });

  it("is drawn at once for an urgent change", async () => {
    await open();
    isUrgent = true;
    changes.fire();
    clock.advance(0);
    expect(drawn).toHaveLength(2);
  });

  it("that is closed is followed by a new one at the same place", async () => {
    host.place = "day";
    (await open()).dispose();
    await open();
    expect({ panels: panels.length, drawn }).toEqual({ panels: 2, drawn: ["day", "day"] });
  });

  it("leaves no timer and no panel behind", async () => {
    const panel = await open();
    changes.fire();
    host.dispose();
    changes.fire();
    expect({ timers: clock.pending, isDisposed: panel.isDisposed }).toEqual({ timers: 0, isDisposed: true });
  });
});

describe("a panel that VS Code kept over a reload", () => {
  const restore = (state: unknown): FakePanel => {
    const panel = new FakePanel();
    host.restore(panel as unknown as vscode.WebviewPanel, state);
    panel.messages.fire({ type: "ready" });
    return panel;
  };

  it("comes back where its page was, also when that says so at once", async () => {
    host.place = "of a panel closed before";
    restore({ place: "day" });
    await settle();
    expect(drawn).toEqual(["day"]);
  });

  it.each([undefined, null, "day", { place: 7 }])("starts anew from %j", async (state) => {
    restore(state);
    await settle();
    expect({ drawn, errors }).toEqual({ drawn: [undefined], errors: [] });
  });

  it("shows what was asked for meanwhile", async () => {
    restore({ place: "day" });
    host.place = "week";
    await settle();
    expect(drawn).toEqual(["week"]);
  });

  it("is closed where another one is open", async () => {
    await open();
    const kept = restore({ place: "day" });
    expect({ isDisposed: kept.isDisposed, place: host.place }).toEqual({ isDisposed: true, place: undefined });
  });
});
