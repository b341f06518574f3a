import { beforeEach, describe, expect, it, vi } from "vitest";
import { openUri } from "../../../../src/ui/shell/openUri.ts";

/** What the person was asked, and what the answer is. */
const dialog = vi.hoisted(() => ({ asked: [] as unknown[][], answer: undefined as string | undefined }));

vi.mock("vscode", () => ({
  window: {
    showInformationMessage: (...args: unknown[]) => {
      dialog.asked.push(args);
      return Promise.resolve(dialog.answer);
    },
  },
}));

let picked: unknown[];
const open = (path: string, query: string): Promise<void> =>
  openUri(
    { path, query },
    {
      "caseclock.pickCase": (argument) => {
        picked.push(argument);
        return Promise.resolve(undefined);
      },
    },
  );

beforeEach(() => {
  picked = [];
  dialog.asked = [];
  dialog.answer = "Pick Case";
});

describe("a link to the extension", () => {
  it("asks first, in a dialog, and picks then", async () => {
    await open("/pick", "case=ACME-1&source=s");
    expect(dialog.asked).toEqual([
      ["A link asks you to work on ACME-1 from now on.", expect.objectContaining({ modal: true }), "Pick Case"],
    ]);
    expect(picked).toEqual([{ key: "ACME-1", source: "s" }]);
  });

  it("does nothing when it is answered with no", async () => {
    dialog.answer = undefined;
    await open("/pick", "case=ACME-1");
    expect({ questions: dialog.asked.length, picked }).toEqual({ questions: 1, picked: [] });
  });

  it("has no links of its own in the question", async () => {
    await open("/pick", "case=[x](command:y)");
    expect(String(dialog.asked[0]?.[0])).not.toContain("](");
    expect(picked).toEqual([{ key: "[x](command:y)" }]);
  });

  it("of any other kind is refused, and asks nothing", async () => {
    await expect(open("/sync", "case=ACME-1")).rejects.toMatchObject({ code: "arguments.invalid" });
    await expect(open("/pick", "")).rejects.toMatchObject({ code: "arguments.invalid" });
    expect({ asked: dialog.asked, picked }).toEqual({ asked: [], picked: [] });
  });
});
