import { assertEquals, assertThrows } from "@std/assert";
import { ShapeError, tensor } from "@neurite/tensor";
import { assertMeasuresAsKeras } from "../testing/metric_runs.ts";
import { CategoricalAccuracy } from "./categorical_accuracy.ts";

Deno.test("categorical accuracy: Keras's over several batches", () => {
  assertMeasuresAsKeras("categoricalAccuracy", () => new CategoricalAccuracy());
});

Deno.test("categorical accuracy: of equal predictions the first one counts", () => {
  const metric = new CategoricalAccuracy({ name: "right" });
  metric.update(tensor([[1, 0], [0, 1]]), tensor([[0.5, 0.5], [0.5, 0.5]]));
  assertEquals([metric.name, metric.result()], ["right", 0.5]);
});

Deno.test("categorical accuracy: targets that do not fit", () => {
  const metric = new CategoricalAccuracy();
  const error = assertThrows(
    () => metric.update(tensor([1, 0]), tensor([[0.5, 0.5], [0.5, 0.5]])),
    ShapeError,
  );
  assertEquals(
    error.message,
    "Cannot update categoricalAccuracy as targets must have the shape of the predictions: current " +
      "[2] and [2, 2]",
  );
});
