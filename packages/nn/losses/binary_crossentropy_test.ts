import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { DataError, grad, sigmoid, sum, tensor } from "@neurite/tensor";
import { assertAsKeras, assertMadeAgain } from "../testing/loss_cases.ts";
import { BinaryCrossentropy } from "./binary_crossentropy.ts";

Deno.test("binary cross-entropy: values, means and gradients are Keras's", () => {
  assertAsKeras("BinaryCrossentropy");
  assertMadeAgain(new BinaryCrossentropy());
  assertMadeAgain(new BinaryCrossentropy({ fromLogits: true, labelSmoothing: 0.25 }));
});

Deno.test("binary cross-entropy: by hand", () => {
  const loss = new BinaryCrossentropy(), t = tensor([[1, 0], [0, 1]]);
  const [first, second] = loss.call(t, tensor([[0.25, 0.25], [0.5, 0.5]])).dataSync();
  assertAlmostEquals(first, -(Math.log(0.25) + Math.log(0.75)) / 2, 1e-6);
  assertAlmostEquals(second, Math.LN2, 1e-6);
});

Deno.test("binary cross-entropy: from logits, nothing is lost however far out", () => {
  const loss = new BinaryCrossentropy(), t = tensor([[1], [0], [1]]);
  const z = tensor([[-1000], [1000], [40]]);
  const [wrong, alsoWrong, right] = loss.callOnLogits(t, z).dataSync();
  assertEquals([wrong, alsoWrong], [1000, 1000]);
  assertAlmostEquals(right, Math.exp(-40), 1e-24);
  const dz = grad((z) => sum(loss.callOnLogits(t, z)))(z).dataSync();
  assertEquals([...dz], [-1, 1, 0]);
  // From the probabilities it ends at Keras's epsilon, and the slope is 0 there.
  assertAlmostEquals(loss.call(t, sigmoid(z)).dataSync()[0], -Math.log(1e-7), 1e-4);
});

Deno.test("binary cross-entropy: smoothed targets", () => {
  const loss = new BinaryCrossentropy({ labelSmoothing: 0.5, fromLogits: true });
  const z = tensor([[Math.log(3)], [-Math.log(3)]]); // probabilities 3/4 and 1/4: the targets
  const dz = grad((z) => sum(loss.call(tensor([[1], [0]]), z)))(z).dataSync();
  assertAlmostEquals(dz[0], 0, 1e-7);
  assertAlmostEquals(dz[1], 0, 1e-7);
});

Deno.test("binary cross-entropy: refuses what is no probability, and other smoothing", () => {
  const loss = new BinaryCrossentropy();
  loss.checkTargets([0, 1, 0.5], [3, 1], [1]);
  loss.checkTargets([0, 1, 0.5], [3], [1]);
  assertThrows(
    () => loss.checkTargets(new Uint8Array([0, 255, 7, 0]), [2, 2], [2]),
    RangeError,
    "targets must be probabilities from 0 to 1: current 255 at [0, 1] of shape [2, 2]",
  );
  assertThrows(() => loss.checkTargets([NaN], [1, 1], [1]), DataError, "current NaN at [0, 0]");
  for (const labelSmoothing of [-0.1, 1.1, NaN]) {
    assertThrows(() => new BinaryCrossentropy({ labelSmoothing }), RangeError, "from 0 to 1");
  }
});
