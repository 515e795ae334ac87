/** Reverse-mode differentiation: operations are put on a tape, which is then read backwards. */
import { DTypeError, ShapeError } from "./errors.ts";
import type { GradientContext, GradientRule, OpDefinition } from "./op.ts";
import { add } from "./ops/add.ts";
import { onesLike, zerosLike } from "./create.ts";
import { mark, recording, sweep, tidy } from "./scope.ts";
import { sameShape } from "./shape.ts";
import { Tensor } from "./tensor.ts";

/** An operation that was run on watched inputs, and how to go back through it. */
interface Entry<A> {
  readonly context: Omit<GradientContext<A>, "dy">;
  readonly rule: GradientRule<A>;
}

/** The operations that depend on the watched tensors, in the order in which they were run. */
class Tape {
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

let tapes: Tape[] = [];

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
  return tapes.length > 0;
}

/** Puts an operation on every open tape that watches one of its inputs. */
export function record<A>(
  op: OpDefinition<A>,
  inputs: readonly Tensor[],
  attributes: A,
  output: Tensor,
): void {
  if (tapes.length === 0 || typeof op.gradient !== "function") return;
  const entry = { context: { inputs, output, attributes }, rule: op.gradient };
  for (const tape of tapes) tape.record(entry);
}

/**
 * dy/dx for each x by the chain rule, from the last entry to the first. What a rule makes on the way
 * is given back at once, and a gradient when it has been passed on: there are never more than
 * a few. Where an outer tape watches, which may need them, they stay until that has been read back.
 */
function readBack(tape: Tape, y: Tensor, xs: readonly Tensor[]): Tensor[] {
  const gradients = new Map<Tensor, Tensor>([[y, onesLike(y)]]), wanted = new Set<Tensor>();
  const passOn = (gradient: Tensor): void => {
    wanted.delete(gradient);
    if (tapes.length === 0) gradient.dispose();
  };
  for (let n = tape.entries.length - 1; n >= 0; n--) {
    const { context, rule } = tape.entries[n];
    const dy = gradients.get(context.output);
    if (dy === undefined) continue;
    // One context for all inputs, so that a rule may keep under it what they have in common.
    const { inputs } = context, given = { ...context, dy }, place = mark();
    for (let i = 0; i < inputs.length; i++) {
      const x = inputs[i];
      if (x.dtype !== "float32" || !tape.watched.has(x)) continue;
      const dx = rule(given, i);
      if (dx === undefined) continue;
      if (!sameShape(dx.shape, x.shape)) {
        throw new ShapeError("read the tape back", "a gradient has the shape of its input", [
          dx.shape,
          x.shape,
        ]);
      }
      // A tensor of its own, as the rule may have given dy, or one that belongs to someone else.
      const before = gradients.get(x), sum = before ? add(before, dx) : identity(dx);
      gradients.set(x, sum);
      wanted.add(sum);
      if (before !== undefined) passOn(before);
    }
    sweep(place, wanted);
    passOn(dy);
  }
  return xs.map((x) => gradients.get(x) ?? zerosLike(x));
}

/** The result of a function made by {@linkcode valueAndGrad}. */
export interface ValueAndGradients {
  /** The value of the function, as a tensor of its own. */
  value: Tensor;
  /**
   * Its gradient with respect to each argument, in order, each a tensor of its own; zeros where it
   * does not depend on one.
   */
  gradients: Tensor[];
}

/**
 * The function that gives the value of `f` and its gradient with respect to every argument. The
 * value of `f` must be a single number; what `f` makes on the way is given back at the end.
 *
 * Gradients are by position, as partial derivatives are: where one tensor is given as two
 * arguments, each has the gradient of its own place. Tensors that `f` takes from outside count as
 * constants, unless they are among the arguments (then as the first place where they stand).
 *
 * Throws `DTypeError` if an argument or the value is int32, `ShapeError` if the value is not a
 * single number.
 *
 * Calls may be nested: a gradient is made of operations, and so has a gradient itself.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { mul, square, sum, tensor, valueAndGrad } from "@neurite/tensor";
 *
 * // f(x, w) = sum w x^2,  df/dx = 2 w x,  df/dw = x^2
 * const f = valueAndGrad((x, w) => sum(mul(w, square(x))));
 * const { value, gradients: [dx, dw] } = f(tensor([1, 2]), tensor([3, 4]));
 * assertEquals(value.item(), 19);
 * assertEquals(dx.array(), [6, 16]);
 * assertEquals(dw.array(), [1, 4]);
 * ```
 */
export function valueAndGrad(
  f: (...xs: Tensor[]) => Tensor,
): (...xs: Tensor[]) => ValueAndGradients {
  return (...xs) =>
    tidy(() => {
      const tape = new Tape();
      for (const x of xs) {
        checkFloat("every argument", x);
        tape.watched.add(tape.watched.has(x) ? identity(x) : x);
      }
      const places = [...tape.watched], outer = tapes;
      tapes = [...outer, tape];
      let value: Tensor;
      try {
        value = recording(() => f(...places));
      } finally {
        tapes = outer;
      }
      if (!(value instanceof Tensor) || value.size !== 1) {
        throw new ShapeError(
          "differentiate",
          "the function must give a single number, such as a sum or a mean",
          value instanceof Tensor ? [value.shape] : [],
          value instanceof Tensor ? undefined : typeof value,
        );
      }
      checkFloat("the value", value);
      return { value: identity(value), gradients: readBack(tape, value, places) };
    });
}

function checkFloat(what: string, { dtype }: Tensor): void {
  if (dtype === "float32") return;
  throw new DTypeError(`Cannot differentiate as ${what} must be float32: current ${dtype}`);
}

/**
 * The gradient of `f` with respect to its first argument, or to the argument number `argument`.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { grad, sin, tensor } from "@neurite/tensor";
 *
 * const cos = grad((x) => sin(x));
 * const minusSin = grad((x) => cos(x));
 * assertAlmostEquals(minusSin(tensor(1)).item(), -Math.sin(1), 1e-6);
 * ```
 */
export function grad(
  f: (...xs: Tensor[]) => Tensor,
  argument = 0,
): (...xs: Tensor[]) => Tensor {
  const both = valueAndGrad(f);
  return (...xs) =>
    tidy(() => {
      const { gradients } = both(...xs);
      if (!(argument in gradients)) {
        throw new RangeError(
          `Cannot differentiate by argument ${argument} as it must be one of those given: ` +
            `current ${xs.length} arguments`,
        );
      }
      return gradients[argument];
    });
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
    const context = { inputs: xs, output, attributes: undefined };
    let last: { dy: Tensor; gradients: readonly Tensor[] } | undefined;
    const rule: GradientRule<undefined> = ({ dy }, index) => {
      if (last?.dy !== dy) last = { dy, gradients: gradient(dy) };
      return last.gradients[index];
    };
    for (const tape of tapes) tape.record({ context, rule });
    return output;
  };
}

/** A tensor of its own with the values of `x`, through which gradients pass. */
function identity(x: Tensor): Tensor {
  const output = alias(x);
  if (tapes.length > 0) {
    const context = { inputs: [x], output, attributes: undefined };
    for (const tape of tapes) tape.record({ context, rule: ({ dy }) => dy });
  }
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
