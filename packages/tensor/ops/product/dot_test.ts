import { assertEquals, assertThrows } from "@std/assert";
import { backendInfo, dot, grad, ShapeError, tensor } from "../../mod.ts";

Deno.test("dot sums the products", () => {
  assertEquals(dot([1, 2, 3], [4, 5, 6]).array(), 32);
  assertEquals(dot(tensor([], { shape: [0] }), tensor([], { shape: [0] })).array(), 0);
});

Deno.test("dot's gradients are the other vector", () => {
  assertEquals(grad((a) => dot(a, [4, 5]))(tensor([1, 2])).array(), [4, 5]);
  assertEquals(grad((a) => dot([4, 5], a))(tensor([1, 2])).array(), [4, 5]);
  assertEquals(grad((a) => dot(a, a))(tensor([1, 2])).array(), [2, 4]);
});

Deno.test("dot leaves nothing behind but its result, and refuses what does not fit", () => {
  using a = tensor([1, 2]);
  const { liveTensors } = backendInfo();
  using _y = dot(a, [3, 4]);
  assertEquals(backendInfo().liveTensors, liveTensors + 1);
  assertThrows(
    () => dot(a, [1, 2, 3]),
    ShapeError,
    "Cannot take the dot product as both must be vectors of one length: current [2] and [3]",
  );
  assertThrows(() => dot([[1]], [1]), ShapeError, "current [1, 1] and [1]");
});
