/** Digits drawn by the program itself, in the shapes and types of MNIST. */
import { ndarray, Rng } from "@neurite/tensor";
import { checkCount } from "@neurite/tensor/internal";
import type { Digits } from "./digits.ts";
import { balancedLabels, check, type DrawOptions } from "./draw.ts";
import { type Glyph, GLYPHS, type Point } from "./glyphs.ts";

/** What {@linkcode syntheticDigits} draws: 1000 examples unless `count` is given. */
export interface SyntheticDigitsOptions extends DrawOptions {
  /**
   * How far the writing strays, 1 unless given: slant, size, position, rotation, wobble and
   * thickness all scale with it, and 0 draws every digit upright and alike.
   */
  variation?: number;
  /** The largest uniform noise on a pixel, as a part of full ink, from 0 to 1; 0.1 unless given. */
  noise?: number;
}

const SIZE = 28, PIXELS = SIZE * SIZE;

/**
 * Draws `count` digits from 0 to 9 in random handwriting, 28x28, without files or network: the
 * same shapes and types as {@linkcode loadMnist} gives, for examples and tests.
 *
 * Each digit starts as strokes in a box, one of several ways to write it. The strokes wobble, are
 * slanted, rotated, scaled and shifted at random and drawn with a round pen of random thickness
 * and smooth edges; at last noise is added. Every digit occurs equally often (to within one), in
 * random order. It is far less varied than real handwriting: a network that reads it well need not
 * read MNIST well.
 *
 * @throws {RangeError} if an option is out of its range.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { syntheticDigits } from "@neurite/datasets";
 *
 * const { images, labels } = syntheticDigits({ count: 20, seed: 1 });
 * assertEquals(images.shape, [20, 28, 28]);
 * assertEquals([...labels.data].sort(), [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9]);
 * ```
 */
export function syntheticDigits(options: SyntheticDigitsOptions = {}): Digits {
  const { count = 1000, seed = 0, rng = new Rng(seed), variation = 1, noise = 0.1 } = options;
  checkCount("draw digits", "count", count);
  check(variation >= 0 && variation <= 2, "draw digits", "variation", "from 0 to 2", variation);
  check(noise >= 0 && noise <= 1, "draw digits", "noise", "from 0 to 1", noise);
  const labels = balancedLabels(count, 10, rng);
  const images = new Uint8Array(count * PIXELS);
  for (let i = 0; i < count; i++) {
    const ways = GLYPHS[labels[i]];
    const ink = drawGlyph(ways[variation === 0 ? 0 : rng.integer(ways.length)], variation, rng);
    const image = images.subarray(i * PIXELS, (i + 1) * PIXELS);
    for (let p = 0; p < PIXELS; p++) {
      const level = noise === 0 ? ink[p] : ink[p] + rng.uniform(-noise, noise);
      image[p] = Math.round(255 * Math.max(0, Math.min(1, level)));
    }
  }
  return { images: ndarray(images, [count, SIZE, SIZE]), labels: ndarray(labels, [count]) };
}

/** The ink, 0 to 1, that a glyph in a random hand leaves on each pixel. */
function drawGlyph(glyph: Glyph, variation: number, rng: Rng): Float32Array {
  const move = randomHand(variation, rng);
  const radius = 1.15 + variation * rng.uniform(-0.45, 0.45);
  const reach = radius + 0.5; // ink fades out over one pixel, half of it outside of the stroke
  const distance = new Float32Array(PIXELS).fill(reach * reach); // squared, to the nearest stroke
  for (const stroke of glyph) {
    const points = stroke.map(move);
    for (let i = 0; i + 1 < points.length; i++) {
      approach(distance, points[i], points[i + 1], reach);
    }
  }
  return distance.map((squared) => Math.min(1, reach - Math.sqrt(squared)));
}

/** A random map from the box of the glyphs to pixels: wobble, then scale, slant, turn and shift. */
function randomHand(variation: number, rng: Rng): (point: Point) => Point {
  const stray = (spread: number) => variation * rng.uniform(-spread, spread);
  const height = 19.5 + stray(2), width = height * (1.08 + stray(0.26));
  const slant = 0.17 * variation + stray(0.28), turn = stray(0.14);
  const cos = Math.cos(turn), sin = Math.sin(turn);
  const centreX = (SIZE - 1) / 2 + stray(1.5), centreY = (SIZE - 1) / 2 + stray(1.5);
  const waves = Array.from({ length: 4 }, () => ({
    size: stray(0.06),
    rate: rng.uniform(2, 7),
    phase: rng.uniform(0, 2 * Math.PI),
  }));
  const wave = (k: number, at: number) =>
    waves[k].size * Math.sin(waves[k].rate * at + waves[k].phase);
  return ([x, y]) => {
    const u = width * (x + wave(0, y) + wave(1, x) - 0.5);
    const v = height * (y + wave(2, x) + wave(3, y) - 0.5);
    const slanted = u - slant * v;
    return [centreX + cos * slanted - sin * v, centreY + sin * slanted + cos * v];
  };
}

/** Lowers each pixel's squared distance to the segment from `a` to `b`, within `reach` of it. */
function approach(distance: Float32Array, a: Point, b: Point, reach: number): void {
  const dx = b[0] - a[0], dy = b[1] - a[1], squaredLength = dx * dx + dy * dy;
  const left = Math.max(0, Math.ceil(Math.min(a[0], b[0]) - reach));
  const right = Math.min(SIZE - 1, Math.floor(Math.max(a[0], b[0]) + reach));
  const top = Math.max(0, Math.ceil(Math.min(a[1], b[1]) - reach));
  const bottom = Math.min(SIZE - 1, Math.floor(Math.max(a[1], b[1]) + reach));
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const along = squaredLength === 0 ? 0 : ((x - a[0]) * dx + (y - a[1]) * dy) / squaredLength;
      const t = Math.max(0, Math.min(1, along));
      const ex = x - a[0] - t * dx, ey = y - a[1] - t * dy;
      const squared = ex * ex + ey * ey;
      const p = y * SIZE + x;
      if (squared < distance[p]) distance[p] = squared;
    }
  }
}
