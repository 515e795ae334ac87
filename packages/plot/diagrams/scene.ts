/**
 * What diagrams are drawn with: boxes, circles, lines with arrows, and texts with indices. Every place
 * is a number, so that all who draw SVG draw the same.
 *
 * @module
 */
import { printable } from "@neurite/tensor/texts";
import { escapeXml, MARGIN, round, svgDocument, svgTitle } from "../document.ts";
import { Picture } from "../picture.ts";
import { cut } from "../texts.ts";
import { ink, textWidth, type } from "../theme.ts";

/** A place: x, y. */
export type Place = readonly [x: number, y: number];

/** How a text looks. */
export interface TextLook {
  size?: number;
  anchor?: "start" | "middle" | "end";
  colour?: string;
  bold?: boolean;
  /** Put white behind it, so that lines do not cross it. */
  clear?: boolean;
}

/** How a shape looks. */
export interface Look {
  fill?: string;
  stroke?: string;
  width?: number;
  dashed?: boolean;
}

/** Size of texts where nothing else is said: to be read where a picture is half as wide as drawn. */
const SIZE = 15;
/** Length of an arrow's head. */
const HEAD = 8;

/** The parts of a text: `h_{t−1}` is an h and a lowered t−1. */
interface Run {
  text: string;
  shift: "" | "_" | "^";
}

/** A drawing in the making. */
export class Scene {
  readonly width: number;
  readonly height: number;
  readonly #parts: string[] = [];

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
  }

  /** A text around the line `y`, with `_` before what is lowered and `^` before what is raised. */
  text([x, y]: Place, words: string, look: TextLook = {}): this {
    const { size = SIZE, anchor = "middle", colour = ink.text, bold, clear } = look;
    const width = widthOf(words, size);
    const left = anchor === "middle" ? x - width / 2 : anchor === "end" ? x - width : x;
    if (clear) {
      this.#parts.push(
        `<rect x="${round(left - 3)}" y="${round(y - size * 0.62)}" width="${round(width + 6)}" ` +
          `height="${round(size * 1.3)}" fill="${ink.paper}"/>\n`,
      );
    }
    let down = 0;
    const spans = runsOf(words).map(({ text, shift }) => {
      const wanted = shift === "_" ? size * 0.22 : shift === "^" ? -size * 0.38 : 0;
      const dy = round(wanted - down);
      down = wanted;
      const small = shift === "" ? "" : ` font-size="${round(size * 0.72)}"`;
      const written = escapeXml(text.replaceAll(TILDE, ""));
      return dy === 0 && small === "" ? written : `<tspan dy="${dy}"${small}>${written}</tspan>`;
    });
    const weight = bold ? ` font-weight="600"` : "";
    this.#parts.push(
      `<text x="${round(x)}" y="${round(y + 0.35 * size)}" font-size="${size}" ` +
        `text-anchor="${anchor}" fill="${colour}"${weight}>${spans.join("")}</text>\n`,
    );
    // A tilde over the first letter is drawn: few fonts place it well.
    if (words[1] === TILDE) {
      const middle = left + textWidth(words[0], size) * 0.5;
      const [top, w] = [y - 0.52 * size, 0.22 * size];
      this.path(
        `M${round(middle - w)} ${round(top)}q${round(w / 2)} ${round(-w * 0.9)} ${round(w)} 0` +
          `t${round(w)} 0`,
        { stroke: colour, width: 1.2 },
      );
    }
    return this;
  }

  /** A box around a centre. */
  box([x, y]: Place, width: number, height: number, look: Look & { radius?: number } = {}): this {
    this.#parts.push(
      `<rect x="${round(x - width / 2)}" y="${round(y - height / 2)}" width="${round(width)}" ` +
        `height="${round(height)}" rx="${look.radius ?? 4}"${attributes(look)}/>\n`,
    );
    return this;
  }

  /** A circle around a centre. */
  circle([x, y]: Place, radius: number, look: Look = {}): this {
    this.#parts.push(
      `<circle cx="${round(x)}" cy="${round(y)}" r="${round(radius)}"${attributes(look)}/>\n`,
    );
    return this;
  }

  /** A line through places, with an arrow's head at its end unless `plain`. */
  arrow(places: readonly Place[], look: Look & { plain?: boolean } = {}): this {
    const { stroke = ink.quiet, width = 1.5, plain } = look;
    const [end, before] = [places[places.length - 1], places[places.length - 2]];
    const angle = Math.atan2(end[1] - before[1], end[0] - before[0]);
    const back = (length: number, side: number): Place => [
      end[0] - length * Math.cos(angle) - side * Math.sin(angle),
      end[1] - length * Math.sin(angle) + side * Math.cos(angle),
    ];
    const along = plain ? places : [...places.slice(0, -1), back(HEAD - 1, 0)];
    this.path("M" + along.map(placed).join("L"), { stroke, width, dashed: look.dashed });
    if (!plain) {
      const half = HEAD * 0.42 + width * 0.3;
      const corners = [end, back(HEAD, half), back(HEAD, -half)];
      this.path(`M${corners.map(placed).join("L")}Z`, { fill: stroke });
    }
    return this;
  }

  /** Path data. */
  path(d: string, look: Look = {}): this {
    this.#parts.push(`<path d="${d}" stroke-linejoin="round"${attributes(look)}/>\n`);
    return this;
  }

  /** The drawing below its title. */
  svg(title: string, label: string): string {
    const top = title === "" ? 0 : MARGIN + type.title;
    const body = this.#parts.join("");
    const width = Math.max(this.width, Math.ceil(textWidth(title, type.title) * 1.05) + 2 * MARGIN);
    return svgDocument(
      width,
      this.height + top,
      title || label,
      svgTitle(title) + (top === 0 ? body : `<g transform="translate(0 ${top})">\n${body}</g>`),
    );
  }
}

