import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { anEntry } from "../../billing-endpoint/client.ts";
import { problem, PROBLEM_BASE, type ProblemName } from "../../billing-endpoint/problems.ts";
import { SEED_CASES } from "../../billing-endpoint/seed.ts";
import {
  ANSWERS,
  checkExchange,
  DOCUMENT_URL,
  OPERATIONS,
  PROBLEM_TYPES,
  validateRequest,
  validateResponse,
  validateSchema,
} from "../../support/openapi.ts";

interface Schema {
  readonly examples?: readonly unknown[];
}
const document = parse(readFileSync(DOCUMENT_URL, "utf8")) as {
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
};
const HEADERS = {
  Authorization: "Bearer t",
  "Content-Type": "application/json",
  "Idempotency-Key": `"${anEntry().externalId}"`,
};
const STORED = { ...anEntry(), id: "te-1" };

describe("billing-api.yaml", () => {
  it("lints without an error or a warning", async () => {
    const root = fileURLToPath(new URL("../../../", import.meta.url));
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["node_modules/@redocly/cli/bin/cli.js", "lint", "docs/billing-api.yaml", "--format=json"],
      { cwd: root, env: { ...process.env, REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true" } },
    );
    expect(JSON.parse(stdout)).toMatchObject({ totals: { errors: 0, warnings: 0, ignored: 0 }, problems: [] });
  });

  it("has the requests of the design", () => {
    expect(OPERATIONS).toEqual([
      "GET /me",
      "GET /cases",
      "GET /time-entries",
      "POST /time-entries",
      "PUT /time-entries/{externalId}",
      "DELETE /time-entries/{externalId}",
      "POST /time-entries/batch",
    ]);
    expect(ANSWERS).toContain("POST /time-entries 409");
  });

  it("lists each problem type once, with the endpoint's status in its table", () => {
    const names = PROBLEM_TYPES.map((type) => type.slice(PROBLEM_BASE.length) as ProblemName);
    expect(new Set(names).size).toBe(names.length);
    const table = (document.components.schemas["ProblemType"] as { readonly description: string }).description;
    for (const name of names) {
      const { type, status } = problem(name);
      expect(PROBLEM_TYPES).toContain(type);
      expect(table).toContain(`| \`${name}\` | ${status} |`);
    }
  });

  it("has examples that keep their schemas", () => {
    const examples = Object.entries(document.components.schemas).flatMap(([name, { examples: found = [] }]) =>
      found.map((example) => ({ name, example })),
    );
    expect(examples.length).toBeGreaterThanOrEqual(12);
    expect(examples.flatMap(({ name, example }) => validateSchema(name, example))).toEqual([]);
  });

  it("fits the demo's cases", () => {
    expect(SEED_CASES.flatMap((each) => validateSchema("Case", each))).toEqual([]);
  });
});

describe("the validator", () => {
  it("accepts what is valid", () => {
    expect(validateRequest("POST", "/time-entries", anEntry(), HEADERS)).toEqual([]);
    expect(validateResponse("POST", "/time-entries", 201, STORED)).toEqual([]);
    expect(validateResponse("DELETE", "/time-entries/abc", 204)).toEqual([]);
  });

  it.each([
    ["an unknown path", "GET", "/entries", undefined, "path /entries is not in the document"],
    ["an unknown method", "PATCH", "/cases", undefined, "PATCH /cases is not in the document"],
    ["an unknown parameter", "GET", "/cases?state=open", undefined, "GET /cases request: state is not known"],
    [
      "a repeated parameter",
      "GET",
      "/cases?query=a&query=b",
      undefined,
      "GET /cases request: query is given more than once",
    ],
    [
      "a body that is missing",
      "POST",
      "/time-entries/batch",
      undefined,
      "POST /time-entries/batch request: body is missing",
    ],
    ["a body too many", "GET", "/me", {}, "GET /me request: body must be absent"],
    [
      "an unknown member",
      "PUT",
      "/time-entries/abc",
      { ...anEntry(), hours: 1 },
      "PUT /time-entries/abc request: #/hours is not known",
    ],
    [
      "a later revision by POST",
      "POST",
      "/time-entries",
      anEntry({ revision: 2 }),
      "POST /time-entries request: #/revision must be 1",
    ],
  ])("reports %s in a request", (_, method, path, body, violation) => {
    expect(validateRequest(method, path, body)).toEqual([violation]);
  });

  it("reports headers of a request when it is given some", () => {
    expect(validateRequest("POST", "/time-entries", anEntry(), { "content-type": "text/plain" })).toEqual([
      "POST /time-entries request: Authorization must be a bearer token",
      "POST /time-entries request: Idempotency-Key is missing",
      "POST /time-entries request: Content-Type text/plain is not in the document",
    ]);
  });

  it("reports status, body and headers of an answer", () => {
    expect(validateResponse("GET", "/me", 204)).toEqual(["GET /me answer 204: status is not in the document"]);
    expect(validateResponse("GET", "/me", 200, { id: "1", name: "A" })).toEqual([
      "GET /me answer 200: #/email is missing",
    ]);
    expect(validateResponse("DELETE", "/time-entries/abc", 204, {})).toEqual([
      "DELETE /time-entries/abc answer 204: body must be absent",
    ]);
    expect(
      validateResponse("GET", "/me", 429, problem("rate-limited"), { "Content-Type": "application/json" }),
    ).toEqual([
      "GET /me answer 429: Content-Type must be application/problem+json",
      "GET /me answer 429: Retry-After is missing",
    ]);
    expect(validateResponse("POST", "/time-entries", 409, problem("stale-revision"))).not.toEqual([]);
  });

  it("lets answers have members it does not know", () => {
    const commits = [{ sha: "a".repeat(40), subject: "s", author: "x" }];
    const grown = { ...STORED, invoice: 7, evidence: { commits, reviews: [] } };
    expect(validateResponse("POST", "/time-entries", 201, grown)).toEqual([]);
  });

  it("checks an exchange in both directions, whatever the base URL", () => {
    const exchange = { method: "PUT", requestBody: anEntry(), status: 200, responseBody: STORED };
    for (const base of ["http://127.0.0.1:1/v1", "https://billing.example.com/api/v2", "/v1", ""]) {
      expect(checkExchange({ ...exchange, url: `${base}/time-entries/${STORED.externalId}` })).toEqual([]);
    }
    const broken = { ...exchange, url: "/v1/time-entries/abcdefgh", requestBody: {}, responseBody: {} };
    const violations = checkExchange(broken);
    expect(violations).toContain("PUT /time-entries/abcdefgh request: #/caseId is missing");
    expect(violations).toContain("PUT /time-entries/abcdefgh answer 200: #/id is missing");
    expect(checkExchange({ method: "GET", url: "/v1/nothing" })).toEqual(["path /v1/nothing is not in the document"]);
  });
});
