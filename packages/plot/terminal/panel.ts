/**
 * Draws panels as text, one below the other.
 *
 * @module
 */
import { clipSegment } from "../clip.ts";
import { type Chart, type Layer, legendOf, type Panel, type Point } from "../panel.ts";
import { glyphs, ink, tint } from "../theme.ts";
import { cut, fold } from "../texts.ts";
import { Canvas, paint } from "./canvas.ts";
import type { Terminal } from "./options.ts";

/** Marks of lines where there is no colour to tell them apart. */
const MARKS = "*o+x#@%&";

/** Shades of a field where there is no colour, from the lowest to the highest. */
const HEIGHTS = " ·:░▒▓█";

/** Shades of regions where there is no colour. */
const SHADES = [" ", "·", ":", "░"];

/** The chart as text. */
export function drawChartText(chart: Chart, terminal: Terminal): string {
  const lineNames = [
    ...new Set(
      chart.panels.flatMap((p) => p.layers.flatMap((l) => l.kind === "line" ? [l.name] : [])),
    ),
  ];
  /** A line's mark, or "" where braille dots will do. */
  const markOf = (layer: Layer) =>
    layer.kind === "line" && !terminal.color && lineNames.length > 1
      ? MARKS[lineNames.indexOf(layer.name) % MARKS.length]
      : "";
  const legend = legendOf(chart).flatMap((entry) => {
    if (entry.kind === "bars") return [];
    const sign = entry.kind === "points"
      ? glyphs[entry.symbol % glyphs.length]
      : markOf(entry) || "━━";
    const name = cut(entry.name, terminal.columns - sign.length - 1);
    return `${terminal.color ? paint(sign, entry.colour) : sign} ${name}`;
  });
  return [
    ...(chart.title ? [cut(chart.title, terminal.columns)] : []),
    ...fold(legend, "   ", terminal.columns),
    ...chart.panels.flatMap(apart).flatMap((panel) => drawPanel(panel, terminal, markOf)),
  ].join("\n");
}

/** Bars that would hide each other, each in a panel of its own. */
function apart(panel: Panel): Panel[] {
  const bars = panel.layers.filter((layer) => layer.kind === "bars");
  if (bars.length < 2) return [panel];
  return bars.map((layer) => ({
    ...panel,
    y: { ...panel.y, label: [layer.name, panel.y.label].filter(Boolean).join(": ") },
    layers: [layer],
  }));
}

function drawPanel(panel: Panel, terminal: Terminal, markOf: (l: Layer) => string): string[] {
  const { y } = panel;
  const gutter = Math.max(...y.ticks.map((tick) => y.format(tick).length));
  const canvas = new Canvas(Math.max(8, terminal.columns - gutter - 2), terminal.rows);
  for (const layer of panel.layers) drawLayer(layer, panel, canvas, terminal.color, markOf(layer));
  const labels = yLabels(panel, canvas);
  const lines = canvas.lines(terminal.color).map((line, row) => {
    const label = labels.get(row);
    return `${(label ?? "").padStart(gutter)} ${label === undefined ? "│" : "┤"}${line}`;
  });
  return [
    ...(y.label ? [cut(`${" ".repeat(gutter)} ${y.label}`, terminal.columns)] : []),
    ...lines,
    ...xAxis(panel, canvas.columns, gutter),
  ].map((line) => line.trimEnd());
}

/** Tick texts by row: every tick, or every second, third, ... where two would share a row. */
function yLabels(panel: Panel, canvas: Canvas): Map<number, string> {
  const { ticks, format } = panel.y;
  for (let stride = 1;; stride++) {
    const shown = ticks.filter((_, i) => i % stride === 0);
    const labels = new Map(shown.map((tick) => [rowOf(panel, tick, canvas), format(tick)]));
    if (labels.size === shown.length) return labels;
  }
}

