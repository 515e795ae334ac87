import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import "./backends/wasm/table.ts";
import { inspect } from "node:util";
import type { Backend } from "./backend.ts";
import { currentBackend } from "./current_backend.ts";
import { backendInfo, useBackend } from "./backends/mod.ts";
import { ReferenceBackend } from "./backends/reference.ts";
import { full, range, tensor } from "./create.ts";
import { BackendError, DisposedError, DTypeError, ShapeError } from "./errors.ts";
import { add, cast, mul, reshape } from "./ops/mod.ts";
import { tidy } from "./scope.ts";
import { Tensor } from "./tensor.ts";
import { liveTensors } from "./handle.ts";

await useBackend("wasm", { threads: 1 });

/** A test that leaves no tensor and no byte behind. */
function test(name: string, body: () => void): void {
  Deno.test(name, () => {
    const tensors = liveTensors(), bytes = backendInfo().memoryInUse;
    tidy(() => {
      body();
    });
    assertEquals(liveTensors(), tensors);
    assertEquals(backendInfo().memoryInUse, bytes);
  });
}

test("shape, rank, size, element type and backend", () => {
  const x = tensor([[1, 2, 3], [4, 5, 6]]);
  assertEquals([x.shape, x.rank, x.size, x.dtype, x.disposed], [[2, 3], 2, 6, "float32", false]);
  assertStrictEquals(x.backend, currentBackend());
  const one = tensor(7, { dtype: "int32" });
  assertEquals([one.shape, one.rank, one.size, one.dtype], [[], 0, 1, "int32"]);
  const none = tensor([[], []]);
  assertEquals([none.shape, none.rank, none.size], [[2, 0], 2, 0]);
});

test("item reads the one number there is", () => {
  assertEquals(tensor(2.5).item(), 2.5);
  assertEquals(tensor([[[-3]]]).item(), -3);
  assertEquals(tensor(new Int32Array([2 ** 31 - 1])).item(), 2147483647);
  assertEquals(tensor(0.1).item(), Math.fround(0.1));
  for (const x of [tensor([1, 2]), tensor([])]) {
    assertEquals(
      assertThrows(() => x.item(), RangeError).message,
      `Cannot read one number as the tensor must have one element: current shape [${x.shape}]`,
    );
  }
});

test("array gives nested arrays", () => {
  assertEquals(tensor(5).array(), 5);
  assertEquals(tensor([[[1, 2], [3, 4]], [[5, 6], [7, 8]]]).array(), [
    [[1, 2], [3, 4]],
    [[5, 6], [7, 8]],
  ]);
  assertEquals(full([2, 0, 3], 1).array(), [[], []]);
  assertEquals(full([0, 3], 1).array(), []);
  assert(Object.is((tensor([-0]).array() as number[])[0], -0));
  assertEquals(tensor([NaN, Infinity, -Infinity]).array(), [NaN, Infinity, -Infinity]);
});

Deno.test("data and dataSync give copies in memory of their own", async () => {
  using x = tensor([[1, 2], [3, 4]]), n = tensor([5, -6], { dtype: "int32" });
  const values = x.dataSync();
  assertEquals(values, new Float32Array([1, 2, 3, 4]));
  assertInstanceOf(values.buffer, ArrayBuffer);
  values[0] = 99;
  assertEquals(x.array(), [[1, 2], [3, 4]]);
  assertEquals(await x.data(), new Float32Array([1, 2, 3, 4]));
  assertEquals(await n.data(), new Int32Array([5, -6]));
  assertEquals(n.dataSync(), new Int32Array([5, -6]));
});

Deno.test("data of a tensor that was freed rejects", async () => {
  const x = tensor([1]);
  x.dispose();
  await assertRejects(() => x.data(), DisposedError);
});

