import { readFileSync } from "node:fs";
import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { parse } from "yaml";

/** One breach of the document: where (`#/…` into the body, else the name of a header or parameter) and what. */
export interface Issue {
  readonly detail: string;
  readonly pointer: string;
}

/** Header values by name; names in any case. */
export type HeaderValues = Readonly<Record<string, string | readonly string[] | undefined>>;

/** One request with what was answered, as a test or a recorder saw it. */
export interface Exchange {
  readonly method: string;
  /** Absolute, or from the root; whatever stands before the API's paths counts as the base URL. */
  readonly url: string;
  readonly requestHeaders?: HeaderValues;
  /** The parsed JSON, or undefined when there was no body. */
  readonly requestBody?: unknown;
  /** Undefined when no answer came: then only the request is checked. */
  readonly status?: number;
  readonly responseHeaders?: HeaderValues;
  readonly responseBody?: unknown;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema: unknown;
}
interface Body {
  readonly required?: boolean;
  readonly content: Readonly<Record<string, { readonly schema: unknown }>>;
}
interface Answer {
  readonly headers?: Readonly<Record<string, { readonly required?: boolean; readonly schema: unknown }>>;
  readonly content?: Body["content"];
}
interface Operation {
  readonly parameters?: readonly unknown[];
  readonly requestBody?: Body;
  readonly responses: Readonly<Record<string, unknown>>;
}
type PathItem = Readonly<Record<string, unknown>> & { readonly parameters?: readonly unknown[] };
interface ApiDocument {
  readonly paths: Readonly<Record<string, PathItem>>;
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
}
interface Found {
  readonly operation: Operation;
  readonly parameters: readonly Parameter[];
  readonly pathValues: ReadonlyMap<string, string>;
}

/** Where the document lies. */
export const DOCUMENT_URL = new URL("../../docs/billing-api.yaml", import.meta.url);

const NAME = "billing-api";
const ajv = new Ajv2020({ allErrors: true, strict: true, strictTypes: false, strictRequired: false });
formats(ajv);
for (const keyword of ["openapi", "info", "servers", "security", "tags", "paths", "components", "example"]) {
  ajv.addKeyword(keyword);
}

const source = parse(readFileSync(DOCUMENT_URL, "utf8")) as ApiDocument;
ajv.addSchema(source, NAME);
const compiled = new Map<unknown, ValidateFunction>();

/** The problem types of the document. */
export const PROBLEM_TYPES = (source.components.schemas["ProblemType"] as { readonly enum: readonly string[] }).enum;

/** The requests of the document, `POST /time-entries` and so on. */
export const OPERATIONS: readonly string[] = Object.entries(source.paths).flatMap(([path, item]) =>
  Object.keys(item)
    .filter((member) => member !== "parameters")
    .map((method) => `${method.toUpperCase()} ${path}`),
);

/** The answers of the document, `POST /time-entries 201` and so on. */
export const ANSWERS: readonly string[] = OPERATIONS.flatMap((operation) => {
  const [method = "", path = ""] = operation.split(" ");
  const { responses } = source.paths[path]?.[method.toLowerCase()] as Operation;
  return Object.keys(responses).map((status) => `${operation} ${status}`);
});

/** Paths without parameters come first: they win over those with them. */
const TEMPLATES = Object.keys(source.paths).sort((a, b) => a.split("{").length - b.split("{").length);

/** Follows a local `$ref`; anything else is returned as it is. */
function resolve(node: unknown): unknown {
  const target = (node as { readonly $ref?: string }).$ref;
  if (target === undefined) return node;
  return target
    .slice(2)
    .split("/")
    .reduce<unknown>((at, step) => (at as Record<string, unknown>)[step.replaceAll("~1", "/")], source);
}

/** Local references become references into the registered document, so that a part of it can be compiled alone. */
function absolute(schema: unknown): unknown {
  const text = JSON.stringify(schema).replaceAll('"$ref":"#/', `"$ref":"${NAME}#/`);
  return JSON.parse(text);
}

function validatorOf(schema: unknown): ValidateFunction {
  const known = compiled.get(schema);
  if (known !== undefined) return known;
  const validate = ajv.compile(absolute(schema) as object);
  compiled.set(schema, validate);
  return validate;
}

function escapePointer(step: string): string {
  return encodeURI(step.replaceAll("~", "~0").replaceAll("/", "~1"));
}

