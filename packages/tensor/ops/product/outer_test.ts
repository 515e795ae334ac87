import { assertEquals, assertThrows } from "@std/assert";
import { backendInfo, grad, mul, outer, ShapeError, sum, tensor } from "../../mod.ts";

Deno.test("outer multiplies every element of one vector by every one of the other", () => {
  assertEquals(outer([1, 2, 3], [10, 20]).array(), [[10, 20], [20, 40], [30, 60]]);
  assertEquals(outer(tensor([], { shape: [0] }), [1, 2]).shape, [0, 2]);
});

Deno.test("outer's gradients: dy b and dy^T a", () => {
  const dy = tensor([[1, 2], [3, 4]]);
  assertEquals(grad((a) => sum(mul(dy, outer(a, [10, 100]))))(tensor([1, 1])).array(), [210, 430]);
  assertEquals(grad((b) => sum(mul(dy, outer([10, 100], b))))(tensor([1, 1])).array(), [310, 420]);
  assertEquals(grad((a) => sum(outer(a, a)))(tensor([1, 2])).array(), [6, 6]);
});

Deno.test("outer leaves nothing behind but its result, and refuses what are no vectors", () => {
  using a = tensor([1, 2]);
  const { liveTensors } = backendInfo();
  using _y = outer(a, [3, 4, 5]);
  assertEquals(backendInfo().liveTensors, liveTensors + 1);
  assertThrows(
    () => outer([[1]], [1]),
    ShapeError,
    "Cannot take the outer product as both must be vectors: current [1, 1] and [1]",
  );
  assertEquals(backendInfo().liveTensors, liveTensors + 1);
});
