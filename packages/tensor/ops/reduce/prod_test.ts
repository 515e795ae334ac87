import { assertEquals } from "@std/assert";
import { grad, prod, sum, tensor } from "../../mod.ts";

Deno.test("by hand: axes, nothing, int32 and what is not finite, as NumPy", () => {
  const x = [[1, 2, 3], [4, 5, 6]];
  assertEquals(prod(x).item(), 720);
  assertEquals(prod(x, { axis: 0, keepDims: true }).array(), [[4, 10, 18]]);
  assertEquals(prod(x, 1).array(), [6, 120]);
  assertEquals(prod([]).item(), 1);
  assertEquals(prod([[], []], 0).shape, [0]);
  assertEquals(prod([[], []], 1).array(), [1, 1]);
  assertEquals(prod([NaN, 0]).item(), NaN);
  assertEquals(prod(Int32Array.of(65536, 65536, 3)).item(), 0);
  assertEquals(prod(Int32Array.of(65536, 32768)).item(), -(2 ** 31));
});

Deno.test("gradients with zeros, and gradients of gradients, as PyTorch", () => {
  const of = (...x: number[]) => grad((x) => prod(x))(tensor(x)).array();
  assertEquals(of(2, 3, 4), [12, 8, 6]);
  assertEquals(of(0, 3, 4), [12, 0, 0]);
  assertEquals(of(0, 0, 4), [0, 0, 0]);
  const second = grad((x) => sum(grad((x) => prod(x))(x)));
  assertEquals(second(tensor([0, 0, 4])).array(), [4, 4, 0]);
});