test("toNdarray gives an array with shape and strides", () => {
  const array = tensor([[1, 2, 3], [4, 5, 6]]).toNdarray();
  assertEquals([array.shape, array.stride, array.offset], [[2, 3], [3, 1], 0]);
  assertEquals([array.get(1, 0), array.get(0, 2)], [4, 3]);
  array.set(1, 0, 50);
  assertEquals(tensor(array.transpose(1, 0)).array(), [[1, 50], [2, 5], [3, 6]]);
  assertEquals(tensor(3).toNdarray().get(), 3);
  assertInstanceOf(tensor([1], { dtype: "int32" }).toNdarray().data, Int32Array);
});

Deno.test("to copies to another backend and back", async () => {
  const live = liveTensors(), reference = new ReferenceBackend();
  using x = tensor([[0.1, 2], [3, -0]]);
  const there = await x.to(reference);
  assertStrictEquals(there.backend, reference);
  assertEquals([there.shape, there.dtype], [[2, 2], "float32"]);
  assertEquals(there.dataSync(), x.dataSync());
  assertEquals(reference.info().memoryInUse, 4 * 8);
  // In f64 there, in float32 here.
  const third = tidy(() => mul(there, 1 / 3)), back = await third.to(x.backend);
  assertEquals((third.array() as number[][])[0][1], 2 / 3);
  assertEquals((back.array() as number[][])[0][1], Math.fround(2 / 3));
  assertEquals(third.dataSync(), back.dataSync());
  const whole = tensor([1, -2], { dtype: "int32" }), wholeThere = await whole.to(reference);
  assertEquals([wholeThere.dtype, wholeThere.array()], ["int32", [1, -2]]);
  for (const y of [there, third, back, whole, wholeThere]) y.dispose();
  assertEquals(reference.info().memoryInUse, 0);
  assertEquals(liveTensors(), live + 1);
});

Deno.test("tensors on two backends do not mix", async () => {
  using x = tensor([1]), y = await x.to(new ReferenceBackend());
  const message = 'Cannot run add as all inputs must be on one backend: current "wasm" and ' +
    '"reference". Move one with await x.to(backend)';
  assertEquals(assertThrows(() => add(x, y), BackendError).message, message);
  assertEquals(
    assertThrows(() => x.assign(y), BackendError).message,
    'Cannot assign as both tensors must be on one backend: current "wasm" and "reference"',
  );
});

test("assign replaces the values for every holder, and nothing is copied", () => {
  const x = tensor([1, 2, 3]), holder = x, y = mul(x, 10), inUse = backendInfo().memoryInUse;
  assertStrictEquals(x.assign(y), x);
  assertEquals(holder.array(), [10, 20, 30]);
  assertStrictEquals(x.storage, y.storage);
  // The old values are gone, the new ones are shared.
  assertEquals(backendInfo().memoryInUse, inUse - 64);
  y.dispose();
  assertEquals(x.array(), [10, 20, 30]);
  assertEquals(x.assign(x).array(), [10, 20, 30]);
});

test("overwrite takes values of the host in the place of the old ones, which views keep", () => {
  const x = tensor([[1, 2], [3, 4]]), view = reshape(x, [4]), alone = full([1000], 0);
  assertStrictEquals(x.overwrite(Float32Array.of(5, 6, 7, 8)), x);
  assertEquals([x.array(), view.array()], [[[5, 6], [7, 8]], [1, 2, 3, 4]]);
  const before = backendInfo();
  alone.overwrite(new Float32Array(1000).fill(3));
  assertEquals(alone.dataSync(), new Float32Array(1000).fill(3));
  assertEquals(backendInfo(), before);
  assertThrows(() => x.overwrite(new Float32Array(3)), ShapeError, "shape [2, 2] needs 4 values");
  assertThrows(() => x.overwrite(new Int32Array(4)), DTypeError, "must be float32: current int32");
  assertEquals(x.array(), [[5, 6], [7, 8]]);
});

test("views made before assign keep the old values", () => {
  const x = tensor([1, 2, 3, 4]), view = reshape(x, [2, 2]);
  x.assign(mul(x, 10));
  assertEquals(view.array(), [[1, 2], [3, 4]]);
  assertEquals(reshape(x, [2, 2]).array(), [[10, 20], [30, 40]]);
  const other = tensor([5, 6, 7, 8]), otherView = reshape(other, [2, 2]);
  x.assign(other);
  other.assign(add(other, 1));
  assertEquals(x.array(), [5, 6, 7, 8]);
  otherView.assign(view);
  assertEquals([x.array(), otherView.array()], [[5, 6, 7, 8], [[1, 2], [3, 4]]]);
});

