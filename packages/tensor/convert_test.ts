import {
  assert,
  assertEquals,
  assertFalse,
  assertNotEquals,
  assertStrictEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import fc from "npm:fast-check@4.10.2";
import { asTensor, isNdArray, rowMajor } from "./convert.ts";
import {
  add,
  backendInfo,
  DataError,
  gather,
  type NdArray,
  ndarray,
  type Nested,
  ones,
  sgdUpdate,
  ShapeError,
  sum,
  Tensor,
  tensor,
  useBackend,
} from "./mod.ts";

Deno.test("a number becomes a tensor without axes", () => {
  const x = tensor(3.5);
  assertEquals([x.shape, x.dtype, x.size, x.rank, x.item()], [[], "float32", 1, 0, 3.5]);
});

Deno.test("nested arrays become float32 of their shape", () => {
  const x = tensor([[[1, 2]], [[3, 4]], [[5, 6]]]);
  assertEquals([x.shape, x.dtype], [[3, 1, 2], "float32"]);
  assertEquals(x.array(), [[[1, 2]], [[3, 4]], [[5, 6]]]);
  assertEquals(tensor([]).shape, [0]);
  assertEquals(tensor([[], []]).shape, [2, 0]);
  assertEquals(tensor([[], []]).array(), [[], []]);
});

Deno.test("values are rounded to float32; NaN, infinities and -0 stay", () => {
  assertEquals(tensor([0.1]).item(), Math.fround(0.1));
  assertEquals(tensor([NaN, Infinity, -Infinity]).array(), [NaN, Infinity, -Infinity]);
  assertEquals(1 / tensor(-0).item(), -Infinity);
});

Deno.test("typed arrays of integers become int32, the others float32", () => {
  for (
    const Type of [Int8Array, Int16Array, Int32Array, Uint8Array, Uint8ClampedArray, Uint16Array]
  ) {
    const x = tensor(Type.of(1, 2, 100));
    assertEquals([x.dtype, x.shape, x.array()], ["int32", [3], [1, 2, 100]]);
  }
  for (const Type of [Float32Array, Float64Array]) {
    const x = tensor(Type.of(1, 2.5));
    assertEquals([x.dtype, x.array()], ["float32", [1, 2.5]]);
  }
  assertEquals(tensor(Int8Array.of(-128)).array(), [-128]);
});

Deno.test("the element type can be chosen", () => {
  assertEquals(tensor(Uint8Array.of(0, 255), { dtype: "float32" }).dtype, "float32");
  const x = tensor([2 ** 31 - 1, -(2 ** 31)], { dtype: "int32" });
  assertEquals([x.dtype, x.array()], ["int32", [2 ** 31 - 1, -(2 ** 31)]]);
});

Deno.test("the shape can be chosen, with as many elements", () => {
  const values = Float32Array.of(1, 2, 3, 4, 5, 6);
  assertEquals(tensor(values, { shape: [2, 3] }).array(), [[1, 2, 3], [4, 5, 6]]);
  assertEquals(tensor([[1, 2], [3, 4]], { shape: [4] }).array(), [1, 2, 3, 4]);
  assertEquals(tensor([5], { shape: [] }).array(), 5);
  assertEquals(tensor(5, { shape: [1, 1] }).array(), [[5]]);
  assertEquals(tensor([], { shape: [0, 3] }).shape, [0, 3]);
});

Deno.test("a wrong number of elements, and sizes that are none, are refused", () => {
  assertThrows(
    () => tensor([1, 2, 3], { shape: [2, 2] }),
    ShapeError,
    "Cannot make a tensor as shape [2, 2] needs 4 values: current 3 values",
  );
  for (const shape of [[-1], [3, -1], [1.5, 2], [NaN]]) {
    assertThrows(
      () => tensor([1, 2, 3], { shape }),
      ShapeError,
      `every size must be an integer of 0 or more: current [${shape.join(", ")}]`,
    );
  }
});

Deno.test("ragged arrays are refused, naming the place", () => {
  const cases: [Nested, string][] = [
    [[[1, 2], [3]], "2 items on axis 1, like the first: current 1 items at [1] (a ragged array)"],
    [[[[1], [2]], [[3]]], "2 items on axis 1, like the first: current 1 items at [1]"],
    [[[[1], [2]], [[3], [4, 5]]], "1 items on axis 2, like the first: current 2 items at [1][1]"],
    [[[1, 2], 3], "must be 2 deep everywhere, like the first item: current 3 at [1]"],
    [[1, [2]], "must be 1 deep everywhere, like the first item: current an array at [1]"],
    [[[], [1]], "0 items on axis 1, like the first: current 1 items at [1]"],
    [[[1], []], "1 items on axis 1, like the first: current 0 items at [1]"],
  ];
  for (const [values, text] of cases) {
    assertThrows(() => tensor(values), ShapeError, text, JSON.stringify(values));
  }
});

Deno.test("what is no number is refused, naming the place", () => {
  const refused = (values: unknown, text: string) =>
    assertThrows(() => tensor(values as Nested), TypeError, text);
  refused(["a"], "every item must be a number: current string at [0]");
  refused([[1, 2], [3, undefined]], "current undefined at [1][1]");
  refused([1, null], "current null at [1]");
  refused("1", "must be a number, nested arrays, a typed array or an NdArray: current string");
  refused(null, "current null");
  refused(undefined, "current undefined");
  refused({}, "current Object");
});

Deno.test("refused values leave nothing behind", () => {
  tensor([1]).dispose();
  const { liveTensors, memoryInUse } = backendInfo();
  assertThrows(() => tensor([[1, 2], [3]]), ShapeError);
  assertThrows(() => tensor([1, 2], { shape: [3] }), ShapeError);
  assertThrows(() => tensor(["a"] as unknown as Nested), TypeError);
  assertEquals(backendInfo().liveTensors, liveTensors);
  assertEquals(backendInfo().memoryInUse, memoryInUse);
});

Deno.test("values are copied: the array may change", () => {
  const values = Float32Array.of(1, 2), x = tensor(values);
  values[0] = 9;
  assertEquals(x.array(), [1, 2]);
});

Deno.test("NdArrays are read through their strides", () => {
  const data = Float32Array.from({ length: 24 }, (_, i) => i), a = ndarray(data, [2, 3, 4]);
  assertEquals(tensor(a).array(), [
    [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]],
    [[12, 13, 14, 15], [16, 17, 18, 19], [20, 21, 22, 23]],
  ]);
  assertEquals(tensor(a.pick(1, null, 2)).array(), [14, 18, 22]);
  assertEquals(tensor(a.pick(0).transpose(1, 0)).array(), [[0, 4, 8], [1, 5, 9], [2, 6, 10], [
    3,
    7,
    11,
  ]]);
  assertEquals(tensor(a.pick(0).step(-1, 2)).array(), [[8, 10], [4, 6], [0, 2]]);
  assertEquals(tensor(a.lo(1, 1, 1).hi(1, 2, 2)).array(), [[[17, 18], [21, 22]]]);
  assertEquals(tensor(a.pick(1, 2, 3)).array(), 23);
  assertEquals(tensor(a.hi(2, 0, 4)).shape, [2, 0, 4]);
  assertEquals(tensor(ndarray(data, [3], [0], 5)).array(), [5, 5, 5]);
  // Dense, but not from the beginning.
  assertEquals(tensor(ndarray(data, [2, 2], [2, 1], 7)).array(), [[7, 8], [9, 10]]);
  assertEquals(tensor(a.pick(1, null, 2), { shape: [3, 1] }).array(), [[14], [18], [22]]);
});

