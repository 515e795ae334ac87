/** Coloured shapes drawn by the program itself, in the shapes and types of CIFAR-10. */
import { ndarray, Rng } from "@neurite/tensor";
import { checkCount } from "@neurite/tensor/internal";
import { balancedLabels, check, type DrawOptions } from "./draw.ts";
import type { LabelledImages } from "./labelled_images.ts";

/** What {@linkcode syntheticShapes} draws: 1000 examples unless `count` is given. */
export interface SyntheticShapesOptions extends DrawOptions {
  /** The largest uniform noise on a pixel, from 0 to 1; 0.1 unless given. */
  noise?: number;
}

/**
 * How deep a point lies within a shape of about radius 1 around the origin, `y` downwards: positive
 * inside, 0 on its edge, and near the edge the distance from it.
 */
type Depth = (x: number, y: number) => number;

const { abs, max, min, hypot, PI } = Math;

/** A bar from -a to a, and from -b to b. */
const bar = (x: number, y: number, a: number, b: number) => min(a - abs(x), b - abs(y));
const plus: Depth = (x, y) => max(bar(x, y, 0.9, 0.25), bar(x, y, 0.25, 0.9));

const SHAPES: Readonly<Record<string, Depth>> = {
  disc: (x, y) => 0.85 - hypot(x, y),
  ring: (x, y) => 0.2 - abs(hypot(x, y) - 0.7),
  square: (x, y) => bar(x, y, 0.75, 0.75),
  frame: (x, y) => 0.17 - abs(max(abs(x), abs(y)) - 0.65),
  triangle: (x, y) => 0.5 - max(y, abs(x) * Math.sqrt(0.75) - y / 2),
  plus,
  cross: (x, y) => plus((x + y) * Math.SQRT1_2, (x - y) * Math.SQRT1_2),
  star,
  crescent: (x, y) => min(0.9 - hypot(x, y), hypot(x - 0.45, y) - 0.6),
  stripes: (x, y) => bar(x, y - 0.62 * max(-1, min(1, Math.round(y / 0.62))), 0.85, 0.19),
};

/** A star with five points: each tenth of it ends at the line from a tip to the notch beside it. */
function star(x: number, y: number): number {
  const tenth = PI / 5, notch = 0.42;
  const turns = Math.atan2(x, -y) / (2 * tenth);
  const angle = abs(turns - Math.round(turns)) * 2 * tenth, radius = hypot(x, y);
  const u = notch * Math.cos(tenth) - 1, v = notch * Math.sin(tenth);
  return (u * radius * Math.sin(angle) - v * (radius * Math.cos(angle) - 1)) / hypot(u, v);
}

const SIZE = 32, PIXELS = SIZE * SIZE;

/** The names of the shapes. */
const CLASSES: readonly string[] = Object.freeze(Object.keys(SHAPES));

/**
 * Draws `count` coloured shapes, 32x32 in red, green and blue, without files or network: the same
 * shapes and types as {@linkcode loadCifar10} gives, for examples and tests. The ten classes are disc,
 * ring, square, frame, triangle, plus, cross, star, crescent, stripes.
 *
 * Place, size, turn (up to 17 degrees) and the colours of shape and background are random and tell
 * nothing of the class; one of the two is light, the other dark. At last noise is added. Every shape
 * occurs equally often (to within one), in random order. They are far easier than photographs.
 *
 * @throws {RangeError} if an option is out of its range.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { syntheticShapes } from "@neurite/datasets";
 *
 * const { images, labels, classes } = syntheticShapes({ count: 20, seed: 1 });
 * assertEquals(images.shape, [20, 32, 32, 3]);
 * assertEquals(labels.shape, [20]);
 * assertEquals(classes[3], "frame");
 * ```
 */
export function syntheticShapes(options: SyntheticShapesOptions = {}): LabelledImages {
  const { count = 1000, seed = 0, rng = new Rng(seed), noise = 0.1 } = options;
  checkCount("draw shapes", "count", count);
  check(noise >= 0 && noise <= 1, "draw shapes", "noise", "from 0 to 1", noise);
  const labels = balancedLabels(count, CLASSES.length, rng);
  const images = new Uint8Array(count * PIXELS * 3);
  for (let i = 0; i < count; i++) {
    const image = images.subarray(i * PIXELS * 3, (i + 1) * PIXELS * 3);
    drawShape(image, SHAPES[CLASSES[labels[i]]], noise, rng);
  }
  return {
    images: ndarray(images, [count, SIZE, SIZE, 3]),
    labels: ndarray(labels, [count]),
    classes: CLASSES,
  };
}

/** Draws one shape; an edge fades over one pixel. */
function drawShape(image: Uint8Array, depth: Depth, noise: number, rng: Rng): void {
  const radius = rng.uniform(7.5, 13), room = SIZE / 2 - radius;
  const centreX = (SIZE - 1) / 2 + rng.uniform(-room, room);
  const centreY = (SIZE - 1) / 2 + rng.uniform(-room, room);
  const turn = rng.uniform(-0.3, 0.3), cos = Math.cos(turn), sin = Math.sin(turn);
  const light = randomColour(0.7, 1, rng), dark = randomColour(0.05, 0.4, rng);
  const [shape, ground] = rng.uniform() < 0.5 ? [light, dark] : [dark, light];
  for (let row = 0; row < SIZE; row++) {
    for (let column = 0; column < SIZE; column++) {
      const x = (column - centreX) / radius, y = (row - centreY) / radius;
      const inside = depth(cos * x + sin * y, cos * y - sin * x) * radius;
      const share = max(0, min(1, 0.5 + inside));
      for (let c = 0; c < 3; c++) {
        const level = ground[c] + share * (shape[c] - ground[c]) +
          (noise === 0 ? 0 : rng.uniform(-noise, noise));
        image[(row * SIZE + column) * 3 + c] = Math.round(255 * max(0, min(1, level)));
      }
    }
  }
}

/** A colour of any hue: its strongest channel is from `low` to `high`, its weakest up to 0.7 of it lower. */
function randomColour(low: number, high: number, rng: Rng): number[] {
  const value = rng.uniform(low, high), saturation = rng.uniform(0.2, 0.7);
  const hue = rng.uniform(0, 6);
  return [5, 3, 1].map((n) => {
    const k = (n + hue) % 6;
    return value * (1 - saturation * max(0, min(k, 4 - k, 1)));
  });
}
