/**
 * Who frees tensors. A scope collects the tensors made while it is open and frees, at its
 * end, those that are not returned. Outside of any scope a finalizer does it, late.
 */
import { type Handle, type Held, isHeld, releaseHandle } from "./handle.ts";
import { shared } from "./shared.ts";

const open = shared("scopes", () => ({ scopes: [] as Held[][], recordings: 0 }));

const finalizer = new FinalizationRegistry<Handle>(releaseHandle);

/** Puts a new tensor into the innermost scope, or in the finalizer's care. */
export function adopt(tensor: Held): void {
  if (open.scopes.length > 0) open.scopes[open.scopes.length - 1].push(tensor);
  else finalizer.register(tensor, tensor.handle);
}

/** What a value holds: itself, and what is in its arrays, maps, sets and plain objects. */
function reachable(value: unknown, found: Set<unknown> = new Set()): Set<unknown> {
  if (value === null || typeof value !== "object" || found.has(value)) return found;
  found.add(value);
  if (isHeld(value)) return found;
  if (Array.isArray(value) || value instanceof Map || value instanceof Set) {
    for (const item of value.values()) reachable(item, found);
    return found;
  }
  const prototype = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) {
    for (const item of Object.values(value)) reachable(item, found);
  }
  return found;
}

/**
 * Runs `f` and frees every tensor made in it, except those in its result (a tensor, or
 * tensors in arrays, maps, sets or plain objects) and those that were {@linkcode keep}t.
 *
 * In a function that is being differentiated, what `f` makes is needed in the backward pass: it is
 * freed with the rest when the gradient is known. `f` must not be asynchronous: a promise is
 * refused with a `TypeError`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { add, backendInfo, mul, tensor, tidy } from "@neurite/tensor";
 *
 * using x = tensor([1, 2, 3]);
 * const before = backendInfo().liveTensors;
 * using y = tidy(() => add(mul(x, x), 1)); // the product is freed, the sum stays
 * assertEquals(y.array(), [2, 5, 10]);
 * assertEquals(backendInfo().liveTensors, before + 1);
 * ```
 */
export function tidy<T>(f: () => T): T {
  const scope: Held[] = [], depth = open.scopes.length;
  open.scopes.push(scope);
  let result: T;
  let survives: ((tensor: Held) => boolean) | undefined;
  try {
    result = f();
    if (result instanceof Promise) {
      result.catch(() => {});
      throw new TypeError(
        "Cannot tidy up as the function must return when it is done: current result a promise. " +
          "Use tidy inside of the asynchronous function",
      );
    }
    const found = open.recordings > 0 ? undefined : reachable(result);
    survives = (tensor) => found?.has(tensor) ?? true;
  } finally {
    open.scopes.length = depth;
    for (const tensor of scope) {
      if (survives?.(tensor)) adopt(tensor);
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
 * const history: Tensor[] = [];
 * tidy(() => {
 *   history.push(keep(tensor([1, 2])));
 * });
 * assertEquals(history[0].array(), [1, 2]);
 * ```
 */
export function keep<T extends Held>(tensor: T): T {
  for (const scope of open.scopes) {
    const at = scope.lastIndexOf(tensor);
    if (at >= 0) {
      scope.splice(at, 1);
      finalizer.register(tensor, tensor.handle);
    }
  }
  return tensor;
}

/** Runs `f` while a tape records it: scopes that end in `f` hand everything on to the one around. */
export function recording<T>(f: () => T): T {
  open.recordings++;
  try {
    return f();
  } finally {
    open.recordings--;
  }
}

/** A place in the innermost scope, for {@linkcode sweep}. */
export function mark(): number {
  return open.scopes[open.scopes.length - 1].length;
}

/**
 * Gives back at once what was made in the innermost scope since `mark()` gave `place`, except what
 * is still wanted; but nothing while a tape records.
 */
export function sweep(place: number, wanted: ReadonlySet<Held>): void {
  if (open.recordings > 0) return;
  const scope = open.scopes[open.scopes.length - 1];
  let end = place;
  for (let i = place; i < scope.length; i++) {
    if (wanted.has(scope[i])) scope[end++] = scope[i];
    else scope[i].dispose();
  }
  scope.length = end;
}

/** Runs `f` outside of every scope: what it makes lives until disposed. For lazily made state. */
export function outsideScopes<T>(f: () => T): T {
  const saved = open.scopes;
  open.scopes = [];
  try {
    return f();
  } finally {
    open.scopes = saved;
  }
}
