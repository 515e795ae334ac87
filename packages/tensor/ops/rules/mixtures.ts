/** Of which pixels those of an image in another size are made. */

/** How `resize` finds new pixels. */
export interface ResizeOptions {
  /** From the nearest pixel, from two along each axis (the default), or from four. */
  readonly interpolation?: "nearest" | "linear" | "cubic";
  /**
   * Whether the centres of the outermost pixels stay where they are; by default the outer edges of the
   * images do (half-pixel centres, as in TensorFlow 2, Keras and PyTorch).
   */
  readonly alignCorners?: boolean;
  /** Whether a smaller image is made from all pixels of the larger one. `false` by default. */
  readonly antialias?: boolean;
}

/** The weight of a pixel at a distance, and the distance from which it is 0. */
interface Filter {
  readonly reach: number;
  readonly weight: (distance: number) => number;
}

function linear(): Filter {
  return { reach: 1, weight: (t) => Math.max(0, 1 - Math.abs(t)) };
}

/** Keys' cubic convolution (1981), with the slope `a` at distance 1. */
function cubic(a: number): Filter {
  const near = (t: number) => ((a + 2) * t - (a + 3)) * t * t + 1;
  const far = (t: number) => ((a * t - 5 * a) * t + 8 * a) * t - 4 * a;
  const weight = (t: number) => t <= 1 ? near(t) : t < 2 ? far(t) : 0;
  return { reach: 2, weight: (t) => weight(Math.abs(t)) };
}

/** For a new pixel along an axis, the old ones that it is made of and their weights. */
export type Mixture = readonly (readonly [at: number, weight: number])[];

/**
 * What the `m` new pixels along an axis are made of, of `n`: each a list of old pixels and weights, which
 * add up to 1. {@linkcode resize} says how they are found.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { mixtures } from "@neurite/tensor/internal";
 *
 * const options = { interpolation: "linear", alignCorners: false, antialias: false } as const;
 * assertEquals(mixtures(4, 2, options)[1], [[2, 0.5], [3, 0.5]]);
 * ```
 */
export function mixtures(n: number, m: number, options: Required<ResizeOptions>): Mixture[] {
  const { interpolation, alignCorners, antialias } = options;
  const scale = alignCorners ? (m > 1 ? (n - 1) / (m - 1) : 0) : n / m;
  const inside = (i: number) => Math.min(Math.max(i, 0), n - 1);
  return Array.from({ length: m }, (_, i): Mixture => {
    const center = alignCorners ? i * scale : (i + 0.5) * scale - 0.5;
    if (interpolation === "nearest") {
      return [[inside(alignCorners ? Math.round(center) : Math.floor((i + 0.5) * scale)), 1]];
    }
    const stretch = antialias ? Math.max(1, scale) : 1;
    const { reach, weight } = interpolation === "linear"
      ? linear()
      : cubic(antialias ? -0.5 : -0.75);
    if (!antialias) {
      const first = Math.floor(center) - reach + 1;
      return Array.from({ length: 2 * reach }, (_, k) => [
        inside(first + k),
        weight(first + k - center),
      ]);
    }
    const first = Math.max(0, Math.floor(center - reach * stretch + 1));
    const end = Math.min(n, Math.floor(center + reach * stretch + 1));
    const weights = Array.from(
      { length: end - first },
      (_, k) => weight((first + k - center) / stretch),
    );
    const total = weights.reduce((a, b) => a + b, 0);
    return weights.map((w, k) => [first + k, w / total]);
  });
}
