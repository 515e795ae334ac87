import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertNotEquals,
  assertThrows,
} from "@std/assert";
import { globalRng, normal, Rng, seed, uniform } from "../mod.ts";

Deno.test("Rng gives the same numbers for the same seed, others for another", () => {
  const draw = (s: number) => {
    const rng = new Rng(s);
    return [rng.uint32(), rng.uniform(), rng.normal(), rng.integer(1000), ...rng.permutation(5)];
  };
  assertEquals(draw(1), draw(1));
  const words = (s: number) => Array.from({ length: 4 }, ((rng) => () => rng.uint32())(new Rng(s)));
  const seeds = [0, 1, 2 ** 32, 2 ** 32 + 1, 2 ** 53 - 1].map(words);
  for (let i = 0; i < seeds.length; i++) {
    for (let j = 0; j < i; j++) assertNotEquals(seeds[i], seeds[j]);
  }
  assertEquals(seeds[0], [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]);
});

Deno.test("Rng splits its seed into the two words of the key", () => {
  assertEquals(new Rng(5).key, [5, 0]);
  assertEquals(new Rng(2 ** 53 - 1).key, [0xffffffff, 0x1fffff]);
});

Deno.test("Rng goes on the same from a saved state, wherever in a block it was", () => {
  for (let used = 0; used < 9; used++) {
    const rng = new Rng(11);
    rng.take(2 ** 33);
    for (let i = 0; i < used; i++) rng.uint32();
    const state = JSON.parse(JSON.stringify(rng.state)), other = new Rng(99);
    other.uint32();
    other.state = state;
    assertEquals(other.state, rng.state);
    assertEquals(other.key, rng.key);
    for (let i = 0; i < 10; i++) assertEquals(other.uint32(), rng.uint32());
    assertEquals(normal([5], 0, 1, { rng: other }).array(), normal([5], 0, 1, { rng }).array());
  }
});

Deno.test("Rng's state does not change when it is looked at", () => {
  const rng = new Rng(3);
  rng.uint32();
  const before = rng.state;
  rng.uint32();
  assertEquals(before.buffer.length, 3);
  assertEquals(rng.state.buffer, before.buffer.slice(1));
});

Deno.test("Rng.take hands out blocks one after another", () => {
  const rng = new Rng(1);
  assertEquals([rng.take(3), rng.take(0), rng.take(1), rng.take(1)], [0, 3, 3, 4]);
});

Deno.test("Rng.uniform stays within its bounds", () => {
  const rng = new Rng(2);
  let total = 0;
  for (let i = 0; i < 10_000; i++) {
    const x = rng.uniform(-3, 5);
    assert(x >= -3 && x < 5);
    total += x;
  }
  assertAlmostEquals(total / 10_000, 1, 0.1);
});

Deno.test("Rng.normal has the mean and the deviation that are asked for", () => {
  const rng = new Rng(2), values = Array.from({ length: 20_000 }, () => rng.normal(10, 2));
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length;
  assertAlmostEquals(mean, 10, 0.06);
  assertAlmostEquals(variance, 4, 0.15);
});

Deno.test("Rng.integer gives every number equally often", () => {
  const rng = new Rng(6), counts = new Array(7).fill(0);
  for (let i = 0; i < 70_000; i++) counts[rng.integer(7)]++;
  // Chi squared with 6 degrees of freedom: above 22.5 once in a thousand.
  const chi = counts.reduce((sum, n) => sum + (n - 10_000) ** 2 / 10_000, 0);
  assert(chi < 22.5, `counts ${counts}`);
  assertEquals(rng.integer(1), 0);
});

Deno.test("Rng.integer is not biased where the bound does not divide 2^32", () => {
  // Of 2^32 words modulo 3 * 2^30, the lowest 2^30 would come twice as often: half of all.
  const rng = new Rng(7), below = 3 * 2 ** 30;
  let low = 0;
  for (let i = 0; i < 30_000; i++) if (rng.integer(below) < 2 ** 30) low++;
  assertAlmostEquals(low / 30_000, 1 / 3, 0.012);
  assert(rng.integer(2 ** 32) < 2 ** 32);
});

Deno.test("Rng.integer refuses bounds that are no integers from 1 to 2^32", () => {
  const rng = new Rng(1), text = "Cannot draw an integer as the bound must be from 1 to 2^32";
  for (const bound of [0, -1, 1.5, NaN, 2 ** 32 + 1]) {
    assertThrows(() => rng.integer(bound), RangeError, `${text}: current ${bound}`);
  }
});

Deno.test("Rng.permutation is a permutation, every one equally often", () => {
  const rng = new Rng(8);
  for (const n of [0, 1, 2, 100]) {
    const order = rng.permutation(n);
    assertEquals([...order].sort((a, b) => a - b), Array.from({ length: n }, (_, i) => i));
  }
  const counts = new Map<string, number>();
  for (let i = 0; i < 12_000; i++) {
    const order = rng.permutation(3).join("");
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  assertEquals(counts.size, 6);
  // Chi squared with 5 degrees of freedom: above 20.5 once in a thousand.
  const chi = [...counts.values()].reduce((sum, n) => sum + (n - 2000) ** 2 / 2000, 0);
  assert(chi < 20.5, JSON.stringify([...counts]));
});

Deno.test("Rng refuses seeds that are no integers from 0 to 2^53 - 1", () => {
  const text = "Cannot seed a generator as the seed must be an integer from 0 to 2^53 - 1";
  for (const bad of [-1, 0.5, NaN, Infinity, 2 ** 53]) {
    assertThrows(() => new Rng(bad), RangeError, `${text}: current ${bad}`);
    assertThrows(() => seed(bad), RangeError, text);
  }
  const rng = new Rng(1), state = rng.state;
  assertThrows(() => rng.state = { ...state, seed: -1 }, RangeError, text);
  assertEquals(rng.state, state);
});

Deno.test("seed starts the global generator anew", () => {
  seed(5);
  const first = [uniform([3]).array(), globalRng().integer(100)];
  const next = [uniform([3]).array(), globalRng().integer(100)];
  seed(5);
  assertEquals([uniform([3]).array(), globalRng().integer(100)], first);
  assertEquals([uniform([3]).array(), globalRng().integer(100)], next);
  assertNotEquals(first, next);
});
