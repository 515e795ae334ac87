import { assert, assertEquals } from "@std/assert";
import { cosSinTurn, log, normalPair } from "./normal.ts";
import { Rng } from "./rng.ts";

/** The distance from `a` to `b` in units of the last place of `b`. */
function ulps(a: number, b: number): number {
  if (a === b) return 0;
  return Math.abs(a - b) / (Number.EPSILON * 2 ** Math.floor(Math.log2(Math.abs(b))));
}

Deno.test("log agrees with Math.log for every magnitude, to 4 units of the last place", () => {
  const rng = new Rng(1);
  for (let i = 0; i < 20_000; i++) {
    const x = (rng.uint32() + 1) / 2 ** 32 * 2 ** (i % 40 - 20);
    assert(ulps(log(x), Math.log(x)) <= 4, `log(${x}) is ${log(x)}, not ${Math.log(x)}`);
  }
  assertEquals(log(1), 0);
  for (const x of [2 ** -32, Math.SQRT2, Math.SQRT1_2, 1 - 2 ** -32, 1 + 2 ** -52, 1e300, 1e-300]) {
    assert(ulps(log(x), Math.log(x)) <= 4, `log(${x}) is ${log(x)}, not ${Math.log(x)}`);
  }
});

Deno.test("cosSinTurn agrees with Math.cos and Math.sin all around the circle", () => {
  for (let i = 0; i < 20_000; i++) {
    const t = i / 20_000, [c, s] = cosSinTurn(t), angle = 2 * Math.PI * t;
    assert(Math.abs(c - Math.cos(angle)) < 1e-15, `cos of ${t} turns is ${c}`);
    assert(Math.abs(s - Math.sin(angle)) < 1e-15, `sin of ${t} turns is ${s}`);
  }
  assertEquals([0, 0.25, 0.5, 0.75].map((t) => cosSinTurn(t).map(Math.round)), [
    [1, 0],
    [0, 1],
    [-1, 0],
    [0, -1],
  ]);
});

Deno.test("normalPair gives two numbers whose squares make up -2 ln u", () => {
  for (const [a, b] of [[0, 0], [1, 2 ** 31], [2 ** 31, 12345], [2 ** 32 - 1, 2 ** 32 - 1]]) {
    const [x, y] = normalPair(a, b), square = -2 * Math.log((a + 1) / 2 ** 32);
    assert(Math.abs(x * x + y * y - square) <= 1e-13, `${x}^2 + ${y}^2 is not ${square}`);
  }
  // The largest number there is: words of 0 give u = 2^-32.
  assertEquals(normalPair(0, 0), [Math.sqrt(-2 * log(2 ** -32)), 0]);
  assertEquals(normalPair(2 ** 32 - 1, 77).map(Math.abs), [0, 0]);
});
