import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertNotEquals,
  assertThrows,
} from "@std/assert";
import { spiral } from "./spiral.ts";

Deno.test("spiral without noise: the angle of a point follows from its radius and class", () => {
  for (const [classes, turns] of [[3, 0.75], [2, 2], [1, -1]]) {
    const { X, labels } = spiral({ count: 100, classes, turns, noise: 0, seed: 6 });
    assertEquals([X.shape, labels.shape], [[100, 2], [100]]);
    let largest = 0;
    for (let i = 0; i < 100; i++) {
      const x = X.get(i, 0), y = X.get(i, 1), r = Math.hypot(x, y);
      const turned = Math.atan2(y, x) / (2 * Math.PI) - turns * r - labels.get(i) / classes;
      assertAlmostEquals(turned, Math.round(turned), 1e-4 / Math.max(r, 0.01));
      largest = Math.max(largest, r);
    }
    assert(largest > 0.9 && largest < 1, `the largest radius is ${largest}`);
  }
});

Deno.test("spiral has classes of equal size and noise of the given standard deviation", () => {
  const noisy = spiral({ count: 4000, classes: 4, turns: 0, noise: 0.03, seed: 1 });
  const counts = [0, 0, 0, 0];
  let squares = 0;
  for (let i = 0; i < 4000; i++) {
    const label = noisy.labels.get(i);
    counts[label]++;
    squares += noisy.X.get(i, label % 2 === 0 ? 1 : 0) ** 2; // across the arm, on an axis
  }
  assertEquals(counts, [1000, 1000, 1000, 1000]);
  assertAlmostEquals(Math.sqrt(squares / 4000), 0.03, 0.002);
});

Deno.test("spiral repeats itself by its seed and refuses options out of range", () => {
  assertEquals(new Set(spiral().labels.data), new Set([0, 1, 2]));
  assertEquals(spiral().X.shape, [300, 2]);
  assertEquals(spiral({ seed: 4 }).X.data, spiral({ seed: 4 }).X.data);
  assertNotEquals(spiral({ seed: 4 }).X.data, spiral({ seed: 5 }).X.data);
  assertThrows(() => spiral({ count: 0 }), RangeError, "count");
  assertThrows(() => spiral({ noise: NaN }), RangeError, "noise");
  assertThrows(() => spiral({ turns: Infinity }), RangeError, "turns");
  for (const classes of [0, 257, 1.5]) {
    assertThrows(() => spiral({ classes }), RangeError, `current ${classes}`);
  }
});
