/**
 * Draws panels as SVG: an ECharts option with every position decided here, so that the plotting area
 * of a chart can be told from its options.
 *
 * @module
 */
import {
  type BarLayer,
  type Box,
  type Chart,
  type Layer,
  type LegendEntry,
  legendOf,
  type Panel,
} from "./panel.ts";
import type { outline as Outline } from "./outline.ts";
import type { Scale } from "./scale.ts";
import { type Option, renderChart, type Shape } from "./svg.ts";
import { ink, symbols, textWidth, tint, type } from "./theme.ts";

const MARGIN = 20;
const PANEL_GAP = 36;

/** The plotting area of every panel (inside the axes). */
export function plotBoxes(chart: Chart): Box[] {
  const top = header(chart).bottom;
  const count = chart.panels.length;
  const share = (chart.width - 2 * MARGIN - PANEL_GAP * (count - 1)) / count;
  return chart.panels.map((panel, i) => {
    const left = MARGIN + i * (share + PANEL_GAP) + yTickWidth(panel.y) + (panel.y.label ? 30 : 10);
    const right = MARGIN + i * (share + PANEL_GAP) + share;
    const bottom = chart.height - MARGIN - 18 - (panel.x.label ? 24 : 0);
    return { left, top, width: right - left, height: bottom - top };
  });
}

const yTickWidth = (y: Scale) => Math.max(...y.ticks.map((t) => textWidth(y.format(t), type.tick)));

/** Where title and legend go: one line where they fit side by side, else the legend below. */
function header(chart: Chart) {
  const names = legendOf(chart).map((entry) => entry.name);
  const legendWidth = names.reduce((sum, name) => sum + textWidth(name, type.tick) + 48, 0);
  const titleWidth = textWidth(chart.title, type.title) * 1.05;
  const apart = chart.title !== "" && names.length > 0 &&
    titleWidth + legendWidth + 2 * MARGIN + 24 > chart.width;
  const titleBottom = chart.title === "" ? MARGIN : MARGIN + type.title + 14;
  const legendTop = apart ? titleBottom - 2 : MARGIN + 1;
  const legendRows = Math.ceil(legendWidth / (chart.width - 2 * MARGIN));
  const legendBottom = names.length === 0 ? 0 : legendTop + legendRows * 30 + 2;
  return { apart, legendTop, bottom: Math.max(titleBottom, legendBottom) };
}

/** The chart as SVG. */
export async function drawChart(chart: Chart): Promise<string> {
  const { outline } = await import("./outline.ts");
  const boxes = plotBoxes(chart);
  const { apart, legendTop } = header(chart);
  const legend = legendOf(chart);
  const option: Option = {
    textStyle: { fontFamily: type.family, color: ink.text },
    title: {
      show: chart.title !== "",
      text: chart.title,
      left: MARGIN,
      top: MARGIN - 2,
      padding: 0,
      textStyle: { fontSize: type.title, fontWeight: 600, color: ink.text },
    },
    legend: {
      show: legend.length > 0,
      data: legend.map((entry) => ({ name: entry.name, icon: icon(entry) })),
      top: legendTop,
      ...(apart ? { left: MARGIN } : { right: MARGIN }),
      padding: 0,
      itemGap: 18,
      itemWidth: legend.some((entry) => entry.kind === "line") ? 22 : 11,
      itemHeight: 9,
      selectedMode: false,
      textStyle: { fontSize: type.tick, color: ink.text },
    },
    grid: boxes.map((box) => ({ ...box, outerBoundsMode: "none" as const })),
    xAxis: chart.panels.map((panel, i) => axis(panel.x, i, 28)),
    yAxis: chart.panels.map((panel, i) => axis(panel.y, i, yTickWidth(panel.y) + 20)),
    series: chart.panels.flatMap((panel, i) =>
      panel.layers.map((layer) => series(layer, panel, i, boxes[i], outline))
    ),
  };
  return await renderChart(option, chart.width, chart.height, chart.title || "chart");
}

/** Icons of the theme's symbols, in its order. */
const SYMBOL_ICONS = [
  "M10 5A5 5 0 1 1 0 5A5 5 0 0 1 10 5Z",
  "M5 0L10 10L0 10Z",
  "M0 0L10 0L10 10L0 10Z",
  "M5 0L10 5L5 10L0 5Z",
];

