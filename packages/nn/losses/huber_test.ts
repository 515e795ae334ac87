import { assertEquals, assertThrows } from "@std/assert";
import { grad, sum, tensor } from "@neurite/tensor";
import { assertAsKeras, assertMadeAgain } from "../testing/loss_cases.ts";
import { Huber } from "./huber.ts";

Deno.test("Huber: values, means and gradients are Keras's", () => {
  assertAsKeras("Huber");
  assertMadeAgain(new Huber());
  assertMadeAgain(new Huber({ delta: 0.25 }));
});

Deno.test("Huber: a parabola up to delta, at delta, and a line beyond", () => {
  const loss = new Huber({ delta: 2 }), t = tensor([[0], [0], [0], [0], [1]]);
  const y = tensor([[1], [2], [-2], [-5], [1]]);
  assertEquals(loss.call(t, y).array(), [0.5, 2, 2, 8, 0]);
  assertEquals(grad((y) => sum(loss.call(t, y)))(y).array(), [[1], [2], [-2], [-2], [0]]);
});

Deno.test("Huber: refuses a delta that is not above 0", () => {
  for (const delta of [0, -1, NaN, Infinity]) {
    assertThrows(() => new Huber({ delta }), RangeError, `delta must be above 0: current ${delta}`);
  }
});
