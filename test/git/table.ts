import type { Cell } from "./column.ts";

/** The cells of one git as a table, operation × surroundings, and below it why some were skipped. */
export function table(cells: readonly Cell[]): string {
  const { rows, columns, at } = matrixOf(cells);
  const wide = Math.max(...rows.map((row) => row.length)) + 2;
  const line = (first: string, rest: readonly string[]): string =>
    first.padEnd(wide) + rest.map((cell, i) => cell.padEnd((columns[i] ?? "").length + 2)).join("");
  const body = rows.map((row) =>
    line(
      row,
      columns.map((column) => at(row, column)?.outcome ?? ""),
    ),
  );
  return [line(`git ${cells[0]?.git ?? "?"}`, columns), ...body, ...reasons(cells)].join("\n");
}

/** The same for a document, all gits. */
export function markdown(cells: readonly Cell[]): string {
  const versions = [...new Set(cells.map(({ git }) => git))];
  return versions
    .map((version) => {
      const own = cells.filter(({ git }) => git === version);
      const { rows, columns, at } = matrixOf(own);
      const line = (parts: readonly string[]): string => `| ${parts.join(" | ")} |`;
      const head = [line([`git ${version}`, ...columns]), line(["---", ...columns.map(() => "---")])];
      const body = rows.map((row) => line([row, ...columns.map((column) => at(row, column)?.outcome ?? "")]));
      return [...head, ...body, "", ...reasons(own)].join("\n");
    })
    .join("\n\n");
}

function matrixOf(cells: readonly Cell[]): {
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  readonly at: (row: string, column: string) => Cell | undefined;
} {
  return {
    rows: [...new Set(cells.map(({ operation }) => operation))],
    columns: [...new Set(cells.map(({ surroundings }) => surroundings))],
    at: (row, column) => cells.find((cell) => cell.operation === row && cell.surroundings === column),
  };
}

function reasons(cells: readonly Cell[]): readonly string[] {
  const skipped = cells.filter(({ outcome }) => outcome === "skipped");
  return [...new Set(skipped.map(({ surroundings, reason }) => `skipped: ${surroundings}: ${reason ?? "?"}`))];
}
