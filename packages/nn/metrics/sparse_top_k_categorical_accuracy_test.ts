import { assertEquals, assertThrows } from "@std/assert";
import { tensor } from "@neurite/tensor";
import { assertMeasuresAsKeras } from "../testing/metric_runs.ts";
import { SparseTopKCategoricalAccuracy } from "./sparse_top_k_categorical_accuracy.ts";

Deno.test("sparse top-k accuracy: Keras's over several batches, with many ties", () => {
  assertMeasuresAsKeras(
    "sparseTopKCategoricalAccuracy",
    (options) => new SparseTopKCategoricalAccuracy(options),
  );
});

Deno.test("sparse top-k accuracy: a prediction of NaN is wrong", () => {
  const metric = new SparseTopKCategoricalAccuracy({ k: 2 });
  metric.update(tensor(new Int32Array([0, 1])), tensor([[NaN, 1, 2], [NaN, 1, 2]]));
  assertEquals(metric.result(), 0); // Keras's, by TensorFlow's in_top_k
  metric.update(tensor([1, 0]), tensor([[-Infinity, 1, 2], [1, 2, 3]]));
  assertEquals(metric.result(), 0.25);
});

Deno.test("sparse top-k accuracy: a class that there is not is never among them", () => {
  const metric = new SparseTopKCategoricalAccuracy({ k: 3 });
  metric.update(tensor([3, -1, 0.5, 2]), tensor([[1, 2, 3], [1, 2, 3], [1, 2, 3], [1, 2, 3]]));
  assertEquals(metric.result(), 0.25);
});

Deno.test("sparse top-k accuracy: refuses other numbers of classes to look at", () => {
  assertThrows(() => new SparseTopKCategoricalAccuracy({ k: 0 }), RangeError, "current 0");
});
