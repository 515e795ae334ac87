/**
 * Draws a graph of layers as SVG. Where boxes and arrows go is decided by dagre, in the manner of
 * K. Sugiyama, S. Tagawa and M. Toda, "Methods for visual understanding of hierarchical system
 * structures", 1981.
 *
 * @module
 */
import { kindsOf, type LayerGraph, textsOf, totalOf } from "./layers.ts";
import { MARGIN, round, svgDocument, svgText, svgTitle } from "./document.ts";
import { colourOf, ink, textWidth, tint, type } from "./theme.ts";

type Place = { x: number; y: number };

const PADDING = 12;
/** Room between layers that follow each other, and between those side by side. */
const [ALONG, ACROSS] = [28, 26];
/** Length of an arrow's head. */
const HEAD = 7;

/** The graph as SVG. dagre is loaded on the first call. */
export async function drawLayersSvg(graph: LayerGraph): Promise<string> {
  const { Graph, layout } = await import("npm:@dagrejs/dagre@3.1.3");
  const { title, layers, edges } = graph;
  const down = graph.direction === "down";
  const box = boxOf(graph);
  const plan = new Graph();
  plan.setGraph({ rankdir: down ? "TB" : "LR", nodesep: ACROSS, ranksep: ALONG, edgesep: 16 });
  layers.forEach((_, i) => plan.setNode(String(i), { width: box.width, height: box.height }));
  for (const [from, to] of edges) {
    if (from !== to) plan.setEdge(String(from), String(to), {});
  }
  layout(plan);

  const top = MARGIN + (title ? type.title + 16 : 0);
  const shift = ({ x, y }: Place): Place => ({ x: x + MARGIN, y: y + top });
  const centres = layers.map((_, i) => shift(plan.node(String(i)) as Place));
  const lines = edges.map(([from, to]) => {
    const [a, b] = [centres[from], centres[to]];
    if (from === to) return loop(a, box);
    const corners = (plan.edge(String(from), String(to)).points as Place[]).map(shift);
    const gap = down ? b.y - a.y - box.height : b.x - a.x - box.width;
    if (gap <= 0) return smooth(corners);
    // Where the line passes layers, it keeps straight beside them.
    const rows = new Set(centres.map((centre) => Math.round(down ? centre.y : centre.x)));
    const passed = corners.filter((corner) => rows.has(Math.round(down ? corner.y : corner.x)));
    return down
      ? ahead(a, passed, b, box.height)
      : mirrored(ahead(mirror(a), passed.map(mirror), mirror(b), box.width));
  });
  const extent = plan.graph() as { width: number; height: number };
  const total = totalOf(graph);
  const words = Math.max(textWidth(title, type.title) * 1.05, textWidth(total, type.tick));
  const width = Math.ceil(Math.max(extent.width, words) + 2 * MARGIN);
  const height = Math.ceil(top + extent.height + 10 + type.tick + MARGIN);
  return svgDocument(
    width,
    height,
    title || "graph of layers",
    svgTitle(title) + lines.map(arrow).join("") + centres.map(box.draw).join("") +
      svgText(MARGIN, height - MARGIN + 2, total, `fill="${ink.quiet}"`),
  );
}

interface Box {
  width: number;
  height: number;
  /** The box of layer `i` around `centre`. */
  draw(centre: Place, i: number): string;
}

