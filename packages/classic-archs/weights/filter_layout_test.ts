import { assertEquals } from "@std/assert";
import { Rng } from "@neurite/tensor";
import { type FilterSizes, placeFilters } from "./filter_layout.ts";

const SIZES: FilterSizes[] = [[2, 3, 2, 2], [5, 1, 3, 2], [1, 4, 1, 1], [3, 7, 1, 1], [4, 2, 5, 3]];

Deno.test("filters in pieces of any length get to where the formula says", () => {
  const rng = new Rng(1);
  for (const sizes of SIZES) {
    const [filters, channels, height, width] = sizes, length = sizes.reduce((a, b) => a * b);
    const given = Float32Array.from({ length }, (_, i) => i + 1),
      expected = new Float32Array(length);
    for (let o = 0, n = 0; o < filters; o++) {
      for (let i = 0; i < channels; i++) {
        for (let y = 0; y < height; y++) {
          for (let x = 0; x < width; x++) {
            expected[((y * width + x) * channels + i) * filters + o] = given[n++];
          }
        }
      }
    }
    for (let round = 0; round < 50; round++) {
      const whole = new Float32Array(length);
      for (let at = 0; at < length;) {
        const to = Math.min(length, at + 1 + rng.integer(length));
        placeFilters(given.subarray(at, to), at, whole, sizes);
        at = to;
      }
      assertEquals(whole, expected);
    }
  }
});
