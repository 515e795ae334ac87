import { assertEquals, assertThrows } from "@std/assert";
import { clip, grad, sum, tensor } from "../../mod.ts";

Deno.test("by hand, and the odd ones", () => {
  assertEquals(clip([-5, 0.5, 7], 0, 1).array(), [0, 0.5, 1]);
  assertEquals(clip([-Infinity, Infinity, NaN], -2, 3).array(), [-2, 3, NaN]);
  assertEquals(clip([-5, 5], 0, Infinity).array(), [0, 5]);
  assertEquals(clip([-5, 5], -Infinity, 0).array(), [-5, 0]);
  assertEquals(clip([-5, 5], 2, 2).array(), [2, 2]);
});

Deno.test("int32 stays int32 between integers, else it becomes float32", () => {
  const x = tensor(new Int32Array([-5, 1, 5]));
  assertEquals(clip(x, -2, Infinity).array(), [-2, 1, 5]);
  assertEquals(clip(x, -2, Infinity).dtype, "int32");
  assertEquals(clip(x, -0.5, 2).array(), [-0.5, 1, 2]);
  assertEquals(clip(x, -0.5, 2).dtype, "float32");
});

Deno.test("the gradient is 1 between the bounds and on them, else 0", () => {
  const dx = grad((x) => sum(clip(x, -1, 2)))(tensor([-3, -1, 0, 2, 5]));
  assertEquals(dx.array(), [0, 1, 1, 1, 0]);
});

Deno.test("bounds in the wrong order, or NaN, are refused", () => {
  assertThrows(() => clip(1, 2, 1), RangeError, "current min 2, max 1");
  assertThrows(() => clip(1, NaN, 1), RangeError, "current min NaN");
});
