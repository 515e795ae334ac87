import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertNotEquals,
  assertThrows,
} from "@std/assert";
import {
  BackendError,
  backendInfo,
  DataError,
  type DType,
  eye,
  full,
  globalRng,
  linspace,
  normal,
  oneHot,
  ones,
  onesLike,
  outer,
  permutation,
  range,
  Rng,
  ShapeError,
  tensor,
  truncatedNormal,
  uniform,
  useBackend,
  zeros,
  zerosLike,
} from "./mod.ts";

Deno.test("full, zeros and ones fill a shape", () => {
  assertEquals(full([2, 2], -1.5).array(), [[-1.5, -1.5], [-1.5, -1.5]]);
  assertEquals(full([], 3).array(), 3);
  assertEquals(full([2], NaN).array(), [NaN, NaN]);
  assertEquals(zeros([3]).array(), [0, 0, 0]);
  assertEquals(ones([1, 2]).array(), [[1, 1]]);
  assertEquals(zeros([2, 0]).array(), [[], []]);
  assertEquals(zeros([33]).dtype, "float32");
  const integers = full([2], 7, "int32");
  assertEquals([integers.dtype, integers.array()], ["int32", [7, 7]]);
  assertEquals([zeros([1], "int32").dtype, ones([1], "int32").dtype], ["int32", "int32"]);
});

Deno.test("zerosLike and onesLike take shape, element type and backend", async () => {
  const x = tensor(Int32Array.of(5, 6), { shape: [2, 1] });
  await useBackend("reference");
  for (const [like, value] of [[zerosLike(x), 0], [onesLike(x), 1]] as const) {
    assertEquals([like.shape, like.dtype, like.array()], [[2, 1], "int32", [[value], [value]]]);
    assertEquals(like.backend, x.backend);
  }
  await useBackend("wasm", { threads: 1 });
});

Deno.test("a shape does not change with the array it was given as", () => {
  const shape = [2, 2];
  const made = [full(shape, 1), uniform(shape), tensor([1, 2, 3, 4], { shape })];
  shape[0] = 9;
  assertEquals(made.map((x) => x.shape), [[2, 2], [2, 2], [2, 2]]);
});

Deno.test("shapes with sizes that are none are refused", () => {
  for (const make of [() => zeros([-1]), () => full([2.5], 1), () => ones([NaN, 2])]) {
    assertThrows(make, ShapeError, "Cannot make a tensor as every size must be an integer");
  }
  assertThrows(() => uniform([-1]), ShapeError, "Cannot draw a tensor");
  assertThrows(() => eye(-1), ShapeError, "Cannot make an identity matrix");
  assertThrows(() => linspace(0, 1, 1.5), ShapeError, "Cannot space numbers evenly");
  assertThrows(() => permutation(-2), ShapeError, "Cannot permute");
});

Deno.test("eye has ones on its diagonal", () => {
  assertEquals(eye(2).array(), [[1, 0], [0, 1]]);
  assertEquals(eye(2, 3).array(), [[1, 0, 0], [0, 1, 0]]);
  assertEquals(eye(3, 1).array(), [[1], [0], [0]]);
  assertEquals(eye(0).shape, [0, 0]);
});

Deno.test("linspace includes both ends", () => {
  assertEquals(linspace(0, 1, 5).array(), [0, 0.25, 0.5, 0.75, 1]);
  assertEquals(linspace(1, -1, 3).array(), [1, 0, -1]);
  assertEquals(linspace(2, 9, 1).array(), [2]);
  assertEquals(linspace(2, 9, 0).array(), []);
  assertEquals(linspace(0, 0.3, 1001).dataSync()[1000], Math.fround(0.3));
});

Deno.test("range counts up and down and stops before the end", () => {
  assertEquals(range(4).array(), [0, 1, 2, 3]);
  assertEquals(range(2, 5).array(), [2, 3, 4]);
  assertEquals(range(0, 1, 0.3).array(), [0, 0.3, 0.6, 0.9].map(Math.fround));
  assertEquals(range(5, 0, -2).array(), [5, 3, 1]);
  assertEquals(range(0).array(), []);
  assertEquals(range(3, 1).array(), []);
  assertEquals([range(2).dtype, range(0, 2, 1, "int32").dtype], ["float32", "int32"]);
});

