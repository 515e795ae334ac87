/**
 * What an update is: a rule by which a gradient changes a parameter, and what is remembered from step
 * to step, in place and in one pass over memory. Made of operations, Adam's would be nine passes.
 *
 * Each update stands in one file of `updates/`: its rule, its samples and its documentation. Backends
 * have a kernel for every one of them, or do not pass the type check. Updates have no gradient.
 */
import type { UpdateDefinition, UpdatePlace } from "./backend.ts";
import { BackendError, DTypeError, formatShape, ShapeError } from "./errors.ts";
import { sameShape } from "./shape.ts";
import type { Tensor } from "./tensor.ts";

/** The tensors that an update changes, in the order of the rule's numbers. */
export type UpdateTargets = readonly (Tensor | undefined)[];

/** One use of an update; tests go through all of them. */
export interface UpdateSample {
  /** What is special about it. */
  readonly name: string;
  /** For each tensor that is changed, the bounds of its values. */
  readonly changed: readonly (readonly [low: number, high: number])[];
  /** The use. */
  readonly call: (changed: readonly Tensor[], gradient: Tensor, guard?: Tensor) => void;
}

/** An exported update: the function to call, with its definition and samples attached. */
export interface Update<Arguments extends unknown[], P extends UpdatePlace> {
  /** Runs the update. */
  (...args: Arguments): void;
  /** The definition. */
  readonly update: UpdateDefinition<P>;
  /** Uses that tests go through. */
  readonly samples: readonly UpdateSample[];
}

/** Makes an exported update of a definition, a function that calls `applyUpdate`, and samples. */
export function updating<Arguments extends unknown[], P extends UpdatePlace>(
  update: UpdateDefinition<P>,
  call: (...args: Arguments) => void,
  samples: readonly UpdateSample[],
): Update<Arguments, P> {
  return Object.assign(call, { update, samples });
}

/** What every update may be told. */
export interface UpdateOptions {
  /** A float32 tensor of one element: the step is only taken where it is 0. Always without one. */
  guard?: Tensor;
}

/** Refuses momentum where there is nothing that remembers it. */
export function checkMomentum(name: string, momentum: number, velocity: Tensor | undefined): void {
  if (momentum === 0 || velocity !== undefined) return;
  throw new RangeError(
    `Cannot run ${name} as momentum takes a velocity: current momentum ${momentum}, no velocity`,
  );
}

/** Runs an update; views of what is changed keep the old values. */
export function applyUpdate<P extends UpdatePlace>(
  update: UpdateDefinition<P>,
  changed: UpdateTargets,
  gradient: Tensor,
  parameters: readonly number[],
  guard?: Tensor,
): void {
  check(update.name, gradient, gradient);
  if (guard !== undefined) checkGuard(update.name, guard, gradient);
  for (let i = 0; i < changed.length; i++) {
    if (changed[i] !== undefined) check(update.name, changed[i]!, gradient);
  }
  for (let i = 0; i < changed.length; i++) if (changed[i] !== undefined) own(changed[i]!);
  gradient.backend.update(update, changed, gradient, parameters, guard);
}

/** Refuses a guard that decides nothing. */
function checkGuard(name: string, guard: Tensor, { backend }: Tensor): void {
  void guard.storage; // Throws if it was freed.
  if (guard.size === 1 && guard.dtype === "float32" && guard.backend === backend) return;
  throw new ShapeError(
    `run ${name}`,
    `the guard must be one float32 number on the gradient's backend, "${backend.name}"`,
    [guard.shape],
    `${guard.dtype} ${formatShape(guard.shape)} on "${guard.backend.name}"`,
  );
}

/** Refuses a tensor that does not go with the gradient, before anything is changed. */
function check(name: string, x: Tensor, gradient: Tensor): void {
  void x.storage; // Throws if it was freed.
  if (x.dtype !== "float32") {
    throw new DTypeError(`Cannot run ${name} as every tensor must be float32: current ${x.dtype}`);
  }
  if (!sameShape(x.shape, gradient.shape)) {
    throw new ShapeError(
      `run ${name}`,
      `every tensor must have the gradient's shape, ${formatShape(gradient.shape)}`,
      [x.shape],
    );
  }
  if (x.backend !== gradient.backend) {
    throw new BackendError(
      `Cannot run ${name} as all tensors must be on one backend: current "${x.backend.name}" and ` +
        `"${gradient.backend.name}". Move one with await x.to(backend)`,
    );
  }
}

/**
 * The values of a tensor where they are, for a library that changes them in place: from now on its own.
 * `undefined` where the backend keeps them elsewhere. What is made afterwards may move them.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { tensor } from "@neurite/tensor";
 * import { valuesInPlace } from "@neurite/tensor/internal";
 *
 * const x = tensor([1, 2]);
 * valuesInPlace(x)?.fill(3);
 * assertEquals(x.array(), [3, 3]);
 * ```
 */
export function valuesInPlace(x: Tensor): Float32Array | Int32Array | undefined {
  if (x.backend.inPlace === undefined) return undefined;
  own(x);
  return x.backend.inPlace(x.storage, x.dtype, x.size);
}

/** Gives a tensor values of its own where it shares them, and forgets what they were. */
function own(x: Tensor): void {
  x.handle.known = undefined;
  const shared = x.storage;
  if (shared.references === 1) return;
  x.handle.storage = x.backend.copy(shared, x.dtype, x.size);
  shared.references--;
}
