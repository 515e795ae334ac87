import { assertEquals, assertThrows } from "@std/assert";
import { ShapeError, tensor } from "@neurite/tensor";
import { Huber } from "../losses/huber.ts";
import { MeanAbsoluteError } from "../losses/mean_absolute_error.ts";
import { MeanSquaredError } from "../losses/mean_squared_error.ts";
import { assertMeasuresAsKeras } from "../testing/metric_runs.ts";
import { LossMetric } from "./loss_metric.ts";

Deno.test("losses as metrics: Keras's over several batches", () => {
  assertMeasuresAsKeras("mse", () => new LossMetric(new MeanSquaredError()));
  assertMeasuresAsKeras("mae", () => new LossMetric(new MeanAbsoluteError()));
});

Deno.test("losses as metrics: divided by the sum of the weights, batches of any size", () => {
  const metric = new LossMetric(new MeanAbsoluteError()), t = tensor([[0], [0]]);
  metric.update(t, tensor([[1], [5]]), tensor([3, 1]));
  assertEquals(metric.result(), 2);
  metric.update(tensor([[0]]), tensor([[8]]), tensor([2]));
  assertEquals(metric.result(), (3 + 5 + 16) / 6);
  metric.reset();
  assertEquals(metric.result(), 0);
  metric.update(t, tensor([[1], [5]]), tensor([0, 0]));
  assertEquals(metric.result(), 0);
});

Deno.test("losses as metrics: go by the name of the loss, and refuse what it refuses", () => {
  const metric = new LossMetric(new Huber());
  assertEquals(metric.name, "huber");
  assertEquals(new LossMetric(new Huber(), { name: "h" }).name, "h");
  assertThrows(() => metric.update(tensor([1]), tensor([[1, 2]])), ShapeError, "compute huber");
  assertThrows(
    () => metric.update(tensor([[1], [2]]), tensor([[1], [2]]), tensor([1])),
    ShapeError,
    "Cannot update huber as there must be a weight for every example: current [1] and [2, 1]",
  );
});