Deno.test("range refuses a step of 0 and ends that are not finite", () => {
  const text = "Cannot make a range as its ends must be finite and its step not zero";
  for (const [a, b, step] of [[0, 1, 0], [0, Infinity, 1], [NaN, 1, 1], [0, 1, NaN], [0, 0, 0]]) {
    assertThrows(() => range(a, b, step), RangeError, `${text}: current ${a} to ${b} by ${step}`);
  }
});

Deno.test("random tensors are the same for the same generator, and go on from one to the next", () => {
  for (const draw of [uniform, normal, truncatedNormal]) {
    const a = new Rng(5), b = new Rng(5);
    const first = draw([3, 5], 0.5, 2, { rng: a }), second = draw([3, 5], 0.5, 2, { rng: a });
    assertEquals(first.shape, [3, 5]);
    assertEquals(draw([3, 5], 0.5, 2, { rng: b }).array(), first.array());
    assertEquals(draw([15], 0.5, 2, { rng: b }).dataSync(), second.dataSync());
    assertNotEquals(first.array(), second.array());
    assertEquals(draw([0], 0, 1, { rng: a }).shape, [0]);
    assertEquals(a.state.position, 8, "four numbers take one block of the stream");
  }
});

Deno.test("random tensors are the same on every backend and any number of threads", async () => {
  const draw = () => {
    const rng = new Rng(13);
    const tensors = [uniform, normal, truncatedNormal].map((f) => f([131, 257], -1, 0.5, { rng }));
    return tensors.map((x) => x.dataSync());
  };
  const one = draw();
  await useBackend("wasm", { threads: 2 });
  assertEquals(draw(), one);
  await useBackend("reference");
  assertEquals(draw(), one);
  await useBackend("wasm", { threads: 1 });
});

Deno.test("random tensors have the mean and the spread that are asked for", () => {
  const moments = (values: Iterable<number>) => {
    const list = [...values], mean = list.reduce((sum, v) => sum + v, 0) / list.length;
    return [mean, Math.sqrt(list.reduce((sum, v) => sum + (v - mean) ** 2, 0) / list.length)];
  };
  const rng = new Rng(21), shape = [200, 250];
  const [u, du] = moments(uniform(shape, -2, 4, { rng }).dataSync());
  assertAlmostEquals(u, 1, 0.03);
  assertAlmostEquals(du, 6 / Math.sqrt(12), 0.03);
  const [n, dn] = moments(normal(shape, 3, 0.5, { rng }).dataSync());
  assertAlmostEquals(n, 3, 0.01);
  assertAlmostEquals(dn, 0.5, 0.01);
  const cut = truncatedNormal(shape, 3, 0.5, { rng }).dataSync(), [t, dt] = moments(cut);
  assertAlmostEquals(t, 3, 0.01);
  assertAlmostEquals(dt, 0.5 * 0.8796, 0.01);
  assert(cut.every((v) => v >= 2 && v <= 4));
});

Deno.test("without options the global generator is used, and uniform is from 0 to 1", () => {
  const before = globalRng().state.position, x = uniform([100]).dataSync();
  assertEquals(globalRng().state.position, before + 25);
  assert(x.every((v) => v >= 0 && v < 1));
  assert(Math.max(...x) > 0.9 && Math.min(...x) < 0.1);
});

Deno.test("random tensors refuse parameters that are not finite, and take nothing from the stream", () => {
  const { liveTensors } = backendInfo(), before = globalRng().state;
  for (const [a, b] of [[NaN, 1], [0, Infinity], [-Infinity, 0]]) {
    for (const draw of [uniform, normal, truncatedNormal]) {
      assertThrows(
        () => draw([2], a, b),
        RangeError,
        `Cannot draw random numbers as the distribution's parameters must be finite: current ${a} and ${b}`,
      );
    }
  }
  assertEquals(globalRng().state, before);
  assertEquals(backendInfo().liveTensors, liveTensors);
});

