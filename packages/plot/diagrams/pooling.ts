/**
 * Pooling in numbers: windows side by side, and what is left of each.
 *
 * @module
 */
import { type Matrix, readMatrix } from "../arrays.ts";
import type { Picture } from "../picture.ts";
import { formatNumber } from "../scale.ts";
import { ink, palette, tint } from "../theme.ts";
import { diagram, type Place, Scene, widthOf } from "./scene.ts";

/** Options of {@linkcode poolingDiagram}. */
export interface PoolingDiagramOptions {
  /** Title above the diagram. */
  title?: string;
  /** Length of the sides of a window, 2 without it. */
  size?: number;
  /** What is left of a window, `"max"` or `"average"`, or both below each other, as without it. */
  kind?: "max" | "average" | "both";
}

/**
 * Pooling in numbers: a window moves over the numbers by its own size, and gives its largest number, or
 * their mean. What a last window has not enough numbers for is left out. In a terminal it is tables.
 *
 * @throws {RangeError} where the rows differ in length, a number is NaN or infinite, `size` is no integer
 * of at least 1 or larger than the matrix, or `kind` is another one.
 *
 * @example
 * ```ts
 * import { poolingDiagram } from "@neurite/plot";
 * import { assertEquals } from "@std/assert";
 *
 * const picture = poolingDiagram([[1, 5, 0, 2], [3, 3, 4, 2]], { kind: "max" });
 * assertEquals(picture.toTerminal().split("\n"), ["1  5  0  2", "3  3  4  2", "max 2×2:", "5  4"]);
 * ```
 */
export function poolingDiagram(matrix: Matrix, options: PoolingDiagramOptions = {}): Picture {
  const task = "draw pooling";
  const { title = "", size = 2, kind = "both" } = options;
  const numbers = readMatrix(matrix, task, "matrix");
  const [height, width] = [numbers.length, numbers[0].length];
  if (!Number.isInteger(size) || size < 1 || size > Math.min(height, width)) {
    throw new RangeError(
      `Cannot ${task} as size must be an integer from 1 to ${Math.min(height, width)}: ` +
        `current size is ${size}`,
    );
  }
  if (kind !== "max" && kind !== "average" && kind !== "both") {
    throw new RangeError(
      `Cannot ${task} as kind must be "max", "average" or "both": current kind is "${kind}"`,
    );
  }
  const kinds = kind === "both" ? ["max", "average"] as const : [kind];
  const [rows, columns] = [Math.floor(height / size), Math.floor(width / size)];
  const pooled = kinds.map((kind) =>
    Array.from({ length: rows }, (_, r) =>
      Array.from({ length: columns }, (_, c) => {
        const window = numbers.slice(r * size, (r + 1) * size)
          .flatMap((row) => row.slice(c * size, (c + 1) * size));
        return kind === "max"
          ? Math.max(...window)
          : window.reduce((sum, value) => sum + value) / window.length;
      }))
  );
  const all = [numbers, ...pooled].flat(2).map(formatNumber);
  const cell = Math.max(40, Math.ceil(Math.max(...all.map((text) => widthOf(text, 16))) + 14));
  const gap = 128, between = 44;
  const right = pooled.length * rows * cell + (pooled.length - 1) * between;
  const tall = Math.max(height * cell, right);
  const scene = new Scene(40 + (width + columns) * cell + gap, tall + 52);
  const middle = 26 + tall / 2;
  const colourOf = (r: number, c: number) =>
    r < rows && c < columns ? tint(palette[[4, 5, 2, 3][(c + 2 * r) % 4]], 0.35) : ink.paper;
  const grid = ([left, top]: Place, table: number[][], window: number) => {
    table.forEach((row, r) =>
      row.forEach((value, c) => {
        const place = [left + (c + 0.5) * cell, top + (r + 0.5) * cell] as const;
        const fill = colourOf(Math.floor(r / window), Math.floor(c / window));
        scene.box(place, cell, cell, { fill, stroke: ink.paper, width: 1.5, radius: 0 })
          .text(place, formatNumber(value), { size: 16 });
      })
    );
    // Around each window.
    for (let r = 0; r < Math.floor(table.length / window); r++) {
      for (let c = 0; c < Math.floor(table[0].length / window); c++) {
        const side = cell * window;
        scene.box([left + (c + 0.5) * side, top + (r + 0.5) * side], side, side, {
          stroke: ink.text,
          width: 1.6,
          radius: 0,
        });
      }
    }
  };
  grid([20, middle - height * cell / 2], numbers, size);
  pooled.forEach((table, i) => {
    const top = middle - right / 2 + i * (rows * cell + between), left = 20 + width * cell + gap;
    const at = top + rows * cell / 2;
    scene.arrow([[20 + width * cell + 12, at], [left - 12, at]])
      .text([left - gap / 2 - 2, at - 16], kinds[i] === "max" ? "largest" : "mean");
    grid([left, top], table, 1);
  });
  const lines = (table: number[][]) => {
    const wide = Math.max(...table.flat().map((value) => formatNumber(value).length));
    return table.map((row) => row.map((value) => formatNumber(value).padStart(wide)).join("  "));
  };
  return diagram(scene, title, `pooling of ${height} by ${width} numbers`, [
    ...lines(numbers),
    ...kinds.flatMap((kind, i) => [`${kind} ${size}×${size}:`, ...lines(pooled[i])]),
  ]);
}
