import { assertEquals, assertThrows } from "@std/assert";
import { expandDims, grad, mul, ShapeError, sum, tensor } from "../../mod.ts";

Deno.test("expandDims puts an axis of size 1 at any place", () => {
  const x = [[1, 2], [3, 4]];
  assertEquals(expandDims(x, 0).array(), [[[1, 2], [3, 4]]]);
  assertEquals(expandDims(x, 1).array(), [[[1, 2]], [[3, 4]]]);
  assertEquals(expandDims(x, 2).array(), [[[1], [2]], [[3], [4]]]);
  assertEquals(expandDims(x, -1).array(), [[[1], [2]], [[3], [4]]]);
  assertEquals(expandDims(x, -3).array(), [[[1, 2], [3, 4]]]);
  assertEquals(expandDims(5, 0).array(), [5]);
});

Deno.test("expandDims hands the gradient on", () => {
  const f = grad((x) => sum(mul(expandDims(x, 1), [[2], [3]])));
  assertEquals(f(tensor([1, 1])).array(), [2, 3]);
});

Deno.test("expandDims refuses a place that is not there", () => {
  const text = "Cannot expand dimensions as the new axis must be an integer from -2 to 1";
  assertThrows(() => expandDims([1, 2], 2), ShapeError, text);
  assertThrows(() => expandDims([1, 2], -3), ShapeError, text);
  assertThrows(() => expandDims([1, 2], 0.5), ShapeError, "axis 0.5 for shape [2]");
});
