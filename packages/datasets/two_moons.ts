/** Two half circles that reach into each other: no line separates them, a curve does. */
import { ndarray, Rng } from "@neurite/tensor";
import { checkCount, checkPositive } from "@neurite/tensor/internal";
import { balancedLabels, type DrawOptions, type LabelledPoints } from "./draw.ts";

/** What {@linkcode twoMoons} draws: 200 points unless `count` is given. */
export interface TwoMoonsOptions extends DrawOptions {
  /** The standard deviation of the normal noise on each coordinate; 0.1 unless given. */
  noise?: number;
}

/**
 * Draws points on two half circles of radius 1: class 0 at `(cos t, sin t)`, class 1 at
 * `(1 - cos t, 1/2 - sin t)`, `t` uniform from 0 to pi, with normal noise. The classes are equally
 * large (to within one) and in random order. scikit-learn's `make_moons` spaces `t` evenly.
 *
 * @throws {RangeError} if an option is out of its range.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 * import { twoMoons } from "@neurite/datasets";
 *
 * const { X, labels } = twoMoons({ count: 10, noise: 0, seed: 1 });
 * assertEquals([...labels.data].sort(), [0, 0, 0, 0, 0, 1, 1, 1, 1, 1]);
 * const [centreX, centreY] = labels.get(0) === 0 ? [0, 0] : [1, 0.5];
 * assertAlmostEquals(Math.hypot(X.get(0, 0) - centreX, X.get(0, 1) - centreY), 1, 1e-6);
 * ```
 */
export function twoMoons(options: TwoMoonsOptions = {}): LabelledPoints {
  const { count = 200, noise = 0.1, seed = 0, rng = new Rng(seed) } = options;
  checkCount("draw two moons", "count", count);
  checkPositive("draw two moons", "noise", noise, true);
  const labels = balancedLabels(count, 2, rng);
  const points = new Float32Array(2 * count);
  for (let i = 0; i < count; i++) {
    const t = rng.uniform(0, Math.PI);
    const [x, y] = labels[i] === 0
      ? [Math.cos(t), Math.sin(t)]
      : [1 - Math.cos(t), 0.5 - Math.sin(t)];
    points.set([rng.normal(x, noise), rng.normal(y, noise)], 2 * i);
  }
  return { X: ndarray(points, [count, 2]), labels: ndarray(labels, [count]) };
}