function toIssue(error: ErrorObject): Issue {
  const params = error.params as Readonly<Record<string, unknown>>;
  const base = `#${encodeURI(error.instancePath)}`;
  const message = error.message ?? error.keyword;
  switch (error.keyword) {
    case "required":
    case "dependentRequired":
      return { detail: "is missing", pointer: `${base}/${escapePointer(String(params["missingProperty"]))}` };
    case "additionalProperties":
    case "unevaluatedProperties": {
      const name = params["additionalProperty"] ?? params["unevaluatedProperty"];
      return { detail: "is not known", pointer: `${base}/${escapePointer(String(name))}` };
    }
    case "enum":
      return { detail: `must be one of ${JSON.stringify(params["allowedValues"])}`, pointer: base };
    case "const":
      return { detail: `must be ${JSON.stringify(params["allowedValue"])}`, pointer: base };
    default:
      return { detail: message, pointer: base };
  }
}

function issuesOf(schema: unknown, value: unknown): Issue[] {
  const validate = validatorOf(schema);
  if (validate(value)) return [];
  return (validate.errors ?? []).filter((error) => error.keyword !== "if").map(toIssue);
}

/** What is wrong with `value` as the component schema of that name. */
export function schemaIssues(schema: string, value: unknown): Issue[] {
  const found = source.components.schemas[schema];
  if (found === undefined) throw new Error(`No schema ${schema} in the document`);
  return issuesOf(found, value);
}

/** As `schemaIssues`, as sentences. */
export function validateSchema(schema: string, value: unknown): string[] {
  return schemaIssues(schema, value).map(({ pointer, detail }) => `${schema} ${pointer} ${detail}`);
}

function matchPath(template: string, pathname: string): Map<string, string> | undefined {
  const wanted = template.split("/");
  const given = pathname.split("/");
  if (wanted.length !== given.length) return undefined;
  const values = new Map<string, string>();
  for (const [index, step] of wanted.entries()) {
    const actual = given[index] ?? "";
    if (step.startsWith("{")) {
      if (actual === "") return undefined;
      values.set(step.slice(1, -1), decode(actual));
    } else if (step !== actual) return undefined;
  }
  return values;
}

function decode(step: string): string {
  try {
    return decodeURIComponent(step);
  } catch {
    // A broken escape is left as it is: no schema of a path parameter allows a percent sign.
    return step;
  }
}

/** The operation of a method and path, or a sentence when there is none. */
function find(method: string, pathname: string): Found | string {
  for (const template of TEMPLATES) {
    const pathValues = matchPath(template, pathname);
    const item = source.paths[template];
    if (pathValues === undefined || item === undefined) continue;
    const operation = item[method.toLowerCase()] as Operation | undefined;
    if (operation === undefined) return `${method} ${template} is not in the document`;
    const parameters = [...(item.parameters ?? []), ...(operation.parameters ?? [])].map(
      (parameter) => resolve(parameter) as Parameter,
    );
    return { operation, parameters, pathValues };
  }
  return `path ${pathname} is not in the document`;
}

function split(path: string): { readonly pathname: string; readonly query: URLSearchParams } {
  const [pathname = "", ...query] = path.split("?");
  return { pathname, query: new URLSearchParams(query.join("?")) };
}

function headerOf(headers: HeaderValues, name: string): string | undefined {
  const entry = Object.entries(headers).find(([key]) => key.toLowerCase() === name.toLowerCase());
  const value = entry?.[1];
  return typeof value === "object" ? value.join(", ") : value;
}

function named(name: string, issues: readonly Issue[]): Issue[] {
  return issues.map(({ detail }) => ({ detail, pointer: name }));
}

/** What is wrong with the query of a request: unknown, repeated, missing or malformed parameters. */
export function queryIssues(method: string, pathname: string, query: URLSearchParams): Issue[] {
  const found = find(method, pathname);
  if (typeof found === "string") return [{ detail: found, pointer: "path" }];
  const known = found.parameters.filter((parameter) => parameter.in === "query");
  const unknown = [...new Set(query.keys())].filter((key) => !known.some(({ name }) => name === key));
  const issues: Issue[] = unknown.map((name) => ({ detail: "is not known", pointer: name }));
  for (const parameter of known) {
    const values = query.getAll(parameter.name);
    if (values.length > 1) issues.push({ detail: "is given more than once", pointer: parameter.name });
    if (values.length === 0 && parameter.required) issues.push({ detail: "is missing", pointer: parameter.name });
    for (const value of values) issues.push(...named(parameter.name, issuesOf(parameter.schema, value)));
  }
  return issues;
}

