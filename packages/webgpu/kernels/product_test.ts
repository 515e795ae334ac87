/** Every variant of products, on shapes around the sizes of blocks and panels. */
import { assert } from "@std/assert";
import { WebGPUBackend } from "../backend.ts";
import { Device } from "../device/device.ts";
import { adapterTest } from "../../../testing/webgpu_adapter.ts";
import { DIRECT, LARGE, type Matrix, product, SHARED, SMALL } from "./product.ts";
import type { DeviceStorage } from "./runner.ts";

const SHAPES = [[70, 67, 33], [68, 72, 20]];

adapterTest("variants of products give sums of products, whichever way operands lie", async (t) => {
  const device = new Device(await (await navigator.gpu.requestAdapter())!.requestDevice());
  const backend = new WebGPUBackend(device, { adapter: "", vendor: "", limits: {} });
  const put = (values: Float32Array) => backend.write(values, "float32") as DeviceStorage;
  for (const variant of [DIRECT, SMALL, SHARED, LARGE]) {
    for (const [m, n, k] of SHAPES) {
      await t.step(`${variant.name} ${m} x ${k} by ${k} x ${n}`, async () => {
        // Integers: every order of sums gives the same.
        const a = Float32Array.from({ length: m * k }, (_, i) => i * 7 % 11 - 5);
        const b = Float32Array.from({ length: k * n }, (_, i) => i * 5 % 13 - 6);
        const bias = Float32Array.from({ length: n }, (_, i) => i % 3);
        const ways = m === 70 ? [[0, 0], [1, 1]] : [[0, 0], [1, 0], [0, 1]];
        for (const [turnedA, turnedB] of ways) {
          const of = (x: Float32Array, rows: number, columns: number, turned: number): Matrix => ({
            block: put(
              turned ? x.map((_, i) => x[i % rows * columns + Math.floor(i / rows)]) : x,
            ).block,
            strides: turned ? [1, rows] : [columns, 1],
          });
          const y = put(new Float32Array(m * n + 1));
          product(device, {
            ...{ m, n, k, a: of(a, m, k, turnedA), b: of(b, k, n, turnedB) },
            y: { block: y.block, strides: [n, 1] },
            bias: put(bias).block,
            activation: "relu",
          }, variant);
          const found = await backend.read(y, "float32", m * n + 1);
          assert(found[m * n] === 0, "nothing is written beyond the result");
          for (let i = 0; i < m; i++) {
            for (let j = 0; j < n; j++) {
              let z = bias[j];
              for (let l = 0; l < k; l++) z += a[i * k + l] * b[l * n + j];
              const v = found[i * n + j];
              assert(v === Math.max(0, z), `${i}, ${j}, turned ${turnedA} ${turnedB}: ${v}, ${z}`);
            }
          }
        }
      });
    }
  }
});
