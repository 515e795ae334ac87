/**
 * The title of a chart and the names of what it shows, every place decided here: in one line where
 * there is room for both, else in rows below the title.
 *
 * @module
 */
import { MARGIN, round, svgText, svgTitle } from "./document.ts";
import type { LegendEntry } from "./panel.ts";
import { symbols, textWidth, tint, type } from "./theme.ts";

/** Height of a row of names. */
const ROW = 22;
/** Room between two names. */
const GAP = 20;

/** The title and the legend as SVG, and where what they are about may begin. */
export interface Header {
  svg: string;
  bottom: number;
}

/** Draws the title and the legend of a chart `width` wide. */
export function drawHeader(
  title: string,
  entries: readonly LegendEntry[],
  width: number,
): Header {
  const titleBottom = title === "" ? MARGIN : MARGIN + type.title + 14;
  if (entries.length === 0) return { svg: svgTitle(title), bottom: titleBottom };
  const icon = entries.some(({ kind }) => kind === "line") ? 22 : 12;
  const widths = entries.map(({ name }) => icon + 7 + textWidth(name, type.tick) * 1.04);
  const room = width - 2 * MARGIN;
  const whole = widths.reduce((sum, one) => sum + one + GAP, -GAP);
  const beside = title === "" || textWidth(title, type.title) * 1.12 + 24 + whole <= room;
  // At the right beside the title; from the left on below it.
  let left = beside && whole <= room ? width - MARGIN - whole : MARGIN;
  let line = beside && whole <= room ? MARGIN + 7 : titleBottom + (title === "" ? 7 : 6);
  const parts = entries.map((entry, i) => {
    if (left > MARGIN && left + widths[i] > width - MARGIN + 1) {
      left = MARGIN;
      line += ROW;
    }
    const svg = drawIcon(entry, left, line, icon) +
      svgText(left + icon + 7, line + 4.2, entry.name);
    left += widths[i] + GAP;
    return svg;
  });
  return { svg: svgTitle(title) + parts.join(""), bottom: Math.max(titleBottom, line + ROW) };
}

/** What stands for a layer before its name, as the chart draws it. */
function drawIcon(entry: LegendEntry, left: number, y: number, width: number): string {
  const x = left + width / 2;
  switch (entry.kind) {
    case "points":
      return symbolAt(entry.symbol, x, y, 5, `fill="${entry.colour}"`);
    case "bars":
      return `<rect x="${round(x - 6)}" y="${round(y - 5)}" width="12" height="10" ` +
        `fill="${tint(entry.colour, 0.75)}"/>\n`;
    case "line": {
      const dash = entry.dashed ? ` stroke-dasharray="7 4"` : "";
      const stroke = `stroke="${entry.colour}" stroke-width="${entry.width ?? 2.2}"`;
      const rule = `<path d="M${round(left)} ${
        round(y)
      }h${width}" ${stroke}${dash} fill="none"/>\n`;
      if (!entry.dots) return rule;
      const fill = entry.hollow ? `fill="#ffffff" ${stroke}` : `fill="${entry.colour}"`;
      return rule + `<circle cx="${round(x)}" cy="${round(y)}" r="3.4" ${fill}/>\n`;
    }
  }
}

/** Outlines of the theme's symbols around (0, 0), from -1 to 1, in its order. */
const OUTLINES: Record<typeof symbols[number], [number, number][]> = {
  circle: [],
  triangle: [[0, -1], [1, 1], [-1, 1]],
  rect: [[-0.9, -0.9], [0.9, -0.9], [0.9, 0.9], [-0.9, 0.9]],
  diamond: [[0, -1], [1, 0], [0, 1], [-1, 0]],
};

/** The symbol of a group of points. */
function symbolAt(symbol: number, x: number, y: number, size: number, more: string): string {
  const outline = OUTLINES[symbols[symbol % symbols.length]];
  if (outline.length === 0) {
    return `<circle cx="${round(x)}" cy="${round(y)}" r="${size}" ${more}/>\n`;
  }
  const corners = outline.map(([dx, dy]) => `${round(x + dx * size)} ${round(y + dy * size)}`);
  return `<path d="M${corners.join("L")}Z" ${more}/>\n`;
}
