import { assertEquals, assertThrows } from "@std/assert";
import { backendInfo, grad, mul, ShapeError, sum, tensor, tile } from "../../mod.ts";
import { fixture, load } from "../fixtures/movement.ts";

Deno.test("tile agrees with NumPy, also where ranks differ", () => {
  for (const { x, repeats, y } of fixture.tile) {
    const result = tile(load(x), repeats);
    assertEquals(result.shape, y.shape);
    assertEquals([...result.dataSync()], y.values);
  }
});

Deno.test("tile repeats a number and int32", () => {
  assertEquals(tile(3, [2, 2]).array(), [[3, 3], [3, 3]]);
  const y = tile(tensor(new Int32Array([1, -2])), [2]);
  assertEquals([y.dtype, y.array()], ["int32", [1, -2, 1, -2]]);
  assertEquals(tile([1, 2], []).array(), [1, 2]);
});

Deno.test("tile's gradient sums over the repetitions", () => {
  const f = grad((x) => sum(mul(tile(x, [2, 2]), [[1, 2, 3, 4], [5, 6, 7, 8]])));
  assertEquals(f(tensor([[0, 0]])).array(), [[16, 20]]);
});

Deno.test("tile leaves nothing behind but its result, and refuses bad repeats", () => {
  using x = tensor([[1, 2]]);
  const { liveTensors } = backendInfo();
  using _y = tile(x, [3, 1]);
  assertEquals(backendInfo().liveTensors, liveTensors + 1);
  assertThrows(
    () => tile(x, [-1, 1]),
    ShapeError,
    "Cannot tile as every size must be an integer",
  );
  assertThrows(() => tile(x, [1.5]), ShapeError, "[1.5]");
});
