/** Reverse-mode differentiation: a tape is read backwards, by the chain rule. */
import { onesLike, zerosLike } from "./create.ts";
import { DTypeError, ShapeError } from "./errors.ts";
import { add } from "./ops/elementwise/add.ts";
import { mark, recording, sweep, tidy } from "./scope.ts";
import { sameShape } from "./shape.ts";
import { identity, isRecording, recordOn, Tape } from "./tape.ts";
import { Tensor } from "./tensor.ts";

/**
 * dy/dx for each x by the chain rule, from the last entry to the first. What a rule makes on the way
 * is freed at once, and a gradient when it has been passed on: there are never more than
 * a few. Where an outer tape watches, which may need them, they stay until that has been read back.
 */
function readBack(
  tape: Tape,
  y: Tensor,
  xs: readonly Tensor[],
  known?: (gradient: Tensor, argument: number) => void,
): Tensor[] {
  const ends = known === undefined ? undefined : firstUses(tape, xs);
  const gradients = new Map<Tensor, Tensor>([[y, onesLike(y)]]), wanted = new Set<Tensor>();
  const gradientOf = (x: Tensor): Tensor => {
    const gradient = gradients.get(x) ?? zerosLike(x);
    gradients.set(x, gradient);
    return gradient;
  };
  const tell = (entry: number): void => {
    for (const i of ends?.get(entry) ?? []) known!(gradientOf(xs[i]), i);
  };
  const passOn = (gradient: Tensor): void => {
    wanted.delete(gradient);
    if (!isRecording()) gradient.dispose();
  };
  for (let n = tape.entries.length - 1; n >= 0; n--) {
    const { context, rule } = tape.entries[n];
    const dy = gradients.get(context.output);
    if (dy === undefined) {
      tell(n);
      continue;
    }
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
    tell(n);
  }
  tell(-1);
  return xs.map(gradientOf);
}

/** The arguments by the entry, the first that uses them, after which their gradients are whole. */
function firstUses(tape: Tape, xs: readonly Tensor[]): Map<number, number[]> {
  const first = new Map<Tensor, number>(xs.map((x) => [x, -1])), uses = new Map<number, number[]>();
  tape.entries.forEach(({ context: { inputs } }, n) => {
    for (const x of inputs) if (first.get(x) === -1) first.set(x, n);
  });
  xs.forEach((x, i) => {
    const n = first.get(x)!;
    uses.set(n, [...uses.get(n) ?? [], i]);
  });
  return uses;
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
 * value of `f` must be a single number; what `f` makes on the way is freed at the end.
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
 * `known` is called with each gradient, and the number of its argument, as soon as it is whole, while the
 * others are still computed: to send it on, say. Which comes when depends on the operations alone.
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
  known?: (gradient: Tensor, argument: number) => void,
): (...xs: Tensor[]) => ValueAndGradients {
  return (...xs) =>
    tidy(() => {
      const tape = new Tape();
      for (const x of xs) {
        checkFloat("every argument", x);
        tape.watched.add(tape.watched.has(x) ? identity(x) : x);
      }
      const places = [...tape.watched];
      const value = recordOn(tape, () => recording(() => f(...places)));
      if (!(value instanceof Tensor) || value.size !== 1) {
        throw new ShapeError(
          "differentiate",
          "the function must give a single number, such as a sum or a mean",
          value instanceof Tensor ? [value.shape] : [],
          value instanceof Tensor ? undefined : typeof value,
        );
      }
      checkFloat("the value", value);
      return { value: identity(value), gradients: readBack(tape, value, places, known) };
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