/** A picture of a drawing; `lines` are what a terminal shows. */
export function diagram(
  scene: Scene,
  title: string,
  label: string,
  lines: readonly string[],
): Picture {
  const shown = printable(title);
  return new Picture({
    svg: () => Promise.resolve(scene.svg(shown, label)),
    terminal: ({ columns }) =>
      [...(shown ? [shown] : []), ...lines].map((line) => cut(line, columns)).join("\n"),
  });
}

/** A text with indices in signs of Unicode, for terminals. */
export function plainText(words: string): string {
  const low = "₀₁₂₃₄₅₆₇₈₉₊₋ₜₗₙₓₕᵢⱼₖ", lowered = "0123456789+−tlnxhijk";
  return runsOf(words).map(({ text, shift }) => {
    if (shift === "") return text;
    if (shift === "^") return `^${text}`;
    const signs = [...text].map((sign) => [...low][[...lowered].indexOf(sign)]);
    return signs.every((sign) => sign !== undefined) ? signs.join("") : `_${text}`;
  }).join("");
}

/** The sign that puts a tilde over the letter before it. */
const TILDE = "\u0303";

function runsOf(words: string): Run[] {
  return [...words.matchAll(/([_^])(?:\{([^}]*)\}|(.))|[^_^]+/gsu)].map(
    ([all, shift, group, one]): Run =>
      shift === undefined
        ? { text: all, shift: "" }
        : { text: group ?? one, shift: shift as "_" | "^" },
  );
}

/** Width of a text with indices. */
export function widthOf(words: string, size: number = SIZE): number {
  return runsOf(words.replaceAll(TILDE, "")).reduce(
    (sum, { text, shift }) => sum + textWidth(text, shift === "" ? size : size * 0.72),
    0,
  );
}

const placed = ([x, y]: Place) => `${round(x)} ${round(y)}`;

function attributes({ fill = "none", stroke, width = 1.5, dashed }: Look): string {
  return ` fill="${fill}"` +
    (stroke === undefined ? "" : ` stroke="${stroke}" stroke-width="${round(width)}"`) +
    (dashed ? ` stroke-dasharray="5 4"` : "");
}
