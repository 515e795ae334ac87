import { assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "npm:fast-check@4.10.2";
import { clipLine, clipSegment } from "./clip.ts";

Deno.test("clipSegment cuts at the edges", () => {
  const cut = (a: [number, number], b: [number, number]) => clipSegment(a, b, [0, 10], [0, 5]);
  assertEquals(cut([-10, 2], [20, 2]), [[0, 2], [10, 2]]);
  assertEquals(cut([5, 4], [5, 9]), [[5, 4], [5, 5]]);
  assertEquals(cut([1, 1], [2, 2]), [[1, 1], [2, 2]]);
  assertEquals(cut([-1, 6], [11, 6]), undefined);
  assertEquals(cut([-4, 2], [1, 9]), undefined);
  assertEquals(cut([3, 3], [3, 3]), [[3, 3], [3, 3]]);
});

Deno.test("clipLine ends on the edges and on the line, or misses all four corners on one side", () => {
  const number = fc.integer({ min: -50, max: 50 });
  fc.assert(fc.property(number, number, number, (u, v, bias) => {
    fc.pre(u !== 0 || v !== 0);
    const [x, y] = [[-3, 7], [100, 104]] as const;
    const at = (px: number, py: number) => u * px + v * py + bias;
    const ends = clipLine([u, v], bias, x, y);
    if (ends === undefined) {
      const signs = x.flatMap((px) => y.map((py) => Math.sign(at(px, py))));
      assertEquals(new Set(signs).size, 1);
      return;
    }
    for (const [px, py] of ends) {
      assertAlmostEquals(at(px, py), 0, 1e-6);
      const off = Math.min(
        Math.abs(px + 3),
        Math.abs(px - 7),
        Math.abs(py - 100),
        Math.abs(py - 104),
      );
      assertAlmostEquals(off, 0, 1e-6);
    }
  }));
});
