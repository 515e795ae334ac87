import { assert, assertEquals } from "@std/assert";
import { erfcOf, erfOf } from "./error_function.ts";

/** [x, erf(x), 1 - erf(x)] to 16 digits, computed with 40. */
const VALUES = [
  [1e-8, 1.128379167095513e-8, 0.9999999887162083],
  [0.25, 0.2763263901682369, 0.7236736098317631],
  [1, 0.8427007929497149, 0.1572992070502851],
  [2, 0.9953222650189527, 0.004677734981047266],
  [2.4375, 0.9994334567454198, 0.0005665432545801649],
  [2.5, 0.999593047982555, 0.0004069520174449589],
  [3.5, 0.9999992569016277, 7.430983723414127e-7],
  [5, 0.9999999999984625, 1.537459794428035e-12],
  [9.75, 1.0, 2.985700832800578e-43],
];

Deno.test("values on both sides of where the formulas change", () => {
  for (const [x, erf, erfc] of VALUES) {
    for (const [found, right] of [[erfOf(x), erf], [erfcOf(x), erfc], [erfOf(-x), -erf]]) {
      assert(Math.abs(found - right) <= 2e-13 * Math.abs(right), `${found} and ${right} at ${x}`);
    }
  }
});

Deno.test("limits", () => {
  assertEquals([0, Infinity, -Infinity, NaN].map(erfOf), [0, 1, -1, NaN]);
  assertEquals([0, Infinity, -Infinity, NaN].map(erfcOf), [1, 0, 2, NaN]);
  assert(Object.is(erfOf(-0), -0));
});
