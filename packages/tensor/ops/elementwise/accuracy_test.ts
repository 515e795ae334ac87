/**
 * How exact the kernels of functions of one number are, in both compiled modules: the largest error
 * over a dense sample, in units in the last place of the exact result rounded to float32 (ulp), where
 * 0.5 is the best there is. Beyond the largest float32 a result must be infinite.
 */
import { assert, assertEquals } from "@std/assert";
import type { KernelName } from "../../backends/wasm/kernel_name.ts";
import { BASELINE, RELAXED } from "../../backends/wasm/module.ts";
import { Rng } from "../../random/rng.ts";
import { erfcOf, erfOf } from "../rules/error_function.ts";

/** A function, and what it may be off by. */
interface Bound {
  /** The kernel. */
  name: KernelName;
  /** The exact value, in f64. */
  exact: (x: number) => number;
  /** Units in the last place. */
  ulp: number;
  /** How many mantissas are drawn for each exponent and sign, 1000 by default. */
  mantissas?: number;
  /** Arguments around which every float32 is tried. */
  near?: readonly number[];
}

const ln2 = Math.LN2;

/** e^x passes to 0 and infinity, and to denormal numbers, here; 2^n (1 + p) changes n here. */
const EXP_BREAKS = [
  -103.972084,
  -87.3365448,
  88.7228394,
  ...[-150, -126, -24, -1, 1, 24, 127]
    .map((n) => (n + 0.5) * ln2),
];

const BOUNDS: readonly Bound[] = [
  { name: "exp", exact: Math.exp, ulp: 1.1, mantissas: 5000, near: EXP_BREAKS },
  {
    name: "tanh",
    exact: Math.tanh,
    ulp: 2,
    mantissas: 5000,
    near: [0.17, 0.52, 1.04, 9.01, 10].flatMap((x) => [x, -x]),
  },
  {
    name: "sigmoid",
    exact: (x) => 1 / (1 + Math.exp(-x)),
    ulp: 1.8,
    mantissas: 5000,
    near: [...EXP_BREAKS, ...EXP_BREAKS.map((x) => -x), -1.1],
  },
  { name: "log", exact: Math.log, ulp: 1, near: [Math.SQRT1_2, 1, Math.SQRT2, 1.17549435e-38] },
  { name: "log1p", exact: Math.log1p, ulp: 1.5, near: [-1, -0.293, 0.4142, 2 ** 24, 3e38] },
  { name: "sin", exact: Math.sin, ulp: 1.6, near: turns() },
  { name: "cos", exact: Math.cos, ulp: 1.6, near: turns() },
  { name: "erf", exact: erfOf, ulp: 1.3, near: [-1, 1, 3.92] },
  {
    name: "softplus",
    exact: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
    ulp: 1.8,
    near: [-0.8813736, 0.8813736, ...EXP_BREAKS],
  },
  {
    name: "gelu",
    exact: (x) => x === -Infinity ? 0 : x / 2 * erfcOf(-x * Math.SQRT1_2),
    ulp: 7,
    near: [-14.5, -14, -13, -2.5, -1, 1],
  },
  { name: "sqrt", exact: Math.sqrt, ulp: 0.5 },
  { name: "asin", exact: Math.asin, ulp: 3, near: [-1, 1, 0.38268343, 0.9238795] },
  { name: "acos", exact: Math.acos, ulp: 3, near: [-1, 1, 0, 0.70710678] },
  { name: "atan", exact: Math.atan, ulp: 3, near: [0.41421356, 1, 2.4142135] },
  { name: "sinh", exact: Math.sinh, ulp: 4, near: [1, -1, 9, 89, 88.7] },
  { name: "cosh", exact: Math.cosh, ulp: 4, near: [9, 1, 89, 88.7] },
  { name: "asinh", exact: Math.asinh, ulp: 3, near: [1, 4096, -4096, 0.4] },
  { name: "acosh", exact: Math.acosh, ulp: 3, near: [1, 1.0001, 4096, 1.4] },
  { name: "atanh", exact: Math.atanh, ulp: 3, near: [1, -1, 0.1716] },
];

/** Angles near multiples of a quarter turn, where what is left is small; and beyond 2^28. */
function turns(): number[] {
  const quarters = [1, 2, 3, 4, 5, 100, 101, 3001, 6365, 6366, 1e6, 123456789];
  return quarters.map((n) => n * Math.PI / 2).concat(2 ** 28, 1e20, 3e38);
}

const floats = new Float32Array(1), bits = new Uint32Array(floats.buffer);
const doubles = new Float64Array(1), words = new Uint32Array(doubles.buffer);

/** The bits of a float32. */
function bitsOf(x: number): number {
  floats[0] = x;
  return bits[0];
}

/** The unit in the last place of float32 at a value, that of the smallest normal number or more. */
function unitOf(value: number): number {
  doubles[0] = value;
  // The upper half of a double: its exponent begins at bit 20.
  return 2 ** (Math.max((words[1] >>> 20 & 0x7ff) - 1023, -126) - 23);
}

