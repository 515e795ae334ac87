/**
 * Deep equality as `@std/assert` has it: `NaN` equals `NaN`, `0` equals `-0`, objects need the
 * same constructor and the same own enumerable properties, a present `undefined` property differs
 * from an absent one.
 */

/** The pairs being compared further up, so that circles end. */
type Pairs = Map<object, object>;

const isPlain = (x: object): boolean =>
  Object.getPrototypeOf(x) === null || x.constructor === undefined || x.constructor === Object;

function sameKind(a: object, b: object): boolean {
  return a.constructor === b.constructor || (isPlain(a) && isPlain(b));
}

function sameEntries(a: Map<unknown, unknown>, b: Map<unknown, unknown>, seen: Pairs): boolean {
  const left = [...b];
  return [...a].every(([key, value]) => {
    const at = left.findIndex(([k, v]) => same(key, k, seen) && same(value, v, seen));
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
}

function sameItems(a: ArrayLike<unknown>, b: ArrayLike<unknown>, seen: Pairs): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!same(a[i], b[i], seen)) return false;
  return true;
}

function sameViews(a: ArrayBufferView, b: ArrayBufferView, seen: Pairs): boolean {
  const values = (x: ArrayBufferView) =>
    x instanceof DataView
      ? new Uint8Array(x.buffer, x.byteOffset, x.byteLength)
      : x as unknown as ArrayLike<unknown>;
  return sameItems(values(a), values(b), seen);
}

function sameProperties(a: object, b: object, seen: Pairs): boolean {
  const keysOf = (x: object) => [
    ...Object.keys(x),
    ...Object.getOwnPropertySymbols(x).filter((s) =>
      Object.prototype.propertyIsEnumerable.call(x, s)
    ),
  ];
  const keys = keysOf(a);
  if (keys.length !== keysOf(b).length) return false;
  return keys.every((key) =>
    Object.hasOwn(b, key) && same(Reflect.get(a, key), Reflect.get(b, key), seen)
  );
}

function sameContents(a: object, b: object, seen: Pairs): boolean {
  if (a instanceof ArrayBuffer && b instanceof ArrayBuffer) {
    return sameItems(new Uint8Array(a), new Uint8Array(b), seen);
  }
  if (ArrayBuffer.isView(a) && ArrayBuffer.isView(b)) return sameViews(a, b, seen);
  if (a instanceof Map && b instanceof Map) return a.size === b.size && sameEntries(a, b, seen);
  if (a instanceof Set && b instanceof Set) {
    return a.size === b.size && sameEntries(new Map(a.entries()), new Map(b.entries()), seen);
  }
  return sameProperties(a, b, seen);
}

function same(a: unknown, b: unknown, seen: Pairs): boolean {
  if (Object.is(a, b) || (typeof a === "number" && a === b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (a instanceof RegExp && b instanceof RegExp) return String(a) === String(b);
  if (a instanceof URL && b instanceof URL) return a.href === b.href;
  if (a instanceof Date && b instanceof Date) return Object.is(a.getTime(), b.getTime());
  if (!sameKind(a, b)) return false;
  if (a instanceof WeakMap || a instanceof WeakSet) {
    throw new TypeError(`Cannot compare ${a.constructor.name}s as their contents are hidden`);
  }
  if (a instanceof WeakRef && b instanceof WeakRef) return same(a.deref(), b.deref(), seen);
  if (seen.get(a) === b) return true;
  seen.set(a, b);
  const verdict = sameContents(a, b, seen);
  seen.delete(a);
  return verdict;
}

/** Whether `actual` and `expected` are deeply equal. */
export function equal(actual: unknown, expected: unknown): boolean {
  return same(actual, expected, new Map());
}
