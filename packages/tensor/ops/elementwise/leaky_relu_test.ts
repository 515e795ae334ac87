import { assertEquals, assertThrows } from "@std/assert";
import { grad, leakyRelu, sum, tensor } from "../../mod.ts";

Deno.test("by hand, and the odd ones", () => {
  assertEquals(leakyRelu([-4, 0, 2], 0.25).array(), [-1, 0, 2]);
  assertEquals(leakyRelu(-1).item(), Math.fround(-0.2));
  assertEquals(leakyRelu([-Infinity, Infinity, NaN]).array(), [-Infinity, Infinity, NaN]);
  assertEquals(leakyRelu([-4, 4], 2).array(), [-8, 4]);
  assertEquals(leakyRelu([-4, 4], -0.5).array(), [2, 4]);
});

Deno.test("the gradient is 1 above 0, else alpha", () => {
  assertEquals(
    grad((x) => sum(leakyRelu(x, 0.25)))(tensor([-1, 0, 2])).array(),
    [0.25, 0.25, 1],
  );
});

Deno.test("alpha must be finite", () => {
  assertThrows(() => leakyRelu(1, NaN), RangeError, "alpha must be a finite number: current NaN");
  assertThrows(() => leakyRelu(1, Infinity), RangeError, "current Infinity");
});