function xAxis({ x }: Panel, columns: number, gutter: number): string[] {
  const name = cut(x.label, columns);
  const rule = Array(columns).fill("─");
  const texts = Array(columns + 8).fill(" ");
  let free = -1;
  for (const tick of x.ticks) {
    const column = Math.round(x.fraction(tick) * (columns - 1));
    rule[column] = "┬";
    const text = x.format(tick);
    const start = Math.max(0, Math.min(columns - text.length, column - (text.length >> 1)));
    if (start <= free) continue;
    [...text].forEach((char, i) => texts[start + i] = char);
    free = start + text.length;
  }
  const indent = " ".repeat(gutter + 1);
  const label = name && indent + " ".repeat(Math.max(1, (columns - name.length + 2) >> 1)) + name;
  return [`${indent}└${rule.join("")}`, `${indent} ${texts.join("")}`, ...(label ? [label] : [])];
}

const rowOf = ({ y }: Panel, value: number, canvas: Canvas) =>
  (canvas.rows * 4 - 1 - Math.round(y.fraction(value) * (canvas.rows * 4 - 1))) >> 2;

function drawLayer(layer: Layer, panel: Panel, canvas: Canvas, color: boolean, mark: string): void {
  const { x, y } = panel;
  const [width, height] = [canvas.columns * 2, canvas.rows * 4];
  const toDot = ([px, py]: Point): [number, number] => [
    Math.round(x.fraction(px) * (width - 1)),
    Math.round((1 - y.fraction(py)) * (height - 1)),
  ];
  switch (layer.kind) {
    case "line": {
      const dots = layer.points.map(toDot);
      const set = (dx: number, dy: number) =>
        mark ? canvas.put(dx >> 1, dy >> 2, mark) : canvas.dot(dx, dy, layer.colour);
      dots.forEach((dot, i) => {
        const part = clipSegment(dots[Math.max(0, i - 1)], dot, [0, width - 1], [0, height - 1]);
        if (part !== undefined) Canvas.line(part[0], part[1], set);
      });
      return;
    }
    case "points":
      for (const [dx, dy] of layer.points.map(toDot)) {
        canvas.put(dx >> 1, dy >> 2, glyphs[layer.symbol % glyphs.length], layer.colour);
      }
      return;
    case "bars":
      layer.heights.forEach((bar, i) => {
        const from = Math.round(x.fraction(layer.edges[i]) * canvas.columns);
        const to = Math.round(x.fraction(layer.edges[i + 1]) * canvas.columns);
        const gap = to - from > 2 ? 1 : 0;
        const eighths = Math.round(y.fraction(bar) * canvas.rows * 8);
        for (let column = from; column < Math.max(from + 1, to - gap); column++) {
          for (let row = 0; row * 8 < eighths; row++) {
            const char = "▁▂▃▄▅▆▇█"[Math.min(8, eighths - row * 8) - 1];
            canvas.put(column, canvas.rows - 1 - row, char, layer.colour);
          }
        }
      });
      return;
    case "field":
      for (let row = 0; row < canvas.rows; row++) {
        for (let column = 0; column < canvas.columns; column++) {
          const r = Math.round((1 - (row + 0.5) / canvas.rows) * (layer.rows - 1));
          const c = Math.round((column + 0.5) / canvas.columns * (layer.columns - 1));
          const value = layer.values[r * layer.columns + c];
          const band = layer.thresholds.filter((threshold) => value >= threshold).length;
          if (color) canvas.fill(column, row, layer.colours[band]);
          else {
            const shade = Math.round(band / layer.thresholds.length * (HEIGHTS.length - 2));
            canvas.put(column, row, HEIGHTS[shade], ink.text);
          }
        }
      }
      return;
    case "regions":
      for (let row = 0; row < canvas.rows; row++) {
        for (let column = 0; column < canvas.columns; column++) {
          const r = Math.floor((1 - (row + 0.5) / canvas.rows) * layer.rows);
          const c = Math.floor((column + 0.5) / canvas.columns * layer.columns);
          const at = r * layer.columns + c;
          const which = layer.shares.reduce(
            (most, share, k) => share[at] > layer.shares[most][at] ? k : most,
            0,
          );
          if (color) canvas.fill(column, row, tint(layer.colours[which], 0.3));
          else canvas.put(column, row, SHADES[which % SHADES.length], ink.text);
        }
      }
  }
}
