import { assertAlmostEquals, assertThrows } from "@std/assert";
import { grad, tensor } from "@neurite/tensor";
import { assertAsKeras, assertMadeAgain } from "../testing/loss_cases.ts";
import { Poisson } from "./poisson.ts";

const loss = new Poisson();

Deno.test("Poisson: values, means and gradients are Keras's", () => {
  assertAsKeras("Poisson");
  assertMadeAgain(loss);
});

Deno.test("Poisson: least where the prediction is the count", () => {
  const t = tensor([[3]]), slope = grad((y) => loss.call(t, y));
  assertAlmostEquals(slope(tensor([[3]])).item(), 0, 1e-6);
  assertAlmostEquals(slope(tensor([[6]])).item(), 0.5, 1e-6);
  assertAlmostEquals(slope(tensor([[1.5]])).item(), -1, 1e-6);
});

Deno.test("Poisson: counts are not negative", () => {
  loss.checkTargets([0, 1.5, 7], [3, 1], [1]);
  assertThrows(
    () => loss.checkTargets([0, -1], [2, 1], [1]),
    RangeError,
    "Cannot compute poisson as targets must be 0 or more: current -1 at [1, 0] of shape [2, 1]",
  );
});
