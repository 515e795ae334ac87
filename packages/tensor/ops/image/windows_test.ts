/** Pooling, windows over one and three axes, resized images, borders and updates, against PyTorch. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  avgPool2d,
  conv1d,
  conv3d,
  gatherNd,
  maxPool1d,
  maxPool2d,
  mul,
  ones,
  pad,
  resize,
  scatter,
  scatterNd,
  type ScatterOptions,
  ShapeError,
  sum,
  type Tensor,
  tensor,
  useBackend,
  valueAndGrad,
} from "../../mod.ts";
import * as tensors from "../../mod.ts";
import fixture from "../fixtures/image_windows.json" with { type: "json" };

interface Case {
  call: string;
  inputs: { shape: number[]; values: number[] }[];
  options: Record<string, unknown>;
  shape: number[];
  y: number[];
  gradients: number[][];
}

/** What the fixture's options mean for each operation that does not take them as they are. */
const CALLS: Record<string, (xs: Tensor[], options: Record<string, unknown>) => Tensor> = {
  resize: ([x], { size, ...options }) => resize(x, size as number[], options),
  pad: ([x], { paddings, mode }) => pad(x, paddings as [number, number][], mode as "edge"),
  scatter: ([x, u], { indices, reduction }) =>
    scatter(x, indices as number[][], u, { reduction } as ScatterOptions),
};

function run({ call, options }: Case, xs: Tensor[]): Tensor {
  if (call in CALLS) return CALLS[call](xs, options);
  const f = tensors[call as keyof typeof tensors] as (...args: unknown[]) => Tensor;
  return f(...xs, options);
}

function assertClose(found: ArrayLike<number>, right: number[], off: number, what: string): void {
  assertEquals(found.length, right.length, what);
  right.forEach((v, i) =>
    assert(
      Math.abs(found[i] - v) <= off * Math.max(1, Math.abs(v)),
      `${what} ${i}: ${found[i]}, ${v}`,
    )
  );
}

for (const [name, off] of [["reference", 1e-8], ["wasm", 1e-5]] as const) {
  Deno.test(`values and gradients of PyTorch ${fixture.versions.torch}, on ${name}`, async () => {
    await useBackend(name, { threads: 1 });
    for (const c of fixture.cases as Case[]) {
      // Weights of resized images are rounded to float32 on every backend.
      const within = c.call === "resize" ? 1e-5 : off,
        what = `${c.call} ${JSON.stringify(c.options)}`;
      const xs = c.inputs.map(({ shape, values }) => tensor(values, { shape }));
      const y = run(c, xs);
      assertEquals(y.shape, c.shape, what);
      assertClose(y.toNdarray().data, c.y, within, what);
      const half = (...xs: Tensor[]) => {
        const y = run(c, xs);
        return mul(0.5, sum(mul(y, y)));
      };
      valueAndGrad(half)(...xs).gradients.forEach((dx, i) =>
        assertClose(dx.toNdarray().data, c.gradients[i], 10 * within, `gradient ${i} of ${what}`)
      );
    }
    await useBackend("wasm", { threads: 1 });
  });
}

Deno.test("pad as NumPy: borders of elements, wider than the tensor too", () => {
  const x = [1, 2, 3];
  assertEquals(pad(x, [[4, 5]], "reflect").array(), [1, 2, 3, 2, 1, 2, 3, 2, 1, 2, 3, 2]);
  assertEquals(pad(x, [[4, 5]], "symmetric").array(), [3, 3, 2, 1, 1, 2, 3, 3, 2, 1, 1, 2]);
  assertEquals(pad(x, [[2, 1]], "edge").array(), [1, 1, 1, 2, 3, 3]);
  assertEquals(pad(x, [[4, 2]], "wrap").array(), [3, 1, 2, 3, 1, 2, 3, 1, 2]);
  assertEquals(pad([5], [[1, 2]], "reflect").array(), [5, 5, 5, 5]);
  assertEquals(pad(Int32Array.of(1, 2), [[1, 0]], "edge").dtype, "int32");
  assertThrows(() => pad(x, [[1, 1]], "mirror" as "edge"), RangeError, "reflect, symmetric");
  assertThrows(() => pad([], [[1, 1]], "edge"), ShapeError, "without elements");
});

Deno.test("gatherNd and scatterNd as TensorFlow, by hand", () => {
  const x = [[[1, 2], [3, 4]], [[5, 6], [7, 8]]];
  assertEquals(gatherNd(x, [[0, 1, 0], [1, 0, 1]]).array(), [3, 6]);
  assertEquals(gatherNd(x, [[[0, 1]], [[1, -1]]]).array(), [[[3, 4]], [[7, 8]]]);
  assertEquals(gatherNd(x, [-1]).array(), [[5, 6], [7, 8]]);
  const y = scatterNd([[1, 2], [3, 4]], [[1], [0]], [[7, 8], [5, 6]]);
  assertEquals(y.array(), [[5, 6], [7, 8]]);
  assertEquals(scatterNd([1, 2, 3], [[2], [2]], [9, 5], "max").array(), [1, 2, 9]);
  assertThrows(() => gatherNd(x, [[0, 0, 0, 0]]), ShapeError, "the first axes");
  assertThrows(() => gatherNd(x, [[0, 2]]), RangeError, "current 2");
  assertThrows(() => scatterNd([1, 2], [[0]], [1, 2]), ShapeError, "[1]");
  assertThrows(() => scatter([1, 2], [0], [1], { reduction: "mean" as "set" }), RangeError);
  assertThrows(() => scatter([1, 2], [5], [1]), RangeError, "current 5");
});

Deno.test("NaN stays within the windows and pixels that hold it", () => {
  const values = new Float32Array(36).fill(1);
  values[0] = NaN;
  const x = tensor(values, { shape: [1, 6, 6, 1] });
  const few = (y: Tensor) => y.dataSync().filter(Number.isNaN).length;
  assertEquals(few(maxPool2d(x, { size: 2, strides: 1, dilations: 2 })), 1);
  assertEquals(few(avgPool2d(x, { size: 2, strides: 1, dilations: 2 })), 1);
  assertEquals(few(avgPool2d(x, { size: 2, countPadding: true })), 1);
  assertEquals(few(resize(x, [12, 12])), 9);
  assertEquals(few(resize(x, [2, 2], { antialias: true })), 1);
});

Deno.test("what does not fit is refused", () => {
  assertThrows(() => resize(ones([2, 3]), [4]), ShapeError, "[n, ...sizes, channels]");
  assertThrows(() => resize(ones([1, 3, 3, 1]), [4]), ShapeError, "size [4]");
  assertThrows(() => resize(ones([1, 3, 1]), [0]), ShapeError, "size [0]");
  assertThrows(() => conv1d(ones([3, 3]), ones([2, 3, 1])), ShapeError, "[n, time, channels]");
  assertThrows(() => conv3d(ones([1, 1, 3, 3, 1]), ones([2, 2, 2, 1, 1])), ShapeError, "depth");
  assertThrows(() => maxPool1d(ones([1, 3, 1]), { size: 4 }), ShapeError, "must fit");
  const wrong = { size: 2, strides: [1, 1] } as object as { size: number };
  assertThrows(() => maxPool1d(ones([1, 3, 1]), wrong), TypeError, 'Did you mean "stride"?');
});
