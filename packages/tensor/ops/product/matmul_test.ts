import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  BackendError,
  backendInfo,
  type BackendName,
  matmul,
  type MatmulOptions,
  Rng,
  ShapeError,
  tensor,
  uniform,
  useBackend,
  zeros,
} from "../../mod.ts";

Deno.test("matmul by hand: plain, transposed, bias, activations", () => {
  const a = [[1, 2], [3, 4]], b = [[5, 6], [7, 8]];
  assertEquals(matmul(a, b).array(), [[19, 22], [43, 50]]);
  assertEquals(matmul(a, b, { transposeA: true }).array(), [[26, 30], [38, 44]]);
  assertEquals(matmul(a, b, { transposeB: true }).array(), [[17, 23], [39, 53]]);
  assertEquals(
    matmul(a, b, { transposeA: true, transposeB: true }).array(),
    [[23, 31], [34, 46]],
  );
  assertEquals(matmul(a, b, { bias: [-20, 1] }).array(), [[-1, 23], [23, 51]]);
  assertEquals(matmul(a, b, { bias: [-20, 1], activation: "relu" }).array(), [[0, 23], [23, 51]]);
  const s = matmul([[0]], [[1]], { bias: [0], activation: "sigmoid" }).item();
  assertEquals(s, 0.5);
  assertAlmostEquals(matmul([[1]], [[1]], { activation: "tanh" }).item(), Math.tanh(1), 1e-6);
});

Deno.test("matmul takes vectors as NumPy does", () => {
  assertEquals(matmul([1, 2], [3, 4]).item(), 11);
  assertEquals(matmul([1, 2], [3, 4]).shape, []);
  assertEquals(matmul([1, 2], [[1, 2, 3], [4, 5, 6]]).array(), [9, 12, 15]);
  assertEquals(matmul([[1, 2], [3, 4]], [5, 6]).array(), [17, 39]);
  const batch = matmul([[[1, 2]], [[3, 4]]], [1, 1]);
  assertEquals(batch.array(), [[3], [7]]);
});

Deno.test("matmul broadcasts leading axes", () => {
  const a = tensor([[[[1, 2]]], [[[3, 4]]]]); // [2, 1, 1, 2]
  const b = tensor([[[1], [0]], [[0], [1]], [[1], [1]]]); // [3, 2, 1]
  const y = matmul(a, b);
  assertEquals(y.shape, [2, 3, 1, 1]);
  assertEquals([...y.dataSync()], [1, 2, 3, 3, 4, 7]);
});

Deno.test("matmul of integers converts them", () => {
  const a = tensor(new Int32Array([1, 2, 3, 4]), { shape: [2, 2] });
  const y = matmul(a, a, { bias: tensor(new Int32Array([10, 20])) });
  assertEquals(y.array(), [[17, 30], [25, 42]]);
  assertEquals(y.dtype, "float32");
});

Deno.test("matmul leaves nothing behind but its result", () => {
  const vector = tensor([1, 2]), batch = uniform([3, 2, 2]);
  const before = backendInfo();
  matmul(vector, [3, 4]).dispose();
  matmul([[1, 2]], vector, { bias: [1] }).dispose();
  matmul(batch, [[1, 2], [3, 4]]).dispose();
  const after = backendInfo();
  assertEquals(
    [after.liveTensors, after.memoryInUse],
    [before.liveTensors, before.memoryInUse],
  );
});

Deno.test("matmul of nothing: empty results and empty sums", () => {
  assertEquals(matmul(zeros([0, 3]), zeros([3, 2])).shape, [0, 2]);
  assertEquals(matmul(zeros([2, 0]), zeros([0, 2])).array(), [[0, 0], [0, 0]]);
  assertEquals(
    matmul(zeros([2, 0]), zeros([0, 2]), { bias: [1, -1], activation: "relu" }).array(),
    [[1, 0], [1, 0]],
  );
});

