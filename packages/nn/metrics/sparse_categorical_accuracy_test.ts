import { assertEquals, assertThrows } from "@std/assert";
import { ShapeError, tensor } from "@neurite/tensor";
import { assertMeasuresAsKeras } from "../testing/metric_runs.ts";
import { SparseCategoricalAccuracy } from "./sparse_categorical_accuracy.ts";

Deno.test("sparse categorical accuracy: Keras's over several batches", () => {
  assertMeasuresAsKeras("sparseCategoricalAccuracy", () => new SparseCategoricalAccuracy());
});

Deno.test("sparse categorical accuracy: class numbers of any kind", () => {
  const y = tensor([[0.1, 0.9], [0.1, 0.9], [0.9, 0.1]]);
  const kinds = [tensor([1, 0, 0]), tensor([[1], [0], [0]]), tensor(new Int32Array([1, 0, 0]))];
  for (const t of kinds) {
    const metric = new SparseCategoricalAccuracy();
    metric.update(t, y);
    assertEquals(metric.result(), 2 / 3);
  }
});

Deno.test("sparse categorical accuracy: targets that do not fit", () => {
  const metric = new SparseCategoricalAccuracy(), y = tensor([[0.5, 0.5], [0.5, 0.5]]);
  assertThrows(() => metric.update(tensor([[1, 0], [1, 0]]), y), ShapeError, "[2, 2] and [2, 2]");
  assertThrows(() => metric.update(tensor([1]), y), ShapeError, "a class number for every row");
});
