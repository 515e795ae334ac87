/** Arms of a spiral, one for each class: a test of how curved a boundary a network can learn. */
import { ndarray, Rng } from "@neurite/tensor";
import { checkCount, checkPositive } from "@neurite/tensor/internal";
import { balancedLabels, check, type DrawOptions, type LabelledPoints } from "./draw.ts";

/** What {@linkcode spiral} draws: 300 points unless `count` is given. */
export interface SpiralOptions extends DrawOptions {
  /** How many arms, from 1 to 256; 3 unless given. */
  classes?: number;
  /** How often an arm winds around the centre; 0.75 unless given, negative the other way round. */
  turns?: number;
  /** The standard deviation of the normal noise on each coordinate; 0.02 unless given. */
  noise?: number;
}

/**
 * Draws points on the arms of a spiral: `r (cos a, sin a)`, `r` uniform in `[0, 1)` and
 * `a = 2 pi (class / classes + turns r)`, with normal noise. The classes are equally large (to
 * within one) and in random order.
 *
 * @throws {RangeError} if an option is out of its range.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { spiral } from "@neurite/datasets";
 *
 * const { X, labels } = spiral({ count: 6, classes: 2, noise: 0, seed: 1 });
 * assertEquals([...labels.data].sort(), [0, 0, 0, 1, 1, 1]);
 * assert(Math.hypot(X.get(0, 0), X.get(0, 1)) < 1);
 * ```
 */
export function spiral(options: SpiralOptions = {}): LabelledPoints {
  const { count = 300, classes = 3, turns = 0.75, noise = 0.02 } = options;
  const { seed = 0, rng = new Rng(seed) } = options;
  const known = Number.isInteger(classes) && classes >= 1 && classes <= 256;
  checkCount("draw a spiral", "count", count);
  check(known, "draw a spiral", "classes", "an integer from 1 to 256", classes);
  check(Number.isFinite(turns), "draw a spiral", "turns", "a finite number", turns);
  checkPositive("draw a spiral", "noise", noise, true);
  const labels = balancedLabels(count, classes, rng);
  const points = new Float32Array(2 * count);
  for (let i = 0; i < count; i++) {
    const r = rng.uniform();
    const a = 2 * Math.PI * (labels[i] / classes + turns * r);
    points.set([rng.normal(r * Math.cos(a), noise), rng.normal(r * Math.sin(a), noise)], 2 * i);
  }
  return { X: ndarray(points, [count, 2]), labels: ndarray(labels, [count]) };
}
