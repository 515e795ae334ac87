import { assertEquals } from "@std/assert";
import { type Nested, tensor } from "@neurite/tensor";
import { assertMeasuresAsKeras } from "../testing/metric_runs.ts";
import { Accuracy } from "./accuracy.ts";

Deno.test("accuracy: Keras's choice and values over several batches", () => {
  assertMeasuresAsKeras("accuracy", () => new Accuracy());
});

Deno.test("accuracy: the kind is chosen by the shapes", () => {
  const measure = (t: Nested, y: Nested): number => {
    const metric = new Accuracy();
    assertEquals(metric.result(), 0);
    metric.update(tensor(t), tensor(y));
    return metric.result();
  };
  assertEquals(measure([[1], [0]], [[0.4], [0.4]]), 0.5); // binary: by argmax it would be 1
  assertEquals(measure([1, 0], [[0.4], [0.4]]), 0.5);
  assertEquals(measure([1, 0], [0.4, 0.4]), 0.5);
  assertEquals(measure([1, 0], [[0.1, 0.2], [0.1, 0.2]]), 0.5); // class numbers
  assertEquals(measure([[1], [0]], [[0.1, 0.2], [0.1, 0.2]]), 0.5);
  assertEquals(measure([[0, 1], [1, 0]], [[0.1, 0.2], [0.1, 0.2]]), 0.5); // one-hot
});

Deno.test("accuracy: reset forgets the values", () => {
  const metric = new Accuracy();
  metric.update(tensor([1]), tensor([[0, 1]]));
  metric.reset();
  assertEquals(metric.result(), 0);
  metric.update(tensor([1, 1]), tensor([[0, 1], [1, 0]]));
  assertEquals(metric.result(), 0.5);
});
