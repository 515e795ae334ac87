import { assertEquals, assertThrows } from "@std/assert";
import { DataError, grad, ShapeError, tensor } from "@neurite/tensor";
import { assertAsKeras, assertMadeAgain } from "../testing/loss_cases.ts";
import { MeanSquaredError } from "./mean_squared_error.ts";

const loss = new MeanSquaredError();

Deno.test("mean squared error: values, means and gradients are Keras's", () => {
  assertAsKeras("MeanSquaredError");
  assertMadeAgain(loss);
});

Deno.test("mean squared error: by hand", () => {
  const t = tensor([[0, 2], [1, 1]]), y = tensor([[1, 4], [1, 3]]);
  assertEquals(loss.call(t, y).array(), [2.5, 2]);
  assertEquals(loss.callMean(t, y).item(), 2.25);
  assertEquals(grad((y) => loss.callMean(t, y))(y).array(), [[0.5, 1], [0, 1]]);
});

Deno.test("mean squared error: a last axis of size 1 may be left out, and nothing is broadcast", () => {
  const y = tensor([[1], [2], [3]]);
  const t = loss.prepare(tensor([1, 1, 1]), y);
  assertEquals(t.shape, [3, 1]);
  assertEquals(loss.call(t, y).array(), [0, 1, 4]);
  assertEquals(loss.prepare(tensor([[1], [1], [2]]), tensor([1, 2, 3])).array(), [1, 1, 2]);
  assertEquals(loss.prepare(tensor(new Int32Array([4, 5, 6])), y).dtype, "float32");
});

Deno.test("mean squared error: targets that do not fit", () => {
  const y = tensor([[1, 2, 3], [4, 5, 6]]);
  const numbers = assertThrows(() => loss.prepare(tensor([1, 2]), y), ShapeError);
  assertEquals(numbers.shapes, [[2], [2, 3]]);
  assertEquals(
    numbers.message,
    "Cannot compute meanSquaredError as there must be a target for every number of the " +
      "predictions: current targets [2] and predictions [2, 3]. If these are class numbers, use " +
      "oneHot(labels, 3)",
  );
  assertThrows(
    () => loss.prepare(tensor([[1, 2], [3, 4]]), y),
    ShapeError,
    "targets [2, 2] and predictions [2, 3]. The last layer gives 3 numbers; these targets need 2",
  );
  assertThrows(() => loss.prepare(tensor([[1, 2, 3]]), y), ShapeError, "[1, 3] and predictions");
});

Deno.test("mean squared error: NaN and infinity among the targets of a set", () => {
  loss.checkTargets([1, 2, 3, -4], [2, 2], [2]);
  loss.checkTargets([1, 2, 3, -4], [4], [1]);
  loss.checkTargets([1, 2, 3, -4], [2, 2], [null]);
  const error = assertThrows(() => loss.checkTargets([1, 2, NaN, 4], [2, 2], [2]), DataError);
  assertEquals(error.offset, 2);
  assertEquals(
    error.message,
    "Cannot compute meanSquaredError as targets must be finite: current NaN at [1, 0] of shape " +
      "[2, 2]",
  );
  assertThrows(
    () => loss.checkTargets([1, Infinity], [1, 2], [2]),
    DataError,
    "Infinity at [0, 1]",
  );
  assertThrows(() => loss.checkTargets([1, 2], [1, 2], [3]), ShapeError, "[1, 2] and predictions");
});

Deno.test("mean squared error: NaN and infinite predictions are not hidden", () => {
  const t = tensor([[0, 0], [0, 0]]), y = tensor([[NaN, 1], [Infinity, 1]]);
  assertEquals(loss.call(t, y).array(), [NaN, Infinity]);
  assertEquals(loss.callMean(t, y).item(), NaN);
});
