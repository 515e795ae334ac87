import { assertEquals, assertThrows } from "@std/assert";
import { ShapeError, tensor } from "@neurite/tensor";
import { assertMeasuresAsKeras } from "../testing/metric_runs.ts";
import { BinaryAccuracy } from "./binary_accuracy.ts";

Deno.test("binary accuracy: Keras's over several batches", () => {
  assertMeasuresAsKeras("binaryAccuracy", (options) => new BinaryAccuracy(options));
});

Deno.test("binary accuracy: a prediction at the threshold counts as 0, and NaN too", () => {
  const metric = new BinaryAccuracy();
  metric.update(tensor([0, 1, 1]), tensor([[0.5], [0.5], [NaN]]));
  assertEquals(metric.result(), 1 / 3);
});

Deno.test("binary accuracy: refuses what does not fit", () => {
  const metric = new BinaryAccuracy();
  assertThrows(() => metric.update(tensor([1]), tensor([[1], [0]])), ShapeError, "[1] and [2, 1]");
  assertThrows(() => new BinaryAccuracy({ threshold: NaN }), RangeError, "current NaN");
});
