import { checkOptions } from "../../arguments.ts";
import type { TensorLike } from "../../convert.ts";
import { ShapeError } from "../../errors.ts";
import { apply, floats, type OpDefinition, type Primitive, primitive } from "../../op.ts";
import { philox } from "../../random/philox.ts";
import { globalRng, Rng } from "../../random/rng.ts";
import { tidy } from "../../scope.ts";
import { sizeOf } from "../../shape.ts";
import { Tensor } from "../../tensor.ts";
import { cast } from "../elementwise/cast.ts";
import { mul } from "../elementwise/mul.ts";

/** How {@linkcode dropout} chooses what to drop. */
export interface DropoutOptions {
  /** The generator; by default the global one, see `seed`. */
  readonly rng?: Rng;
  /**
   * The shape in which is chosen what to drop, broadcast to that of `x`: `[n, 1, 1, channels]`
   * drops whole feature maps. By default the shape of `x`: every unit on its own.
   */
  readonly noiseShape?: readonly number[];
}

const OPTIONS: Record<keyof DropoutOptions, true> = { rng: true, noiseShape: true };

/** The attributes of a dropout: they name the units that are dropped. */
export interface Dropping {
  /** The share of units that are dropped. */
  readonly rate: number;
  /** The same in 65536ths: a unit is dropped if its 16 random bits are below it. */
  readonly limit: number;
  /** The two words of the generator's key. */
  readonly key: readonly [number, number];
  /** The first block of the stream that is used. */
  readonly position: number;
}

const WORD = 0x1_0000_0000;
/** Units that four blocks of the stream choose, 8 bits for each. */
const GROUP = 64;

/** How many blocks of the stream choose among so many units. */
function blocksFor(size: number): number {
  return 4 * Math.ceil(size / GROUP);
}

/**
 * Units come in groups of 64, for which there are four blocks of four words. Unit `i` of a group
 * has byte `i >> 2` of block `i & 3`, low bytes first: four blocks are made side by side, and give
 * four neighbours at a time. A unit is dropped where its byte is below the rate in 256ths. Where it
 * is equal to the whole part of that, which is seldom, a byte of the same place in the block of the
 * next attempt decides, by the fraction.
 */
const op: OpDefinition<Dropping> = {
  name: "dropout",
  shape: ([x]) => ({ shape: x.shape, dtype: "float32" }),
  reference: ([x], { rate, limit, key: [k0, k1], position }, { data, shape }) => {
    const size = sizeOf(shape), words = new Uint32Array(8), scale = 1 / (1 - rate);
    const whole = limit >> 8, fraction = limit & 255;
    for (let block = 0; block < blocksFor(size); block++) {
      const place = position + block, low = place % WORD, high = Math.floor(place / WORD);
      for (const attempt of [0, 1]) philox(words, 4 * attempt, low, high, attempt, 0, k0, k1);
      for (let byte = 0; byte < 16; byte++) {
        const i = (block >> 2) * GROUP + 4 * byte + (block & 3);
        if (i >= size) break;
        const [first, second] = [0, 4].map((at) =>
          words[at + (byte >> 2)] >>> (8 * (byte & 3)) & 255
        );
        const dropped = first < whole || (first === whole && second < fraction);
        data[i] = dropped ? 0 : x.data[x.offset + i] * scale;
      }
    }
  },
  gradient: ({ dy, attributes }) => apply(op, [dy], attributes),
};

/**
 * Inverted dropout: each unit is set to 0 with probability `rate` and otherwise divided by
 * `1 - rate`, so that its expected value stays. From Srivastava et al., "Dropout: a simple way to
 * prevent neural networks from overfitting", 2014.
 *
 * `y_i = x_i / (1 - rate)` or 0; `dy_i/dx_i = 1 / (1 - rate)` or 0 for the same units
 *
 * Which units are dropped is decided by the generator's place in its stream alone: the same on
 * every backend, with any number of threads, and in the backward pass, where they are found again
 * instead of being kept. The probability is `rate` rounded to 16 bits.
 *
 * Throws `RangeError` unless the rate is from 0 to below 1, `ShapeError` where `noiseShape` does
 * not broadcast to the shape of `x`.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { dropout, ones, Rng } from "@neurite/tensor";
 *
 * const y = dropout(ones([1000]), 0.2, { rng: new Rng(1) }).dataSync();
 * const dropped = y.filter((v) => v === 0).length;
 * assert(Math.abs(dropped - 200) < 50);
 * assert(y.every((v) => v === 0 || v === 1.25));
 *
 * // Whole rows at once:
 * const rows = dropout(ones([4, 2]), 0.5, { rng: new Rng(1), noiseShape: [4, 1] });
 * for (const [a, b] of rows.array() as number[][]) assertEquals(a, b);
 * ```
 */
export const dropout: Primitive<
  [x: TensorLike, rate: number, options?: DropoutOptions],
  Dropping
> = primitive(
  op,
  (value: TensorLike, rate: number, options: DropoutOptions = {}) => {
    checkOptions("drop units out", options, OPTIONS);
    const x = cast(value, "float32"), { rng = globalRng(), noiseShape } = options;
    if (!(rate >= 0 && rate < 1)) {
      throw new RangeError(
        `Cannot drop units as the rate must be from 0 to below 1: current ${rate}`,
      );
    }
    const limit = Math.min(65535, Math.round(rate * 65536));
    const drop = (units: Tensor): Tensor => {
      const position = rng.take(blocksFor(units.size));
      return apply(op, [units], { rate, limit, key: rng.key, position });
    };
    if (noiseShape === undefined) return drop(x);
    checkNoise(noiseShape, x);
    return tidy(() => {
      const one = x.backend.fill(1, sizeOf(noiseShape), "float32");
      return mul(x, drop(new Tensor(x.backend, one, [...noiseShape], "float32")));
    });
  },
  [
    ...[[], [1], [3], [7, 5], [2, 3, 33], [1025], [0]].map((shape) => ({
      name: `[${shape}]`,
      inputs: [floats(shape, 1, 2)],
      call: (x: Tensor) => dropout(x, 0.4, { rng: new Rng(11) }),
    })),
    {
      name: "feature maps",
      inputs: [floats([3, 2, 5, 6], 1, 2)],
      call: (x) => dropout(x, 0.5, { rng: new Rng(12), noiseShape: [3, 1, 1, 6] }),
    },
    { name: "rate 0", inputs: [floats([5], 1, 2)], call: (x) => dropout(x, 0) },
    {
      name: "far out in the stream",
      inputs: [floats([40], 1, 2)],
      call: (x) => {
        const rng = new Rng(2 ** 52 + 12345);
        rng.take(2 ** 32 - 3);
        return dropout(x, 0.9, { rng });
      },
    },
  ],
);

/** Refuses a shape that does not broadcast to that of `x`, or broadcasts that. */
function checkNoise(noiseShape: readonly number[], { shape }: Tensor): void {
  const fits = noiseShape.length === shape.length &&
    noiseShape.every((n, i) => n === 1 || n === shape[i]);
  if (fits) return;
  throw new ShapeError(
    "drop units",
    "noiseShape must have the sizes of the tensor, or 1 instead",
    [noiseShape, shape],
  );
}
