import { describe, expect, it, vi } from "vitest";
import type { KnownCases } from "../../../../src/app/cases/caseDirectory.ts";
import type { Case } from "../../../../src/domain/cases/case.ts";
import type { Suggestion } from "../../../../src/domain/cases/suggestion.ts";
import {
  findButton,
  caseItems,
  isChoiceOf,
  type CaseItem,
  type CaseListModel,
} from "../../../../src/ui/cases/caseItems.ts";
import { aCase, at, must } from "../../../support/builders.ts";

/** The two of VS Code's values that rows are made of. */
vi.mock("vscode", () => ({
  ThemeIcon: class {
    readonly id: string;
    constructor(id: string) {
      this.id = id;
    }
  },
  QuickPickItemKind: { Separator: -1, Default: 0 },
}));

const ACME = aCase("ACME-1");
const BETA: Case = { ...aCase("BETA-2"), customer: { id: "b", name: "Beta & Co" } };
const CLOSED: Case = { ...aCase("OLD-9"), status: "closed" };

const model = (more: Partial<CaseListModel> = {}): CaseListModel => ({
  current: undefined,
  suggestions: [],
  recent: [],
  pinned: [],
  findSecondsLeft: () => undefined,
  offeredFile: undefined,
  canSearch: false,
  explain: ({ error }) => String(error),
  ...more,
});
const known = (cases: readonly Case[], more: Partial<KnownCases> = {}): KnownCases => ({
  cases,
  fetchedAt: undefined,
  failures: [],
  ...more,
});
const suggestion = (one: Case): Suggestion => ({
  case: one,
  reason: { kind: "branch", branch: "fix/x" },
  since: at("09:00"),
  isAmbiguous: false,
});

/** The rows in short: separators in brackets, the fixed ones at the end left out. */
function rows(items: readonly CaseItem[]): readonly string[] {
  const end = items.findIndex((item) => item.choice?.kind === "none") - 1;
  return items.slice(0, end).map((item) => (Number(item.kind) === -1 ? `[${item.label}]` : item.label));
}

const rowOf = (items: readonly CaseItem[], one: Case): CaseItem => must(items.find((item) => isChoiceOf(item, one)));

