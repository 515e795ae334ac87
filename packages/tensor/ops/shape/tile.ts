import { asTensor, type TensorLike } from "../../convert.ts";
import { type Composite, composite, floats, integers } from "../../op.ts";
import { tidy } from "../../scope.ts";
import { checkShape } from "../../shape.ts";
import type { Tensor } from "../../tensor.ts";
import { broadcastTo } from "./broadcast_to.ts";
import { reshape } from "./reshape.ts";

/**
 * A tensor repeated as a whole along its axes, as tiles on a floor: `repeats[i]` times along axis
 * `i`. As in NumPy, the shorter of shape and repeats gets leading ones.
 *
 * `dy/dx` sums over the repetitions.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { tile } from "@neurite/tensor";
 *
 * assertEquals(tile([[1, 2]], [2, 2]).array(), [[1, 2, 1, 2], [1, 2, 1, 2]]);
 * assertEquals(tile([1, 2], [2, 1]).array(), [[1, 2], [1, 2]]);
 * ```
 */
export const tile: Composite<[x: TensorLike, repeats: readonly number[]]> = composite(
  (value: TensorLike, repeats: readonly number[]): Tensor => {
    checkShape("tile", repeats);
    return tidy(() => {
      const x = asTensor(value), rank = Math.max(x.rank, repeats.length);
      const ones = (list: readonly number[]) => [
        ...new Array<number>(rank - list.length).fill(1),
        ...list,
      ];
      const shape = ones(x.shape), times = ones(repeats);
      // [n, m] seen as [1, n, 1, m], stretched to [r, n, s, m], seen as [r n, s m].
      const apart = reshape(x, shape.flatMap((n) => [1, n]));
      const stretched = broadcastTo(apart, shape.flatMap((n, i) => [times[i], n]));
      return reshape(stretched, shape.map((n, i) => times[i] * n));
    });
  },
  [
    { name: "a row", inputs: [floats([5], -2, 2)], call: (x) => tile(x, [3]) },
    { name: "a matrix", inputs: [floats([2, 3], -2, 2)], call: (x) => tile(x, [3, 2]) },
    { name: "new axes", inputs: [floats([3], -2, 2)], call: (x) => tile(x, [2, 1, 2]) },
    { name: "the last axis", inputs: [floats([2, 1, 3], -2, 2)], call: (x) => tile(x, [4]) },
    { name: "int32", inputs: [integers([2, 2], -9, 9)], call: (x) => tile(x, [1, 3]) },
  ],
);
