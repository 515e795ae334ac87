import { assertEquals } from "@std/assert";
import { formatTensor } from "./format.ts";

function counting(...shape: number[]): string {
  const size = shape.reduce((product, n) => product * n, 1);
  return formatTensor(Float32Array.from({ length: size }, (_, i) => i), shape);
}

Deno.test("formatTensor shows a number, a vector, a matrix and deeper ones", () => {
  assertEquals(formatTensor(Float32Array.of(7), []), "7");
  assertEquals(counting(3), "[0, 1, 2]");
  assertEquals(counting(2, 2), "[[0, 1],\n [2, 3]]");
  assertEquals(counting(2, 2, 1), "[[[0],\n  [1]],\n [[2],\n  [3]]]");
});

Deno.test("formatTensor aligns numbers to the right", () => {
  assertEquals(
    formatTensor(Int32Array.of(1, -20, 300, 4), [2, 2]),
    "[[  1, -20],\n [300,   4]]",
  );
});

Deno.test("formatTensor shows six significant digits, and integers in full", () => {
  assertEquals(
    formatTensor(Float32Array.of(1, -2.5, 1 / 3), [3]),
    "[       1,     -2.5, 0.333333]",
  );
  assertEquals(formatTensor(Float32Array.of(0.1, 1e-7), [2]), "[ 0.1, 1e-7]");
  assertEquals(formatTensor(Float32Array.of(1234.5678), [1]), "[1234.57]");
  assertEquals(formatTensor(Int32Array.of(2 ** 31 - 1), [1]), "[2147483647]");
  assertEquals(
    formatTensor(Float32Array.of(NaN, Infinity, -Infinity), [3]),
    "[      NaN,  Infinity, -Infinity]",
  );
});

Deno.test("formatTensor shows what is empty", () => {
  assertEquals(formatTensor(new Float32Array(0), [0]), "[]");
  assertEquals(formatTensor(new Float32Array(0), [2, 0]), "[[],\n []]");
  assertEquals(formatTensor(new Float32Array(0), [0, 2]), "[]");
});

Deno.test("formatTensor shows 200 elements in full and the ends of more", () => {
  assertEquals(counting(200).split(", ").length, 200);
  assertEquals(counting(201), "[  0,   1,   2, ..., 198, 199, 200]");
  assertEquals(
    counting(20, 20),
    [
      "[[  0,   1,   2, ...,  17,  18,  19],",
      " [ 20,  21,  22, ...,  37,  38,  39],",
      " [ 40,  41,  42, ...,  57,  58,  59],",
      " ...,",
      " [340, 341, 342, ..., 357, 358, 359],",
      " [360, 361, 362, ..., 377, 378, 379],",
      " [380, 381, 382, ..., 397, 398, 399]]",
    ].join("\n"),
  );
});

Deno.test("formatTensor shortens only axes of more than six", () => {
  assertEquals(
    counting(2, 6, 20),
    [
      "[[[  0,   1,   2, ...,  17,  18,  19],",
      "  [ 20,  21,  22, ...,  37,  38,  39],",
      "  [ 40,  41,  42, ...,  57,  58,  59],",
      "  [ 60,  61,  62, ...,  77,  78,  79],",
      "  [ 80,  81,  82, ...,  97,  98,  99],",
      "  [100, 101, 102, ..., 117, 118, 119]],",
      " [[120, 121, 122, ..., 137, 138, 139],",
      "  [140, 141, 142, ..., 157, 158, 159],",
      "  [160, 161, 162, ..., 177, 178, 179],",
      "  [180, 181, 182, ..., 197, 198, 199],",
      "  [200, 201, 202, ..., 217, 218, 219],",
      "  [220, 221, 222, ..., 237, 238, 239]]]",
    ].join("\n"),
  );
});
