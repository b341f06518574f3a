/** The page's style sheet. Colours are chosen for a contrast of 4.5 and more in both schemes. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: #f6f7f9; --card: #ffffff; --ink: #1c2430; --quiet: #566173; --line: #dde2ea; --accent: #0b5cad;
  --good: #1d6b3c; --good-back: #e3f3e8; --off: #5b6472; --off-back: #e9ecf1; --warn: #8a4b00; --warn-back: #fdeed9;
  --bar: #2f7fd1; --bar-full: #c2570c; --track: #e3e8ef;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #12161d; --card: #1a2029; --ink: #e4e9f0; --quiet: #a0abba; --line: #2d3643; --accent: #7ab8ff;
    --good: #8fd6a8; --good-back: #17352a; --off: #aeb8c6; --off-back: #2a323e; --warn: #ffc27a; --warn-back: #40300f;
    --bar: #5aa2ec; --bar-full: #f09048; --track: #2d3643;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, "Segoe UI", sans-serif; }
header, main, footer { max-width: 76rem; margin: 0 auto; padding: 0 1.5rem; }
header { padding-top: 2rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0; }
h2 { font-size: 1.1rem; margin: 2.25rem 0 .75rem; }
header p { color: var(--quiet); margin: .25rem 0 0; }
footer { color: var(--quiet); }
time { white-space: nowrap; }
footer { padding-block: 2rem 3rem; font-size: .87rem; }
.totals { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: .75rem; margin: 1.5rem 0 0; }
.totals div { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: .8rem 1rem; }
.totals dt { color: var(--quiet); font-size: .87rem; }
.totals dd { margin: 0; font-size: 1.5rem; font-weight: 600; font-variant-numeric: tabular-nums; }
.scroll { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: 10px; margin-bottom: 1rem; }
.scroll:focus-visible, summary:focus-visible, a:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
table { border-collapse: collapse; width: 100%; }
.cases { table-layout: fixed; min-width: 60rem; }
.cases th:nth-child(1) { width: 8.5rem; } .cases th:nth-child(3) { width: 6rem; } .cases th:nth-child(4) { width: 16rem; }
.cases th:nth-child(n + 5) { width: 7rem; }
caption { text-align: left; font-weight: 600; padding: .75rem 1rem .5rem; }
caption small { font-weight: 400; color: var(--quiet); font-size: .87rem; margin-left: .4rem; }
th, td { text-align: left; vertical-align: top; padding: .5rem 1rem; border-top: 1px solid var(--line); }
thead th { color: var(--quiet); font-size: .82rem; font-weight: 600; white-space: nowrap; }
tbody th { font-weight: 600; white-space: nowrap; }
tbody th .quiet { font-weight: 400; font-size: .87rem; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.quiet { color: var(--quiet); }
.status { border-radius: 99px; padding: .05rem .6rem; font-size: .82rem; white-space: nowrap; }
.open { color: var(--good); background: var(--good-back); }
.closed { color: var(--off); background: var(--off-back); }
.warn { color: var(--warn); background: var(--warn-back); }
meter { width: 100%; height: .5rem; display: block; margin-top: .3rem; background: var(--track); border: 0; border-radius: 99px; }
meter::-webkit-meter-inner-element { display: block; }
meter::-webkit-meter-bar { background: var(--track); border: 0; border-radius: 99px; height: .5rem; }
meter::-webkit-meter-optimum-value { background: var(--bar); border-radius: 99px; }
meter::-webkit-meter-suboptimum-value { background: var(--bar-full); border-radius: 99px; }
meter::-moz-meter-bar { background: var(--bar); border-radius: 99px; }
.contract { font-size: .87rem; }
.description { white-space: pre-line; min-width: 18rem; overflow-wrap: anywhere; }
details { margin-top: .3rem; font-size: .87rem; white-space: normal; }
summary { color: var(--accent); cursor: pointer; width: fit-content; }
.parts { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; margin: .5rem 0; }
.parts dt { color: var(--quiet); }
.parts dd { margin: 0; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
details ul { margin: .2rem 0 .5rem; padding-left: 1.1rem; }
details h3 { font-size: .87rem; margin: .6rem 0 0; }
code { font: .92em ui-monospace, "Cascadia Mono", Consolas, monospace; }
.empty { background: var(--card); border: 1px dashed var(--line); border-radius: 10px; padding: 1.5rem; text-align: center; color: var(--quiet); }
.empty code { color: var(--ink); }
@media (prefers-reduced-motion: no-preference) { tr.fresh { animation: fresh 2.5s ease-out; } @keyframes fresh { from { background: var(--warn-back); } } }
@media (max-width: 40rem) { header, main, footer { padding-inline: 1rem; } th, td { padding-inline: .7rem; } }
@media print { .scroll { overflow: visible; } details:not([open]) > *:not(summary) { display: none; } }
`;

/** Fetches the page again while it is visible and puts the new content in place; what was unfolded stays so. */
export const REFRESH_SCRIPT = `"use strict";
let tag = null;
async function refresh() {
  if (document.hidden) return;
  const answer = await fetch("/", { headers: tag === null ? {} : { "If-None-Match": tag }, cache: "no-store" });
  if (!answer.ok) return;
  const first = tag === null;
  tag = answer.headers.get("ETag");
  if (first && document.body.dataset.tag === tag) return;
  const next = new DOMParser().parseFromString(await answer.text(), "text/html");
  const open = new Set([...document.querySelectorAll("details[open]")].map((each) => each.id));
  const known = new Set([...document.querySelectorAll("tr[data-version]")].map((each) => each.dataset.version));
  const focused = document.activeElement?.closest("[id]")?.id;
  for (const each of next.querySelectorAll("details")) each.open = open.has(each.id);
  for (const each of next.querySelectorAll("tr[data-version]")) {
    if (!known.has(each.dataset.version)) each.classList.add("fresh");
  }
  document.querySelector("main").replaceWith(next.querySelector("main"));
  if (focused) (document.getElementById(focused)?.querySelector("summary") ?? document.getElementById(focused))?.focus();
}
setInterval(() => refresh().catch(() => undefined), 2000);
document.addEventListener("visibilitychange", () => void refresh().catch(() => undefined));
`;
