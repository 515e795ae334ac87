import { assertEquals } from "@std/assert";
import { less, lessEqual, tensor } from "../../mod.ts";

const a = [1, 2, 3, 0, NaN, 1, -Infinity], b = [2, 2, 2, -0, 1, NaN, -1e38];

Deno.test("by hand, and 0 with NaN", () => {
  assertEquals(less(a, b).array(), [1, 0, 0, 0, 0, 0, 1]);
  assertEquals(lessEqual(a, b).array(), [1, 1, 0, 1, 0, 0, 1]);
  assertEquals(less([[1], [2]], [1, 3]).array(), [[0, 1], [0, 1]]);
});

Deno.test("int32 is compared exactly, and gives float32", () => {
  const x = tensor(new Int32Array([16777217, -2147483648]));
  const y = tensor(new Int32Array([16777216, -2147483648]));
  assertEquals(less(y, x).array(), [1, 0]);
  assertEquals(lessEqual(x, y).array(), [0, 1]);
  assertEquals(less(x, y).dtype, "float32");
});