function requestHeaderIssues(found: Found, headers: HeaderValues, hasBody: boolean): Issue[] {
  const issues: Issue[] = [];
  if (!/^Bearer [A-Za-z0-9\-._~+/]+=*$/.test(headerOf(headers, "authorization") ?? "")) {
    issues.push({ detail: "must be a bearer token", pointer: "Authorization" });
  }
  for (const parameter of found.parameters.filter((candidate) => candidate.in === "header")) {
    const value = headerOf(headers, parameter.name);
    if (value !== undefined) issues.push(...named(parameter.name, issuesOf(parameter.schema, value)));
    else if (parameter.required) issues.push({ detail: "is missing", pointer: parameter.name });
  }
  const type = mediaType(headers);
  if (hasBody && found.operation.requestBody?.content[type] === undefined) {
    issues.push({ detail: `${type || "none"} is not in the document`, pointer: "Content-Type" });
  }
  return issues;
}

function mediaType(headers: HeaderValues): string {
  return (headerOf(headers, "content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
}

function sentences(label: string, issues: readonly Issue[]): string[] {
  return issues.map(({ pointer, detail }) => `${label}: ${pointer} ${detail}`);
}

/**
 * What is wrong with a request; empty when it is valid.
 * @param path below the base URL, with its query: `/time-entries?externalId=…`
 * @param body the parsed JSON, undefined for none
 * @param headers checked when given: authorization, content type, header parameters
 */
export function validateRequest(method: string, path: string, body?: unknown, headers?: HeaderValues): string[] {
  const { pathname, query } = split(path);
  const found = find(method, pathname);
  if (typeof found === "string") return [found];
  const issues = queryIssues(method, pathname, query);
  for (const parameter of found.parameters.filter((candidate) => candidate.in === "path")) {
    issues.push(...named(parameter.name, issuesOf(parameter.schema, found.pathValues.get(parameter.name))));
  }
  const declared = found.operation.requestBody;
  if (declared === undefined && body !== undefined) issues.push({ detail: "must be absent", pointer: "body" });
  if (declared !== undefined && body === undefined) issues.push({ detail: "is missing", pointer: "body" });
  if (declared !== undefined && body !== undefined) {
    issues.push(...issuesOf(declared.content["application/json"]?.schema ?? false, body));
  }
  if (headers !== undefined) issues.push(...requestHeaderIssues(found, headers, body !== undefined));
  return sentences(`${method} ${pathname} request`, issues);
}

/**
 * What is wrong with an answer; empty when it is valid. A status that the document does not have for this request is.
 * @param headers checked when given: content type and the declared headers
 */
export function validateResponse(
  method: string,
  path: string,
  status: number,
  body?: unknown,
  headers?: HeaderValues,
): string[] {
  const { pathname } = split(path);
  const found = find(method, pathname);
  if (typeof found === "string") return [found];
  const label = `${method} ${pathname} answer ${status}`;
  const declared = found.operation.responses[String(status)];
  if (declared === undefined) return [`${label}: status is not in the document`];
  const answer = resolve(declared) as Answer;
  const [type, content] = Object.entries(answer.content ?? {})[0] ?? [];
  const issues: Issue[] = [];
  if (content === undefined) {
    if (body !== undefined && body !== "") issues.push({ detail: "must be absent", pointer: "body" });
  } else issues.push(...issuesOf(content.schema, body));
  if (headers !== undefined) {
    if (type !== undefined && mediaType(headers) !== type) {
      issues.push({ detail: `must be ${type}`, pointer: "Content-Type" });
    }
    for (const [name, header] of Object.entries(answer.headers ?? {})) {
      const value = headerOf(headers, name);
      if (value !== undefined) issues.push(...named(name, issuesOf((resolve(header) as Parameter).schema, value)));
      else if ((resolve(header) as Parameter).required) issues.push({ detail: "is missing", pointer: name });
    }
  }
  return sentences(label, issues);
}

/** The part of an address below the base URL: its longest end that is a path of the document. */
function relativePath(url: string): string {
  const { pathname, search } = new URL(url, "http://127.0.0.1");
  const steps = pathname.split("/");
  for (let from = 1; from < steps.length; from += 1) {
    const candidate = `/${steps.slice(from).join("/")}`;
    if (TEMPLATES.some((template) => matchPath(template, candidate) !== undefined)) {
      return candidate + search;
    }
  }
  return pathname + search;
}

/**
 * What is wrong with a request and its answer, in both directions; empty when both are valid.
 * A request that was made to be refused breaks the document on purpose: check its answer with `validateResponse`.
 */
export function checkExchange(exchange: Exchange): string[] {
  const { method, requestBody, requestHeaders, status, responseBody, responseHeaders } = exchange;
  const path = relativePath(exchange.url);
  const violations = validateRequest(method, path, requestBody, requestHeaders);
  if (status === undefined) return violations;
  return [...violations, ...validateResponse(method, path, status, responseBody, responseHeaders)];
}
