/**
 * What an operation is. Each operation stands in one file of `ops/`: its shape rule, its reference
 * in plain TypeScript, its gradient, its samples and its documentation. Kernels of the backends are
 * listed in exhaustive tables, so an operation without one does not pass the type check.
 */
import type { Computation, DType, TensorSpec } from "./backend.ts";
import { BackendError } from "./errors.ts";
import type { Rng } from "./random/rng.ts";
import { type GradientRule, record } from "./tape.ts";
import { Tensor } from "./tensor.ts";

/** Says why an operation has no gradient; its result counts as a constant. */
export interface NotDifferentiable {
  /** The reason. */
  readonly notDifferentiable: string;
}

/** An operation: everything about it that is independent of a backend. */
export interface OpDefinition<A> extends Computation<A> {
  /** Shape and element type of the result; throws `ShapeError` where the inputs do not fit. */
  readonly shape: (inputs: readonly Tensor[], attributes: A) => TensorSpec;
  /** The gradient rule, or why there is none. */
  readonly gradient: GradientRule<A> | NotDifferentiable;
}

/** An input of a sample: given values, or random ones between `low` and `high`. */
export interface SampleInput {
  /** The shape. */
  readonly shape: readonly number[];
  /** The element type. */
  readonly dtype: DType;
  /** The values, in row-major order, drawn from the generator. */
  readonly values: (rng: Rng) => number[];
}

/** One use of an operation; tests, benches and the support table go through all of them. */
export interface Sample {
  /** What is special about it. */
  readonly name: string;
  /** The inputs. */
  readonly inputs: readonly SampleInput[];
  /** The use. */
  readonly call: (...inputs: Tensor[]) => Tensor;
}

/** An exported operation: the function to call, with its definition and samples attached. */
export interface Primitive<Arguments extends unknown[], A> {
  /** Runs the operation. */
  (...args: Arguments): Tensor;
  /** The definition. */
  readonly op: OpDefinition<A>;
  /** Uses that tests and benches go through. */
  readonly samples: readonly Sample[];
}

/** A function made of operations, with samples of its own. */
export interface Composite<Arguments extends unknown[], Result = Tensor> {
  /** Runs the function. */
  (...args: Arguments): Result;
  /** Uses that tests and benches go through. */
  readonly samples: readonly Sample[];
}

/** Makes an exported operation of a definition, a function that calls `apply`, and samples. */
export function primitive<Arguments extends unknown[], A>(
  op: OpDefinition<A>,
  call: (...args: Arguments) => Tensor,
  samples: readonly Sample[],
): Primitive<Arguments, A> {
  return Object.assign(call, { op, samples });
}

/** Makes an exported function of operations, with samples. */
export function composite<Arguments extends unknown[], Result = Tensor>(
  call: (...args: Arguments) => Result,
  samples: readonly Sample[],
): Composite<Arguments, Result> {
  // A function of its own, so that a declared function can be given samples without being changed.
  return Object.assign((...args: Arguments) => call(...args), { samples });
}

/** Runs an operation on its inputs' backend and puts it on the tapes that watch one of them. */
export function apply<A>(op: OpDefinition<A>, inputs: readonly Tensor[], attributes: A): Tensor {
  const backend = inputs[0].handle.backend;
  for (let i = 0; i < inputs.length; i++) {
    const other = inputs[i].handle.backend;
    void inputs[i].storage; // Throws if it was freed, before anything is allocated.
    if (other !== backend) {
      throw new BackendError(
        `Cannot run ${op.name} as all inputs must be on one backend: current "${backend.name}" and ` +
          `"${other.name}". Move one with await x.to(backend)`,
      );
    }
  }
  const { shape, dtype } = op.shape(inputs, attributes);
  const storage = backend.run(op, inputs, attributes, { shape, dtype });
  const output = new Tensor(backend, storage, shape, dtype);
  if (typeof op.gradient === "function") record(op.gradient, inputs, attributes, output);
  return output;
}

/** A sample input with random values from `low` to `high`. */
export function floats(shape: readonly number[], low: number, high: number): SampleInput {
  const size = shape.reduce((product, n) => product * n, 1);
  return {
    shape,
    dtype: "float32",
    // Rounded to f32, so that every backend is given the very same numbers.
    values: (rng) => Array.from({ length: size }, () => Math.fround(rng.uniform(low, high))),
  };
}

/** A sample input with random integers from `low` to `high - 1`. */
export function integers(shape: readonly number[], low: number, high: number): SampleInput {
  const size = shape.reduce((product, n) => product * n, 1);
  return {
    shape,
    dtype: "int32",
    values: (rng) => Array.from({ length: size }, () => low + rng.integer(high - low)),
  };
}

/** A sample input with the given values, float32 unless told otherwise. */
export function given(
  shape: readonly number[],
  values: readonly number[],
  dtype: DType = "float32",
): SampleInput {
  return { shape, dtype, values: () => values.map((v) => dtype === "int32" ? v : Math.fround(v)) };
}
