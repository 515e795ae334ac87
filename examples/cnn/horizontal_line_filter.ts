/**
 * A filter for horizontal lines is moved over a drawn image and over a handwritten digit.
 *
 * The filter adds up a row of three pixels and subtracts the rows above and below: on a horizontal
 * line it gives 6, on a vertical one and on a plain area 0. Transposed, it finds vertical lines.
 * A second at most.
 *
 * `deno task example cnn/horizontal_line_filter [--data dir] [--check] [--backend b] [--out dir]`
 *
 * Permissions: --allow-read --allow-write --allow-env --allow-net=ossci-datasets.s3.amazonaws.com,storage.googleapis.com
 */
import { scale } from "@neurite/datasets";
import { featureMaps, filters, imageGrid, panels } from "@neurite/plot";
import { conv2d, type NdArray, ndarray, relu } from "@neurite/tensor";
import { startBackend } from "../common/backend.ts";
import { loadSomeDigits } from "../common/data.ts";
import { finish } from "../common/finish.ts";
import { commandLine, type ExampleOptions, readOptions } from "../common/options.ts";
import { arrayOf } from "../common/read.ts";

const program = commandLine({
  name: "deno task example cnn/horizontal_line_filter",
  description: "Finds horizontal lines with one filter.",
  check: "fail unless horizontal lines give 6, and vertical ones 0",
}).option("--data <dir>", "a folder with the MNIST files");
const options = readOptions<ExampleOptions & { data?: string }>(program);
await startBackend(program, options);

const SIZE = 28;

/** A drawing: a window with its cross, and a slope. */
function draw(): NdArray<Float32Array> {
  const image = ndarray(new Float32Array(SIZE * SIZE), [SIZE, SIZE]);
  for (let i = 4; i <= 16; i++) {
    for (const line of [4, 10, 16]) {
      image.set(line, i, 1);
      image.set(i, line, 1);
    }
  }
  for (let i = 0; i < 8; i++) image.set(25 - i, 17 + i, 1);
  return image;
}

const { name, data: digits } = await loadSomeDigits(options);
const seven = Array.from(digits.labels.data).indexOf(7);
const digit = scale(digits.images, { flatten: false }).pick(seven, null, null);

// Filters are [height, width, input channels, output channels]: one channel in, two filters.
const horizontal = [[-1, -1, -1], [2, 2, 2], [-1, -1, -1]];
const weights = horizontal.map((row, y) =>
  row.map((_, x) => [[horizontal[y][x], horizontal[x][y]]])
);

/** What both filters find in an image, `[28, 28, 2]`; what is no line falls away. */
async function respond(image: NdArray<Float32Array>): Promise<NdArray> {
  const batch = Array.from(
    { length: SIZE },
    (_, y) => Array.from({ length: SIZE }, (_, x) => [image.get(y, x)]),
  );
  const response = relu(conv2d([batch], weights, { padding: "same" })); // [1, 28, 28, 2]
  return (await arrayOf(response)).pick(0, null, null, null);
}

const drawing = draw();
const [inDrawing, inDigit] = [await respond(drawing), await respond(digit)];
const strongest = (maps: NdArray, filter: number) => {
  let [most, row] = [0, 0];
  for (let y = 0; y < SIZE; y++) {
    for (let x = 0; x < SIZE; x++) {
      if (maps.get(y, x, filter) > most) [most, row] = [maps.get(y, x, filter), y];
    }
  }
  return { most, row };
};
const names = ["horizontal", "vertical"];
names.forEach((which, filter) => {
  const [a, b] = [strongest(inDrawing, filter), strongest(inDigit, filter)];
  console.log(
    `${which.padEnd(10)}  drawing: at most ${a.most.toFixed(1)}; ${name} digit 7: at most ` +
      `${b.most.toFixed(1)}, in row ${b.row}`,
  );
});

const scaleOf = { scale: 5, gap: 12 };
const key = { colours: "diverging", scaling: "all", key: true } as const;
const found = { scaling: "all", key: true, captions: names } as const;
await panels([
  filters(weights, {
    ...key,
    scale: 46,
    gap: 12,
    numbers: true,
    captions: names,
    title: "Filters and their weights",
  }),
  imageGrid([drawing, digit], { ...scaleOf, title: "Images", captions: ["drawing", "digit"] }),
  featureMaps(inDrawing, { ...scaleOf, ...found, title: "Found in the drawing" }),
  featureMaps(inDigit, { ...scaleOf, ...found, title: "Found in the digit" }),
], { columns: 2, title: "A filter for horizontal lines, and one for vertical ones" }).save(
  `${options.out}/horizontal_line_filter.png`,
);
console.log(`Picture in ${options.out}/: horizontal_line_filter.png`);

finish(options, [
  ["6 on a horizontal line", inDrawing.get(4, 7, 0) === 6],
  ["0 on a vertical line", inDrawing.get(7, 4, 0) === 0 && inDrawing.get(13, 16, 0) === 0],
  ["0 on a slope", inDrawing.get(21, 21, 0) === 0],
  ["6 on a vertical line with the filter turned", inDrawing.get(7, 4, 1) === 6],
  ["the bar of the 7 in the upper half", strongest(inDigit, 0).row < SIZE / 2],
]);
