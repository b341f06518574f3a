/** Keeps the charts of the page: each is drawn into its element, and again when data, size, theme or resolution change. */
import uPlot from "uplot";
import { readChartColors, type ChartColors } from "./colors.ts";

/** A chart as its element shows it. */
export interface ChartSpec {
  /** Id of the element. */
  readonly id: string;
  /** What the picture depends on: the same key means the same picture. */
  readonly key: unknown;
  readonly height: number;
  readonly options: (colors: ChartColors) => Omit<uPlot.Options, "width" | "height">;
  readonly data: uPlot.AlignedData;
}

interface Drawn {
  readonly plot: uPlot;
  readonly element: HTMLElement;
  readonly key: unknown;
}

export class Charts {
  private readonly drawn = new Map<string, Drawn>();
  private specs: readonly ChartSpec[] = [];
  private readonly sizes = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      const found = this.drawn.get(target.id);
      const width = Math.floor(target.clientWidth);
      if (found !== undefined && width > 0 && width !== found.plot.width) {
        found.plot.setSize({ width, height: found.plot.height });
      }
    }
  });

  constructor() {
    const redraw = (): void => {
      this.drop(() => true);
      this.show(this.specs);
    };
    // VS Code changes the theme through variables of the root and classes of the body.
    const theme = new MutationObserver(redraw);
    theme.observe(document.documentElement, { attributes: true, attributeFilter: ["style"] });
    theme.observe(document.body, { attributes: true, attributeFilter: ["class", "data-vscode-theme-id"] });
    matchMedia("(forced-colors: active)").addEventListener("change", redraw);
    window.addEventListener("dppxchange", redraw); // uPlot's own sign of another resolution: patterns have theirs
  }

  /** Draws what changed, and removes charts that are not among these. Their elements must be on the page. */
  show(specs: readonly ChartSpec[]): void {
    this.specs = specs;
    const wanted = new Map(specs.map((spec) => [spec.id, spec]));
    this.drop(({ element, key }) => {
      const spec = wanted.get(element.id);
      return spec?.key !== key || !element.isConnected;
    });
    if (specs.length === 0) return;
    let colors: ChartColors | undefined;
    for (const { id, key, height, options, data } of specs) {
      if (this.drawn.has(id)) continue;
      const element = document.getElementById(id);
      if (element === null) continue;
      colors ??= readChartColors();
      const width = Math.max(1, Math.floor(element.clientWidth));
      const plot = new uPlot({ ...options(colors), width, height }, data, element);
      this.drawn.set(id, { plot, element, key });
      this.sizes.observe(element);
    }
  }

  private drop(which: (drawn: Drawn) => boolean): void {
    for (const [id, drawn] of this.drawn) {
      if (!which(drawn)) continue;
      this.sizes.unobserve(drawn.element);
      drawn.plot.destroy();
      this.drawn.delete(id);
    }
  }
}

/** Picks every n-th point of an axis, so that labels of that width do not touch. */
export function thinOut(count: number, available: number, labelWidth: number): readonly number[] {
  const most = Math.max(1, Math.floor(available / labelWidth));
  const step = Math.max(1, Math.ceil(count / most));
  return Array.from({ length: Math.ceil(count / step) }, (_, index) => index * step);
}

/** Steps of an axis of hours. */
export const HOUR_STEPS = [0.25, 0.5, 1, 2, 4, 8, 16, 24, 40, 80, 160, 400, 800, 1600, 4000, 8000];

/** What the axes of all charts have. */
export function createAxis(colors: ChartColors): uPlot.Axis {
  return { stroke: colors.dim, font: colors.font, grid: { stroke: colors.grid, width: 1 }, ticks: { show: false } };
}
