import { assertEquals, assertInstanceOf, assertStrictEquals, assertThrows } from "@std/assert";
import { tensor } from "@neurite/tensor";
import { BinaryCrossentropy } from "../losses/binary_crossentropy.ts";
import { Huber } from "../losses/huber.ts";
import { LossMetric } from "./loss_metric.ts";
import { metricNames, metricOf } from "./metric_of.ts";
import { SparseTopKCategoricalAccuracy } from "./sparse_top_k_categorical_accuracy.ts";
import { TopKCategoricalAccuracy } from "./top_k_categorical_accuracy.ts";

Deno.test("metrics by name go by that name in the logs", () => {
  for (const name of metricNames) assertEquals(metricOf(name).name, name);
  assertInstanceOf(metricOf("mse"), LossMetric);
  assertInstanceOf(metricOf("topKCategoricalAccuracy"), TopKCategoricalAccuracy);
});

Deno.test("a metric is itself, a loss becomes one", () => {
  const metric = metricOf("accuracy");
  assertStrictEquals(metricOf(metric), metric);
  const huber = metricOf(new Huber({ delta: 2 }));
  huber.update(tensor([[0]]), tensor([[4]]));
  assertEquals([huber.name, huber.result()], ["huber", 6]);
});

Deno.test("accuracy of logits of two classes asks whether they are above 0", () => {
  for (const name of ["accuracy", "binaryAccuracy"]) {
    for (const fromLogits of [true, false]) {
      const metric = metricOf(name, new BinaryCrossentropy({ fromLogits }), [1]);
      metric.update(tensor([[1], [0]]), tensor([[0.25], [-0.25]]));
      assertEquals(metric.result(), fromLogits ? 1 : 0.5);
    }
  }
});

Deno.test("what would always be 1 is refused", () => {
  const error = assertThrows(() => metricOf("categoricalAccuracy", undefined, [1]), RangeError);
  assertEquals(
    error.message,
    "Cannot measure categoricalAccuracy as there must be more than 1 class: current 1. Use " +
      "binaryAccuracy",
  );
  assertThrows(
    () => metricOf("sparseCategoricalAccuracy", undefined, [7, 1]),
    RangeError,
    "1 class",
  );
  assertThrows(
    () => metricOf("topKCategoricalAccuracy", undefined, [5]),
    RangeError,
    "more than 5 classes: current 5. Use a smaller k",
  );
  assertThrows(
    () => metricOf(new SparseTopKCategoricalAccuracy({ k: 3 }), undefined, [2]),
    RangeError,
    "more than 3 classes: current 2",
  );
  metricOf("topKCategoricalAccuracy", undefined, [6]);
  metricOf("categoricalAccuracy", undefined, [null]);
  metricOf("accuracy", undefined, [1]);
});

Deno.test("an unknown name is refused with the list of those there are", () => {
  for (const name of ["precision", "toString", ""]) {
    const error = assertThrows(() => metricOf(name), RangeError);
    assertEquals(
      error.message,
      "Cannot find a metric as its name must be one of acc, accuracy, binaryAccuracy, " +
        "binaryCrossentropy, categoricalAccuracy, categoricalCrossentropy, huber, klDivergence, " +
        "mae, meanAbsoluteError, meanSquaredError, mse, poisson, rootMeanSquaredError, " +
        "sparseCategoricalAccuracy, sparseCategoricalCrossentropy, " +
        `sparseTopKCategoricalAccuracy, topKCategoricalAccuracy: current "${name}"`,
    );
  }
});
