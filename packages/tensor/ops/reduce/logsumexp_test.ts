import { assertAlmostEquals, assertEquals } from "@std/assert";
import { grad, logsumexp, tensor } from "../../mod.ts";

Deno.test("by hand, over one axis and all", () => {
  const x = tensor([[0, Math.log(3)], [Math.log(4), -Infinity]]);
  const rows = logsumexp(x, { axis: 1 }).dataSync();
  assertAlmostEquals(rows[0], Math.log(4), 1e-6);
  assertAlmostEquals(rows[1], Math.log(4), 1e-6);
  assertAlmostEquals(logsumexp(x).item(), Math.log(8), 1e-6);
  assertEquals(logsumexp(x, { axis: [0, 1], keepDims: true }).shape, [1, 1]);
});

Deno.test("neither overflows nor underflows", () => {
  assertEquals(logsumexp([1e4, -1e4]).item(), 1e4);
  assertAlmostEquals(logsumexp([-1e4, -1e4]).item(), -1e4 + Math.log(2), 1e-3);
  assertEquals(logsumexp([[-Infinity, -Infinity], [Infinity, 1], [NaN, 1]], { axis: 1 }).array(), [
    -Infinity,
    Infinity,
    NaN,
  ]);
});

Deno.test("the gradient is the softmax, where something is -Infinity too", () => {
  const dx = grad((x) => logsumexp(x))(tensor([1000, 1000, -Infinity]));
  assertEquals(dx.array(), [0.5, 0.5, 0]);
});
