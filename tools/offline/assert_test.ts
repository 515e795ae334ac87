import { equal as yes, rejects as mustReject, throws as mustThrow } from "node:assert/strict";
import { inspect } from "node:util";
import {
  assert,
  assertAlmostEquals,
  assertArrayIncludes,
  assertEquals,
  assertExists,
  assertFalse,
  assertGreater,
  assertGreaterOrEqual,
  assertInstanceOf,
  AssertionError,
  assertLess,
  assertLessOrEqual,
  assertMatch,
  assertNotEquals,
  assertRejects,
  assertStrictEquals,
  assertStringIncludes,
  assertThrows,
  equal,
  fail,
  unreachable,
} from "./assert.ts";

/** Checks that `body` fails as an assertion does. */
function fails(body: () => unknown, message: RegExp = /./): void {
  mustThrow(body, (error) => error instanceof AssertionError && message.test(error.message));
}

const circle = (): unknown[] => {
  const list: unknown[] = [1];
  list.push(list);
  return list;
};

Deno.test("equal: the pairs that are", () => {
  const pairs: [unknown, unknown][] = [
    [NaN, NaN],
    [0, -0],
    [[0], [-0]],
    ["a", "a"],
    [null, null],
    [1n, 1n],
    [{ a: 1, b: [2] }, { b: [2], a: 1 }],
    [Object.assign(Object.create(null), { a: 1 }), { a: 1 }],
    [new Float32Array([1, NaN, 0]), new Float32Array([1, NaN, -0])],
    [new Uint8Array([9, 1, 2]).subarray(1), new Uint8Array([1, 2])],
    [new Uint8Array([1]).buffer, new Uint8Array([1]).buffer],
    [/a/g, /a/g],
    [new Date(5), new Date(5)],
    [new Date(NaN), new Date(NaN)],
    [new URL("https://a.test/"), new URL("https://a.test")],
    [new Set([1, { a: 1 }]), new Set([{ a: 1 }, 1])],
    [new Map([[{ k: 1 }, [1]]]), new Map([[{ k: 1 }, [1]]])],
    [new WeakRef({ a: 1 }), new WeakRef({ a: 1 })],
    [circle(), circle()],
  ];
  for (const [a, b] of pairs) yes(equal(a, b), true, inspect([a, b]));
});

Deno.test("equal: the pairs that are not", () => {
  class A {
    x = 1;
  }
  class B {
    x = 1;
  }
  const pairs: [unknown, unknown][] = [
    [1, "1"],
    [1, 1n],
    [null, undefined],
    [0, false],
    [[1, 2], [1, 2, 3]],
    [[1, 2], [2, 1]],
    [[1], { 0: 1 }],
    [{ a: undefined }, {}],
    [{ a: undefined }, { b: undefined }],
    [{ [Symbol.for("a")]: 1 }, { [Symbol.for("a")]: 2 }],
    [new A(), new B()],
    [new Float32Array([1]), new Float64Array([1])],
    [new Float32Array([1]), [1]],
    [new Uint8Array([1]).buffer, new Uint8Array([2]).buffer],
    [new DataView(new ArrayBuffer(1)), new DataView(new ArrayBuffer(2))],
    [new Date(5), new Date(6)],
    [/a/, /a/g],
    [new Set([1, 2]), new Set([1, 3])],
    [new Map([[1, 2]]), new Map([[1, 3]])],
  ];
  for (const [a, b] of pairs) yes(equal(a, b), false, inspect([a, b]));
  mustThrow(() => equal(new WeakMap(), new WeakMap()), TypeError);
});

Deno.test("truth, equality and identity", () => {
  assert(1);
  fails(() => assert(0, "nought"), /^nought$/);
  assertFalse("");
  fails(() => assertFalse("x"));
  assertEquals({ a: [1] }, { a: [1] });
  fails(() => assertEquals([1, 2], [1, 3], "my list"), /my list[\s\S]*3/);
  assertNotEquals(1, 2);
  fails(() => assertNotEquals([1], [1]));
  assertStrictEquals(NaN, NaN);
  fails(() => assertStrictEquals(0, -0));
  fails(() => assertStrictEquals({}, {}));
  assertExists(0);
  fails(() => assertExists(null));
  assertInstanceOf(new TypeError(), Error);
  fails(() => assertInstanceOf(new Error(), TypeError));
});

Deno.test("assertAlmostEquals allows 1e-7 of the expected value", () => {
  assertAlmostEquals(1 + 0.99e-7, 1);
  fails(() => assertAlmostEquals(1 + 1.01e-7, 1), /1e-7/);
  assertAlmostEquals(1e6 + 0.099, 1e6);
  fails(() => assertAlmostEquals(1e-9, 0));
  assertAlmostEquals(0.01, 0.02, 0.1);
  assertAlmostEquals(NaN, NaN);
  assertAlmostEquals(-Infinity, -Infinity);
  fails(() => assertAlmostEquals(NaN, 1, 1));
  fails(() => assertAlmostEquals(1, NaN, 1));
  fails(() => assertAlmostEquals(Infinity, -Infinity));
});

Deno.test("order, text and lists", () => {
  assertGreater(2, 1);
  fails(() => assertGreater(1, 1));
  assertGreaterOrEqual(1, 1);
  fails(() => assertGreaterOrEqual(0, 1));
  assertLess(1, 2);
  fails(() => assertLess(1, 1));
  fails(() => assertLess(NaN, 1));
  assertLessOrEqual(1, 1);
  fails(() => assertLessOrEqual(2, 1));
  assertStringIncludes("abc", "bc");
  fails(() => assertStringIncludes("abc", "cb"));
  assertMatch("abc", /b/);
  fails(() => assertMatch("abc", /^b/));
  assertArrayIncludes([1, { a: 2 }], [{ a: 2 }]);
  assertArrayIncludes(new Uint8Array([1, 2]), new Uint8Array([2]));
  fails(() => assertArrayIncludes([1, 2], [2, 3]), /3/);
  fails(() => fail("on purpose"), /on purpose/);
  fails(() => unreachable(), /[Uu]nreachable/);
});

Deno.test("assertThrows returns the error and checks class and message", () => {
  const error = new RangeError("out of range");
  const thrower = () => {
    throw error;
  };
  yes(assertThrows(thrower), error);
  yes(assertThrows(thrower, Error, "of range"), error);
  fails(() => assertThrows(thrower, TypeError), /RangeError/);
  fails(() => assertThrows(thrower, RangeError, "within"), /within/);
  fails(() => assertThrows(() => 1), /throw/);
  fails(() => assertThrows(() => 1, "should have thrown"), /should have thrown/);
  const text = () => {
    throw "text";
  };
  yes(assertThrows(text), "text");
  fails(() => assertThrows(text, Error), /error/);
});

Deno.test("assertRejects returns the error and checks class and message", async () => {
  const error = new RangeError("out of range");
  const rejecting = () => Promise.reject(error);
  yes(await assertRejects(rejecting), error);
  yes(await assertRejects(rejecting, RangeError, "range"), error);
  await mustReject(assertRejects(rejecting, TypeError), AssertionError);
  await mustReject(assertRejects(rejecting, RangeError, "within"), AssertionError);
  await mustReject(assertRejects(() => Promise.resolve(1)), AssertionError);
  const throwing = () => {
    throw error;
  };
  await mustReject(assertRejects(throwing), AssertionError);
});
