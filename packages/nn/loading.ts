/** What a model may cost that is made of a file: no more than the file holds. */
import { type Tensor, zeros } from "@neurite/tensor";
import { shared } from "@neurite/tensor/internal";

/** Layers of a saved model; the deepest networks that were ever published have a tenth of it. */
const MOST_LAYERS = 10_000;

/** What may still be made. */
interface Allowance {
  /** Layers. */
  layers: number;
  /** Numbers in weights and in what an optimizer remembers of them. */
  numbers: number;
}

const open = shared<{ allowance?: Allowance | undefined }>("nn.loading", () => ({}));

/**
 * Runs `f`, which makes a model, and an optimizer, for a file that holds so many `numbers`. Weights
 * are not given their initial values, which the file replaces, but zeros; and a description that asks
 * for more numbers than the file holds, or for layers without end, throws `RangeError` before anything
 * of that size is made. `f` must not be asynchronous.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Dense, Input, Model, whileLoading } from "@neurite/nn";
 *
 * const inputs = new Input({ shape: [3] });
 * const make = () => new Model({ inputs, outputs: new Dense(2).apply(inputs) });
 * assertEquals(whileLoading(8, make).getWeights()[0].array(), [[0, 0], [0, 0], [0, 0]]);
 * ```
 */
export function whileLoading<T>(numbers: number, f: () => T): T {
  const outer = open.allowance;
  open.allowance = { layers: MOST_LAYERS, numbers };
  try {
    return f();
  } finally {
    open.allowance = outer;
  }
}

/** Counts a layer that is made. */
export function countLayer(): void {
  if (open.allowance === undefined || --open.allowance.layers >= 0) return;
  throw new RangeError(
    `Cannot make a saved model as it must have at most ${MOST_LAYERS} layers: current more`,
  );
}

/** Counts the numbers of a tensor that is to be made. */
export function countNumbers(name: string, shape: readonly number[]): void {
  if (open.allowance === undefined) return;
  let size = 1;
  for (const n of shape) size *= Number.isSafeInteger(n) && n >= 0 ? n : NaN;
  if (size <= open.allowance.numbers) {
    open.allowance.numbers -= size;
    return;
  }
  throw new RangeError(
    "Cannot make a saved model as its file must hold the values of all its weights: current " +
      `${name} [${shape.join(", ")}], for which it has ${open.allowance.numbers} numbers left`,
  );
}

/** The initial value of a weight: zeros where a file will replace it, else what `make` makes. */
export function initialValue(name: string, shape: readonly number[], make: () => Tensor): Tensor {
  countNumbers(name, shape);
  return open.allowance === undefined ? make() : zeros(shape);
}
