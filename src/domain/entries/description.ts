import type { LocalDate } from "../../base/time.ts";
import type { Case } from "../cases/case.ts";
import type { Grouping } from "../edits/grouping.ts";
import type { CommitEvidence, Share } from "../log/approvedEntry.ts";

/** How drafts are made. */
export interface DraftingOptions {
  /** One per case and day where absent. */
  readonly grouping?: Grouping;
  readonly share: Share;
  /** Text with placeholders, see `TEMPLATE_PLACEHOLDERS`. */
  readonly descriptionTemplate: string;
}

/** What an entry is about. */
export interface Work {
  readonly case: Case;
  readonly day: LocalDate;
  readonly commits: readonly CommitEvidence[];
  /** Reasons of declared time. */
  readonly reasons: readonly string[];
}

/** What a template may name. `work`: what was done (commit subjects and reasons), else the case's title or key. */
export const TEMPLATE_PLACEHOLDERS = ["work", "key", "title", "customer", "date", "branches", "commits"] as const;

export const DEFAULT_TEMPLATE = "{work}";

/** For figures only: the descriptions drafted with it are never shown. */
export const PLAIN_DRAFTING: DraftingOptions = {
  grouping: "day",
  share: "none",
  descriptionTemplate: DEFAULT_TEMPLATE,
};

/** Longest description that is drafted; a person may write more. @format characters */
const DRAFTED_LENGTH = 500;
/** Longest that a person may write. @format characters */
export const MAX_DESCRIPTION_CHARS = 2_000;

/** Joins the descriptions of drafts that are one now: each text once, cut to `MAX_DESCRIPTION_CHARS`. */
export function joinDescriptions(texts: readonly string[]): string {
  const characters = Array.from([...new Set(texts)].join("; "));
  return characters.slice(0, MAX_DESCRIPTION_CHARS).join("");
}
/** Longest template. @format characters */
export const MAX_TEMPLATE = 300;

/** @source Conventional Commits 1.0.0, with the types of the Angular convention */
const CONVENTIONAL = /^(?:build|chore|ci|docs|feat|fix|perf|refactor|style|test)(?:\([^()]*\))?!?:\s+/i;
/** Subjects that say nothing about the work; left out if another one does. */
const NOISE = /^(?:wip|tmp|temp|todo|\W+|merge (?:branch|pull request|remote-tracking branch|tag|commit)\b.*)$/i;
/** @source git-commit(1), --fixup and --squash */
const FOLDED = /^(?:(?:fixup|squash|amend)! )+/;

/** Whether a template can be used: text of up to 300 characters whose placeholders are all known. */
export function isTemplate(text: string): boolean {
  const known: readonly string[] = TEMPLATE_PLACEHOLDERS;
  return (
    text.trim() !== "" &&
    Array.from(text).length <= MAX_TEMPLATE &&
    Array.from(text.matchAll(/\{([^{}]*)\}/g)).every(([, name = ""]) => known.includes(name))
  );
}

/**
 * Drafts the description of an entry: the template with what was done, each piece of work once, in order, joined by
 * "; ". Shows no more of commits than `share` lets leave the machine. Cut at 500 characters with an ellipsis, never
 * within a character.
 */
export function draftDescription(
  work: Work,
  { share, descriptionTemplate }: Pick<DraftingOptions, "share" | "descriptionTemplate">,
): string {
  const { case: forCase, day, reasons } = work;
  const commits = share === "none" ? [] : work.commits;
  const subjects = commits.map(({ subject }) => cleanSubject(subject, forCase.key)).filter(Boolean);
  const telling = subjects.filter((subject) => !NOISE.test(subject));
  const done = unique([...telling, ...reasons]);
  const values: Readonly<Record<(typeof TEMPLATE_PLACEHOLDERS)[number], string>> = {
    work: (done.length > 0 ? done : unique(subjects)).join("; ") || forCase.title || forCase.key,
    key: forCase.key,
    title: forCase.title,
    customer: forCase.customer.name,
    date: day,
    branches: share === "full" ? unique(commits.map(({ branch = "" }) => branch)).join(", ") : "",
    commits: unique(commits.map(({ sha }) => sha.slice(0, 10))).join(", "),
  };
  const text = descriptionTemplate.replaceAll(/\{([a-z]+)\}/g, (whole, name: string) =>
    name in values ? values[name as keyof typeof values] : whole,
  );
  // Placeholders without a value leave gaps; if that leaves nothing at all, the work alone is the description.
  return cut(text.replaceAll(/\s+/g, " ").trim() || values.work);
}

/** A subject for the customer: without `fixup!` and the like, the conventional type and this case's own key. */
export function cleanSubject(subject: string, caseKey: string): string {
  let text = subject.trim().replace(FOLDED, "");
  const key = caseKey.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const keyed = new RegExp(`^(?:\\[${key}\\]|\\(${key}\\)|${key})(?:\\s*[:–—-]\\s+|\\s+|$)`, "i");
  const plain = text.replace(keyed, "").replace(CONVENTIONAL, "").replace(keyed, "").trim();
  if (plain !== "" && plain !== text) text = plain.charAt(0).toUpperCase() + plain.slice(1);
  return text.replace(/(?<!\.)\.$/, "").trim();
}

function unique(lines: readonly string[]): readonly string[] {
  return [...new Set(lines.map((line) => line.trim()))].filter(Boolean);
}

function cut(text: string): string {
  const characters = Array.from(text);
  return characters.length <= DRAFTED_LENGTH ? text : `${characters.slice(0, DRAFTED_LENGTH - 1).join("")}…`;
}
