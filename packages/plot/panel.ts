/**
 * What a chart is before it is drawn: panels with two axes and layers of data. One renderer turns it
 * into SVG, another into text for the terminal.
 *
 * @module
 */
import type { Scale } from "./scale.ts";

/** A point: x, y. */
export type Point = [x: number, y: number];

/** Points joined by a line. */
export interface LineLayer {
  kind: "line";
  name: string;
  colour: string;
  points: Point[];
  /** Show the points themselves. */
  dots?: boolean;
  /** Show them as rings. */
  hollow?: boolean;
  dashed?: boolean;
  /** How thick it is, 2.2 without it. */
  width?: number;
}

/** Points. */
export interface PointLayer {
  kind: "points";
  name: string;
  colour: string;
  points: Point[];
  /** Which of the theme's symbols. */
  symbol: number;
}

/** Bars that touch: `heights[i]` from `edges[i]` to `edges[i + 1]`. */
export interface BarLayer {
  kind: "bars";
  name: string;
  colour: string;
  edges: number[];
  heights: number[];
  /** Let what is drawn before shine through. */
  clear?: boolean;
}

/**
 * Areas of the plane: `shares[k][row * columns + column]` is how much of a cell class `k` fills, 0 to
 * 1; row 0 is at the bottom.
 */
export interface RegionLayer {
  kind: "regions";
  columns: number;
  rows: number;
  shares: Float32Array[];
  /** Full colours; they are drawn as light tints. */
  colours: string[];
}

/**
 * A number over the plane: `values[row * columns + column]` from corner to corner; row 0 is at the
 * bottom. Colours stand for what lies between two thresholds, one more than those.
 */
export interface FieldLayer {
  kind: "field";
  columns: number;
  rows: number;
  values: Float64Array;
  thresholds: number[];
  colours: string[];
}

/** Anything drawn inside a panel. */
export type Layer = LineLayer | PointLayer | BarLayer | RegionLayer | FieldLayer;

/** Two axes and what is drawn between them. */
export interface Panel {
  x: Scale;
  y: Scale;
  layers: Layer[];
  /** Let a unit have one length on both axes. */
  equal?: boolean;
}

/** A whole chart: panels side by side, `columns` of them in a row. */
export interface Chart {
  title: string;
  width: number;
  height: number;
  panels: Panel[];
  /** All of them without it. */
  columns?: number;
}

/** A rectangle in SVG units. */
export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** What all charts have in common. */
export interface ChartOptions {
  /** Title above the chart. */
  title?: string;
  /** Width in CSS pixels, 720 without it. */
  width?: number;
  /** Height in CSS pixels, 420 without it. */
  height?: number;
}

/** What charts have in common that show places in a plane. */
export interface PlaneOptions extends ChartOptions {
  /** Let a unit have the same length on both axes, so that right angles look right; not by default. */
  equal?: boolean;
}

/** Throws `RangeError` where a unit cannot have one length on both axes. */
export function checkEqual(equal: boolean | undefined, x: Scale, y: Scale, task: string): void {
  if (equal && (x.log || y.log)) {
    throw new RangeError(
      `Cannot ${task} as equal units need linear axes: ` +
        `current scale of ${x.log ? "x" : "y"} is log`,
    );
  }
}

/** One entry of the legend, the same in every panel that shows it. */
export type LegendEntry = LineLayer | PointLayer | BarLayer;

/** What a legend has to name: empty where one layer alone needs no name. */
export function legendOf(chart: Chart): LegendEntry[] {
  const byName = new Map<string, LegendEntry>();
  for (const { layers } of chart.panels) {
    for (const layer of layers) {
      if (!("name" in layer) || layer.name === "" || byName.has(layer.name)) continue;
      byName.set(layer.name, layer);
    }
  }
  return [...byName.values()];
}