Deno.test("NdArrays of integers become int32", () => {
  const view = ndarray(Uint8Array.of(1, 2, 3, 4), [2, 2]).transpose(1, 0), x = tensor(view);
  assertEquals([x.dtype, x.array()], ["int32", [[1, 3], [2, 4]]]);
  assertEquals(tensor(ndarray(Float64Array.of(0.5))).dtype, "float32");
});

Deno.test("rowMajor gives the elements of any view in order, without a copy where it is dense", () => {
  const axis = fc.record({
    n: fc.integer({ min: 0, max: 4 }),
    step: fc.constantFrom(-2, -1, 1, 2),
  });
  fc.assert(fc.property(
    fc.array(fc.tuple(axis, fc.nat()), { maxLength: 4 }),
    (axes) => {
      const full = axes.map(([{ n, step }]) => n * Math.abs(step));
      const size = full.reduce((product, n) => product * n, 1);
      const order = axes.map((_, i) => i).sort((i, j) => axes[i][1] - axes[j][1]);
      const data = Float64Array.from({ length: size }, (_, i) => i);
      const view = ndarray(data, full).step(...axes.map(([{ step }]) => step)).transpose(...order);
      const expected: number[] = [];
      const walk = (at: number[]): void => {
        if (at.length === view.dimension) expected.push(view.get(...at));
        else for (let i = 0; i < view.shape[at.length]; i++) walk([...at, i]);
      };
      walk([]);
      assertEquals(Array.from(rowMajor(view)), expected);
      assertEquals([...tensor(view).dataSync()], expected);
    },
  ));
  const data = Float32Array.of(1, 2, 3, 4), dense = rowMajor(ndarray(data, [1, 3], [99, 1], 1));
  assertEquals((dense as Float32Array).buffer, data.buffer);
  assertEquals(Array.from(dense), [2, 3, 4]);
});

