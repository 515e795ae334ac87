import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { ShapeError, tensor } from "@neurite/tensor";
import { assertAsKeras, assertMadeAgain } from "../testing/loss_cases.ts";
import { KLDivergence } from "./kl_divergence.ts";

const loss = new KLDivergence();

Deno.test("Kullback-Leibler divergence: values, means and gradients are Keras's", () => {
  assertAsKeras("KLDivergence");
  assertMadeAgain(loss);
});

Deno.test("Kullback-Leibler divergence: 0 of equals, and not symmetric", () => {
  const p = tensor([[0.5, 0.5]]), q = tensor([[0.25, 0.75]]);
  assertEquals(loss.call(p, p).array(), [0]);
  assertAlmostEquals(loss.call(p, q).item(), Math.log(4 / 3) / 2, 1e-6);
  assertAlmostEquals(loss.call(q, p).item(), 0.75 * Math.log(3) - Math.LN2, 1e-6);
});

Deno.test("Kullback-Leibler divergence: targets that are no probabilities, or do not fit", () => {
  assertThrows(
    () => loss.checkTargets([0.5, 1.5], [1, 2], [2]),
    RangeError,
    "current 1.5 at [0, 1]",
  );
  assertThrows(() => loss.prepare(tensor([[1]]), tensor([[0.5, 0.5]])), ShapeError, "klDivergence");
});
