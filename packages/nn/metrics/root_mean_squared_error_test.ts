import { assertEquals } from "@std/assert";
import { tensor } from "@neurite/tensor";
import { assertMeasuresAsKeras } from "../testing/metric_runs.ts";
import { RootMeanSquaredError } from "./root_mean_squared_error.ts";

Deno.test("root mean squared error: Keras's over several batches", () => {
  assertMeasuresAsKeras("rootMeanSquaredError", () => new RootMeanSquaredError());
});

Deno.test("root mean squared error: the root of the mean over all batches, not a mean of roots", () => {
  const metric = new RootMeanSquaredError({ name: "rmse" });
  metric.update(tensor([[0]]), tensor([[1]]));
  metric.update(tensor([[0]]), tensor([[7]]));
  assertEquals([metric.name, metric.result()], ["rmse", 5]);
  metric.reset();
  assertEquals(metric.result(), 0);
});
