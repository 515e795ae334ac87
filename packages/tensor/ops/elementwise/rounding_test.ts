/** Rounding, remainders and logic. The values are NumPy's (2.4). */
import { assertEquals } from "@std/assert";
import {
  and,
  ceil,
  floor,
  grad,
  isFinite,
  isNaN,
  mod,
  mul,
  not,
  or,
  round,
  sum,
  tensor,
  useBackend,
} from "../../mod.ts";

const x = [-2.5, -1.5, -0.5, -0.2, -0, 0.5, 1.5, 2.5, 2.7, 8388609, -Infinity, NaN];
const integers = (...values: number[]) => tensor(Int32Array.from(values));

for (const name of ["reference", "wasm"] as const) {
  Deno.test(`floor, ceil and round as NumPy, on ${name}`, async () => {
    await useBackend(name);
    const rest = [8388609, -Infinity, NaN];
    assertEquals(floor(x).array(), [-3, -2, -1, -1, -0, 0, 1, 2, 2, ...rest]);
    assertEquals(ceil(x).array(), [-2, -1, -0, -0, -0, 1, 2, 3, 3, ...rest]);
    assertEquals(round(x).array(), [-2, -2, -0, -0, -0, 0, 2, 2, 3, ...rest]);
    for (const f of [floor, ceil, round]) assertEquals(f(integers(-3, 4)).dtype, "int32");
  });

  Deno.test(`mod as NumPy, on ${name}`, async () => {
    await useBackend(name);
    const a = [7, -7, 7, -7, 7.5, -0.25, 0, Math.fround(1e30), 5, 5, NaN, Infinity];
    const b = [3, 3, -3, -3, -2, 1, -2, 7, Infinity, 0, 1, 2];
    const right = [1, 2, -2, -1, -0.5, 0.75, -0, 3, 5, NaN, NaN, NaN];
    // The float32 next to 1e30 leaves this.
    right[7] = Number(BigInt(Math.fround(1e30)) % 7n);
    assertEquals(mod(a, b).array(), right);
    assertEquals(mod(integers(7, -7, 7, -7, 5), integers(3, 3, -3, -3, 0)).array(), [
      1,
      2,
      -2,
      -1,
      0,
    ]);
    const [da, db] = [
      grad((a) => sum(mul([1, 10], mod(a, [3, -3]))))(tensor([7, 7])),
      grad((b) => sum(mul([1, 10], mod([7, 7], b))))(tensor([3, -3])),
    ];
    assertEquals([da.array(), db.array()], [[1, 10], [-2, 30]]);
  });

  Deno.test(`what is NaN, finite, true: as NumPy, on ${name}`, async () => {
    await useBackend(name);
    const odd = [0, -0, 1, -2, NaN, Infinity, 3e38];
    assertEquals(isNaN(odd).array(), [0, 0, 0, 0, 1, 0, 0]);
    assertEquals(isFinite(odd).array(), [1, 1, 1, 1, 0, 0, 1]);
    assertEquals(not(odd).array(), [1, 1, 0, 0, 0, 0, 0]);
    assertEquals(and(odd, 1).array(), [0, 0, 1, 1, 1, 1, 1]);
    assertEquals(and([[0], [NaN]], [0, 2]).array(), [[0, 0], [0, 1]]);
    assertEquals(or([[0], [NaN]], [0, 2]).array(), [[0, 1], [1, 1]]);
    assertEquals(or(integers(0, 1), integers(0, 0)).array(), [0, 1]);
    assertEquals(not(integers(0, 7)).array(), [1, 0]);
  });
}

Deno.test("the backend is put back", async () => {
  assertEquals((await useBackend("wasm", { threads: 1 })).name, "wasm");
});
