import { assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { decode } from "npm:fast-png@8.0.0";
import { filters, type FiltersOptions, palette } from "./mod.ts";
import { jupyterDisplay } from "./picture.ts";
import { tagsOf, textAt, textsOf } from "./testing/read_svg.ts";
import { rgbOf } from "./theme.ts";

/** HWIO weights by rule. */
const make = (
  [height, width, inputs, outputs]: [number, number, number, number],
  rule: (y: number, x: number, input: number, output: number) => number,
) =>
  Array.from(
    { length: height },
    (_, y) =>
      Array.from({ length: width }, (_, x) =>
        Array.from({ length: inputs }, (_, i) =>
          Array.from({ length: outputs }, (_, o) =>
            rule(y, x, i, o)))),
  );

/** The pixels of the plain grid, one for each number, images one beside the other. */
async function pixels(
  weights: Parameters<typeof filters>[0],
  options: FiltersOptions = {},
): Promise<number[]> {
  const png = await filters(weights, { scale: 1, gap: 0, ...options }).toPNG();
  return Array.from(decode(png).data);
}

Deno.test("filters of one input channel: an image each, black to white for itself", async () => {
  // Filter 0 is -1, 0, 1, 3; filter 1 ten times that, falling.
  const weights = make([2, 2, 1, 2], (y, x, _, o) => {
    const rising = [-1, 0, 1, 3][2 * y + x];
    return o === 0 ? rising : -10 * rising;
  });
  assertEquals(await pixels(weights), [0, 64, 255, 191, 128, 255, 128, 0]);
  // All alike: from -30 to 10.
  assertEquals(await pixels(weights, { scaling: "all" }), [
    ...[185, 191, 255, 191],
    ...[198, 210, 128, 0],
  ]);
});

Deno.test("filters of three input channels are red, green and blue", async () => {
  const weights = make([1, 2, 3, 1], (_, x, input) => x === 0 ? input : 5);
  assertEquals(await pixels(weights), [0, 51, 102, 255, 255, 255]);
});

Deno.test("filters in diverging colours: blue below zero, white at it, vermilion above", async () => {
  const weights = make([1, 5, 1, 1], (_, x) => [-4, -2, 0, 2, 4][x]);
  const [blue, vermilion] = [rgbOf(palette[0]), rgbOf(palette[1])];
  const half = (colour: number[]) => colour.map((c) => Math.round(255 + (c - 255) / 2));
  assertEquals(
    await pixels(weights, { colours: "diverging" }),
    [blue, half(blue), [255, 255, 255], half(vermilion), vermilion].flat(),
  );
  const lopsided = make([1, 3, 1, 1], (_, x) => [-1, 0, 4][x]);
  const quarter = blue.map((c) => Math.round(255 + (c - 255) / 4));
  assertEquals(
    await pixels(lopsided, { colours: "diverging" }),
    [quarter, [255, 255, 255], vermilion].flat(),
  );
});

Deno.test("filters of several input channels: a row each, a column for every input", async () => {
  const weights = make([1, 2, 2, 3], (_, x, input, output) => x === 0 ? 0 : 1 + input + 2 * output);
  const picture = filters(weights, { scaling: "all", scale: 20, title: "Layer 2" });
  const svg = await picture.toSVG();
  const words = textsOf(svg).map(({ text }) => text);
  assertEquals(words, ["Layer 2", "input 0", "input 1", "filter 0", "filter 1", "filter 2"]);
  const png = decode(await picture.toPNG({ scale: 1 }));
  const grey = (column: number, row: number) => {
    const x = textAt(svg, `input ${column}`)[0] + 10; // The right one of two pixels.
    const y = textAt(svg, `filter ${row}`)[1] - 4;
    return png.data[(Math.round(y) * png.width + Math.round(x)) * 4];
  };
  const share = (value: number) => Math.round(value / 6 * 255);
  for (let output = 0; output < 3; output++) {
    assertEquals([grey(0, output), grey(1, output)], [
      share(1 + 2 * output),
      share(2 + 2 * output),
    ]);
  }
});

Deno.test("filters reads strided views, leaves the weights alone and copies them", async () => {
  // [output, input, x, y] in memory, seen as [y, x, input, output].
  const data = Float32Array.of(0, 1, 2, 3, 9, 6, 3, 0);
  const view = { data, shape: [2, 2, 1, 2], stride: [1, 2, 4, 4], offset: 0 };
  const picture = filters(view, { scale: 1, gap: 0 });
  data.fill(7);
  const expected = [0, 170, 255, 85, 85, 255, 170, 0];
  assertEquals(Array.from(decode(await picture.toPNG()).data), expected);
});

Deno.test("filters in a terminal and a notebook", async () => {
  const weights = make([2, 3, 2, 1], (_, x, input) => input === 0 ? x : -x);
  assertEquals(filters(weights).toTerminal({ columns: 40, color: false }).split("\n"), [
    "          input 0  input 1",
    "filter 0   ▒█      █▒",
  ]);
  const bundle = await filters(weights)[jupyterDisplay]();
  assertEquals(Object.keys(bundle), ["image/svg+xml", "text/plain"]);
  assertStringIncludes(bundle["image/svg+xml"], "filter 0");
  const plain = await filters(make([2, 2, 1, 1], (y) => y))[jupyterDisplay]();
  assertEquals(Object.keys(plain), ["image/png", "text/plain"]);
});

Deno.test("filters refuses other shapes, numbers that are none, and options that do not fit", async () => {
  const one = make([1, 1, 1, 1], () => 1);
  assertThrows(
    () => filters([[[1]]] as never),
    TypeError,
    "must be [height, width, input channels, output channels]: current shape is [1,1,1]",
  );
  assertThrows(
    () =>
      filters(
        make([2, 3, 2, 2], (y, x, i, o) => y === 1 && x === 2 && i === 0 && o === 1 ? NaN : 0),
      ),
    RangeError,
    "weights[1][2][0][1] is NaN",
  );
  assertThrows(() => filters(one, { rgb: true }), RangeError, "there are 1 input channels");
  const three = make([1, 1, 3, 1], () => 1);
  const both = { rgb: true, colours: "diverging" } as const;
  assertThrows(() => filters(three, both), RangeError, 'colours is "diverging"');
  const captions = ["a", "b", "c"];
  assertThrows(
    () => filters(three, { rgb: false, captions }),
    RangeError,
    "3 input channels make 3 images a filter",
  );
  assertThrows(() => filters(one, { colours: "red" as never }), RangeError, 'is "red"');
  assertThrows(() => filters(one, { scaling: "none" as never }), RangeError, 'is "none"');
  await assertRejects(() => filters(one).toPNG({ scale: 1.5 }), RangeError, "scale is 1.5");
});

Deno.test("filters writes weights on their places, light on dark, and what colours stand for", async () => {
  const line = [[-1, -1, -1], [2, 2, 2], [-1, -1, -1]].map((row) => row.map((w) => [[w]]));
  const picture = filters(line, { numbers: true, key: true, scaling: "all", colours: "diverging" });
  const svg = await picture.toSVG();
  const found = textsOf(svg).map(({ text }) => text);
  assertEquals(found.slice(0, 9).join(" "), "−1 −1 −1 2 2 2 −1 −1 −1");
  assertEquals(found.slice(9), ["−2", "0", "2"]);
  const fills = [...svg.matchAll(/<text [^>]*fill="([^"]*)">([^<]*)/g)].map(([, fill, text]) =>
    fill + text
  );
  assertEquals(fills.slice(0, 4), ["#1f2328−1", "#1f2328−1", "#1f2328−1", "#ffffff2"]);
  const { height } = tagsOf(svg)[0].attributes;
  assertEquals(Number(height), 3 * 28 + 2 * 4 + 46);
  const text = picture.toTerminal({ columns: 60, color: false });
  assertEquals(text.split("\n").at(-1), "blue: −2, white: 0, vermilion: 2");
  assertThrows(
    () => filters([[[[1], [2], [3]]]], { numbers: true }),
    RangeError,
    "current images show three, red, green and blue",
  );
});

Deno.test("filters lays filters side by side where asked, each a column", async () => {
  const weights = [[[[1, 2, 3], [4, 5, 6]]]]; // two inputs, three filters of one number
  const picture = filters(weights, { across: "filters", numbers: true, colours: "diverging" });
  const texts = textsOf(await picture.toSVG()).map(({ text }) => text);
  assertEquals(texts.slice(0, 5), ["filter 0", "filter 1", "filter 2", "input 0", "input 1"]);
  assertEquals(texts.slice(5), ["1", "2", "3", "4", "5", "6"]);
  assertThrows(
    () => filters(weights, { across: "rows" as "inputs" }),
    RangeError,
    'current across is "rows"',
  );
});
