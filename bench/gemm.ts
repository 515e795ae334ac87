/**
 * The matrix product against OpenBLAS called alone, over FFI, on the same shapes in one run: a line
 * of JSON each, `{"product","wasm1","wasm2","blas1","blas2","openblas1","openblas2"}` in GFLOP/s, the
 * best of several turns, in which all six are timed one after the other.
 *
 * `deno run --allow-ffi bench/gemm.ts [turns]`
 */
import { matmul, type MatmulOptions, uniform, useBackend } from "@neurite/tensor";

const { symbols: openblas } = Deno.dlopen("libopenblas.so.0", {
  openblas_set_num_threads: { parameters: ["i32"], result: "void" },
  cblas_sgemm: {
    parameters: [
      ...["i32", "i32", "i32", "i32", "i32", "i32", "f32"] as const,
      ...["buffer", "i32", "buffer", "i32", "f32", "buffer", "i32"] as const,
    ],
    result: "void",
  },
});

/** Label, m, n, k and transposes; the six products of a step of 784-512-10 come after the square. */
const SHAPES: readonly [string, number, number, number, MatmulOptions?][] = [
  ["1024 x 1024 x 1024", 1024, 1024, 1024],
  ["W1 x", 512, 128, 784],
  ["δ1 x^T", 512, 784, 128, { transposeB: true }],
  ["W2 a1", 10, 128, 512],
  ["δ2 a1^T", 10, 512, 128, { transposeB: true }],
  ["W2^T δ2", 512, 128, 10, { transposeA: true }],
  ["W1^T δ1", 784, 128, 512, { transposeA: true }],
];

const turns = Number(Deno.args[0] ?? 7);

/** GFLOP/s of `f`, called for about 20 ms. */
function rate(flops: number, f: () => void): number {
  const calls = Math.max(1, Math.round(2e9 / flops));
  const start = performance.now();
  for (let i = 0; i < calls; i++) f();
  return flops * calls / (performance.now() - start) / 1e6;
}

for (const [product, m, n, k, options = {}] of SHAPES) {
  const { transposeA = false, transposeB = false } = options, flops = 2 * m * n * k;
  await useBackend("wasm", { threads: 1 });
  const a = uniform(transposeA ? [k, m] : [m, k]), b = uniform(transposeB ? [n, k] : [k, n]);
  const [A, B] = [a, b].map((x) => x.dataSync() as Float32Array<ArrayBuffer>);
  const C = new Float32Array(m * n);
  const ours = () => matmul(a, b, options).dispose();
  const alone = () =>
    openblas.cblas_sgemm(
      ...[101, transposeA ? 112 : 111, transposeB ? 112 : 111, m, n, k, 1] as const,
      ...[A, transposeA ? m : k, B, transposeB ? k : n, 0, C, n] as const,
    );
  const best: Record<string, number> = {};
  const keep = (name: string, gflops: number) => best[name] = Math.max(best[name] ?? 0, gflops);
  for (let turn = 0; turn < turns; turn++) {
    for (const threads of [1, 2]) {
      await useBackend("wasm", { threads });
      rate(flops, ours); // warm: V8 compiles in the background, threads wake up
      keep(`wasm${threads}`, rate(flops, ours));
      await useBackend("blas", { threads });
      rate(flops, ours);
      keep(`blas${threads}`, rate(flops, ours));
      await useBackend("wasm", { threads: 1 });
      openblas.openblas_set_num_threads(threads);
      rate(flops, alone);
      keep(`openblas${threads}`, rate(flops, alone));
    }
  }
  const rounded = Object.entries(best).map(([name, r]) => [name, Number(r.toFixed(1))]);
  console.log(JSON.stringify({ product, ...Object.fromEntries(rounded) }));
}
