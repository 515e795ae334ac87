/**
 * Draws a graph of layers as a list with rails beside it: `├─╮` where data branches, `├─╯` where it
 * comes together.
 *
 * @module
 */
import { kindsOf, type LayerBox, type LayerGraph, textsOf, totalOf } from "../layers.ts";
import { cut } from "../texts.ts";
import { colourOf, ink } from "../theme.ts";
import { paint } from "./canvas.ts";
import type { Terminal } from "./options.ts";

/** A line of the list: the rails, and the layer that stands on one of them, if any. */
interface Row {
  rails: string;
  layer?: number;
}

/** The graph as text. */
export function drawLayersText(graph: LayerGraph, { columns, color }: Terminal): string {
  const { layers, title } = graph;
  const rows = railsOf(graph);
  const kinds = kindsOf(graph);
  const cells = layers.map((layer, i) => cellsOf(layer, i, graph));
  const widths = [0, 1, 2, 3].map((c) => Math.max(...cells.map((row) => [...row[c]].length)));
  const gutter = Math.max(...rows.map(({ rails }) => rails.length)) + 2;
  // Where the list is too wide, the longer one of names and kinds becomes shorter.
  while (gutter + widths.reduce((sum, width) => sum + width + 2, -2) > columns) {
    const longer = widths[0] >= widths[1] ? 0 : 1;
    if (widths[longer] <= 8) break;
    widths[longer]--;
  }
  const fit = (cell: string, width: number) => cut(cell, width).padEnd(width);
  const quiet = (rails: string) => color && rails !== "" ? paint(rails, ink.axis) : rails;
  const lines = rows.map(({ rails, layer }) => {
    if (layer === undefined) return quiet(rails);
    const [name, kind, shape, count, back] = cells[layer];
    const words = [fit(name, widths[0]), fit(kind, widths[1]), fit(shape, widths[2])];
    const line = [...words, count.padStart(widths[3]), ...(back ? [back] : [])].join("  ");
    const shown = [...line].slice(0, columns - gutter).join("").trimEnd();
    const indent = " ".repeat(gutter - rails.length);
    const [left, right] = rails.split("●");
    const mark = color ? paint("●", colourOf(kinds[layer])) : "●";
    return quiet(left) + mark + quiet(right) + indent + shown;
  });
  return [...(title ? [cut(title, columns)] : []), ...lines, totalOf(graph)].join("\n");
}

/** Name, kind, shape, parameters and what is taken from layers further down. */
function cellsOf(layer: LayerBox, place: number, { layers, edges }: LayerGraph): string[] {
  const { shape, count } = textsOf(layer);
  const back = edges.filter(([from, to]) => to === place && from >= to);
  const names = back.map(([from]) => layers[from].name).join(", ");
  return [layer.name, layer.className, shape, count, names && `← ${names}`];
}

/** The rails. A rail leads to one layer; that layer gathers all of its rails and sends out new ones. */
function railsOf({ layers, edges }: LayerGraph): Row[] {
  const rows: Row[] = [];
  const rails: (number | undefined)[] = [];
  const free = (from: number) => {
    let at = from;
    while (rails[at] !== undefined) at++;
    return at;
  };
  layers.forEach((_, layer) => {
    const arriving = rails.flatMap((to, at) => to === layer ? [at] : []);
    const own = arriving[0] ?? free(0);
    const joining = arriving.slice(1);
    if (joining.length > 0) {
      rows.push({ rails: crossing(rails, own, joining, "┴", "╯") });
      for (const at of joining) rails[at] = undefined;
    }
    // Something must stand on the layer's own rail while it is drawn.
    rails[own] = layer;
    rows.push({ rails: draw(rails, (at) => at === own ? "●" : undefined), layer });
    const targets = edges.filter(([from, to]) => from === layer && to > layer).map(([, to]) => to)
      .sort((a, b) => a - b);
    rails[own] = targets[0];
    const branches = targets.slice(1).map((to) => {
      const at = free(own + 1);
      rails[at] = to;
      return at;
    });
    if (branches.length > 0) rows.push({ rails: crossing(rails, own, branches, "┬", "╮") });
  });
  return rows;
}

/** Every rail as `mark` says or as a plain line, with spaces between. */
function draw(
  rails: readonly (number | undefined)[],
  mark: (at: number) => string | undefined,
): string {
  const signs = Array.from(rails, (to, at) => mark(at) ?? (to === undefined ? " " : "│"));
  return signs.join(" ").trimEnd();
}

/** A line from `own` to the rails `others`, over those that pass. */
function crossing(
  rails: readonly (number | undefined)[],
  own: number,
  others: readonly number[],
  middle: string,
  end: string,
): string {
  const last = Math.max(...others);
  return Array.from(rails, (to, at) => {
    const within = at >= own && at < last;
    const sign = at === own
      ? "├"
      : at === last
      ? end
      : others.includes(at)
      ? middle
      : within
      ? (to === undefined ? "─" : "┼")
      : to === undefined
      ? " "
      : "│";
    return sign + (within ? "─" : " ");
  }).join("").trimEnd();
}
