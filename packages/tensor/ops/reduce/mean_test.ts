import { assertEquals } from "@std/assert";
import { grad, mean, mul, square, sum, type Tensor, tensor } from "../../mod.ts";

Deno.test("means over one axis, several and all", () => {
  const x = tensor([[[1, 2], [3, 4]], [[5, 6], [7, 12]]]);
  assertEquals(mean(x).item(), 5);
  assertEquals(mean(x, { axis: 0 }).array(), [[3, 4], [5, 8]]);
  assertEquals(mean(x, { axis: [0, 2] }).array(), [3.5, 6.5]);
  assertEquals(mean(x, { axis: -1, keepDims: true }).array(), [[[1.5], [3.5]], [[5.5], [9.5]]]);
});

Deno.test("int32 becomes float32", () => {
  const y = mean(tensor(new Int32Array([1, 2])));
  assertEquals([y.dtype, y.item()], ["float32", 1.5]);
});

Deno.test("the mean of nothing is NaN, that of one number the number", () => {
  assertEquals(mean(tensor([], { shape: [0, 2] }), { axis: 0 }).array(), [NaN, NaN]);
  assertEquals(mean([7]).item(), 7);
});

Deno.test("every element has the gradient 1/n, in second derivatives too", () => {
  const x = tensor([[1, 2, 3], [4, 5, 6]]);
  assertEquals(grad((x) => mean(x))(tensor([1, 2, 3, 4])).array(), [0.25, 0.25, 0.25, 0.25]);
  const f = (x: Tensor) => sum(mul([1, 4], square(mean(mul(x, 3), { axis: 1 }))));
  assertEquals(grad(f)(x).array(), [[12, 12, 12], [120, 120, 120]]);
});
