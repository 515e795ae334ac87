/** The outputs of a model for many examples. */
import { concat, type Tensor, tidy } from "@neurite/tensor";
import { checkCount } from "@neurite/tensor/internal";
import type { Model } from "../model.ts";
import { type Data, examplesOf, inOrder, inputsOf, setOf } from "./batches.ts";

/** How predictions are computed. */
export interface PredictOptions {
  /** Examples that are computed at once; 256 by default. The results do not depend on it. */
  batchSize?: number;
}

/** For each output of the model, the results for all examples. */
export function predict(model: Model, x: Data, { batchSize = 256 }: PredictOptions): Tensor[] {
  checkCount("predict", "batchSize", batchSize);
  const parts = inputsOf(model, x).map((part) => examplesOf("inputs", part));
  try {
    model.buildFor(parts.map(({ shape }) => shape));
    const { count } = setOf(parts, []), order = inOrder(count);
    return tidy(() => {
      const results: Tensor[][] = model.outputs.map(() => []);
      for (let begin = 0; begin < count; begin += batchSize) {
        const end = Math.min(begin + batchSize, count);
        const outputs = tidy(() => model.run(parts.map((part) => part.take(order, begin, end))));
        outputs.forEach((output, i) => results[i].push(output));
      }
      return results.map((batches) => batches.length === 1 ? batches[0] : concat(batches));
    });
  } finally {
    for (const part of parts) part.dispose();
  }
}