/** Boxes of one size: wide and flat where data flows down, narrow and high where it flows right. */
function boxOf(graph: LayerGraph): Box {
  const { layers, direction, unit = "params" } = graph;
  const high = direction === "right";
  const kinds = kindsOf(graph);
  const words = layers.map((layer) => {
    const { shape, count } = textsOf(layer);
    return { ...layer, shape, count: layer.parameters > 0 ? `${count} ${unit}` : "" };
  });
  const inner = words.map(({ className, name, shape, count }) => {
    const [kind, own] = [textWidth(className, type.label) * 1.05, textWidth(name, type.tick)];
    const numbers = textWidth(shape, type.tick) + 16 + textWidth(count, type.tick);
    return Math.max(numbers, high ? Math.max(kind, own) : kind + 16 + own);
  });
  const [width, height] = [Math.ceil(2 * PADDING + Math.max(...inner)), high ? 62 : 46];
  const quiet = `fill="${ink.quiet}"`;
  const end = `text-anchor="end"`;
  return {
    width,
    height,
    draw: (centre, i) => {
      const { className, name, shape, count } = words[i];
      const [left, top] = [centre.x - width / 2 + PADDING, centre.y - height / 2];
      const right = centre.x + width / 2 - PADDING;
      const colour = colourOf(kinds[i]);
      return `<rect x="${round(left - PADDING)}" y="${round(top)}" width="${width}" ` +
        `height="${height}" rx="4" fill="${tint(colour, 0.12)}" stroke="${tint(colour, 0.7)}"/>\n` +
        svgText(left, top + 19, className, `font-size="${type.label}" font-weight="600"`) +
        (high
          ? svgText(left, top + 35, name, quiet)
          : svgText(right, top + 19, name, `${quiet} ${end}`)) +
        svgText(left, top + height - 10, shape) +
        (count ? svgText(right, top + height - 10, count, end) : "");
    },
  };
}

/** A line as the letters and places of path data; the last two places give the arrow's direction. */
type Path = [letter: string, ...places: Place[]][];

/** Down from the foot of `a` to the head of `b`, straight past the layers beside `passed`. */
function ahead(a: Place, passed: Place[], b: Place, height: number): Path {
  const half = height / 2;
  const stops = passed.flatMap(({ x, y }) => [{ x, y: y - half }, { x, y: y + half }]);
  let from: Place = { x: a.x, y: a.y + half };
  const path: Path = [["M", from]];
  for (const to of [...stops, { x: b.x, y: b.y - half - HEAD }]) {
    const middle = (from.y + to.y) / 2;
    path.push(
      from.x === to.x ? ["L", to] : ["C", { x: from.x, y: middle }, { x: to.x, y: middle }, to],
    );
    from = to;
  }
  path.push(["L", { x: b.x, y: b.y - half }]);
  return path;
}

/** From a layer to itself, at its right. */
function loop({ x, y }: Place, { width }: Box): Path {
  const right = x + width / 2;
  const far = right + ACROSS * 0.9;
  return [
    ["M", { x: right, y: y - 9 }],
    ["C", { x: far, y: y - 14 }, { x: far, y: y + 9 }, { x: right + HEAD, y: y + 9 }],
    ["L", { x: right, y: y + 9 }],
  ];
}

/** Round the corners, for lines that go back. */
function smooth(corners: Place[]): Path {
  const between = (a: Place, b: Place, t: number) => ({
    x: a.x + (b.x - a.x) * t,
    y: a.y + (b.y - a.y) * t,
  });
  const tip = corners[corners.length - 1];
  const bends = corners.slice(1, -1).map((corner, i): Path[number] => {
    const next = corners[i + 2];
    return ["Q", corner, between(corner, next, next === tip ? 0.7 : 0.5)];
  });
  return [["M", corners[0]], ...bends, ["L", tip]];
}

const mirror = ({ x, y }: Place): Place => ({ x: y, y: x });
const mirrored = (path: Path) =>
  path.map(([letter, ...places]): Path[number] => [letter, ...places.map(mirror)]);

/** The line up to the foot of its head, and the head. */
function arrow(path: Path): string {
  const tip = path[path.length - 1][1];
  const before = path[path.length - 2].at(-1) as Place;
  const length = Math.hypot(tip.x - before.x, tip.y - before.y) || 1;
  const [dx, dy] = [(tip.x - before.x) / length * HEAD, (tip.y - before.y) / length * HEAD];
  const foot = { x: tip.x - dx, y: tip.y - dy };
  const at = ({ x, y }: Place) => `${round(x)} ${round(y)}`;
  const side = (sign: number) => at({ x: foot.x - sign * dy / 2, y: foot.y + sign * dx / 2 });
  const line = [...path.slice(0, -1), ["L", foot] as Path[number]];
  const data = line.map(([letter, ...places]) => letter + places.map(at).join(" ")).join("");
  return `<path d="${data}" fill="none" stroke="${ink.axis}" stroke-width="1.5"/>\n` +
    `<path d="M${at(tip)}L${side(1)}L${side(-1)}Z" fill="${ink.axis}"/>\n`;
}