/** Bit patterns: mantissas for all exponents and both signs, and all numbers near some of them. */
function sample({ mantissas = 1000, near = [] }: Bound): Uint32Array<ArrayBuffer> {
  const rng = new Rng(9), list: number[] = [];
  for (let exponent = 0; exponent < 512; exponent++) {
    const base = exponent * 2 ** 23;
    list.push(base, base + 1, base + 2 ** 23 - 1);
    for (let i = 3; i < mantissas; i++) list.push(base + rng.integer(2 ** 23));
  }
  for (const x of near) for (let k = -1000; k <= 1000; k++) list.push(bitsOf(x) + k);
  return Uint32Array.from(list);
}

/** A kernel of one of the modules, on a memory. */
function instantiate(
  base64: string,
  memory: WebAssembly.Memory,
  name: KernelName,
): (...args: number[]) => void {
  const module = new WebAssembly.Module(Uint8Array.from(atob(base64), (c) => c.charCodeAt(0)));
  const { exports } = new WebAssembly.Instance(module, { env: { memory, sgemm() {} } });
  return exports[name] as (...args: number[]) => void;
}

/** The largest error of results, and where it is; infinite where only one is infinite or NaN. */
function largestError(y: Float32Array, exact: (i: number) => number): { ulp: number; i: number } {
  let ulp = 0, at = 0;
  for (let i = 0; i < y.length; i++) {
    const right = exact(i), nearest = Math.fround(right);
    if (y[i] === nearest || (y[i] !== y[i] && nearest !== nearest)) continue;
    const finite = Math.abs(nearest) < Infinity && Math.abs(y[i]) < Infinity;
    const error = finite ? Math.abs(y[i] - right) / unitOf(right) : Infinity;
    if (error > ulp) {
      ulp = error;
      at = i;
    }
  }
  return { ulp, i: at };
}

/** The largest error of a kernel over a sample. */
function worst(base64: string, bound: Bound): { ulp: number; at: number; count: number } {
  const inputs = sample(bound), count = inputs.length;
  const from = 65536, to = from + Math.ceil(count / 16) * 64;
  const initial = Math.ceil((to + 4 * count) / 65536) + 1;
  const memory = new WebAssembly.Memory({ initial, maximum: 65536, shared: true });
  const kernel = instantiate(base64, memory, bound.name);
  new Uint32Array(memory.buffer, from, count).set(inputs);
  kernel(from, to, 0, 0, 0, count);
  const x = new Float32Array(memory.buffer, from, count);
  const y = new Float32Array(memory.buffer, to, count);
  const { ulp, i } = largestError(y, (i) => bound.exact(x[i]));
  return { ulp, at: x[i], count };
}

for (const [name, base64] of [["SIMD", BASELINE], ["relaxed SIMD", RELAXED]]) {
  for (const bound of BOUNDS) {
    Deno.test(`${bound.name} with ${name}: at most ${bound.ulp} ulp`, () => {
      const { ulp, at, count } = worst(base64, bound);
      if (bound.mantissas) assert(count >= 1e6, `only ${count} values`);
      assert(ulp <= bound.ulp, `${ulp} ulp at ${at}`);
    });
  }
}

for (const [name, base64] of [["SIMD", BASELINE], ["relaxed SIMD", RELAXED]]) {
  Deno.test(`pow with ${name}: at most 0.51 ulp`, () => {
    const rng = new Rng(9), count = 1 << 18;
    const memory = new WebAssembly.Memory({ initial: 64, maximum: 65536, shared: true });
    const kernel = instantiate(base64, memory, "pow"), at = [1, 2, 3].map((k) => k * 4 * count);
    const [a, b, y] = at.map((address) => new Float32Array(memory.buffer, address, count));
    for (let i = 0; i < count; i++) {
      // Powers of every size: the exponent of the result is drawn, too.
      const near1 = i % 4 === 0;
      a[i] = near1 ? 1 + rng.uniform(-1, 1) * 2 ** -rng.integer(23) : 2 ** rng.uniform(-149, 128);
      b[i] = rng.uniform(-152, 130) / Math.log2(a[i]);
    }
    kernel(at[0], at[1], at[2], 1, 1, 0, count);
    const { ulp, i } = largestError(y, (i) => a[i] === 1 ? 1 : a[i] ** b[i]);
    assert(ulp <= 0.51, `${ulp} ulp at ${a[i]} ** ${b[i]}`);
  });
}

Deno.test("the measure: units and errors", () => {
  assertEquals([1, 1.5, 2, 0.75, 2 ** -126, 1e-45, 0].map(unitOf), [
    ...[2 ** -23, 2 ** -23, 2 ** -22, 2 ** -24],
    ...[2 ** -149, 2 ** -149, 2 ** -149],
  ]);
  const shifted = worst(BASELINE, { name: "neg", exact: (x) => -x * (1 - 2 ** -23), ulp: 0 });
  assert(shifted.ulp > 1.9 && shifted.ulp < 2.1);
  assertEquals(worst(BASELINE, { name: "neg", exact: (x) => -x, ulp: 0 }).ulp, 0);
});
