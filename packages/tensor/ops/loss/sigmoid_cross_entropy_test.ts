import { assertAlmostEquals, assertEquals } from "@std/assert";
import { grad, sigmoidCrossEntropy, sum, tensor, valueAndGrad } from "../../mod.ts";

Deno.test("by hand", () => {
  const [a, b, c] = sigmoidCrossEntropy([0, 1, 0.5], [Math.log(3), Math.log(3), 0]).dataSync();
  assertAlmostEquals(a, -Math.log(0.25), 1e-6);
  assertAlmostEquals(b, -Math.log(0.75), 1e-6);
  assertAlmostEquals(c, Math.log(2), 1e-6);
});

Deno.test("large logits keep their digits", () => {
  assertEquals(sigmoidCrossEntropy([1, 0, 1, 0], [1e4, -1e4, -1e4, 1e4]).array(), [0, 0, 1e4, 1e4]);
  const small = Math.log1p(Math.exp(-20));
  for (const loss of sigmoidCrossEntropy([1, 0], [20, -20]).dataSync()) {
    assertAlmostEquals(loss / small, 1, 1e-5);
  }
  assertEquals(sigmoidCrossEntropy([0], [NaN]).array(), [NaN]);
});

Deno.test("empty, int32 labels, a number for all", () => {
  assertEquals(sigmoidCrossEntropy(tensor([], { shape: [0] }), tensor([], { shape: [0] })).shape, [
    0,
  ]);
  const labels = tensor(new Int32Array([0, 1]));
  assertEquals(sigmoidCrossEntropy(labels, [-200, 200]).array(), [0, 0]);
  assertEquals(sigmoidCrossEntropy(1, [200, -200]).array(), [0, 200]);
});

Deno.test("gradients by hand", () => {
  const { gradients: [dt, dx] } = valueAndGrad((t, x) => sum(sigmoidCrossEntropy(t, x)))(
    tensor([1, 0, 0.25]),
    tensor([0, 0, 1e4]),
  );
  assertEquals(dx.array(), [-0.5, 0.5, 0.75]);
  assertEquals(dt.array(), [-0, -0, -1e4]);
  const second = grad((x) => sum(grad((x) => sum(sigmoidCrossEntropy([1], x)))(x)));
  assertEquals(second(tensor([0])).array(), [0.25]);
});
