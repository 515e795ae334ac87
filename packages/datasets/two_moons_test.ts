import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertNotEquals,
  assertThrows,
} from "@std/assert";
import { twoMoons } from "./two_moons.ts";

/** How far a point is from the circle of its class, and on which side of the circle's middle. */
function onMoon(x: number, y: number, label: number): [distance: number, height: number] {
  const [centreX, centreY, up] = label === 0 ? [0, 0, 1] : [1, 0.5, -1];
  return [Math.hypot(x - centreX, y - centreY) - 1, up * (y - centreY)];
}

Deno.test("twoMoons without noise lie on the upper and the lower half circle", () => {
  const { X, labels } = twoMoons({ count: 301, noise: 0, seed: 2 });
  assertEquals([X.shape, labels.shape], [[301, 2], [301]]);
  assertEquals(labels.data.filter((label) => label === 0).length, 151);
  const xs: [number[], number[]] = [[], []];
  for (let i = 0; i < 301; i++) {
    const [distance, height] = onMoon(X.get(i, 0), X.get(i, 1), labels.get(i));
    assertAlmostEquals(distance, 0, 1e-6);
    assert(height >= -1e-6);
    xs[labels.get(i)].push(X.get(i, 0));
  }
  // The whole half circles: x from -1 to 1 and from 0 to 2.
  for (const [label, low, high] of [[0, -1, 1], [1, 0, 2]]) {
    assertAlmostEquals(Math.min(...xs[label]), low, 0.02);
    assertAlmostEquals(Math.max(...xs[label]), high, 0.02);
  }
});

Deno.test("twoMoons strays from the circles by its noise", () => {
  const { X, labels } = twoMoons({ count: 4000, noise: 0.05, seed: 3 });
  let squares = 0;
  for (let i = 0; i < 4000; i++) {
    squares += onMoon(X.get(i, 0), X.get(i, 1), labels.get(i))[0] ** 2;
  }
  assertAlmostEquals(Math.sqrt(squares / 4000), 0.05, 0.003);
});

Deno.test("twoMoons repeats itself by its seed and refuses options out of range", () => {
  assertEquals(twoMoons().X.shape, [200, 2]);
  assertEquals(twoMoons({ seed: 4 }).X.data, twoMoons({ seed: 4 }).X.data);
  assertNotEquals(twoMoons({ seed: 4 }).X.data, twoMoons({ seed: 5 }).X.data);
  assertThrows(() => twoMoons({ count: 0.5 }), RangeError, "count");
  assertThrows(() => twoMoons({ noise: -1 }), RangeError, "noise");
});
