/** The matrix product on the shapes of the book's networks, on the backend of `NEURITE_BACKEND`. */
import { assertAlmostEquals } from "@std/assert";
import { matmul, type MatmulOptions, ones, useBackend } from "../../mod.ts";

const { name, threads } = await useBackend();

const SHAPES: readonly [string, number, number, number, MatmulOptions?][] = [
  ["square 1024", 1024, 1024, 1024],
  ["W1 x", 512, 128, 784],
  ["δ1 x^T", 512, 784, 128, { transposeB: true }],
  ["W2 a", 10, 128, 512],
  ["δ2 a^T", 10, 512, 128, { transposeB: true }],
  ["W2^T δ2", 512, 128, 10, { transposeA: true }],
  ["x W1, rows", 128, 512, 784],
  ["x^T δ, rows", 784, 512, 128, { transposeA: true }],
  ["δ W^T, rows", 128, 784, 512, { transposeB: true }],
  ["awkward 127 x 129 x 131", 127, 129, 131],
];

for (const [label, m, n, k, options = {}] of SHAPES) {
  const a = ones(options.transposeA ? [k, m] : [m, k]);
  const b = ones(options.transposeB ? [n, k] : [k, n]);
  using check = matmul(a, b, options);
  assertAlmostEquals(check.dataSync()[m * n - 1], k, 1e-3);
  Deno.bench(`matmul ${label} [${m}, ${k}] [${k}, ${n}]`, { group: `${name} ${threads}` }, () => {
    matmul(a, b, options).dispose();
  });
}
