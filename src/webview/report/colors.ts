/** Colours and patterns of a chart's lines, from the current theme. */

/** The style sheet's classes of lines. */
const CLASSES = ["c0", "c1", "c2", "c3", "c4", "c5"] as const;

export interface ChartColors {
  readonly text: string;
  readonly dim: string;
  readonly grid: string;
  readonly ground: string;
  readonly font: string;
  /** Colours of a chart's lines, repeated if there are more lines. */
  readonly lines: readonly string[];
}

/** Whether the system forces its own few colours. */
const isForced = (): boolean => matchMedia("(forced-colors: active)").matches;

export function readChartColors(): ChartColors {
  const style = getComputedStyle(document.body);
  const of = (name: string, other: string): string => style.getPropertyValue(name).trim() || other;
  const text = isForced() ? "CanvasText" : style.color;
  const font = `${style.fontSize} ${style.fontFamily}`;
  if (isForced()) return { text, dim: text, grid: "GrayText", ground: "Canvas", font, lines: CLASSES.map(() => text) };
  return {
    text,
    dim: of("--dim", of("--vscode-descriptionForeground", text)),
    grid: of("--vscode-editorGroup-border", of("--vscode-contrastBorder", "#8884")),
    ground: of("--vscode-editor-background", "Canvas"),
    font,
    lines: CLASSES.map(readColor),
  };
}

/** The colour of a class, computed by the style sheet: some are mixed. */
function readColor(name: string): string {
  const probe = document.createElement("span");
  probe.className = name;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/** Side of a pattern's tile. @format CSS pixels */
export const TILE = 8;

/** One pattern per line, drawn on a tile, so that no line is recognized by its colour alone. Solid first. */
export const PATTERNS: readonly string[] = [
  "",
  "M-2 2 2 -2M0 8 8 0M6 10 10 6",
  "M2 0V8M6 0V8",
  "M0 2H8M0 6H8",
  "M0 0 8 8M8 0 0 8",
  "M2 2h.01M6 6h.01",
];

/** Which pattern a line has. */
export function choosePattern(index: number): string {
  return PATTERNS[index % PATTERNS.length] ?? "";
}

/** The fill of a line on a canvas: its pattern over a pale ground of its colour. @param scale canvas pixels for a CSS pixel */
export function createFill(
  context: CanvasRenderingContext2D,
  index: number,
  colors: ChartColors,
  scale: number,
): CanvasPattern | string {
  const color = colors.lines[index % colors.lines.length] ?? colors.text;
  const pattern = choosePattern(index);
  if (pattern === "") return color;
  const tile = document.createElement("canvas");
  tile.width = tile.height = Math.round(TILE * scale);
  const draw = tile.getContext("2d");
  if (draw === null) return color;
  draw.fillStyle = colors.ground;
  draw.fillRect(0, 0, tile.width, tile.height);
  draw.globalAlpha = isForced() ? 0 : 0.25;
  draw.fillStyle = color;
  draw.fillRect(0, 0, tile.width, tile.height);
  draw.globalAlpha = 1;
  draw.scale(tile.width / TILE, tile.height / TILE);
  draw.strokeStyle = color;
  draw.lineCap = pattern.endsWith("h.01") ? "round" : "butt";
  draw.lineWidth = pattern.endsWith("h.01") ? 3 : 1.8;
  draw.stroke(new Path2D(pattern));
  return context.createPattern(tile, "repeat") ?? color;
}
