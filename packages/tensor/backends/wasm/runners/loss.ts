/** Losses over whole tensors, and their gradients. */
import { GRAIN } from "./elementwise.ts";
import { address, type Runner } from "./runner.ts";

/** Numbers whose squares are added in one go: the order never depends on the number of threads. */
const BLOCK = 4096;

/** The sums of blocks, and their mean. */
export const meanSquaredError: Runner<undefined> = (engine, [a, b]) => {
  const n = a.size, blocks = Math.ceil(n / BLOCK), y = engine.allocate(1);
  let total = 0;
  if (n > 0) {
    const sums = engine.allocate(blocks), args = [address(a), address(b), sums.address, n, BLOCK];
    engine.launch("squaredError", blocks, Math.ceil(GRAIN / BLOCK), ...args);
    // A few numbers for millions: added here, in f64.
    for (const sum of engine.view(sums, "float32", blocks)) total += sum;
    engine.free(sums);
  }
  engine.view(y, "float32", 1)[0] = total / n;
  return y;
};

/** `s (a - b)`. */
export const scaledDifference: Runner<undefined> = (engine, [a, b, s]) => {
  const y = engine.allocate(a.size), args = [address(a), address(b), address(s), y.address];
  if (a.size > 0) engine.launch("scaledDifference", a.size, GRAIN, ...args);
  return y;
};
