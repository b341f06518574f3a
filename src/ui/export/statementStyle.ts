/** Style of a statement's page: for paper, screen and phone. No script, because it is read where none runs. */
export const STATEMENT_STYLE = `:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 52rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: start; padding: 0.5rem 0; }
th, td { text-align: start; vertical-align: top; padding: 0.4rem 0.5rem; border-bottom: 1px solid #8888; }
.n { text-align: end; white-space: nowrap; font-variant-numeric: tabular-nums; }
td:first-child { white-space: nowrap; font-variant-numeric: tabular-nums; }
td > div { white-space: pre-line; overflow-wrap: anywhere; }
/* Else each printed page would end with the total of all. */
tfoot { display: table-row-group; }
tfoot td, tfoot th { font-weight: 600; }
dl { margin: 0.3rem 0 0; font-size: 0.85em; display: grid; grid-template-columns: max-content 1fr; gap: 0 0.75rem; }
dd { margin: 0; overflow-wrap: anywhere; }
footer { margin-top: 2rem; font-size: 0.85em; overflow-wrap: anywhere; }
@media print { body { font-size: 11pt; margin: 0; } tr, footer { break-inside: avoid; } thead { display: table-header-group; } }
/* On a phone a row is a block: day, work, and the figures with their names. */
@media screen and (max-width: 40rem) {
  table, tbody, tfoot, tr, tbody td { display: block; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
  h1, p, caption { overflow-wrap: anywhere; }
  caption { display: block; }
  tr { padding: 0.4rem 0; border-bottom: 1px solid #8888; }
  th, td { padding: 0.1rem 0; border: 0; }
  tbody .n, tfoot .n { display: flex; justify-content: space-between; gap: 0.75rem; }
  .n::before { content: attr(data-label); white-space: normal; }
}`;
