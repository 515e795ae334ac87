import { assertEquals } from "@std/assert";
import { grad, mean, tensor } from "@neurite/tensor";
import { assertAsKeras, assertMadeAgain } from "../testing/loss_cases.ts";
import { MeanAbsoluteError } from "./mean_absolute_error.ts";

const loss = new MeanAbsoluteError();

Deno.test("mean absolute error: values, means and gradients are Keras's", () => {
  assertAsKeras("MeanAbsoluteError");
  assertMadeAgain(loss);
});

Deno.test("mean absolute error: by hand, with no slope where prediction and target are equal", () => {
  const t = tensor([[0, 2], [1, 1]]), y = tensor([[1, -2], [1, 3]]);
  assertEquals(loss.call(t, y).array(), [2.5, 1]);
  assertEquals(grad((y) => mean(loss.call(t, y)))(y).array(), [[0.25, -0.25], [0, 0.25]]);
});
