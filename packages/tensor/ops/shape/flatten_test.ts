import { assertEquals } from "@std/assert";
import { flatten, grad, mul, ndarray, sum, tensor } from "../../mod.ts";

Deno.test("flatten gives all values in row-major order", () => {
  assertEquals(flatten([[[1, 2], [3, 4]]]).array(), [1, 2, 3, 4]);
  assertEquals(flatten(5).array(), [5]);
  assertEquals(flatten(tensor([], { shape: [2, 0] })).shape, [0]);
  assertEquals(flatten(ndarray(new Float32Array([1, 2, 3, 4]), [2, 2], [1, 2])).array(), [
    1,
    3,
    2,
    4,
  ]);
});

Deno.test("flatten hands the gradient on", () => {
  const f = grad((x) => sum(mul(flatten(x), [1, 2, 3, 4])));
  assertEquals(f(tensor([[0, 0], [0, 0]])).array(), [[1, 2], [3, 4]]);
});
