/**
 * How often values occur.
 *
 * @module
 */
import { readVector, type Vector } from "./arrays.ts";
import { chartPicture, readOptions } from "./chart.ts";
import type { BarLayer, ChartOptions } from "./panel.ts";
import type { Picture } from "./picture.ts";
import { type Axis, makeScale } from "./scale.ts";
import { colourOf } from "./theme.ts";

/** Values that belong together: the weights of a layer. */
export interface HistogramGroup {
  /** Its name in the legend; no entry without one. */
  name?: string;
  /** The values. */
  values: Vector;
}

/** Options of {@linkcode histogram}. */
export interface HistogramOptions extends ChartOptions {
  /**
   * How many bars of equal width from the smallest to the largest value, or the edges of the bars in
   * rising order (values outside are not counted). Without it as many as Freedman and Diaconis's rule
   * or Sturges's asks for, whichever is more, at most 200.
   */
  bins?: number | readonly number[];
  /** The horizontal axis: the values. Linear. */
  x?: Omit<Axis, "scale" | "min" | "max">;
  /** The vertical axis: how many values; its label is `count` without one. Linear, from 0. */
  y?: Omit<Axis, "scale" | "min">;
}

/**
 * A histogram. Every bar counts the values from its left edge up to, not including, its right edge;
 * the last bar includes its right edge. Several groups have the same bars, one behind the other, and
 * shine through; in a terminal each has a panel of its own.
 *
 * @throws {RangeError} where there are no values, a value is NaN or infinite, or the edges do not rise.
 *
 * @example
 * ```ts
 * import { histogram } from "@neurite/plot";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const weights = Float32Array.from({ length: 500 }, (_, i) => Math.sin(i * i));
 * const picture = histogram(weights, { bins: 20, title: "Weights", x: { label: "weight" } });
 * assertStringIncludes(await picture.toSVG(), "Weights");
 * ```
 *
 * @example Two groups
 * ```ts
 * import { histogram } from "@neurite/plot";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const before = Float32Array.from({ length: 500 }, (_, i) => Math.sin(i * i));
 * const after = before.map((weight) => weight * 1.5);
 * const picture = histogram([
 *   { name: "initial", values: before },
 *   { name: "learnt", values: after },
 * ], { bins: 20, x: { label: "weight" } });
 * assertStringIncludes(await picture.toSVG(), "learnt");
 * ```
 */
export function histogram(
  values: Vector | readonly HistogramGroup[],
  options: HistogramOptions = {},
): Picture {
  const task = "draw a histogram";
  const groups = readGroups(values, task);
  const edges = readEdges(groups.flatMap(({ list }) => list), options.bins, task);
  const counts = groups.map(({ list }) => countInto(list, edges));
  const x = makeScale(edges, { ...options.x }, { range: "tight" }, task, "x");
  const y = makeScale(
    [0, Math.max(1, ...counts.flat())],
    { label: "count", ...options.y, min: 0 },
    { range: "nice", whole: true },
    task,
    "y",
  );
  return chartPicture(readOptions(options, task), [{
    x,
    y,
    layers: counts.map((heights, i): BarLayer => ({
      kind: "bars",
      name: groups[i].name,
      colour: colourOf(i),
      edges,
      heights,
      clear: counts.length > 1,
    })),
  }]);
}

/** The values of each group; without groups they are one without a name. */
function readGroups(
  values: Vector | readonly HistogramGroup[],
  task: string,
): { name: string; list: number[] }[] {
  const grouped = Array.isArray(values) && typeof values[0] === "object";
  if (!grouped) return [{ name: "", list: readVector(values as Vector, task, "values") }];
  return (values as readonly HistogramGroup[]).map(({ name = "", values }, i) => ({
    name,
    list: readVector(values, task, `groups[${i}].values`),
  }));
}

function readEdges(list: number[], bins: HistogramOptions["bins"], task: string): number[] {
  if (typeof bins === "object") {
    const edges = readVector(bins, task, "bins");
    const bad = edges.findIndex((edge, i) => i > 0 && edge <= edges[i - 1]);
    if (edges.length < 2 || bad > 0) {
      throw new RangeError(
        `Cannot ${task} as bins must hold two or more rising edges: ` +
          (bad > 0 ? `bins[${bad}] is ${edges[bad]} after ${edges[bad - 1]}` : `it holds one`),
      );
    }
    return edges;
  }
  if (bins !== undefined && !(Number.isInteger(bins) && bins >= 1 && bins <= 10_000)) {
    throw new RangeError(
      `Cannot ${task} as bins must be an integer from 1 to 10,000: current bins is ${bins}`,
    );
  }
  const sorted = Float64Array.from(list).sort();
  const [low, high] = [sorted[0], sorted[sorted.length - 1]];
  if (low === high) return [low - 0.5, high + 0.5];
  const count = bins ?? binCount(sorted);
  return Array.from(
    { length: count + 1 },
    (_, i) => i === count ? high : low + (high - low) * i / count,
  );
}

/**
 * Sturges: ⌈log₂ n⌉ + 1 bars. Freedman and Diaconis: bars of width 2 · IQR / ∛n. The larger number of
 * the two, as in NumPy's `"auto"`.
 */
function binCount(sorted: Float64Array): number {
  const n = sorted.length;
  const quantile = (share: number) => {
    const at = (n - 1) * share;
    const [below, above] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
    return below + (above - below) * (at - Math.floor(at));
  };
  const width = 2 * (quantile(0.75) - quantile(0.25)) / Math.cbrt(n);
  const sturges = Math.ceil(Math.log2(n)) + 1;
  return Math.min(
    200,
    Math.max(sturges, width > 0 ? Math.ceil((sorted[n - 1] - sorted[0]) / width) : 1),
  );
}

/** How many values fall between each two edges. */
export function countInto(list: readonly number[], edges: readonly number[]): number[] {
  const counts: number[] = Array(edges.length - 1).fill(0);
  for (const value of list) {
    if (value < edges[0] || value > edges[edges.length - 1]) continue;
    let [low, high] = [0, edges.length - 1];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (value >= edges[middle]) low = middle;
      else high = middle;
    }
    counts[low]++;
  }
  return counts;
}
