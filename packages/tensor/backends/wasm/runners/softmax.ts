/** Softmax and cross-entropies along the last axis, row by row. */
import { sizeOf } from "../../../shape.ts";
import { address, type Runner } from "./runner.ts";

/** Elements that are worth a thread of their own; an exponential costs more than a sum. */
const GRAIN = 4096;

/** Runs `name(x, y, n, begin, end)` over the rows. */
export function rowsRunner(name: "softmax" | "logSoftmax"): Runner<undefined> {
  return (engine, [x]) => {
    const y = engine.allocate(x.size);
    if (x.size === 0) return y;
    const n = x.shape[x.shape.length - 1];
    engine.launch(name, x.size / n, Math.ceil(GRAIN / n), address(x), y.address, n);
    return y;
  };
}

/** Runs `name(labels, logits, y, n, begin, end)` over the rows. */
export function crossEntropyRunner(
  name: "softmaxCrossEntropy" | "classCrossEntropy",
): Runner<undefined> {
  return (engine, [labels, logits], _, { shape }) => {
    const rows = sizeOf(shape), y = engine.allocate(rows);
    if (logits.size === 0) {
      engine.view(y, "float32", rows).fill(0);
      return y;
    }
    const n = logits.shape[logits.shape.length - 1], grain = Math.ceil(GRAIN / n);
    engine.launch(name, rows, grain, address(labels), address(logits), y.address, n);
    return y;
  };
}

/** Runs `name(labels, logits, dy, y, n, begin, end)` over the rows. */
export function crossEntropyGradientRunner(
  name: "softmaxCrossEntropyGradient" | "classCrossEntropyGradient",
): Runner<undefined> {
  return (engine, [labels, logits, dy]) => {
    const y = engine.allocate(logits.size);
    if (logits.size === 0) return y;
    const n = logits.shape[logits.shape.length - 1], grain = Math.ceil(GRAIN / n);
    const args = [address(labels), address(logits), address(dy), y.address, n];
    engine.launch(name, logits.size / n, grain, ...args);
    return y;
  };
}
