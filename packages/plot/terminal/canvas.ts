/**
 * A grid of character cells to draw on. Every cell holds a character, or two by four braille dots,
 * with a colour and a background.
 *
 * @module
 */
import { rgbOf } from "../theme.ts";

interface Cell {
  /** Braille dots, one bit each, as in Unicode. */
  dots: number;
  char: string;
  colour: string;
  background: string;
}

/** Bits of U+2800 by row and column of the dot. */
const DOTS = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]];

/** `text` in `colour` on `background`; plain where both are empty. */
export function paint(text: string, colour: string, background = ""): string {
  const codes = [
    ...(colour ? [`38;2;${rgbOf(colour).join(";")}`] : []),
    ...(background ? [`48;2;${rgbOf(background).join(";")}`] : []),
  ];
  return codes.length === 0 ? text : `\x1b[${codes.join(";")}m${text}\x1b[0m`;
}

/** A grid of `columns` by `rows` cells. */
export class Canvas {
  readonly columns: number;
  readonly rows: number;
  readonly #cells: Cell[];

  constructor(columns: number, rows: number) {
    this.columns = columns;
    this.rows = rows;
    this.#cells = Array.from(
      { length: columns * rows },
      () => ({ dots: 0, char: "", colour: "", background: "" }),
    );
  }

  #cell(column: number, row: number): Cell | undefined {
    if (column < 0 || column >= this.columns || row < 0 || row >= this.rows) return undefined;
    return this.#cells[row * this.columns + column];
  }

  /** Puts a character; what lies outside is left out. */
  put(column: number, row: number, char: string, colour = ""): void {
    const cell = this.#cell(column, row);
    if (cell !== undefined) Object.assign(cell, { char, colour });
  }

  /** Sets a background. */
  fill(column: number, row: number, background: string): void {
    const cell = this.#cell(column, row);
    if (cell !== undefined) cell.background = background;
  }

  /** Sets one braille dot; (0, 0) is the top left one of `2 * columns` by `4 * rows`. */
  dot(x: number, y: number, colour: string): void {
    const cell = this.#cell(x >> 1, y >> 2);
    if (cell !== undefined) Object.assign(cell, { dots: cell.dots | DOTS[y & 3][x & 1], colour });
  }

  /** Calls `mark` along the line from dot to dot, both ends included (Bresenham). */
  static line(
    [x0, y0]: readonly [number, number],
    [x1, y1]: readonly [number, number],
    mark: (x: number, y: number) => void,
  ): void {
    const steps = Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0), 1);
    for (let i = 0; i <= steps; i++) {
      mark(Math.round(x0 + (x1 - x0) * i / steps), Math.round(y0 + (y1 - y0) * i / steps));
    }
  }

  /** The lines of text, with colours or without. */
  lines(color: boolean): string[] {
    return Array.from({ length: this.rows }, (_, row) => {
      const cells = this.#cells.slice(row * this.columns, (row + 1) * this.columns);
      const chars = cells.map(({ char, dots }) =>
        char || (dots ? String.fromCodePoint(0x2800 + dots) : " ")
      );
      if (!color) return chars.join("");
      return chars.map((char, i) => paint(char, cells[i].colour, cells[i].background)).join("");
    });
  }
}