Deno.test("isNdArray tells arrays of ndarray from the rest", () => {
  assert(isNdArray(ndarray(new Float32Array(2))));
  for (const other of [[1], new Float32Array(1), 1, null, undefined, {}, tensor([1])]) {
    assertFalse(isNdArray(other));
  }
});

Deno.test("asTensor hands tensors on, and puts host values on the backend it is told", async () => {
  const x = tensor([1]), wasm = x.backend;
  assertStrictEquals(asTensor(x), x);
  await useBackend("reference");
  const y = asTensor([1, 2]);
  assertNotEquals(y.backend, wasm);
  assertStrictEquals(asTensor([1, 2], wasm).backend, wasm);
  assert(y instanceof Tensor);
  assertEquals(y.array(), [1, 2]);
  await useBackend("wasm", { threads: 1 });
});

Deno.test("values that an int32 cannot hold are refused, naming the first", () => {
  const int32 = { dtype: "int32" as const };
  for (const bad of [[1, 2.5], [1, NaN], [1, 2 ** 31], [1, -Infinity]]) {
    const error = assertThrows(
      () => tensor(bad, int32),
      DataError,
      `current ${bad[1]} at position 1`,
    );
    assertEquals(error.offset, 1);
  }
  assertThrows(() => tensor(new Uint32Array([2 ** 31])), DataError);
  assertEquals(tensor([-(2 ** 31), 2 ** 31 - 1], int32).array(), [-2147483648, 2147483647]);
});