Deno.test("permutation is the generator's, as int32", () => {
  const x = permutation(50, { rng: new Rng(3) });
  assertEquals(x.dtype, "int32");
  assertEquals([...x.dataSync()], [...new Rng(3).permutation(50)]);
  assertEquals([...x.dataSync()].sort((a, b) => a - b), Array.from({ length: 50 }, (_, i) => i));
});

Deno.test("sizes that no memory has are refused at the door, and the engine goes on", () => {
  for (
    const make of [
      () => zeros(Array(40).fill(2 ** 30)),
      () => zeros([2 ** 16, 2 ** 16]),
      () => eye(1e5),
      () => linspace(0, 1, 2e9),
      () => range(2e9),
      () => permutation(2e9),
      () => uniform([2 ** 31]),
      () => zeros([NaN]),
      () => zeros([Infinity]),
    ]
  ) assertThrows(make, ShapeError);
  assertThrows(() => zeros(3 as unknown as number[]), ShapeError, "an array of sizes: current 3");
  assertThrows(() => oneHot([0, 1], 2 ** 31), Error, "Cannot ");
  assertEquals(ones([2]).array(), [1, 1]);
});

Deno.test("results that no memory has are refused on both backends", async () => {
  for (const name of ["reference", "wasm"] as const) {
    await useBackend(name);
    assertThrows(() => outer(ones([2 ** 17]), ones([2 ** 17])), BackendError, "Cannot allocate");
    assertEquals(ones([2]).array(), [1, 1]);
  }
});

Deno.test("options, element types and values that do not exist are refused", () => {
  const options = (o: object) => o as Record<never, never>;
  assertThrows(() => tensor([1], options({ shap: [1] })), TypeError, 'Did you mean "shape"?');
  assertThrows(() => tensor([1, 2], options([2, 1])), TypeError, "must be an object with shape");
  assertThrows(() => uniform([1], 0, 1, options({ seed: 1 })), TypeError, 'current "seed"');
  assertThrows(() => permutation(3, options({ range: 1 })), TypeError);
  assertThrows(() => zeros([1], "float64" as DType), RangeError, "float32, int32");
  assertThrows(() => full([1], 1.5, "int32"), DataError, "current 1.5");
});

Deno.test("what would take minutes or more memory than there is gets an error at once", () => {
  const start = performance.now();
  assertThrows(() => eye(1e5), ShapeError, "at most 2^30 elements: current 10000000000");
  assertThrows(() => linspace(0, 1, 2e9), ShapeError, "at most 2^30 elements: current 2000000000");
  assertThrows(() => range(2e9), ShapeError, "at most 2^30 elements");
  assertThrows(() => range(0, 1, 1e-10), ShapeError, "at most 2^30 elements");
  assertThrows(() => permutation(1e9), RangeError, "0 to 268435456 numbers: current 1000000000");
  assertThrows(() => new Rng(0).permutation(1e10), RangeError, "current 10000000000");
  assert(performance.now() - start < 1000);
});

Deno.test("a range is the same in float32 and int32, and int32 takes integers only", () => {
  for (const [first, end, step] of [[0, 5, 1], [5, 0, -2], [-(2 ** 31), 2 - 2 ** 31, 1]]) {
    const values = range(first, end, step, "int32");
    assertEquals(values.dtype, "int32");
    if (Math.abs(first) < 9) assertEquals(values.array(), range(first, end, step).array());
  }
  assertEquals(range(-(2 ** 31), 2 - 2 ** 31, 1, "int32").array(), [-(2 ** 31), 1 - 2 ** 31]);
  for (const [first, end, step] of [[0, 2, 0.5], [2 ** 31 - 2, 2 ** 31 + 2, 1], [0.5, 3, 1]]) {
    assertThrows(() => range(first, end, step, "int32"), DataError);
  }
});
