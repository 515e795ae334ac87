/**
 * Average against max pooling: what is left of a handwritten digit.
 *
 * Max pooling keeps strokes bright and makes them thick, average pooling keeps the grey of the whole
 * and fades them. Both change less than the image does where the digit moves by one pixel, and the
 * less the larger the window. A second at most.
 *
 * `deno task example cnn/pooling [--data dir] [--check] [--backend b] [--out dir]`
 *
 * Permissions: --allow-read --allow-write --allow-env --allow-net=ossci-datasets.s3.amazonaws.com,storage.googleapis.com
 */
import { scale } from "@neurite/datasets";
import { imageGrid, panels } from "@neurite/plot";
import {
  avgPool2d,
  div,
  expandDims,
  max,
  maxPool2d,
  mean,
  norm,
  pad,
  slice,
  sub,
  type Tensor,
} from "@neurite/tensor";
import { startBackend } from "../common/backend.ts";
import { loadSomeDigits } from "../common/data.ts";
import { finish } from "../common/finish.ts";
import { commandLine, type ExampleOptions, readOptions } from "../common/options.ts";
import { arrayOf, numberOf } from "../common/read.ts";

const program = commandLine({
  name: "deno task example cnn/pooling",
  description: "Compares average and max pooling on handwritten digits.",
  check: "fail unless averages keep the mean, maxima the peak, and both forgive a shift",
}).option("--data <dir>", "a folder with the MNIST files");
const options = readOptions<ExampleOptions & { data?: string }>(program);
await startBackend(program, options);

const SIZE = 28;
const { name, data: digits } = await loadSomeDigits(options);
const count = digits.labels.size;
const images = expandDims(scale(digits.images, { flatten: false }), 3); // [n, 28, 28, 1]
// All digits one pixel to the right.
const shifted = slice(pad(images, [[0, 0], [0, 0], [1, 0], [0, 0]]), [0, 0, 0, 0], images.shape);

/** One way to pool, with windows of `size` side by side; a window of one pixel leaves all as it is. */
interface Pooling {
  kind: string;
  size: number;
  pool: (x: Tensor) => Tensor;
}
const poolings = [2, 4, 7].flatMap((size): Pooling[] => [
  { kind: "max", size, pool: (x) => maxPool2d(x, { size }) },
  { kind: "average", size, pool: (x) => avgPool2d(x, { size }) },
]);
const none: Pooling = { kind: "none", size: 1, pool: (x) => x };

/** How bright all is and at most, and by what share it changes where the digits move by one pixel. */
async function measure({ pool }: Pooling) {
  const [before, after] = [pool(images), pool(shifted)];
  const change = div(norm(sub(after, before)), norm(before));
  return {
    mean: await numberOf(mean(before)),
    max: await numberOf(max(before)),
    change: await numberOf(change),
  };
}

const results = await Promise.all(
  [none, ...poolings].map(async (pooling) => ({ ...pooling, ...await measure(pooling) })),
);
console.log(`${count} ${name} digits`);
console.log("pooling  window  image  mean   change by a one-pixel shift");
for (const { kind, size, mean, change } of results) {
  const side = `${SIZE / size}`.padStart(2);
  const window = `${size}×${size}`;
  console.log(
    `${kind.padEnd(7)}  ${window.padEnd(6)}  ${side}×${side}  ${mean.toFixed(3)}  ` +
      `${(100 * change).toFixed(0)} %`,
  );
}

// One digit before and after, all drawn of one size.
const first = slice(images, [0, 0, 0, 0], [1, -1, -1, -1]);
const picture = async ({ kind, size, pool }: Pooling) =>
  imageGrid(
    [(await arrayOf(pool(first))).pick(0, null, null, 0)],
    {
      range: [0, 1],
      scale: 4 * size,
      captions: [size === 1 ? "the digit" : `${kind} ${size}×${size}`],
    },
  );
const rows = ["max", "average"].map((kind) => poolings.filter((pooling) => pooling.kind === kind));
await panels(await Promise.all(rows.flatMap((row) => [none, ...row].map(picture))), {
  columns: 4,
  title: `A digit of ${name}, and what pooling leaves of it`,
})
  .save(`${options.out}/pooling.png`);
console.log(`Picture in ${options.out}/: pooling.png`);

const [plain, ...pooled] = results;
const of = (kind: string) => pooled.filter((result) => result.kind === kind);
const falls = (list: { change: number }[]) =>
  [plain, ...list].every(({ change }, i, all) => i === 0 || change < all[i - 1].change);
finish(options, [
  ["averages to keep the mean", of("average").every((r) => Math.abs(r.mean - plain.mean) < 1e-5)],
  ["maxima to keep the peak", of("max").every((r) => r.max === plain.max)],
  ["maxima to be brighter", of("max").every((r) => r.mean > plain.mean)],
  ["larger windows to change less by a shift", falls(of("max")) && falls(of("average"))],
]);
