import { assertEquals, assertThrows } from "@std/assert";
import { DTypeError, type NdArray, ndarray, ShapeError } from "@neurite/tensor";
import fc from "npm:fast-check@4.10.2";
import { scale } from "./scale.ts";

const BYTES = ndarray(Uint8Array.from({ length: 24 }, (_, i) => 10 * i), [2, 3, 4]);

Deno.test("scale divides by 255, in float32, one row for each example", () => {
  const X = scale(BYTES);
  assertEquals(X.shape, [2, 12]);
  assertEquals(X.data, Float32Array.from(BYTES.data, (byte) => byte / 255));
  assertEquals(scale(ndarray(Uint8Array.of(0, 255))).data, Float32Array.of(0, 1));
  assertEquals(scale(ndarray(Uint8Array.of(0, 255))).shape, [2, 1]);
});

Deno.test("scale keeps the shape when told, and leaves the bytes alone", () => {
  const before = BYTES.data.slice();
  const X = scale(BYTES, { flatten: false });
  assertEquals(X.shape, [2, 3, 4]);
  assertEquals(X.get(1, 2, 3), Math.fround(230 / 255));
  X.set(0, 0, 0, 7);
  assertEquals(BYTES.data, before);
});

Deno.test("scale reads strided views in their own order", () => {
  fc.assert(fc.property(
    fc.constantFrom([0, 1, 2], [0, 2, 1], [1, 2, 0], [2, 1, 0]),
    fc.tuple(...[0, 0, 0].map(() => fc.constantFrom(1, 2, -1))),
    fc.nat({ max: 1 }),
    (order, steps, low) => {
      const view = BYTES.transpose(...order).step(...steps).lo(0, low, 0);
      const [a, b, c] = view.shape;
      const expected = Array.from({ length: a * b * c }, (_, k) => {
        const byte = view.get(Math.trunc(k / (b * c)), Math.trunc(k / c) % b, k % c);
        return Math.fround(byte / 255);
      });
      const X = scale(view);
      assertEquals(X.shape, [a, b * c]);
      assertEquals([...X.data], expected);
    },
  ));
});

Deno.test("scale takes an empty set", () => {
  const X = scale(ndarray(new Uint8Array(0), [0, 28, 28]));
  assertEquals([X.shape, X.data.length], [[0, 784], 0]);
});

Deno.test("scale refuses what is not bytes of examples", () => {
  const floats = ndarray(new Float32Array(4), [2, 2]) as NdArray as NdArray<Uint8Array>;
  assertThrows(() => scale(floats), DTypeError, "current Float32Array");
  const wide = ndarray(new BigUint64Array(4) as unknown as Uint8Array, [2, 2]);
  assertThrows(() => scale(wide), DTypeError, "current BigUint64Array");
  const bare = new Uint8Array(4) as unknown as NdArray<Uint8Array>;
  assertThrows(() => scale(bare), DTypeError, "current no NdArray");
  assertThrows(() => scale(ndarray(new Uint8Array(1), [])), ShapeError, "count the examples");
});
