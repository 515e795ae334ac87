/**
 * Who gives tensors back. A scope collects the tensors made while it is open and gives back, at its
 * end, those that are not returned. Outside of any scope a finalizer does it, late.
 */
import { type Handle, releaseHandle, Tensor } from "./tensor.ts";

let scopes: Tensor[][] = [];

const finalizer = new FinalizationRegistry<Handle>(releaseHandle);

/** Puts a new tensor into the innermost scope, or in the finalizer's care. */
export function adopt(tensor: Tensor): void {
  if (scopes.length > 0) scopes[scopes.length - 1].push(tensor);
  else finalizer.register(tensor, tensor.handle);
}

/** The tensors in a value: itself, or in its arrays, maps and plain objects. */
function tensorsIn(value: unknown, found: Set<Tensor> = new Set()): Set<Tensor> {
  if (value instanceof Tensor) found.add(value);
  else if (Array.isArray(value)) { for (const item of value) tensorsIn(item, found); }
  else if (value instanceof Map) { for (const item of value.values()) tensorsIn(item, found); }
  else if (value !== null && typeof value === "object") {
    const prototype = Object.getPrototypeOf(value);
    if (prototype === Object.prototype || prototype === null) {
      for (const item of Object.values(value)) tensorsIn(item, found);
    }
  }
  return found;
}

/**
 * Runs `f` and gives back every tensor made in it, except those in its result (a tensor, or
 * tensors in arrays, maps or plain objects) and those that were {@linkcode keep}t.
 *
 * `f` must not be asynchronous: a promise is refused with a `TypeError`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { add, backendInfo, mul, tensor, tidy } from "@neurite/tensor";
 *
 * using x = tensor([1, 2, 3]);
 * const before = backendInfo().liveTensors;
 * using y = tidy(() => add(mul(x, x), 1)); // the product is given back, the sum stays
 * assertEquals(y.array(), [2, 5, 10]);
 * assertEquals(backendInfo().liveTensors, before + 1);
 * ```
 */
export function tidy<T>(f: () => T): T {
  const scope: Tensor[] = [], depth = scopes.length;
  scopes.push(scope);
  let result: T;
  let survivors: Set<Tensor> | undefined;
  try {
    result = f();
    if (result instanceof Promise) {
      result.catch(() => {});
      throw new TypeError(
        "Cannot tidy up as the function must return when it is done: current result a promise. " +
          "Use tidy inside of the asynchronous function",
      );
    }
    survivors = tensorsIn(result);
  } finally {
    scopes.length = depth;
    for (const tensor of scope) {
      if (survivors?.has(tensor)) adopt(tensor);
      else tensor.dispose();
    }
  }
  return result;
}

/**
 * Takes a tensor out of every open scope: it lives until it is disposed or becomes unreachable.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { keep, type Tensor, tensor, tidy } from "@neurite/tensor";
 *
 * let kept!: Tensor;
 * tidy(() => { kept = keep(tensor([1, 2])); });
 * assertEquals(kept.array(), [1, 2]);
 * kept.dispose();
 * ```
 */
export function keep<T extends Tensor>(tensor: T): T {
  for (const scope of scopes) {
    const at = scope.lastIndexOf(tensor);
    if (at >= 0) {
      scope.splice(at, 1);
      finalizer.register(tensor, tensor.handle);
    }
  }
  return tensor;
}

/** Runs `f` outside of every scope: what it makes lives until disposed. For lazily made state. */
export function outsideScopes<T>(f: () => T): T {
  const saved = scopes;
  scopes = [];
  try {
    return f();
  } finally {
    scopes = saved;
  }
}