Deno.test("an NdArray that reaches out of its data is refused, with both sizes", () => {
  const data = new Float32Array(16);
  for (const make of [tensor, asTensor, rowMajor]) {
    const error = assertThrows(() => make(ndarray(data, [28, 28])), ShapeError);
    assertEquals(
      error.message,
      "Cannot read an NdArray as its 784 elements must lie within its data, at positions from 0 to " +
        "15: current positions from 0 to 783, of shape [28, 28], strides [28, 1] and offset 0",
    );
  }
  const bad: [shape: number[], stride: number[], offset: number][] = [
    [[4], [5], 1],
    [[4], [-1], 2],
    [[2, 2], [8, 1], 7],
    [[4], [1], -1],
    [[17], [1], 0],
    [[4], [], 0],
    [[2, 2], [0.5, 1], 0],
    [[2, 2], [1, NaN], 0],
    [[4], [1], Infinity],
    [[2.5], [1], 0],
    [[-1], [1], 0],
  ];
  for (const [shape, stride, offset] of bad) {
    // As it might come from elsewhere: the package itself cuts numbers off to integers.
    const array = { ...ndarray(data, [16]), data, shape, stride, offset } as NdArray;
    assertThrows(() => tensor(array), ShapeError);
  }
  assertEquals(tensor(ndarray(data, [0, 100])).shape, [0, 100]);
  assertEquals(tensor(ndarray(new Float32Array([1, 2, 3]), [3], [-1], 2)).array(), [3, 2, 1]);
});

Deno.test("every typed array is taken: integers as int32, floating point as float32", () => {
  const arrays = {
    int32: [
      Int8Array,
      Uint8Array,
      Uint8ClampedArray,
      Int16Array,
      Uint16Array,
      Int32Array,
      Uint32Array,
    ],
    float32: [Float16Array, Float32Array, Float64Array],
  };
  for (const [dtype, kinds] of Object.entries(arrays)) {
    for (const Kind of kinds) {
      const x = tensor(Kind.from([1, 2, 120]));
      assertEquals([x.dtype, x.array()], [dtype, [1, 2, 120]]);
      assertEquals(tensor(ndarray(Kind.from([1, 2]) as Float32Array, [2, 1])).dtype, dtype);
    }
  }
  assertEquals(tensor(Float16Array.of(1.5, NaN)).array(), [1.5, NaN]);
  for (const Kind of [BigInt64Array, BigUint64Array]) {
    const x = tensor(Kind.from([1n, 2n ** 31n - 1n]));
    assertEquals([x.dtype, x.array()], ["int32", [1, 2 ** 31 - 1]]);
  }
  assertEquals(tensor(BigInt64Array.of(-(2n ** 31n))).item(), -(2 ** 31));
  const error = assertThrows(() => tensor(BigInt64Array.of(0n, 2n ** 31n)), DataError);
  assertStringIncludes(error.message, "current 2147483648 at position 1");
  assertThrows(() => tensor(Uint32Array.of(2 ** 31)), DataError, "current 2147483648");
  assertEquals(gather([10, 20, 30], BigInt64Array.of(2n, 0n)).array(), [30, 10]);
});

Deno.test("booleans are 1 and 0", () => {
  assertEquals(tensor([[true, false], [false, true]]).array(), [[1, 0], [0, 1]]);
  assertEquals(tensor(true).item(), 1);
});

Deno.test("what is no array of numbers is named and leaves the engine whole", () => {
  const inUse = backendInfo().memoryInUse, view = new DataView(new ArrayBuffer(8));
  const bad: [value: unknown, kind: string][] = [
    [view, "DataView"],
    [new ArrayBuffer(8), "ArrayBuffer"],
    [new Map(), "Map"],
    ["hello", "string"],
    [null, "null"],
    [undefined, "undefined"],
    [1n, "bigint"],
    [["1"], "string"],
    [[1n], "bigint"],
    [{ data: view, shape: [8], stride: [1], offset: 0 }, "DataView"],
  ];
  for (const [value, kind] of bad) {
    assertThrows(() => tensor(value as number[]), TypeError, `current ${kind}`);
  }
  assertEquals(backendInfo().memoryInUse, inUse);
  assertEquals(add(tensor([1, 2]), 1).array(), [2, 3]);
});

Deno.test("an update of what reached out of its data cannot change a neighbour", () => {
  const data = new Float32Array(16), neighbour = ones([1000]);
  assertThrows(
    () => sgdUpdate(tensor(ndarray(data, [28, 28])), ones([28, 28]), { rate: 1 }),
    ShapeError,
  );
  assertEquals(sum(neighbour).item(), 1000);
});
