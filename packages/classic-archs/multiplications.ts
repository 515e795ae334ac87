/** How much work a network is. */
import { Conv2D } from "@neurite/cnn";
import { Dense, type Model } from "@neurite/nn";

/** What {@linkcode countMultiplications} counts. */
export interface Multiplications {
  /** Those of the network. */
  total: number;
  /** Those of each layer that multiplies by a kernel, by name. */
  layers: Map<string, number>;
}

/**
 * The multiplications by weights that one image takes, in convolutions and dense layers: a filter of
 * `F` x `F` on `d` channels (`d / groups` with groups) has `F F d` weights, and each counts once for each
 * pixel of its map,
 *
 * `h_out w_out F F d_in d_out`
 *
 * Normalization, pooling and sums are left out, as papers do who speak of "multiply-adds".
 *
 * @throws {RangeError} for images whose size is not known.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Conv2D } from "@neurite/cnn";
 * import { countMultiplications } from "@neurite/classic-archs";
 * import { Dense, Flatten, Sequential } from "@neurite/nn";
 *
 * const model = new Sequential([
 *   new Conv2D(8, 3, { inputShape: [6, 6, 2], name: "conv" }),
 *   new Flatten(),
 *   new Dense(10, { name: "dense" }),
 * ]);
 * const { total, layers } = countMultiplications(model);
 * assertEquals([...layers], [["conv", 4 * 4 * 3 * 3 * 2 * 8], ["dense", 4 * 4 * 8 * 10]]);
 * assertEquals(total, 2304 + 1280);
 * ```
 */
export function countMultiplications(model: Model): Multiplications {
  const layers = new Map<string, number>();
  const shapes = new Map(model.describe().map(({ name, outputShape }) => [name, outputShape]));
  for (const layer of model.layers) {
    if (!(layer instanceof Conv2D || layer instanceof Dense)) continue;
    const places = shapes.get(layer.name)!.slice(0, -1);
    const count = places.reduce<number>((product, n) => product * (n ?? NaN), 1);
    if (Number.isNaN(count)) {
      throw new RangeError(
        "Cannot count multiplications as the size of the images must be known: current " +
          `"${layer.name}" gives ${JSON.stringify(shapes.get(layer.name))}`,
      );
    }
    layers.set(layer.name, count * layer.weights[0].value.size);
  }
  return { total: [...layers.values()].reduce((sum, n) => sum + n, 0), layers };
}
