import { gaussian, inverseMultiquadric, multiquadric, thinPlate } from "@neurite/rbf";
import { backendInfo, grad, ShapeError, sum, tensor } from "@neurite/tensor";
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { RADIAL } from "./radial_functions.ts";
import { squaredDistances } from "./squared_distances.ts";

/** One point at a distance of `r` from one centre of spread `s`. */
const at = (f: typeof gaussian, r: number, s: number): number =>
  f([[1 + 0.6 * r, 2 - 0.8 * r]], [[1, 2]], [s]).item();

Deno.test("the functions at distances of none, one and two spreads, worked out by hand", () => {
  const expected: [typeof gaussian, number[]][] = [
    [gaussian, [1, Math.exp(-0.5), Math.exp(-2)]],
    [multiquadric, [1, Math.sqrt(2), Math.sqrt(5)]],
    [inverseMultiquadric, [1, 1 / Math.sqrt(2), 1 / Math.sqrt(5)]],
    [thinPlate, [0, 0, 4 * Math.log(2)]],
  ];
  for (const [f, values] of expected) {
    values.forEach((value, i) => assertAlmostEquals(at(f, 3 * i, 3), value, 1e-5, f.name));
  }
});

Deno.test("every point meets every centre with its own spread", () => {
  const phi = gaussian([[0], [1], [2]], [[0], [2]], [1, 0.5]);
  assertEquals(phi.shape, [3, 2]);
  const bell = (r: number, s: number) => Math.exp(-r * r / (2 * s * s));
  const wanted = [bell(0, 1), bell(2, 0.5), bell(1, 1), bell(1, 0.5), bell(2, 1), bell(0, 0.5)];
  phi.dataSync().forEach((v, i) => assertAlmostEquals(v, wanted[i], 1e-6));
});

Deno.test("far away, and of tiny spreads, nothing becomes NaN", () => {
  for (const [name, f] of Object.entries(RADIAL)) {
    for (const [r, s] of [[1e6, 1], [0, 1e-6], [1e-20, 1], [1, 1e-3]]) {
      assert(Number.isFinite(f([[r]], [[0]], [s]).item()), `${name} at ${r} with ${s}`);
    }
  }
  assertEquals(at(gaussian, 1e6, 1), 0);
});

Deno.test("the gradient of the Gaussian in its centre pulls towards the point", () => {
  const x = tensor([[1, 0]]), s = tensor([2]);
  const dc = grad((c) => sum(gaussian(x, c, s)))(tensor([[0, 0]]));
  // dφ/dc = φ (x - c) / σ^2
  const [dx0, dx1] = dc.dataSync();
  assertAlmostEquals(dx0, Math.exp(-1 / 8) / 4, 1e-6);
  assertEquals(dx1, 0);
});

Deno.test("squaredDistances takes many points in parts, and gives the parts back", () => {
  const n = 2100, d = 700, before = backendInfo().liveTensors; // 3 centres: two parts
  const values = Float32Array.from({ length: n * d }, (_, i) => i % 11);
  const x = tensor(values, { shape: [n, d] }),
    c = tensor(values.slice(d, 4 * d), { shape: [3, d] });
  const y = squaredDistances(x, c);
  assertEquals([y.shape, backendInfo().liveTensors - before], [[n, 3], 3]);
  const found = y.dataSync();
  for (const [i, j] of [[0, 0], [1, 0], [2, 1], [1996, 2], [1997, 0], [1998, 1], [2099, 2]]) {
    let sum = 0;
    for (let k = 0; k < d; k++) sum += (values[i * d + k] - values[(j + 1) * d + k]) ** 2;
    assertEquals(found[i * 3 + j], sum, `${i}, ${j}`);
  }
});

Deno.test("points and centres of different dimension are refused", () => {
  assertThrows(() => gaussian([[1, 2]], [[1, 2, 3]], [1]), ShapeError);
  assertThrows(() => gaussian([[0, 1]], [[0]], [1]), ShapeError, "centres [k, d]"); // not broadcast
  assertThrows(() => gaussian([0], [0], [1]), ShapeError, "points [N, d]");
  assertThrows(() => gaussian([[0]], [[0], [1]], [1]), ShapeError, "spreads [k]");
  for (const s of [0, -1, NaN]) {
    assertThrows(() => thinPlate([[0]], [[0]], [s]), RangeError, "greater than 0: current");
  }
});
