/**
 * Outlines of the areas where a classifier gives one class, by marching squares.
 *
 * @module
 */
// @ts-types="npm:@types/d3-contour@3.0.6"
import { contours } from "npm:d3-contour@4.0.2";
import { round } from "./document.ts";
import type { Box, FieldLayer, RegionLayer } from "./panel.ts";

/**
 * The area of class `which` as path data: where it fills more of the cells around than any other
 * class. Shares rather than whole cells place straight boundaries within a fraction of a cell. The
 * area reaches a cell beyond the box, to be clipped there.
 */
export function outline(layer: RegionLayer, which: number, box: Box): string {
  const [columns, rows] = [layer.columns + 2, layer.rows + 2];
  const smooth = layer.shares.map((share) => smoothed(share, layer.columns, layer.rows));
  const lead = Array.from(
    smooth[which],
    (own, at) =>
      own - smooth.reduce((most, share, k) => k === which ? most : Math.max(most, share[at]), 0),
  );
  const shape = contours().size([columns, rows]).thresholds([0])(lead)[0];
  return shape.coordinates.flat().map((ring) =>
    "M" + ring.map(([x, y]) =>
      `${round(box.left + (x - 1) / layer.columns * box.width)} ${
        round(box.top + (1 - (y - 1) / layer.rows) * box.height)
      }`
    ).join("L") + "Z"
  ).join("");
}

/** Every cell the mean of itself and its neighbours, with one more cell on each side. */
function smoothed(cells: Float32Array, columns: number, rows: number): Float32Array {
  const inside = (at: number, length: number) => Math.min(length - 1, Math.max(0, at));
  return Float32Array.from({ length: (columns + 2) * (rows + 2) }, (_, at) => {
    const [row, column] = [Math.floor(at / (columns + 2)) - 1, at % (columns + 2) - 1];
    let sum = 0;
    for (let r = row - 1; r <= row + 1; r++) {
      for (let c = column - 1; c <= column + 1; c++) {
        sum += cells[inside(r, rows) * columns + inside(c, columns)];
      }
    }
    return sum / 9;
  });
}

/** For each colour of a field the area, as path data, where the number is at least its lower end. */
export function bands({ columns, rows, values, thresholds }: FieldLayer, box: Box): string[] {
  // Points of the grid are centres of cells to d3: the first and the last lie on the box's edges.
  const place = ([x, y]: number[]) =>
    `${round(box.left + (x - 0.5) / (columns - 1) * box.width)} ${
      round(box.top + (1 - (y - 0.5) / (rows - 1)) * box.height)
    }`;
  const all = `M${box.left} ${box.top}h${round(box.width)}v${round(box.height)}H${box.left}Z`;
  const above = contours().size([columns, rows]).thresholds(thresholds)(Array.from(values));
  return [
    all,
    ...above.map(({ coordinates }) =>
      coordinates.flat().map((ring) => `M${ring.map(place).join("L")}Z`).join("")
    ),
  ];
}
