import { assert, assertEquals, assertGreater, assertLess } from "@std/assert";
import "../backends/wasm/table.ts";
import { floats, integers, type Sample } from "../op.ts";
import { cast, mul, sum } from "../ops/mod.ts";
import type { Operation, Values } from "./samples.ts";
import { compare, type Expected, expected, toleranceOf } from "./tolerance.ts";

const tolerance = { relative: 1e-6, moved: 8, cause: "" };

/** What the reference gives, made up. */
function right(values: number[], dtype = "float32", movement = 0): Expected {
  const data = dtype === "int32" ? Int32Array.from(values) : Float64Array.from(values);
  const movements = new Float64Array(values.length).fill(movement);
  return {
    what: "value",
    shape: [values.length],
    dtype,
    values: data,
    movement: movements,
    terms: 4,
  };
}

function found(values: number[], dtype = "float32", shape = [values.length]): Values {
  return { what: "value", shape, dtype, values: Float32Array.from(values) };
}

Deno.test("compare accepts what is near, and tells how near", () => {
  assertEquals(compare(found([1, -0, NaN, Infinity]), right([1, 0, NaN, Infinity]), tolerance), {
    wrong: undefined,
    used: 0,
  });
  const { wrong, used } = compare(found([1000.0005]), right([1000]), tolerance);
  assertEquals(wrong, undefined);
  assertGreater(used, 0.4);
  assertLess(used, 0.6);
  // Movement of the inputs, times 8, times the root of 4 terms.
  assertEquals(compare(found([0.015]), right([0], "float32", 0.001), tolerance).wrong, undefined);
  assert(compare(found([0.017]), right([0], "float32", 0.001), tolerance).wrong);
});

Deno.test("compare refuses what is far, NaN, of another shape or type", () => {
  for (
    const [actual, expected] of [
      [found([1.00001]), right([1])],
      [found([NaN]), right([1])],
      [found([NaN, 1]), right([1, 1])],
      [found([1]), right([NaN])],
      [found([3e38]), right([Infinity])],
      [found([Infinity]), right([-Infinity])],
      [found([1e-30]), right([0])],
      [found([1, 1], "float32", [2, 1]), right([1, 1])],
      [found([1], "int32"), right([1])],
      [found([8], "int32"), right([7], "int32", 1)],
    ] as const
  ) {
    assert(compare(actual, expected, tolerance).wrong, `${actual.values}, ${expected.values}`);
  }
});

Deno.test("the movement of a sum is that of its terms, of an integer none", async () => {
  const operation = (sample: Sample): Operation => ({ name: "made up", samples: [sample] });
  const add: Sample = { name: "sum", inputs: [floats([100], 1, 2)], call: (x) => sum(x) };
  const [value, gradient] = await expected(operation(add), add);
  assertEquals([value.what, gradient.what, value.terms], ["value", "gradient 0", 101]);
  // A hundred numbers of about 1.5, each off by at most 2^-24 of itself, at random.
  assertGreater(value.movement[0], 1.5 * 2 ** -24);
  assertLess(value.movement[0], 150 * 2 ** -24);
  // The gradient is the weight of the result, which is moved too.
  assert(gradient.movement.every((m) => m > 0 && m < 1.5 * 2 ** -24));
  const whole: Sample = {
    name: "whole",
    inputs: [integers([5], -9, 9)],
    call: (x) => cast(mul(x, 2), "float32"),
  };
  assertEquals([...(await expected(operation(whole), whole))[0].movement], [0, 0, 0, 0, 0]);
});

Deno.test("every exception from the default tolerance names its cause", () => {
  assertEquals(toleranceOf({ name: "add", samples: [] }).cause, "");
  assertGreater(toleranceOf({ name: "tanh", samples: [] }).cause.length, 10);
});
