import { assertEquals, assertThrows } from "@std/assert";
import { flip, grad, mul, ShapeError, sum, tensor } from "../../mod.ts";

Deno.test("flip reverses the order along one axis, several, or all", () => {
  const x = [[1, 2, 3], [4, 5, 6]];
  assertEquals(flip(x, 0).array(), [[4, 5, 6], [1, 2, 3]]);
  assertEquals(flip(x, -1).array(), [[3, 2, 1], [6, 5, 4]]);
  assertEquals(flip(x).array(), [[6, 5, 4], [3, 2, 1]]);
  assertEquals(flip(x, [0, 1]).array(), [[6, 5, 4], [3, 2, 1]]);
  assertEquals(flip(3).array(), 3);
  assertEquals(flip(tensor([], { shape: [0, 2] })).shape, [0, 2]);
});

Deno.test("flip mirrors images and leaves their channels in order", () => {
  const image = [[[1, 10], [2, 20], [3, 30]]];
  assertEquals(flip(image, 1).array(), [[[3, 30], [2, 20], [1, 10]]]);
});

Deno.test("flip's gradient is flipped back", () => {
  const df = grad((x) => sum(mul(flip(x), [1, 2, 3])));
  assertEquals(df(tensor([0, 0, 0])).array(), [3, 2, 1]);
});

Deno.test("flip refuses axes that are not there, or twice", () => {
  assertThrows(() => flip([1, 2], 1), ShapeError, "Cannot flip as an axis");
  assertThrows(() => flip([[1, 2]], [0, -2]), ShapeError, "each axis must be named once");
});
