import { assertEquals, assertThrows } from "@std/assert";
import { grad, mul, ShapeError, squeeze, sum, tensor } from "../../mod.ts";

Deno.test("squeeze leaves out axes of size 1: all of them, or those that are named", () => {
  const x = [[[1], [2]]];
  assertEquals(squeeze(x).array(), [1, 2]);
  assertEquals(squeeze(x, 0).array(), [[1], [2]]);
  assertEquals(squeeze(x, -1).array(), [[1, 2]]);
  assertEquals(squeeze(x, [0, 2]).array(), [1, 2]);
  assertEquals(squeeze([[4]]).array(), 4);
  assertEquals(squeeze(tensor([], { shape: [1, 0] })).shape, [0]);
});

Deno.test("squeeze hands the gradient on", () => {
  const f = grad((x) => sum(mul(squeeze(x), [2, 3])));
  assertEquals(f(tensor([[1], [1]])).array(), [[2], [3]]);
});

Deno.test("squeeze refuses an axis of another size", () => {
  assertThrows(
    () => squeeze([[1, 2]], 1),
    ShapeError,
    "Cannot squeeze as only axes of size 1 can be left out: current axis 1 of shape [1, 2]",
  );
  assertThrows(() => squeeze([[1, 2]], 2), ShapeError, "axis 2");
});
