import { assertEquals, assertThrows } from "@std/assert";
import { tensor } from "@neurite/tensor";
import { assertMeasuresAsKeras } from "../testing/metric_runs.ts";
import { TopKCategoricalAccuracy } from "./top_k_categorical_accuracy.ts";

Deno.test("top-k accuracy: Keras's over several batches, with many ties", () => {
  assertMeasuresAsKeras(
    "topKCategoricalAccuracy",
    (options) => new TopKCategoricalAccuracy(options),
  );
});

Deno.test("top-k accuracy: five unless told otherwise", () => {
  const metric = new TopKCategoricalAccuracy(), y = tensor([[7, 6, 5, 4, 3, 2, 1]]);
  metric.update(tensor([[0, 0, 0, 0, 1, 0, 0]]), y);
  assertEquals(metric.result(), 1);
  metric.update(tensor([[0, 0, 0, 0, 0, 1, 0]]), y);
  assertEquals(metric.result(), 0.5);
});

Deno.test("top-k accuracy: refuses other numbers of classes to look at", () => {
  for (const k of [0, 1.5, NaN]) {
    assertThrows(() => new TopKCategoricalAccuracy({ k }), RangeError, `at least 1: current ${k}`);
  }
});
