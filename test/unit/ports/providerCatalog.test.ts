import { afterEach, describe, expect, it } from "vitest";
import { setTexts } from "../../../src/base/text.ts";
import { isProviderId, LOCAL_PROVIDER, serverProviders } from "../../../src/ports/providerCatalog.ts";

afterEach(() => {
  setTexts("en", {});
});

describe("the servers that are offered", () => {
  it("are what the setting takes", () => {
    expect([LOCAL_PROVIDER, ...serverProviders().map(({ id }) => id)].filter((id) => !isProviderId(id))).toEqual([]);
    expect(isProviderId("unknown")).toBe(false);
  });

  it("are described in the language that is set when they are shown", () => {
    const detailOfRedmine = (): string | undefined => serverProviders().find(({ id }) => id === "redmine")?.detail;
    expect(detailOfRedmine()).toBe("Time entries on issues, by the minute");
    setTexts("de", { "Time entries on issues, by the minute": "Zeiteinträge zu Tickets, minutengenau" });
    expect(detailOfRedmine()).toBe("Zeiteinträge zu Tickets, minutengenau");
  });
});
