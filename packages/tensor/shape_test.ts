import { assert, assertEquals, assertFalse, assertStrictEquals, assertThrows } from "@std/assert";
import { ShapeError } from "./errors.ts";
import {
  broadcastShapes,
  broadcastStrides,
  checkShape,
  normalizeAxes,
  normalizeAxis,
  rowMajorStrides,
  sameShape,
  sizeOf,
} from "./shape.ts";

Deno.test("sizeOf multiplies the sizes", () => {
  assertEquals([[], [5], [2, 3, 4], [3, 0, 2]].map(sizeOf), [1, 5, 24, 0]);
});

Deno.test("sameShape compares every size", () => {
  const shape = [2, 3];
  assert(sameShape(shape, shape));
  assert(sameShape(shape, [2, 3]));
  assert(sameShape([], []));
  assertFalse(sameShape([2, 3], [3, 2]));
  assertFalse(sameShape([2, 3], [2, 3, 1]));
  assertFalse(sameShape([], [1]));
});

Deno.test("rowMajorStrides are the products of the inner sizes", () => {
  assertEquals(rowMajorStrides([]), []);
  assertEquals(rowMajorStrides([7]), [1]);
  assertEquals(rowMajorStrides([2, 3, 4]), [12, 4, 1]);
  assertEquals(rowMajorStrides([2, 0, 4]), [0, 4, 1]);
});

Deno.test("broadcastShapes aligns at the end and stretches sizes of 1", () => {
  const cases: [number[], number[], number[]][] = [
    [[], [], []],
    [[3], [], [3]],
    [[2, 3], [3], [2, 3]],
    [[2, 1], [1, 3], [2, 3]],
    [[5, 1, 4], [3, 1], [5, 3, 4]],
    [[0, 3], [1, 3], [0, 3]],
    [[1], [0], [0]],
  ];
  for (const [a, b, shape] of cases) {
    assertEquals(broadcastShapes("add", a, b), shape);
    assertEquals(broadcastShapes("add", b, a), shape);
  }
  const same = [4, 5];
  assertStrictEquals(broadcastShapes("add", same, [4, 5]), same);
});

Deno.test("broadcastShapes refuses other sizes, naming the operation and both shapes", () => {
  const error = assertThrows(
    () => broadcastShapes("add", [2, 3], [2, 4]),
    ShapeError,
    "Cannot add as sizes, aligned at the end, must be equal or 1 to broadcast: " +
      "current [2, 3] and [2, 4]",
  );
  assertEquals(error.operation, "add");
  assertEquals(error.shapes, [[2, 3], [2, 4]]);
  assertThrows(() => broadcastShapes("add", [0], [2]), ShapeError);
  assertThrows(() => broadcastShapes("add", [2], [2, 3]), ShapeError);
});

Deno.test("broadcastStrides are 0 where an axis is stretched", () => {
  assertEquals(broadcastStrides([2, 3], [2, 3]), [3, 1]);
  assertEquals(broadcastStrides([3], [2, 3]), [0, 1]);
  assertEquals(broadcastStrides([2, 1], [2, 3]), [1, 0]);
  assertEquals(broadcastStrides([], [2, 3]), [0, 0]);
  assertEquals(broadcastStrides([4, 1, 2], [7, 4, 3, 2]), [0, 2, 0, 1]);
});

Deno.test("normalizeAxis counts negative axes from the end", () => {
  assertEquals([0, 1, -1, -2].map((axis) => normalizeAxis("sum", axis, [4, 5])), [0, 1, 1, 0]);
});

Deno.test("normalizeAxis refuses axes that are not there", () => {
  assertThrows(
    () => normalizeAxis("sum", 2, [4, 5]),
    ShapeError,
    "Cannot sum as an axis of a tensor of rank 2 must be an integer from -2 to 1: " +
      "current axis 2 of shape [4, 5]",
  );
  for (const axis of [-3, 0.5, NaN, Infinity]) {
    assertThrows(() => normalizeAxis("sum", axis, [4, 5]), ShapeError, `axis ${axis}`);
  }
  assertThrows(() => normalizeAxis("sum", 0, []), ShapeError, "rank 0");
});

Deno.test("normalizeAxes sorts, and takes all axes by default", () => {
  assertEquals(normalizeAxes("sum", undefined, [4, 5]), [0, 1]);
  assertEquals(normalizeAxes("sum", undefined, []), []);
  assertEquals(normalizeAxes("sum", -1, [4, 5]), [1]);
  assertEquals(normalizeAxes("sum", [-1, 0], [4, 5, 6]), [0, 2]);
  assertEquals(normalizeAxes("sum", [], [4, 5]), []);
  assertThrows(
    () => normalizeAxes("sum", [1, -1], [4, 5]),
    ShapeError,
    "Cannot sum as each axis must be named once: current axes",
  );
});

Deno.test("checkShape wants whole sizes of 0 or more", () => {
  checkShape("fill", []);
  checkShape("fill", [0, 3]);
  for (const shape of [[-1], [1.5], [NaN], [Infinity], [2, 2 ** 53]]) {
    assertThrows(
      () => checkShape("fill", shape),
      ShapeError,
      `Cannot fill as every size must be an integer of 0 or more: current [${shape.join(", ")}]`,
    );
  }
});
