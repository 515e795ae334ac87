/** The shapes of the ten digits: strokes drawn by hand, as polylines in a box from 0 to 1. */

/** A point, x to the right and y downwards. */
export type Point = readonly [x: number, y: number];

/** A stroke of the pen: the points it passes, joined by straight segments. */
export type Stroke = readonly Point[];

/** One way to write a digit. */
export type Glyph = readonly Stroke[];

/** Straight from point to point. */
function line(...points: Point[]): Stroke {
  return points;
}

/** Part of an ellipse around `[x, y]`, clockwise from angle `from` to `to`, 0 being to the right. */
function arc([x, y]: Point, [rx, ry]: Point, from: number, to: number): Stroke {
  const steps = Math.ceil(Math.abs(to - from) / 20);
  return Array.from({ length: steps + 1 }, (_, i): Point => {
    const angle = (from + (i / steps) * (to - from)) * Math.PI / 180;
    return [x + rx * Math.cos(angle), y + ry * Math.sin(angle)];
  });
}

/** A smooth curve through all points: the cubic spline of Catmull and Rom. */
function curve(...points: Point[]): Stroke {
  const at = (i: number) => points[Math.max(0, Math.min(points.length - 1, i))];
  const steps = 6, path: Point[] = [points[0]];
  for (let i = 0; i + 1 < points.length; i++) {
    const a = at(i - 1), b = at(i), c = at(i + 1), d = at(i + 2);
    for (let step = 1; step <= steps; step++) {
      const t = step / steps;
      const spline = (k: 0 | 1) =>
        b[k] + 0.5 * t * (c[k] - a[k] + t * (2 * a[k] - 5 * b[k] + 4 * c[k] - d[k] +
                t * (3 * (b[k] - c[k]) + d[k] - a[k])));
      path.push([spline(0), spline(1)]);
    }
  }
  return path;
}

/** The ways to write each digit; `GLYPHS[7]` holds a seven without and one with a bar. */
export const GLYPHS: readonly (readonly Glyph[])[] = [
  [
    [arc([0.5, 0.5], [0.31, 0.48], -90, 270)],
    [curve([0.62, 0.06], [0.34, 0.1], [0.19, 0.5], [0.36, 0.94], [0.66, 0.9], [0.8, 0.5], [
      0.5,
      0.04,
    ])],
  ],
  [
    [line([0.5, 0.02], [0.5, 0.98])],
    [line([0.5, 0.02], [0.5, 0.98])],
    [line([0.34, 0.2], [0.52, 0.02], [0.52, 0.98])],
    [line([0.34, 0.2], [0.52, 0.02], [0.52, 0.98]), line([0.3, 0.98], [0.74, 0.98])],
  ],
  [
    [
      curve([0.22, 0.24], [0.46, 0.02], [0.76, 0.24], [0.58, 0.58], [0.2, 0.96]),
      line([0.2, 0.96], [0.82, 0.95]),
    ],
    [
      curve([0.24, 0.22], [0.48, 0.03], [0.74, 0.25], [0.55, 0.65], [0.28, 0.95], [0.17, 0.83]),
      curve([0.17, 0.83], [0.3, 0.75], [0.55, 0.92], [0.85, 0.9]),
    ],
  ],
  [
    [
      curve([0.24, 0.14], [0.5, 0.02], [0.73, 0.22], [0.44, 0.46]),
      curve([0.44, 0.46], [0.79, 0.68], [0.55, 0.96], [0.2, 0.86]),
    ],
    [
      line([0.24, 0.05], [0.74, 0.05], [0.46, 0.41]),
      curve([0.46, 0.41], [0.79, 0.63], [0.58, 0.95], [0.22, 0.88]),
    ],
  ],
  [
    [line([0.66, 0.98], [0.66, 0.02], [0.18, 0.64], [0.86, 0.64])],
    [curve([0.26, 0.05], [0.2, 0.44], [0.4, 0.52], [0.74, 0.46]), line([0.74, 0.04], [0.68, 0.98])],
    [line([0.3, 0.05], [0.2, 0.52], [0.8, 0.52]), line([0.66, 0.25], [0.62, 0.98])],
  ],
  [
    [
      line([0.78, 0.04], [0.32, 0.05], [0.28, 0.45]),
      curve([0.28, 0.45], [0.58, 0.4], [0.76, 0.68], [0.52, 0.96], [0.2, 0.88]),
    ],
    [
      line([0.34, 0.06], [0.26, 0.42]),
      curve([0.26, 0.42], [0.66, 0.44], [0.72, 0.78], [0.46, 0.97], [0.2, 0.86]),
      line([0.34, 0.06], [0.82, 0.03]),
    ],
  ],
  [
    [
      curve([0.66, 0.02], [0.36, 0.3], [0.24, 0.7], [0.48, 0.97], [0.74, 0.76], [0.54, 0.54], [
        0.26,
        0.7,
      ]),
    ],
    [curve([0.44, 0.02], [0.26, 0.4], [0.26, 0.8], [0.52, 0.97], [0.74, 0.74], [0.5, 0.57], [
      0.27,
      0.78,
    ])],
  ],
  [
    [line([0.18, 0.06], [0.8, 0.06], [0.42, 0.98])],
    [curve([0.18, 0.2], [0.22, 0.07], [0.5, 0.08], [0.8, 0.05]), line([0.8, 0.05], [0.5, 0.98])],
    [line([0.18, 0.06], [0.8, 0.06], [0.42, 0.98]), line([0.36, 0.5], [0.8, 0.5])],
  ],
  [
    [arc([0.5, 0.26], [0.22, 0.24], -90, 270), arc([0.5, 0.74], [0.26, 0.24], -90, 270)],
    [
      curve(
        [0.74, 0.14],
        [0.5, 0.02],
        [0.27, 0.2],
        [0.48, 0.46],
        [0.74, 0.74],
        [0.5, 0.98],
        [0.26, 0.76],
        [0.5, 0.48],
        [0.76, 0.18],
      ),
    ],
  ],
  [
    [arc([0.5, 0.28], [0.24, 0.26], 0, 360), line([0.74, 0.24], [0.7, 0.98])],
    [
      curve([0.72, 0.14], [0.46, 0.02], [0.25, 0.3], [0.46, 0.52], [0.74, 0.26]),
      curve([0.74, 0.14], [0.74, 0.5], [0.62, 0.92], [0.36, 0.95]),
    ],
  ],
];
