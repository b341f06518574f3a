import { createHash, randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { BillingCase, Contract, Evidence, TimeEntry } from "./model.ts";
import { REFRESH_SCRIPT, STYLE } from "./pageStyle.ts";
import type { Answer } from "./problems.ts";
import { entryText, type CaseTotals, type Store, type StoredEntry } from "./store.ts";

/** Entries that the page shows: the last ones. */
const SHOWN_ENTRIES = 200;

const STYLE_HASH = createHash("sha256").update(STYLE).digest("base64");
const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${STYLE_HASH}'`,
  "script-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const NO_ENTRIES: CaseTotals = { entries: 0, billableSeconds: 0, billedSeconds: 0 };

/** The page for people: customers, cases and what was received. It only reads. */
export class Page {
  readonly #store: Store;
  readonly #start = randomUUID();

  constructor(store: Store) {
    this.#store = store;
  }

  /** @param isLocal whether the request names this host: another name may be a web site that points at loopback */
  answer(request: IncomingMessage, path: string, isLocal: boolean): Answer {
    const type = { "Content-Type": "text/plain; charset=utf-8" };
    if (!isLocal) return { status: 403, headers: type, body: "Only for this host.\n" };
    const isKnown = path === "/" || path === "/refresh.js";
    if (!isKnown) return { status: 404, headers: type, body: "There is no such page.\n" };
    if (request.method !== "GET") return { status: 405, headers: { ...type, Allow: "GET" }, body: "Only to read.\n" };
    if (path === "/refresh.js") {
      return { status: 200, headers: { "Content-Type": "text/javascript; charset=utf-8" }, body: REFRESH_SCRIPT };
    }
    const tag = `"${this.#start}-${this.#store.version}"`;
    if (request.headers["if-none-match"] === tag) return { status: 304, headers: { ETag: tag }, body: "" };
    const headers = {
      "Content-Type": "text/html; charset=utf-8",
      "Content-Security-Policy": POLICY,
      "Referrer-Policy": "no-referrer",
      "Cross-Origin-Resource-Policy": "same-origin",
      ETag: tag,
    };
    return { status: 200, headers, body: this.#render(tag) };
  }

  #render(tag: string): string {
    const cases = this.#store.cases();
    const totals = this.#store.totals();
    const customers = new Map(cases.map(({ customer }) => [customer.id, customer.name]));
    const sum = [...totals.values()].reduce(
      (a, b) => ({
        entries: a.entries + b.entries,
        billableSeconds: a.billableSeconds + b.billableSeconds,
        billedSeconds: a.billedSeconds + b.billedSeconds,
      }),
      NO_ENTRIES,
    );
    const latest = this.#store.latestEntries(SHOWN_ENTRIES);
    return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Billing endpoint: ${sum.entries} time entries</title>
<style>${STYLE}</style>
<script src="/refresh.js" defer></script>
</head>
<body data-tag="${escape(tag)}">
<header>
<h1>Reference billing endpoint</h1>
<p>What Caseclock sent, as it was stored. This page only reads and is served on this machine alone.</p>
</header>
<main>
<dl class="totals">
${total("Time entries", String(sum.entries))}
${total("Exact time", duration(sum.billableSeconds))}
${total("Billed time", duration(sum.billedSeconds))}
${total("Customers", String(customers.size))}
</dl>
<section aria-labelledby="received">
<h2 id="received">Received time entries</h2>
${entryTable(latest, sum.entries, cases)}
</section>
<section aria-labelledby="customers">
<h2 id="customers">Customers and cases</h2>
${[...customers]
  .sort(([, a], [, b]) => a.localeCompare(b))
  .map(([id, name]) =>
    customerTable(
      name,
      cases.filter(({ customer }) => customer.id === id),
      totals,
    ),
  )
  .join("\n")}
</section>
</main>
<footer>Exact time is worked time less what was written down. Billed time is what the contract makes of it. All times are
hours, minutes and seconds.</footer>
</body>
</html>
`;
  }
}

function total(name: string, value: string): string {
  return `<div><dt>${name}</dt><dd>${value}</dd></div>`;
}

function customerTable(name: string, cases: readonly BillingCase[], totals: ReadonlyMap<string, CaseTotals>): string {
  const rows = cases.map((item) => {
    const { billableSeconds, billedSeconds } = totals.get(item.id) ?? NO_ENTRIES;
    return `<tr><th scope="row">${escape(item.key)}</th><td>${escape(item.title)}</td>
<td><span class="status ${item.status}">${item.status}</span></td>
<td class="contract">${contractCell(item, billedSeconds)}</td>
<td class="number">${amount(billableSeconds)}</td><td class="number">${amount(billedSeconds)}</td></tr>`;
  });
  return `<div class="scroll" tabindex="0" role="region" aria-label="${escape(name)}"><table class="cases">
<caption>${escape(name)} <small>${cases.length} ${cases.length === 1 ? "case" : "cases"}</small></caption>
<thead><tr><th scope="col">Case</th><th scope="col">Title</th><th scope="col">Status</th><th scope="col">Contract</th>
<th scope="col" class="number">Exact</th><th scope="col" class="number">Billed</th></tr></thead>
<tbody>${rows.join("\n")}</tbody></table></div>`;
}

function contractCell({ key, contract }: BillingCase, billedSeconds: number): string {
  if (contract === undefined) return `<span class="quiet">none</span>`;
  const text = escape(contractText(contract));
  const { budgetSeconds, usedSeconds = 0 } = contract;
  if (budgetSeconds === undefined) return text;
  const used = usedSeconds + billedSeconds;
  const left = budgetSeconds - used;
  const isLow = left < budgetSeconds * 0.1;
  const words = left < 0 ? `${duration(-left)} over` : `${duration(left)} left`;
  return `${text}<br>${isLow ? `<span class="status warn">${words}</span>` : words} of ${duration(budgetSeconds)}
<meter min="0" max="${budgetSeconds}" high="${Math.round(budgetSeconds * 0.9)}" optimum="0" value="${Math.min(used, budgetSeconds)}"
 aria-label="Hours used of ${escape(key)}">${words}</meter>`;
}

function contractText(contract: Contract): string {
  if (contract.billable === false) return "Not billed";
  const { incrementSeconds, rounding, minimumSeconds, agentTimeBillable } = contract;
  const parts = [
    incrementSeconds === undefined
      ? "By the second"
      : `Steps of ${duration(incrementSeconds)}, ${ROUNDING[rounding ?? "none"]}`,
    ...(minimumSeconds === undefined ? [] : [`at least ${duration(minimumSeconds)} a day`]),
    ...(agentTimeBillable ? ["agent time billed"] : []),
  ];
  return parts.join(", ");
}

const ROUNDING = { none: "not rounded", up: "rounded up", nearest: "to the nearest", down: "rounded down" } as const;

function entryTable(latest: readonly StoredEntry[], count: number, cases: readonly BillingCase[]): string {
  if (latest.length === 0) {
    return `<p class="empty">Nothing yet. Approve time in the editor and run <code>Caseclock: Sync Time Entries</code>.</p>`;
  }
  const byId = new Map(cases.map((item) => [item.id, item]));
  const shown = count > latest.length ? `the last ${latest.length} of ${count}` : "newest first";
  const rows = latest.map((stored) => entryRow(stored, byId.get(stored.caseId)));
  return `<div class="scroll" tabindex="0" role="region" aria-labelledby="received"><table>
<caption>Time entries <small>${shown}</small></caption>
<thead><tr><th scope="col">Case</th><th scope="col">Day</th><th scope="col">Description and evidence</th>
<th scope="col" class="number">Exact</th><th scope="col" class="number">Billed</th><th scope="col">Received (UTC)</th></tr></thead>
<tbody>${rows.join("\n")}</tbody></table></div>`;
}

function entryRow(stored: StoredEntry, item: BillingCase | undefined): string {
  const entry = JSON.parse(entryText(stored.seq, stored.body)) as TimeEntry;
  const activity = item?.activities?.find(({ id }) => id === entry.activityId)?.name;
  const received = new Date(stored.receivedMs).toISOString();
  const version = escape(`${entry.id}/${entry.revision}/${stored.receivedMs}`);
  return `<tr data-version="${version}"><th scope="row">${escape(entry.caseKey)}<br><span class="quiet">${escape(item?.customer.name ?? "")}</span></th>
<td><time datetime="${escape(entry.date)}">${escape(entry.date)}</time></td>
<td class="description">${escape(entry.description) || `<span class="quiet">no description</span>`}${details(entry, activity)}</td>
<td class="number">${duration(entry.billableSeconds)}</td><td class="number">${duration(entry.billedSeconds)}</td>
<td><time datetime="${received}">${received.slice(0, 10)} ${received.slice(11, 19)}</time></td></tr>`;
}

function details(entry: TimeEntry, activity: string | undefined): string {
  const { evidence } = entry;
  const commits = evidence?.commits.length ?? 0;
  const spans = evidence?.spans?.length ?? 0;
  const counts = [commits > 0 && plural(commits, "commit"), spans > 0 && plural(spans, "span")].filter(Boolean);
  const parts: [string, string | undefined][] = [
    ["Observed", duration(entry.observedSeconds)],
    ["Bridged", optional(entry.bridgedSeconds)],
    ["Declared", optional(entry.declaredSeconds)],
    ["Agent", optional(entry.agentSeconds)],
    ["Written down", optional(entry.writtenDownSeconds)],
    ["Reason", entry.writeDownReason],
    ["From", entry.start],
    ["To", entry.end],
    ["Time zone", entry.timeZone],
    ["Activity", activity],
    ["Revision", entry.revision > 1 ? String(entry.revision) : undefined],
    ["External id", entry.externalId],
    ["Id", entry.id],
  ];
  const list = parts
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `<dt>${name}</dt><dd>${escape(value ?? "")}</dd>`);
  return `<details id="${escape(entry.id)}"><summary>${counts.length > 0 ? `Evidence: ${counts.join(", ")}` : "Details"}</summary>
<dl class="parts">${list.join("")}</dl>${evidence ? evidenceLists(evidence) : ""}</details>`;
}

function evidenceLists({ commits, spans = [], branches = [], files = [] }: Evidence): string {
  return [
    bullets(
      "Commits",
      commits.map(
        ({ sha, subject, repository }) =>
          `<code>${escape(sha.slice(0, 10))}</code> ${escape(subject)}${repository === undefined ? "" : ` <span class="quiet">${escape(repository)}</span>`}`,
      ),
    ),
    bullets(
      "Spans",
      spans.map(({ start, end }) => {
        const seconds = Math.round((Date.parse(end) - Date.parse(start)) / 1000);
        return `${time(start)} to ${time(end)} <span class="quiet">${duration(seconds)}</span>`;
      }),
    ),
    bullets(
      "Branches",
      branches.map((name) => `<code>${escape(name)}</code>`),
    ),
    bullets(
      "Files",
      files.map((name) => `<code>${escape(name)}</code>`),
    ),
  ].join("");
}

/** The wall-clock time of an instant, its full text on hover. */
function time(instant: string): string {
  return `<time datetime="${escape(instant)}" title="${escape(instant)}">${escape(instant.slice(11, 19))}</time>`;
}

/** @param items HTML */
function bullets(title: string, items: readonly string[]): string {
  if (items.length === 0) return "";
  return `<h3>${title}</h3><ul>${items.map((item) => `<li>${item}</li>`).join("")}</ul>`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function optional(seconds: number): string | undefined {
  return seconds === 0 ? undefined : duration(seconds);
}

function amount(seconds: number): string {
  return seconds === 0 ? `<span class="quiet">0:00:00</span>` : duration(seconds);
}

/** `h:mm:ss`, also of more than a day. */
function duration(seconds: number): string {
  const pad = (value: number): string => String(value).padStart(2, "0");
  return `${Math.floor(seconds / 3600)}:${pad(Math.floor(seconds / 60) % 60)}:${pad(seconds % 60)}`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
