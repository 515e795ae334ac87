import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { ShapeError } from "@neurite/tensor";
import { psnr } from "./psnr.ts";

Deno.test("psnr, worked out by hand", () => {
  // MSE 1: 0 dB; 0.01: 20 dB; 1/4: 10 log10 4; (0.3² + 0) / 2 = 0.045.
  assertAlmostEquals(psnr([0, 1], [1, 0]), 0, 1e-6);
  assertAlmostEquals(psnr([[0.5, 0.2]], [[0.6, 0.1]]), 20, 1e-5);
  assertAlmostEquals(psnr([0, 0], [0.5, -0.5]), 6.020599913, 1e-5);
  assertAlmostEquals(psnr([0.2, 0.9], [0.5, 0.9]), 13.467874862, 1e-5);
});

Deno.test("psnr of equal images is infinite, and the order does not matter", () => {
  assertEquals(psnr([0.5, 1], [0.5, 1]), Infinity);
  assertEquals(psnr([0, 0.25], [1, 0.5]), psnr([1, 0.5], [0, 0.25]));
});

Deno.test("psnr refuses images that do not fit", () => {
  assertThrows(() => psnr([0, 1], [0, 1, 2]), ShapeError);
  assertThrows(() => psnr([0, 1], [[0], [1]]), ShapeError, "of one shape: current [2] and [2, 1]");
  assertThrows(() => psnr([[0, 1]], [[0, 1], [0, 1]]), ShapeError);
  assertThrows(() => psnr([0, 1], 0.5), ShapeError);
  assertThrows(() => psnr([], []), ShapeError, "must be images");
});

Deno.test("psnr of NaN is NaN", () => {
  assertEquals(psnr([0, NaN], [0, 1]), NaN);
});