test("assign in a scope survives it", () => {
  const x = tensor([1, 2]);
  tidy(() => {
    x.assign(add(x, 1));
  });
  assertEquals(x.array(), [2, 3]);
});

test("assign refuses another shape or element type, and changes nothing", () => {
  const x = tensor([1, 2]);
  assertEquals(
    assertThrows(() => x.assign(tensor([[1, 2]])), ShapeError).message,
    "Cannot assign as the values must be of shape [2]: current [1, 2]",
  );
  assertEquals(
    assertThrows(() => x.assign(cast(x, "int32")), DTypeError).message,
    "Cannot assign as the values must be float32: current int32. Use cast()",
  );
  assertEquals(x.array(), [1, 2]);
});

test("a tensor as text", () => {
  const texts: [Tensor, string][] = [
    [tensor(3), "Tensor float32 []\n3"],
    [tensor([1, -2.5, 0.1]), "Tensor float32 [3]\n[   1, -2.5,  0.1]"],
    [
      tensor([[1, 20], [300, 4]], { dtype: "int32" }),
      "Tensor int32 [2, 2]\n[[  1,  20],\n [300,   4]]",
    ],
    [
      tensor([[[1], [2]], [[3], [4]]]),
      "Tensor float32 [2, 2, 1]\n[[[1],\n  [2]],\n [[3],\n  [4]]]",
    ],
    [tensor([]), "Tensor float32 [0]\n[]"],
    [full([2, 0], 1), "Tensor float32 [2, 0]\n[[],\n []]"],
    [
      tensor([NaN, Infinity, -Infinity, -0, 1e-8, 123456789, 3.14159265]),
      "Tensor float32 [7]\n" +
      "[      NaN,  Infinity, -Infinity,         0,      1e-8, 123456792,   3.14159]",
    ],
  ];
  for (const [x, text] of texts) {
    assertEquals(x.toString(), text);
    assertEquals(`${x}`, text);
    assertEquals(Deno.inspect(x), text);
    assertEquals(inspect(x), text);
  }
});

test("a large tensor as text shows the ends of each axis", () => {
  assertEquals(
    range(201).toString(),
    "Tensor float32 [201]\n[  0,   1,   2, ..., 198, 199, 200]",
  );
  assertEquals(range(200).toString().split(",").length, 200);
  assertEquals(
    reshape(range(210), [7, 30]).toString(),
    "Tensor float32 [7, 30]\n" + [
      "[[  0,   1,   2, ...,  27,  28,  29],",
      " [ 30,  31,  32, ...,  57,  58,  59],",
      " [ 60,  61,  62, ...,  87,  88,  89],",
      " ...,",
      " [120, 121, 122, ..., 147, 148, 149],",
      " [150, 151, 152, ..., 177, 178, 179],",
      " [180, 181, 182, ..., 207, 208, 209]]",
    ].join("\n"),
  );
  const wide = reshape(range(240), [40, 6]).toString().split("\n");
  assertEquals([wide.length, wide[1]], [8, "[[  0,   1,   2,   3,   4,   5],"]);
});

test("a tensor that was freed, and one that cannot be waited for, as text", () => {
  const x = tensor([[1, 2]]);
  x.dispose();
  assertEquals(x.toString(), "Tensor float32 [1, 2] (disposed)");
  assertEquals(Deno.inspect({ x }), "{ x: Tensor float32 [1, 2] (disposed) }");
  const far: Backend = Object.assign(Object.create(new ReferenceBackend()), {
    name: "far",
    synchronous: false,
    free: () => {},
  });
  assertEquals(
    new Tensor(far, { references: 1 }, [3], "int32").toString(),
    "Tensor int32 [3] (on far)",
  );
});
