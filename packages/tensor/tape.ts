/**
 * Recording: the operations that depend on watched tensors are put on a tape, in the order in which
 * they run. `gradient.ts` reads it backwards.
 */
import { shared } from "./shared.ts";
import { Tensor } from "./tensor.ts";

/** What a gradient rule is given. */
export interface GradientContext<A> {
  /** The gradient of the result, of the result's shape. */
  readonly dy: Tensor;
  /** The inputs of the operation. */
  readonly inputs: readonly Tensor[];
  /** Its result. */
  readonly output: Tensor;
  /** Its attributes. */
  readonly attributes: A;
}

/**
 * The gradient with respect to input number `index`, made of operations; `undefined` where the
 * result does not depend smoothly on that input (an index, a condition).
 */
export type GradientRule<A> = (context: GradientContext<A>, index: number) => Tensor | undefined;

/** An operation that was run on watched inputs, and how to go back through it. */
interface Entry<A> {
  readonly context: Omit<GradientContext<A>, "dy">;
  readonly rule: GradientRule<A>;
}

/** The operations that depend on the watched tensors, in the order in which they were run. */
export class Tape {
  readonly watched = new Set<Tensor>();
  readonly entries: Entry<never>[] = [];

  record<A>(entry: Entry<A>): void {
    const { inputs, output } = entry.context;
    for (let i = 0; i < inputs.length; i++) {
      if (this.watched.has(inputs[i])) {
        this.watched.add(output);
        // Each entry is read back with its own attributes only, whatever their type.
        this.entries.push(entry as unknown as Entry<never>);
        return;
      }
    }
  }
}

const open = shared("tapes", () => ({ tapes: [] as readonly Tape[] }));

/**
 * Whether an operation that runs now may be read back later: in a function that is differentiated.
 * What it makes must not be disposed before its end.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { grad, isRecording, square, tensor } from "@neurite/tensor";
 *
 * assertEquals(isRecording(), false);
 * grad((x) => {
 *   assertEquals(isRecording(), true);
 *   return square(x);
 * })(tensor(3));
 * ```
 */
export function isRecording(): boolean {
  return open.tapes.length > 0;
}

/** Puts an operation on every open tape that watches one of its inputs. */
export function record<A>(
  rule: GradientRule<A>,
  inputs: readonly Tensor[],
  attributes: A,
  output: Tensor,
): void {
  if (open.tapes.length === 0) return;
  const entry = { context: { inputs, output, attributes }, rule };
  for (const tape of open.tapes) tape.record(entry);
}

/** Runs `f` with one more tape open. */
export function recordOn<T>(tape: Tape, f: () => T): T {
  const outer = open.tapes;
  open.tapes = [...outer, tape];
  try {
    return f();
  } finally {
    open.tapes = outer;
  }
}

/** What the function given to {@linkcode customGrad} returns. */
export interface CustomValue {
  /** The value. */
  value: Tensor;
  /**
   * The gradient with respect to each argument, given that of the value; made of operations. It
   * may use what was computed on the way to the value.
   */
  gradient: (dy: Tensor) => readonly Tensor[];
}

/**
 * A function with a gradient of your own: `f` gives the value and the rule that turns the value's
 * gradient into those of the arguments.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { clip, customGrad, grad, sum, tensor } from "@neurite/tensor";
 *
 * // The straight-through estimator: clips forward, lets the gradient pass backward.
 * const through = customGrad((x) => ({ value: clip(x, 0, 1), gradient: (dy) => [dy] }));
 * assertEquals(grad((x) => sum(through(x)))(tensor([-2, 0.5, 2])).array(), [1, 1, 1]);
 * ```
 */
export function customGrad(f: (...xs: Tensor[]) => CustomValue): (...xs: Tensor[]) => Tensor {
  return (...xs) => {
    const { value, gradient } = f(...xs);
    // A tensor of its own, on which only the rule is recorded. What `f` computed is on the tapes
    // too, but nothing of it leads here: it counts in gradients of the gradient, which may use it.
    const output = alias(value);
    let last: { dy: Tensor; gradients: readonly Tensor[] } | undefined;
    const rule: GradientRule<undefined> = ({ dy }, index) => {
      if (last?.dy !== dy) last = { dy, gradients: gradient(dy) };
      return last.gradients[index];
    };
    record(rule, xs, undefined, output);
    return output;
  };
}

/** A tensor of its own with the values of `x`, through which gradients pass. */
export function identity(x: Tensor): Tensor {
  const output = alias(x);
  record(({ dy }) => dy, [x], undefined, output);
  return output;
}

/** A tensor that shares the values of `x` and is on no tape. */
function alias(x: Tensor): Tensor {
  const storage = x.storage;
  storage.references++;
  return new Tensor(x.backend, storage, x.shape, x.dtype);
}

/**
 * The same values as `x`, as a constant: no gradient flows through it.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { grad, mul, stopGradient, sum, tensor } from "@neurite/tensor";
 *
 * const f = grad((x) => sum(mul(x, stopGradient(x))));
 * assertEquals(f(tensor([3])).array(), [3]); // not 6
 * ```
 */
export function stopGradient(x: Tensor): Tensor {
  return alias(x);
}
