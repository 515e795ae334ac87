/** Sums of products. The values are NumPy's (2.4) on the numbers 0, 1, 2, ... */
import { assertEquals, assertThrows } from "@std/assert";
import { einsum, range, reshape, ShapeError, type Tensor } from "../../mod.ts";

function counting(...shape: number[]): Tensor {
  return reshape(range(shape.reduce((a, b) => a * b, 1)), shape);
}

const a = counting(2, 3), b = counting(3, 2), square = counting(3, 3);

Deno.test("products, traces, transposes and sums as NumPy", () => {
  assertEquals(einsum("ij,jk->ik", a, b).array(), [[10, 13], [28, 40]]);
  assertEquals(einsum("ij,jk", a, b).array(), [[10, 13], [28, 40]]);
  assertEquals(einsum("ij,jk->ki", a, b).array(), [[10, 28], [13, 40]]);
  assertEquals(einsum("ii", square).array(), 12);
  assertEquals(einsum("ii->i", square).array(), [0, 4, 8]);
  assertEquals(einsum("ba", a).array(), [[0, 3], [1, 4], [2, 5]]);
  assertEquals(einsum("ij->j", a).array(), [3, 5, 7]);
  assertEquals(einsum("ij,ij->i", a, a).array(), [5, 50]);
  assertEquals(einsum("i,j,k->ijk", [1, 2], [3, 4], [5]).array(), [[[15], [20]], [[30], [40]]]);
  assertEquals(einsum(",->", 2, 3).array(), 6);
  assertEquals(einsum("iij->j", counting(2, 2, 2)).array(), [6, 8]);
});

Deno.test("an ellipsis and axes of size 1 broadcast as in NumPy", () => {
  assertEquals(einsum("...j->...", counting(2, 1, 3)).array(), [[3], [12]]);
  assertEquals(einsum("...ij,...j->...i", counting(2, 2, 2), [1, 1]).array(), [[1, 5], [9, 13]]);
  assertEquals(einsum("i...,i...->...", counting(2, 2), [[1], [10]]).array(), [20, 31]);
  assertEquals(einsum("ij,ij->ij", a, [[1], [2]]).array(), [[0, 1, 2], [6, 8, 10]]);
  assertEquals(einsum("ij,ij->", a, [[1], [2]]).array(), 27);
  assertEquals(einsum("ij,...->...ij", counting(1, 2), [5]).array(), [[[0, 5]]]);
  assertEquals(einsum("...a,...b->...ab", counting(2, 2), counting(1, 2)).shape, [2, 2, 2]);
});

Deno.test("what does not fit is refused", () => {
  assertThrows(() => einsum("ij,jk->ik", a), RangeError, "for 1 tensors");
  assertThrows(() => einsum("ijk->i", a), RangeError, "of rank 2");
  assertThrows(() => einsum("i->i", a), RangeError, "of rank 2");
  assertThrows(() => einsum("ij->ik", a), RangeError, '"k"');
  assertThrows(() => einsum("ij->ii", a), RangeError, '"i"');
  assertThrows(() => einsum("i2->i", a), RangeError, "one letter for each axis");
  assertThrows(() => einsum("ij->i->j", a), RangeError, "then");
  assertThrows(() => einsum("ij,jk->ik", a, a), ShapeError, "one size");
});
