import { assertEquals, assertThrows } from "@std/assert";
import { ones, ShapeError, tensor, upsample2d } from "../../mod.ts";
import { upsample2dGradient } from "../../internal.ts";

Deno.test("nearest repeats every pixel, down and across", () => {
  const x = tensor([1, 2, 3, 4], { shape: [1, 2, 2, 1] });
  const y = upsample2d(x, { size: [1, 3] });
  assertEquals(y.shape, [1, 2, 6, 1]);
  assertEquals([...y.dataSync()], [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4]);
  assertEquals([...upsample2d(x, { size: [2, 1] }).dataSync()], [1, 2, 1, 2, 3, 4, 3, 4]);
});

Deno.test("bilinear lies between pixels' centres and holds at the edges", () => {
  const x = tensor([0, 8, 16, 24], { shape: [1, 2, 2, 1] });
  const rows = upsample2d(x, { size: 2, interpolation: "bilinear" }).dataSync();
  assertEquals([...rows], [0, 2, 6, 8, 4, 6, 10, 12, 12, 14, 18, 20, 16, 18, 22, 24]);
  // Three times: pixels 1 and 4 lie on the old centres.
  const thirds = tensor([3, 9], { shape: [1, 1, 2, 1] });
  const line = upsample2d(thirds, { size: [1, 3], interpolation: "bilinear" }).dataSync();
  assertEquals([...line], [3, 3, 5, 7, 9, 9]);
});

Deno.test("the backward pass keeps the sum", () => {
  for (const interpolation of ["nearest", "bilinear"] as const) {
    const dx = upsample2dGradient(ones([1, 4, 6, 5]), { size: 2, interpolation });
    assertEquals(dx.shape, [1, 2, 3, 5]);
    assertEquals([...dx.dataSync()], Array(30).fill(4));
  }
});

Deno.test("one time is the same image", () => {
  const x = tensor([1, 2, 3], { shape: [1, 1, 3, 1] });
  for (const interpolation of ["nearest", "bilinear"] as const) {
    assertEquals([...upsample2d(x, { size: 1, interpolation }).dataSync()], [1, 2, 3]);
  }
});

Deno.test("what makes no sense is refused", () => {
  const x = ones([1, 3, 4, 1]);
  assertThrows(() => upsample2d(ones([3, 4]), { size: 2 }), ShapeError);
  assertThrows(() => upsample2d(x, { size: 1.5 }), RangeError, "the size");
  const interpolation = "cubic" as "nearest";
  assertThrows(() => upsample2d(x, { size: 2, interpolation }), RangeError, '"bilinear"');
  assertThrows(() => upsample2dGradient(x, { size: 2 }), ShapeError, "multiples of 2 and 2");
});