describe("the rows of the picker", () => {
  it("are suggested, recent, pinned, then all open ones by customer, each once", () => {
    const GAMMA = aCase("GAMMA-3");
    const nobody: Case = { ...aCase("N-1"), customer: { id: "", name: "" } };
    const items = caseItems(
      model({
        current: ACME.ref,
        suggestions: [suggestion(ACME), suggestion(BETA)],
        recent: [BETA.ref, ACME.ref, CLOSED.ref, aCase("GONE-1").ref],
        pinned: [ACME.ref, GAMMA.ref],
      }),
      known([ACME, BETA, GAMMA, CLOSED, nobody, aCase("DELTA-4")]),
    );
    expect(rows(items)).toEqual([
      "[suggested]",
      "BETA-2",
      "[recent]",
      "$(check) ACME-1",
      "OLD-9",
      "[pinned]",
      "GAMMA-3",
      "[Customer]",
      "DELTA-4",
      "[No customer]",
      "N-1",
    ]);
    expect(rowOf(items, BETA).detail).toBe("Beta & Co · from branch fix/x");
    expect(rowOf(items, CLOSED).description).toBe("Title of OLD-9 · closed");
  });

  it("end with no case, a new one and a file of the workspace, whatever there is", () => {
    const fixed = (more: Partial<CaseListModel> = {}): readonly string[] =>
      caseItems(model(more), known([])).map((item) => item.label);
    const always = ["$(circle-slash) No case (not billed)", "$(add) New local case…"];
    expect(fixed()).toEqual(["more", ...always]);
    expect(fixed({ offeredFile: "/w/cases.json" })).toEqual([
      "more",
      ...always,
      "$(file-code) Use the cases of this workspace…",
    ]);
    const items = caseItems(model({ offeredFile: "/w/cases.json" }), known([]));
    expect(items.slice(1).every((item) => item.alwaysShow === true)).toBe(true);
  });

  it("say how old the list is, and what could not be had, where nothing filters it away", () => {
    const items = caseItems(
      model(),
      known([ACME], {
        fetchedAt: at("12:00"),
        failures: [{ source: "s", label: "$(x)".repeat(50), error: new Error("401\n$(y)") }],
      }),
    );
    const failure = must(items.find((item) => item.label.startsWith("$(warning)")));
    expect({ alwaysShow: failure.alwaysShow, choice: failure.choice }).toEqual({ alwaysShow: true, choice: undefined });
    expect(failure.label.slice("$(warning)".length)).not.toMatch(/\$\(|\n/);
    expect(failure.label).toContain("401");
    expect(items.some((item) => item.label.startsWith("1 case, list from "))).toBe(true);
  });

  it("suggest five at most, and as many recent ones", () => {
    const many = Array.from({ length: 20 }, (_, n) => aCase(`A-${String(n)}`));
    const items = caseItems(
      model({ suggestions: many.slice(0, 9).map(suggestion), recent: many.map((one) => one.ref) }),
      known(many),
    );
    const found = rows(items);
    expect({
      suggested: found.indexOf("[suggested]"),
      recent: found.indexOf("[recent]"),
      customer: found.indexOf("[Customer]"),
    }).toEqual({ suggested: 0, recent: 6, customer: 12 });
    expect(new Set(found).size).toBe(found.length);
  });

  it("have buttons for what can be done", () => {
    const paged: Case = { ...ACME, url: "https://x.example" };
    const buttons = (one: Case, more: Partial<CaseListModel> = {}): readonly unknown[] =>
      (rowOf(caseItems(model(more), known([one])), one).buttons ?? []).map(findButton);
    expect(buttons(ACME)).toEqual(["pin", "details"]);
    expect(buttons(paged, { pinned: [ACME.ref] })).toEqual(["unpin", "open", "details"]);
    expect(
      findButton({ iconPath: rowOf(caseItems(model(), known([ACME])), ACME).buttons?.[0]?.iconPath as never }),
    ).toBe(undefined);
  });

  it("say what is left of a contract, and whether time is billed", () => {
    const described = (left: number | undefined, one = ACME): string | undefined =>
      rowOf(caseItems(model({ findSecondsLeft: () => left }), known([one])), one).description;
    expect({
      unknown: described(undefined),
      some: described(5_400),
      none: described(0),
      overdrawn: described(-9),
    }).toEqual({
      unknown: "Title of ACME-1",
      some: "Title of ACME-1 · 1:30 h left",
      none: "Title of ACME-1 · no hours left",
      overdrawn: "Title of ACME-1 · no hours left",
    });
    expect(described(undefined, aCase("F", { billable: false }))).toBe("Title of F · not billable");
  });

  it("show others' texts as text, cut", () => {
    const hostile: Case = {
      ...aCase("$(trash)"),
      title: `$(bug)\n[x](command:y) \u202e${"x".repeat(1_000_000)}`,
      customer: { id: "h", name: "$(zap)".repeat(100) },
    };
    const items = caseItems(model(), known([hostile]));
    const row = rowOf(items, hostile);
    for (const text of [row.label, row.description, row.detail, must(items[0]).label]) {
      expect(text).not.toMatch(/\$\(|\n/);
      expect(must(text).length).toBeLessThanOrEqual(300);
    }
  });

  it("are 5,000 without trouble, in the order of customers", () => {
    const many = Array.from({ length: 5_000 }, (_, n): Case => {
      const name = `C${String(n % 50).padStart(2, "0")}`;
      return { ...aCase(`A-${String(n)}`), customer: { id: name, name } };
    });
    const items = caseItems(model(), known(many));
    const headings = rows(items).filter((row) => row.startsWith("["));
    expect(headings).toHaveLength(50);
    expect(headings).toEqual([...headings].sort());
    expect(items.filter((item) => item.choice?.kind === "case")).toHaveLength(5_000);
  });
});

describe("a search in the billing system", () => {
  it("is offered where there is one, after the list", () => {
    const labels = caseItems(model({ canSearch: true }), known([ACME])).map(({ label }) => label);
    expect(labels.filter((label) => label.startsWith("$(search)"))).toHaveLength(1);
    expect(labels.indexOf("ACME-1")).toBeLessThan(labels.findIndex((label) => label.startsWith("$(search)")));
    expect(caseItems(model(), known([ACME])).some(({ choice }) => choice?.kind === "search")).toBe(false);
  });

  it("shows what it found first, whatever is typed, and each case once", () => {
    const items = caseItems(model({ canSearch: true, found: { text: "beta", cases: [BETA] } }), known([ACME, BETA]));
    expect(items.slice(0, 2).map(({ label }) => label)).toEqual(["found for “beta”", "BETA-2"]);
    expect(rowOf(items, BETA).alwaysShow).toBe(true);
    expect(items.filter((item) => isChoiceOf(item, BETA))).toHaveLength(1);
  });

  it("says that it found nothing", () => {
    const items = caseItems(model({ canSearch: true, found: { text: "x$(y)", cases: [] } }), known([ACME]));
    expect(items[0]?.label).toMatch(/^nothing found for “x\$\u200b\(y\)”$/);
  });
});
