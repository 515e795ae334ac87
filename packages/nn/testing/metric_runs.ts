/** Holds metrics to what Keras gives for them over several batches. */
import { assert, assertAlmostEquals } from "@std/assert";
import { type Nested, tensor, tidy } from "@neurite/tensor";
import fixture from "../fixtures/metrics.json" with { type: "json" };
import type { Metric } from "../metrics/metric.ts";

/** A metric over several batches. */
interface Run {
  metric: string;
  options?: Record<string, number>;
  batches: { t: Nested; y: Nested; w: number[] }[];
  plain: number[];
  weighted: number[];
}

/** Checks a metric, made of its options, after every batch of all runs under a name. */
export function assertMeasuresAsKeras(
  name: string,
  make: (options?: Record<string, number>) => Metric,
): void {
  const runs = (fixture.runs as unknown as Run[]).filter(({ metric }) => metric === name);
  assert(runs.length > 0, name);
  for (const { options, batches, plain, weighted } of runs) {
    const metric = make(options);
    for (const right of [plain, weighted]) {
      metric.reset();
      batches.forEach(({ t, y, w }, i) => {
        const weights = right === weighted ? tensor(w) : undefined;
        tidy(() => metric.update(tensor(t), tensor(y), weights));
        assertAlmostEquals(metric.result(), right[i], 1e-6 * Math.abs(right[i]) + 1e-7);
      });
    }
  }
}
