/**
 * Single convolutions of the classic networks: how each is computed, and how fast, a line of JSON
 * each: `{"shape","macs","way","backend","threads","ms","gflops"}`, `ms` the best of several turns
 * and `gflops` those of the plain sum of products, so that a way that saves products shows more than
 * the machine can do.
 *
 * `deno run --allow-ffi --allow-env bench/conv_shapes.ts [--backend b] [--threads n] [--batch n] [--shape part]`
 */
import { conv2d, uniform, useBackend } from "@neurite/tensor";
import type { BackendName, Padding } from "@neurite/tensor";
import { explainConv2d } from "@neurite/tensor/internal";
import { Command } from "commander";

/** Image size, inputs, outputs, filter size, stride. */
type Layer = readonly [
  name: string,
  size: number,
  inputs: number,
  outputs: number,
  kernel: number,
  stride: number,
];

/** The layers, by the networks they are from. */
export const LAYERS: readonly Layer[] = [
  ["stem", 224, 3, 64, 7, 2],
  ["resnet 3x3 stage 1", 56, 64, 64, 3, 1],
  ["resnet 3x3 stage 2", 28, 128, 128, 3, 1],
  ["resnet 3x3 stage 3", 14, 256, 256, 3, 1],
  ["resnet 3x3 stage 4", 7, 512, 512, 3, 1],
  ["resnet 3x3 stride 2, 64 to 128", 56, 64, 128, 3, 2],
  ["resnet 3x3 stride 2, 128", 56, 128, 128, 3, 2],
  ["resnet 3x3 stride 2, 256", 28, 256, 256, 3, 2],
  ["resnet 3x3 stride 2, 512", 14, 512, 512, 3, 2],
  ["resnet 1x1 stage 1 in", 56, 256, 64, 1, 1],
  ["resnet 1x1 stage 1 out", 56, 64, 256, 1, 1],
  ["resnet 1x1 stage 2 in", 28, 512, 128, 1, 1],
  ["resnet 1x1 stage 2 out", 28, 128, 512, 1, 1],
  ["resnet 1x1 stage 3 in", 14, 1024, 256, 1, 1],
  ["resnet 1x1 stage 3 out", 14, 256, 1024, 1, 1],
  ["resnet 1x1 stage 4 in", 7, 2048, 512, 1, 1],
  ["resnet 1x1 stage 4 out", 7, 512, 2048, 1, 1],
  ["resnet 1x1 stride 2", 28, 512, 1024, 1, 2],
  ["vgg 1.1", 224, 3, 64, 3, 1],
  ["vgg 1.2", 224, 64, 64, 3, 1],
  ["vgg 2.2", 112, 128, 128, 3, 1],
  ["vgg 3.2", 56, 256, 256, 3, 1],
  ["vgg 4.2", 28, 512, 512, 3, 1],
  ["vgg 5.1", 14, 512, 512, 3, 1],
  ["alexnet 1", 224, 3, 64, 11, 4],
  ["alexnet 2", 27, 64, 192, 5, 1],
  ["alexnet 3", 13, 192, 384, 3, 1],
  ["alexnet 4", 13, 384, 256, 3, 1],
  ["densenet 1x1", 28, 256, 128, 1, 1],
  ["densenet 3x3", 28, 128, 32, 3, 1],
  ["inception 5x5 branch", 28, 16, 32, 3, 1],
  ["cifar 16", 32, 16, 16, 3, 1],
  ["cifar 32", 16, 32, 32, 3, 1],
  ["cifar 64", 8, 64, 64, 3, 1],
];

if (import.meta.main) {
  const options = new Command("conv_shapes")
    .option("--backend <name>", "wasm or blas", "wasm")
    .option("--threads <n>", "threads that compute", Number)
    .option("--batch <n>", "images", Number, 1)
    .option("--shape <part>", "only shapes whose name has this part", "")
    .parse(["deno", "conv_shapes", ...Deno.args]).opts();
  const { name: backend, threads } = await useBackend(options.backend as BackendName, {
    threads: options.threads,
  });
  for (const [shape, size, inputs, outputs, kernel, stride] of LAYERS) {
    if (!shape.includes(options.shape)) continue;
    const border = Math.floor(kernel / 2);
    const padding: Padding = [[border, border], [border, border]];
    const x = uniform([options.batch, size, size, inputs], -1, 1);
    const w = uniform([kernel, kernel, inputs, outputs], -1, 1), how = { strides: stride, padding };
    const run = () => conv2d(x, w, how);
    using y = run();
    const macs = y.size * kernel * kernel * inputs;
    for (const end = performance.now() + 300; performance.now() < end;) run().dispose();
    let ms = Infinity;
    for (const end = performance.now() + 400; performance.now() < end;) {
      const start = performance.now();
      run().dispose();
      ms = Math.min(ms, performance.now() - start);
    }
    const { way } = explainConv2d(x.shape, w.shape, how);
    console.log(JSON.stringify({
      ...{ shape, macs, way, backend, threads },
      ...{ ms: Number(ms.toFixed(3)), gflops: Number((2 * macs / ms / 1e6).toFixed(1)) },
    }));
    for (const tensor of [x, w]) tensor.dispose();
  }
}
