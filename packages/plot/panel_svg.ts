/**
 * Draws panels as SVG: an ECharts option with every position decided here, so that the plotting area
 * of a chart can be told from its options.
 *
 * @module
 */
import { MARGIN, round, svgText } from "./document.ts";
import { drawHeader, type Header } from "./legend.ts";
import {
  type BarLayer,
  type Box,
  type Chart,
  type FieldLayer,
  type Layer,
  legendOf,
  type Panel,
} from "./panel.ts";
import type { bands as Bands, outline as Outline } from "./outline.ts";
import { formatNumber, type Scale } from "./scale.ts";
import { type Option, renderChart, type Shape } from "./svg.ts";
import { ink, symbols, textWidth, tint, type } from "./theme.ts";

const PANEL_GAP = 36;
/** Width of the colours beside a field. */
const KEY = 14;

/** The plotting area of every panel (inside the axes). */
export function plotBoxes(chart: Chart, { bottom: top }: Pick<Header, "bottom">): Box[] {
  const count = chart.panels.length, columns = Math.min(count, chart.columns ?? count);
  const share = (chart.width - 2 * MARGIN - PANEL_GAP * (columns - 1)) / columns;
  const high = (chart.height - top) / Math.ceil(count / columns);
  return chart.panels.map((panel, i) => {
    const [row, column] = [Math.floor(i / columns), i % columns];
    const edge = MARGIN + column * (share + PANEL_GAP);
    const left = edge + yTickWidth(panel.y) + (panel.y.label ? 30 : 10);
    // The last text below the axis is centred on its end: half of it needs room, too.
    const last = panel.x.ticks.at(-1);
    const over = last === undefined
      ? 0
      : textWidth(panel.x.format(last), type.tick) / 2 - MARGIN + 4;
    const right = edge + share - Math.max(0, over, keyWidth(panel));
    const above = top + row * high;
    const bottom = above + high - MARGIN - 18 - (panel.x.label ? 24 : 0);
    const box = { left, top: above, width: right - left, height: bottom - above };
    return panel.equal ? square(box, panel) : box;
  });
}

/** The box with one unit as long on one axis as on the other. */
function square(box: Box, { x, y }: Panel): Box {
  const unit = Math.min(box.width / (x.max - x.min), box.height / (y.max - y.min));
  const [width, height] = [unit * (x.max - x.min), unit * (y.max - y.min)];
  return { left: box.left + (box.width - width) / 2, top: box.top, width, height };
}

const fieldOf = ({ layers }: Panel) =>
  layers.find((layer): layer is FieldLayer => layer.kind === "field");

/** How wide the colours beside a field and their numbers are. */
function keyWidth(panel: Panel): number {
  const field = fieldOf(panel);
  if (field === undefined) return 0;
  const texts = field.thresholds.map((value) => textWidth(formatNumber(value), type.tick));
  return 12 + KEY + 6 + Math.max(...texts);
}

/** The colours of a field, from the lowest at the bottom up, and the numbers between them. */
function drawKey({ thresholds, colours }: FieldLayer, box: Box): string {
  const left = box.left + box.width + 12, step = box.height / colours.length;
  const stride = Math.ceil(16 / step);
  return colours.map((colour, i) => {
    const top = box.top + box.height - (i + 1) * step;
    const tick = i < thresholds.length && (i - (thresholds.length >> 1)) % stride === 0
      ? svgText(left + KEY + 6, top + 4.2, formatNumber(thresholds[i]), `fill="${ink.quiet}"`)
      : "";
    return `<rect x="${round(left)}" y="${round(top)}" width="${KEY}" ` +
      `height="${round(step + 0.3)}" fill="${colour}"/>\n${tick}`;
  }).join("");
}

const yTickWidth = (y: Scale) => Math.max(...y.ticks.map((t) => textWidth(y.format(t), type.tick)));

/** The chart as SVG; `header` is drawn above it, its own title and legend without it. */
export async function drawChart(
  chart: Chart,
  header: Header = drawHeader(chart.title, legendOf(chart), chart.width),
): Promise<string> {
  const areas = await import("./outline.ts");
  const boxes = plotBoxes(chart, header);
  const option: Option = {
    textStyle: { fontFamily: type.family, color: ink.text },
    grid: boxes.map((box) => ({ ...box, outerBoundsMode: "none" as const })),
    xAxis: chart.panels.map((panel, i) => axis(panel.x, i, 28, strideOf(panel.x, boxes[i].width))),
    yAxis: chart.panels.map((panel, i) => axis(panel.y, i, yTickWidth(panel.y) + 20)),
    series: chart.panels.flatMap((panel, i) =>
      panel.layers.map((layer) => series(layer, panel, i, boxes[i], areas))
    ),
  };
  const keys = chart.panels.map((panel, i) => {
    const field = fieldOf(panel);
    return field === undefined ? "" : drawKey(field, boxes[i]);
  });
  const written = header.svg + keys.join("");
  return await renderChart(option, chart.width, chart.height, chart.title || "chart", written);
}

/** Every which tick has a text below the axis, so that no two of them touch. */
function strideOf({ ticks, format }: Scale, width: number): number {
  const widest = Math.max(...ticks.map((tick) => textWidth(format(tick), type.tick)));
  return Math.max(1, Math.ceil((widest + 10) * (ticks.length - 1) / width));
}

function axis(scale: Scale, gridIndex: number, nameGap: number, stride = 1) {
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
      customValues: customValues.filter((_, i) => i % stride === 0),
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
  areas: { outline: typeof Outline; bands: typeof Bands },
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
        lineStyle: {
          width: layer.width ?? 2.2,
          type: layer.dashed ? [7, 4] : "solid",
          join: "round",
        },
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
        style: {
          fill: tint(layer.colour, 0.75),
          stroke: ink.paper,
          lineWidth: 1,
          ...(layer.clear ? { opacity: 0.55, stroke: layer.colour } : {}),
        },
      };
      return { ...common, type: "custom", data: [0], renderItem: () => shape, z: 1 };
    }
    case "field": {
      const shape: Shape = {
        type: "group",
        children: areas.bands(layer, box).map((pathData, i) => ({
          type: "path",
          shape: { pathData },
          style: { fill: layer.colours[i], stroke: ink.paper, lineWidth: 0.5 },
        })),
      };
      return { ...common, type: "custom", data: [0], renderItem: () => shape, z: -1 };
    }
    case "regions": {
      const shape: Shape = {
        type: "group",
        children: layer.colours.map((colour, i) => ({
          type: "path",
          shape: { pathData: areas.outline(layer, i, box) },
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
