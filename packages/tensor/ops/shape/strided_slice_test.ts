import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import {
  type AxisRange,
  grad,
  mul,
  ndarray,
  normal,
  range,
  ShapeError,
  square,
  stridedSlice,
  sum,
  tensor,
  useBackend,
} from "../../mod.ts";
import { fixture, load } from "../fixtures/movement.ts";

function axisRange([start, stop, step]: readonly (number | null)[]): AxisRange {
  return { start: start ?? undefined, stop: stop ?? undefined, step: step ?? undefined };
}

Deno.test("stridedSlice agrees with Python for all kinds of ends and steps", () => {
  for (const { n, range: ends, taken } of fixture.oneAxis) {
    assertEquals(
      [...stridedSlice(range(n), [axisRange(ends)]).dataSync()],
      taken,
      `${n} elements, ${JSON.stringify(ends)}`,
    );
  }
  assertEquals(fixture.oneAxis.length, 512);
});

Deno.test("stridedSlice agrees with NumPy on several axes, its gradient with PyTorch", () => {
  for (const { x, ranges, y, weights, gradient } of fixture.stridedSlice) {
    const result = stridedSlice(load(x), ranges.map(axisRange));
    assertEquals(result.shape, y.shape);
    assertEquals([...result.dataSync()], y.values);
    const df = grad((x) => sum(mul(stridedSlice(x, ranges.map(axisRange)), load(weights))));
    assertEquals([...df(load(x)).dataSync()], gradient.values);
  }
});

Deno.test("stridedSlice takes axes without a range whole", () => {
  const x = tensor([[1, 2], [3, 4], [5, 6]]);
  assertEquals(stridedSlice(x, [{ start: 1 }]).array(), [[3, 4], [5, 6]]);
  assertStrictEquals(stridedSlice(x, []), x);
  assertStrictEquals(stridedSlice(x, [{ start: -3, stop: 3 }, {}]), x);
  assertEquals(stridedSlice(x, [{ start: 3 }]).shape, [0, 2]);
});

Deno.test("stridedSlice moves special values and int32 as they are", () => {
  assertEquals([...stridedSlice([NaN, 1, -0, 2], [{ step: -2 }]).dataSync()], [2, 1]);
  // 1 / -0 tells -0 from 0.
  const special = stridedSlice([NaN, 1, -0, 2], [{ step: 2 }]).dataSync();
  assertEquals([...special.map((v) => 1 / v)], [NaN, -Infinity]);
  const integers = stridedSlice(tensor(new Int32Array([2 ** 30 + 1, 2, 3])), [{ step: -1 }]);
  assertEquals([integers.dtype, integers.array()], ["int32", [3, 2, 2 ** 30 + 1]]);
});

Deno.test("stridedSlice reads a strided view", () => {
  const view = ndarray(new Float64Array([1, 2, 3, 4, 5, 6, 7, 8]), [4], [-2], 7);
  assertEquals(stridedSlice(view, [{ start: 1, step: 2 }]).array(), [6, 2]);
});

Deno.test("stridedSlice has a gradient of its gradient", () => {
  // f = sum of x_i^3 over every second i; df = 3 x^2 there; sum of its squares is 9 x^4, by x 36 x^3.
  const cubes = grad((x) => {
    const y = stridedSlice(x, [{ step: -2 }]);
    return sum(mul(y, square(y)));
  });
  const again = grad((x) => sum(square(cubes(x))));
  assertEquals(again(tensor([1, 2, 3, 4])).array(), [0, 288, 0, 2304]);
});

Deno.test("stridedSlice copies long and short rows alike, on any number of threads", async () => {
  for (const threads of [1, 2]) {
    await useBackend("wasm", { threads });
    const x = normal([90, 40, 61]), values = x.dataSync();
    const y = stridedSlice(x, [{ start: -3, stop: 2, step: -2 }, { start: 1, stop: -1 }, {
      step: 3,
    }]);
    assertEquals(y.shape, [43, 38, 21]);
    const expected: number[] = [];
    for (let i = 87; i > 2; i -= 2) {
      for (let j = 1; j < 39; j++) {
        for (let k = 0; k < 61; k += 3) expected.push(values[(i * 40 + j) * 61 + k]);
      }
    }
    assertEquals([...y.dataSync()], expected);
    // One long row, and rows that are few and long.
    assertEquals(stridedSlice(x, [{ start: 7 }]).dataSync(), values.slice(7 * 2440));
    const flat = tensor(values), backwards = stridedSlice(flat, [{ step: -1 }]);
    assertEquals(backwards.dataSync(), values.slice().reverse());
    const halves = stridedSlice(tensor(values, { shape: [2, 109800] }), [{}, {
      start: 3,
      stop: 99999,
    }]);
    assertEquals(
      [...halves.dataSync()],
      [...values.subarray(3, 99999), ...values.subarray(109803, 209799)],
    );
  }
});

Deno.test("stridedSlice refuses a step of 0, fractions, and too many ranges", () => {
  assertThrows(
    () => stridedSlice([1, 2], [{ step: 0 }]),
    ShapeError,
    "Cannot slice as start, stop and step must be integers and the step not 0",
  );
  assertThrows(() => stridedSlice([1, 2], [{ start: 0.5 }]), ShapeError, "start 0.5");
  assertThrows(() => stridedSlice([1, 2], [{ stop: NaN }]), ShapeError, "stop NaN");
  assertThrows(() => stridedSlice([1, 2], [{}, {}]), ShapeError, "2 ranges for shape [2]");
});
