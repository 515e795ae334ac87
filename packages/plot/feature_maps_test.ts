import { assertEquals, assertThrows } from "@std/assert";
import { decode } from "npm:fast-png@8.0.0";
import { featureMaps, type FeatureMapsOptions, palette } from "./mod.ts";
import { textsOf } from "./testing/read_svg.ts";
import { rgbOf } from "./theme.ts";

const pixels = async (maps: Parameters<typeof featureMaps>[0], options: FeatureMapsOptions = {}) =>
  Array.from(
    decode(await featureMaps(maps, { scale: 1, gap: 0, columns: 1, ...options }).toPNG()).data,
  );

/** Height 1, width 3, two channels: 0, 1, 2 and 0, 4, 8. */
const maps = [[[0, 0], [1, 4], [2, 8]]];

Deno.test("featureMaps draws a channel an image, each for itself or all alike", async () => {
  assertEquals(await pixels(maps), [0, 128, 255, 0, 128, 255]);
  assertEquals(await pixels(maps, { scaling: "all" }), [0, 32, 64, 0, 128, 255]);
});

Deno.test("featureMaps draws a channel that never answers black, in diverging colours white", async () => {
  const dead = [[[0], [0]]];
  assertEquals(await pixels(dead), [0, 0]);
  assertEquals(await pixels(dead, { colours: "diverging" }), Array(6).fill(255));
  const low = [[[-2], [2]]];
  const colours = [...rgbOf(palette[0]), ...rgbOf(palette[1])];
  assertEquals(await pixels(low, { colours: "diverging" }), colours);
});

Deno.test("featureMaps reads views: channels last out of channels first", async () => {
  const data = Float32Array.of(0, 1, 2, 4, 9, 8, 7, 1);
  const view = { data, shape: [2, 2, 2], stride: [2, 1, 4], offset: 0 };
  assertEquals(await pixels(view), [0, 64, 128, 255, 255, 223, 191, 0]);
});

Deno.test("featureMaps writes title and captions", async () => {
  const svg = await featureMaps(maps, { title: "conv2d", captions: ["first", "second"] }).toSVG();
  assertEquals(textsOf(svg).map(({ text }) => text), ["conv2d", "first", "second"]);
});

Deno.test("featureMaps refuses batches and numbers that are none", () => {
  const batch = { data: Array(8).fill(0), shape: [2, 2, 2, 1], stride: [4, 2, 1, 1], offset: 0 };
  assertThrows(
    () => featureMaps(batch),
    TypeError,
    "maps must be [height, width, channels]: current shape is [2,2,2,1]",
  );
  assertThrows(() => featureMaps([[[1, 2], [3, Infinity]]]), RangeError, "maps[0][1][1] is Inf");
  assertThrows(() => featureMaps([[[1], [2]], [[3]]]), RangeError, "maps[1] is [1,1]");
  assertThrows(() => featureMaps(maps, { captions: ["one"] }), RangeError, "1 captions");
  const none = { data: [], shape: [2, 0, 1], stride: [0, 1, 1], offset: 0 };
  assertThrows(() => featureMaps(none), TypeError, "current shape is [2,0,1]");
});
