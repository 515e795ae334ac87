/**
 * How much a result in float32 may differ from the reference, which computes in f64.
 *
 * A backend is held to the reference as if each of its inputs had been off by a little: a result
 * may be off by a few roundings of itself, and by what its inputs' roundings make of it. The second
 * is measured: the reference is run again with inputs that are moved at random by up to half a unit
 * in the last place. Where large numbers cancel out, as in a sum, a small movement of the inputs
 * moves the result much, and so much is allowed; where nothing cancels, hardly anything is.
 */
import { ReferenceBackend } from "../backends/reference.ts";
import type { Sample } from "../op.ts";
import { Rng } from "../random/rng.ts";
import { inputValues, type Operation, runSample, type Values } from "./samples.ts";

/** What is allowed. */
export interface Tolerance {
  /** Of the result's magnitude. */
  readonly relative: number;
  /** Of what half a unit in the last place of the inputs changes, times the root of the terms. */
  readonly moved: number;
  /** Why it differs from what is allowed by default. */
  readonly cause: string;
}

const DEFAULT: Tolerance = { relative: 5e-7, moved: 8, cause: "" };

const CONVOLUTION: Tolerance = {
  relative: 5e-7,
  moved: 128,
  cause: "each number is in many sums, which are longer than counting numbers tells; tanh; and " +
    "minimal filtering, which rounds what it has transformed",
};

const RECURRENT: Tolerance = {
  relative: 5e-7,
  moved: 32,
  cause: "the states between steps are rounded, and 1 - y^2 is taken where y, near 1, is",
};

/** The exceptions, by operation, each with its cause. */
const EXCEPTIONS: Readonly<Record<string, Tolerance>> = {
  conv2d: CONVOLUTION,
  conv2dFilterGradient: CONVOLUTION,
  conv2dTranspose: CONVOLUTION,
  fusedConv2d: CONVOLUTION,
  gruSequence: RECURRENT,
  lstmSequence: RECURRENT,
  recurrentForward: RECURRENT,
  recurrentGradient: RECURRENT,
  recurrentKernelGradient: RECURRENT,
  recurrentOutput: RECURRENT,
  simpleRnnSequence: RECURRENT,
  tanh: {
    relative: 5e-7,
    moved: 32,
    cause: "its gradient takes 1 - y^2 where y, near 1, is rounded",
  },
};

/** What is allowed for an operation. */
export function toleranceOf(operation: Operation): Tolerance {
  return EXCEPTIONS[operation.name] ?? DEFAULT;
}

/** Half a unit in the last place of 1. */
const HALF_UNIT = 2 ** -24;
/** The smallest normal float32: what lies below may be taken as 0. */
const TINY = 2 ** -126;
/** How often the inputs are moved. */
const MOVES = 3;

/** What the reference gives for a sample, and how far inputs' roundings move it. */
export interface Expected extends Values {
  /** For each value, the largest movement seen. */
  readonly movement: Float64Array;
  /** About how many numbers of the inputs add up in one of the result. */
  readonly terms: number;
}

const known = new Map<Sample, Promise<Expected[]>>();

/** Runs a sample on the reference, once for all backends. */
export function expected(operation: Operation, sample: Sample): Promise<Expected[]> {
  let results = known.get(sample);
  if (results === undefined) known.set(sample, results = reference(operation, sample));
  return results;
}

async function reference(operation: Operation, sample: Sample): Promise<Expected[]> {
  const backend = new ReferenceBackend(), inputs = inputValues(sample), rng = new Rng(3);
  const exact = await runSample(operation, sample, inputs, backend);
  const numbers = inputs.reduce((sum, values) => sum + values.length, exact[0].values.length);
  const results = exact.map((result): Expected => ({
    ...result,
    movement: new Float64Array(result.values.length),
    terms: Math.max(1, numbers / Math.max(1, result.values.length)),
  }));
  const move = (v: number): number => v * (1 + HALF_UNIT * rng.uniform(-1, 1));
  for (let n = 0; n < MOVES; n++) {
    const moved = await runSample(operation, sample, inputs, backend, move);
    results.forEach(({ values, movement }, k) => {
      for (let i = 0; i < movement.length; i++) {
        const distance = Math.abs(moved[k].values[i] - values[i]);
        if (distance > movement[i]) movement[i] = distance;
      }
    });
  }
  return results;
}

/** What is wrong with a result, or `undefined`; and how much of the tolerance was used at most. */
export function compare(
  actual: Values,
  { shape, dtype, values, movement, terms, what }: Expected,
  { relative, moved }: Tolerance,
): { wrong?: string; used: number } {
  if (actual.dtype !== dtype || `${actual.shape}` !== `${shape}`) {
    const wrong = `${what} is ${actual.dtype} [${actual.shape}], expected ${dtype} [${shape}]`;
    return { wrong, used: Infinity };
  }
  let used = 0, wrong: string | undefined;
  for (let i = 0; i < values.length; i++) {
    const found = actual.values[i], right = dtype === "int32" ? values[i] : Math.fround(values[i]);
    if (Object.is(found, right) || found === right) continue;
    const allowed = relative * Math.abs(right) + moved * Math.sqrt(terms) * movement[i] + TINY;
    const part = dtype === "int32" ? Infinity : Math.abs(found - right) / allowed;
    if (!(part <= used)) {
      used = part;
      if (!(part <= 1)) {
        wrong = `${what} number ${i} is ${found}, expected ${right} +- ${allowed.toPrecision(2)}`;
      }
    }
  }
  return { wrong, used };
}