Deno.test("matmul carries NaN and infinity to exactly the sums they are in", () => {
  const y = matmul([[NaN, 0], [1, 1]], [[1, 2], [Infinity, 4]]).dataSync();
  assertEquals([...y], [NaN, NaN, Infinity, 6]);
});

Deno.test("matmul refuses what does not fit and names both shapes", () => {
  const error = assertThrows(() => matmul(zeros([2, 3]), zeros([4, 5])), ShapeError);
  assertEquals(
    error.message,
    "Cannot multiply matrices as the columns of a must be as many as the rows of b: " +
      "current [2, 3] and [4, 5]",
  );
  assertEquals(error.shapes, [[2, 3], [4, 5]]);
  assertThrows(() => matmul(3, zeros([4, 5])), ShapeError, "use mul for numbers");
  assertThrows(() => matmul(zeros([2, 3]), zeros([3, 5]), { bias: [1, 2] }), ShapeError, "bias");
  assertThrows(
    () => matmul(zeros([3, 2, 3]), zeros([2, 3, 5])),
    ShapeError,
    "equal or 1 to broadcast",
  );
  const wrong = { activation: "softsign" } as unknown as MatmulOptions;
  assertThrows(() => matmul([[1]], [[1]], wrong), RangeError, "linear, relu, sigmoid, tanh");
});

/** C_ij in f64, from the values that the backend was given. */
function exact(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  [m, n, k]: readonly number[],
  { transposeA, transposeB }: MatmulOptions,
): Float64Array {
  const c = new Float64Array(m * n);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      for (let l = 0; l < k; l++) {
        c[i * n + j] += (transposeA ? a[l * m + i] : a[i * k + l]) *
          (transposeB ? b[j * k + l] : b[l * n + j]);
      }
    }
  }
  return c;
}

/** Shapes around the sizes of tiles (6 x 8), vectors (4), blocks (192 x 384 x 1024) and threads. */
const SHAPES = [
  [1, 1, 1],
  [5, 7, 3],
  [6, 8, 4],
  [7, 9, 5],
  [1, 300, 17],
  [300, 1, 17],
  [13, 33, 385],
  [193, 31, 100],
  [385, 65, 9],
  [10, 1030, 21],
];

const SETTINGS: readonly [BackendName, number][] = [["wasm", 1], ["wasm", 2], ["blas", 2]];

for (const [backend, threads] of SETTINGS) {
  Deno.test(`matmul of awkward sizes: ${backend}, ${threads} threads`, async () => {
    try {
      await useBackend(backend, { threads });
    } catch (error) {
      if (!(error instanceof BackendError) || backend !== "blas") throw error;
      console.warn(`NOT TESTED: blas. ${error.message}`);
      return;
    }
    try {
      const rng = new Rng(3);
      for (const [m, n, k] of SHAPES) {
        for (const transposeA of [false, true]) {
          for (const transposeB of [false, true]) {
            const options = { transposeA, transposeB };
            const a = uniform(transposeA ? [k, m] : [m, k], -1, 1, { rng });
            const b = uniform(transposeB ? [n, k] : [k, n], -1, 1, { rng });
            const c = matmul(a, b, options).dataSync();
            const expected = exact(a.dataSync(), b.dataSync(), [m, n, k], options);
            // Rounding of a sum of k products below 1.
            const tolerance = 1e-7 * k + 1e-7;
            c.forEach((value, i) => assertAlmostEquals(value, expected[i], tolerance));
          }
        }
      }
    } finally {
      await useBackend("wasm", { threads: 1 });
    }
  });
}

Deno.test("matmul gives the same bits on one thread and on two", async () => {
  const run = async (threads: number) => {
    await useBackend("wasm", { threads });
    const rng = new Rng(1);
    const a = uniform([129, 401], -1, 1, { rng }), b = uniform([401, 257], -1, 1, { rng });
    const bias = uniform([257], -1, 1, { rng });
    return matmul(a, b, { bias, activation: "tanh" }).dataSync();
  };
  assertEquals(await run(2), await run(1));
});