/** What stands before a name in the legend. */
function icon(entry: LegendEntry): string {
  if (entry.kind === "points") return "path://" + SYMBOL_ICONS[entry.symbol % SYMBOL_ICONS.length];
  if (entry.dashed) return "path://M0 4L9 4L9 6L0 6ZM13 4L22 4L22 6L13 6Z";
  if (!entry.dots) return "path://M0 4L22 4L22 6L0 6Z";
  const dot = "M14.5 5A3.5 3.5 0 1 1 7.5 5A3.5 3.5 0 0 1 14.5 5Z";
  const hole = entry.hollow ? "M9.2 5A1.8 1.8 0 0 0 12.8 5A1.8 1.8 0 0 0 9.2 5Z" : "";
  return `path://M0 4L8 4L8 6L0 6ZM14 4L22 4L22 6L14 6Z${dot}${hole}`;
}

function axis(scale: Scale, gridIndex: number, nameGap: number) {
  const customValues = [...scale.ticks];
  return {
    gridIndex,
    type: scale.log ? "log" as const : "value" as const,
    min: scale.min,
    max: scale.max,
    name: scale.label,
    nameLocation: "middle" as const,
    nameGap,
    nameMoveOverlap: false,
    nameTextStyle: { fontSize: type.label, color: ink.text },
    axisLine: { show: true, onZero: false, lineStyle: { color: ink.axis } },
    axisTick: { show: true, customValues, length: 4, lineStyle: { color: ink.axis } },
    axisLabel: {
      customValues,
      formatter: (value: number) => scale.format(value),
      fontSize: type.tick,
      color: ink.quiet,
    },
    splitLine: { lineStyle: { color: ink.grid } },
  };
}

type Series = Extract<NonNullable<Option["series"]>, readonly unknown[]>[number];

function series(
  layer: Layer,
  panel: Panel,
  index: number,
  box: Box,
  outline: typeof Outline,
): Series {
  const common = { xAxisIndex: index, yAxisIndex: index, silent: true, clip: true };
  switch (layer.kind) {
    case "line":
      return {
        ...common,
        type: "line",
        name: layer.name,
        data: layer.points,
        color: layer.colour,
        showSymbol: layer.dots ?? false,
        symbol: layer.dots ? (layer.hollow ? "emptyCircle" : "circle") : "none",
        symbolSize: 6,
        lineStyle: { width: 2.2, type: layer.dashed ? [7, 4] : "solid", join: "round" },
        z: 3,
      };
    case "points":
      return {
        ...common,
        type: "scatter",
        name: layer.name,
        data: layer.points,
        color: layer.colour,
        symbol: symbols[layer.symbol % symbols.length],
        symbolSize: layer.points.length > 400 ? 6 : 9,
        progressive: 0,
        itemStyle: { opacity: 0.9, borderColor: ink.paper, borderWidth: 0.8 },
        z: 4,
      };
    case "bars": {
      const shape: Shape = {
        type: "path",
        shape: { pathData: barPath(layer, panel, box) },
        style: { fill: tint(layer.colour, 0.75), stroke: ink.paper, lineWidth: 1 },
      };
      return { ...common, type: "custom", data: [0], renderItem: () => shape, z: 1 };
    }
    case "regions": {
      const shape: Shape = {
        type: "group",
        children: layer.colours.map((colour, i) => ({
          type: "path",
          shape: { pathData: outline(layer, i, box) },
          style: { fill: tint(colour, 0.22), stroke: tint(colour, 0.22), lineWidth: 1.5 },
        })),
      };
      // Below the axes and their grid.
      return { ...common, type: "custom", data: [0], renderItem: () => shape, z: -1 };
    }
  }
}

/** Bars as one path. */
function barPath({ edges, heights }: BarLayer, { x, y }: Panel, box: Box): string {
  const places = edges.map((edge) => round(box.left + x.fraction(edge) * box.width));
  const foot = box.top + box.height;
  return heights.map((height, i) => {
    if (height === 0) return "";
    const top = round(box.top + (1 - y.fraction(height)) * box.height);
    return `M${places[i]} ${foot}L${places[i]} ${top}L${places[i + 1]} ${top}` +
      `L${places[i + 1]} ${foot}Z`;
  }).join("");
}

const round = (value: number) => Math.round(value * 10) / 10;
