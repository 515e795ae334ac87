import { assertEquals, assertThrows } from "@std/assert";
import { backendInfo, DTypeError, grad, mul, ShapeError, stack, sum, tensor } from "../../mod.ts";

Deno.test("stack puts tensors side by side along a new axis", () => {
  assertEquals(stack([[1, 2], [3, 4]]).array(), [[1, 2], [3, 4]]);
  assertEquals(stack([[1, 2], [3, 4], [5, 6]], 1).array(), [[1, 3, 5], [2, 4, 6]]);
  assertEquals(stack([[[1, 2]], [[3, 4]]], -1).array(), [[[1, 3], [2, 4]]]);
  assertEquals(stack([1, 2, 3]).array(), [1, 2, 3]);
  assertEquals(stack([[1, 2]]).array(), [[1, 2]]);
});

Deno.test("stack gives each tensor its part of the gradient", () => {
  const f = grad((a) => sum(mul(stack([a, [0, 0], a], 1), [[1, 2, 3], [4, 5, 6]])));
  assertEquals(f(tensor([1, 1])).array(), [4, 10]);
});

Deno.test("stack leaves nothing behind but its result", () => {
  using a = tensor([1, 2]);
  const { liveTensors } = backendInfo();
  using _y = stack([a, [3, 4]]);
  assertEquals(backendInfo().liveTensors, liveTensors + 1);
});

Deno.test("stack refuses different shapes, different element types, and nothing", () => {
  assertThrows(
    () => stack([[1, 2], [1]]),
    ShapeError,
    "Cannot stack as all tensors must have the same shape: current [2] and [1]",
  );
  assertThrows(() => stack([[1], new Int32Array([1])]), DTypeError, "float32 and int32");
  assertThrows(() => stack([]), ShapeError, "at least one tensor");
  assertThrows(() => stack([[1], [2]], 2), ShapeError, "axis 2");
});
