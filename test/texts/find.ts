/** Finds in the sources what a person reads: the keys of `t` and `plural`, and texts that go by them. */
import fs from "node:fs";
import path from "node:path";
import ts from "typescript";

/** A place in the sources, `src/ui/present.ts:12`, and what stands there. */
export interface Found {
  readonly at: string;
  readonly text: string;
}

export interface Texts {
  /** Keys of the bundles: the English texts. */
  readonly keys: ReadonlySet<string>;
  /** Texts of words that a person may read and no bundle can translate. */
  readonly bare: readonly Found[];
  /** Calls of which the key cannot be read, or that run while a module is loaded. */
  readonly misused: readonly Found[];
}

/** What ends in a log, a stack trace or a test's eye: it stays English. */
const UNREAD_CALLEES = /^(debug|info|warn|error|trace|log|assertNever|exec|prepare|time)$/;
const UNREAD_ERRORS = /^(Error|TypeError|RangeError|SyntaxError)$/;
/** Properties that VS Code and our own views show, where also a single word is read. */
const SHOWN_PROPERTIES =
  /^(label|title|placeHolder|placeholder|prompt|tooltip|detail|description|text|message|openLabel|saveLabel|name|value|buttonLabel)$/;
const WORDS = /(^|[^\w$])[A-Za-z][a-z]+[,:;.…]? +([A-Za-z0-9$("]|\{\})|\{\} +[a-z]{3,}/;
const SQL =
  /^\s*(SELECT|INSERT|UPDATE|DELETE|CREATE|PRAGMA|BEGIN|COMMIT|ROLLBACK|ALTER|DROP|WITH|ATTACH|DETACH|VACUUM|SAVEPOINT|REPLACE)\b/;
const MARKUP_TEXT = />([^<>]*[A-Za-z]{2,}[^<>]*)</g;
const MARKUP_ATTRIBUTE = /\b(aria-label|title|placeholder|alt|aria-roledescription)="([^"]*[A-Za-z]{2,}[^"]*)"/g;

/** @param root the checkout. Reads each TypeScript file below `src` once. */
export function textsOf(root: string): Texts {
  const keys = new Set<string>();
  const bare: Found[] = [];
  const misused: Found[] = [];
  for (const file of sources(path.join(root, "src"))) {
    const name = path.relative(root, file).replaceAll(path.sep, "/");
    if (name === "src/base/text.ts") continue;
    const source = ts.createSourceFile(file, fs.readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true);
    const at = (node: ts.Node): string =>
      `${name}:${source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1}`;
    const visit = (node: ts.Node): void => {
      if (isTextCall(node)) {
        readCall(node, keys, (text) => misused.push({ at: at(node), text }));
        // The values of a text may be texts themselves.
        node.arguments.slice(keysIn(node)).forEach(visit);
        return;
      }
      for (const text of bareTexts(node)) bare.push({ at: at(node), text });
      if (ts.isTaggedTemplateExpression(node)) {
        for (const inMarkup of markupTexts(node)) bare.push({ at: at(node), text: inMarkup });
        if (!ts.isNoSubstitutionTemplateLiteral(node.template)) {
          node.template.templateSpans.forEach((span) => {
            visit(span.expression);
          });
        }
        return;
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return { keys, bare, misused };
}

function* sources(folder: string): Generator<string> {
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const full = path.join(folder, entry.name);
    if (entry.isDirectory()) yield* sources(full);
    else if (entry.name.endsWith(".ts") && !entry.name.endsWith(".d.ts")) yield full;
  }
}

type TextCall = ts.CallExpression & { readonly expression: ts.Identifier };

function isTextCall(node: ts.Node): node is TextCall {
  return (
    ts.isCallExpression(node) &&
    ts.isIdentifier(node.expression) &&
    (node.expression.text === "t" || node.expression.text === "plural")
  );
}

/** Arguments of the call before the values, in `plural` the first is a value. */
function keysIn(node: TextCall): number {
  return node.expression.text === "t" ? 1 : 3;
}

function readCall(node: TextCall, keys: Set<string>, misuse: (why: string) => void): void {
  const places = node.expression.text === "t" ? node.arguments.slice(0, 1) : node.arguments.slice(1, 3);
  for (const place of places) {
    const texts = literals(place);
    if (texts === undefined) misuse(`${place.getText()} is not a text that can be read here`);
    texts?.forEach((text) => keys.add(text));
  }
  if (places.length !== (node.expression.text === "t" ? 1 : 2)) misuse("a form is missing");
  let outer: ts.Node = node.parent;
  while (!ts.isFunctionLike(outer) && !ts.isSourceFile(outer)) outer = outer.parent;
  if (ts.isSourceFile(outer)) misuse("the language is not known yet while a module is loaded");
}

/** The texts that an expression can be: literals, and choices between them. */
function literals(node: ts.Expression): readonly string[] | undefined {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return [node.text];
  if (ts.isParenthesizedExpression(node)) return literals(node.expression);
  if (!ts.isConditionalExpression(node)) return undefined;
  const one = literals(node.whenTrue);
  const other = literals(node.whenFalse);
  return one === undefined || other === undefined ? undefined : [...one, ...other];
}

function bareTexts(node: ts.Node): readonly string[] {
  const text = textOf(node);
  if (text === undefined || SQL.test(text)) return [];
  if (/^\s*<[a-z!]/i.test(text)) return textsInMarkup(text);
  const isWord = /^[A-Z][a-z]+/.test(text) && isShown(node);
  if (!WORDS.test(text) && !isWord) return [];
  return isUnread(node) ? [] : [text];
}

function textOf(node: ts.Node): string | undefined {
  if (ts.isSourceFile(node) || ts.isTaggedTemplateExpression(node.parent)) return undefined;
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return undefined;
  return [node.head.text, ...node.templateSpans.map(({ literal }) => `{}${literal.text}`)].join("");
}

function isShown(node: ts.Node): boolean {
  const { parent } = node;
  return ts.isPropertyAssignment(parent) && ts.isIdentifier(parent.name) && SHOWN_PROPERTIES.test(parent.name.text);
}

function isUnread(node: ts.Node): boolean {
  for (let { parent } = node; ; parent = parent.parent) {
    if (ts.isImportDeclaration(parent) || ts.isExportDeclaration(parent) || ts.isTypeNode(parent)) return true;
    if (ts.isCaseClause(parent) && parent.expression === node) return true;
    if (ts.isCallExpression(parent)) {
      const callee = ts.isPropertyAccessExpression(parent.expression) ? parent.expression.name : parent.expression;
      if (ts.isIdentifier(callee) && UNREAD_CALLEES.test(callee.text)) return true;
    }
    if (ts.isNewExpression(parent) && ts.isIdentifier(parent.expression)) {
      if (UNREAD_ERRORS.test(parent.expression.text)) return true;
      if (parent.expression.text === "CaseclockError") {
        const [code] = parent.arguments ?? [];
        // What a caller of a command with arguments reads is for programs, as the codes are.
        return code !== undefined && ts.isStringLiteral(code) && code.text === "arguments.invalid";
      }
    }
    if (ts.isFunctionLike(parent) || ts.isSourceFile(parent)) return false;
  }
}

function markupTexts(node: ts.TaggedTemplateExpression): string[] {
  if (!ts.isIdentifier(node.tag) || !/^(html|svg)$/.test(node.tag.text)) return [];
  const { template } = node;
  const source = ts.isNoSubstitutionTemplateLiteral(template)
    ? template.text
    : [template.head.text, ...template.templateSpans.map(({ literal }) => `{}${literal.text}`)].join("");
  return textsInMarkup(source);
}

function textsInMarkup(markup: string): string[] {
  const source = markup.replaceAll(/<style>.*?<\/style>/gs, "");
  return [
    ...[...source.matchAll(MARKUP_TEXT)].map(([, text = ""]) => text.trim()),
    ...[...source.matchAll(MARKUP_ATTRIBUTE)].map(([, , text = ""]) => text),
  ].filter((text) => !/^\{\}$/.test(text));
}
