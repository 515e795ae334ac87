import { assert, assertEquals, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import { decode } from "npm:fast-png@8.0.0";
import { imageGrid } from "./mod.ts";
import { textsOf } from "./testing/read_svg.ts";

Deno.test("imageGrid without captions is exact pixels", async () => {
  const images = [[[10, 20]], [[30, 40]], [[50, 60]]];
  const png = decode(
    await imageGrid(images, { range: [0, 255], columns: 2, scale: 2, gap: 1 }).toPNG(),
  );
  assertEquals([png.width, png.height, png.channels], [11, 7, 1]);
  const rows = Array.from({ length: 7 }, (_, y) => [...png.data.slice(y * 11, y * 11 + 11)]);
  const white = Array(11).fill(255);
  const first = [255, 10, 10, 20, 20, 255, 30, 30, 40, 40, 255];
  const second = [255, 50, 50, 60, 60, 255, 255, 255, 255, 255, 255];
  assertEquals(rows, [white, first, first, white, second, second, white]);
});

Deno.test("imageGrid draws colour, and larger on request", async () => {
  const picture = imageGrid([[[[255, 0, 0], [0, 0, 255]]]], { range: [0, 255], scale: 1, gap: 0 });
  assertEquals([...decode(await picture.toPNG()).data], [255, 0, 0, 0, 0, 255]);
  const large = decode(await picture.toPNG({ scale: 2 }));
  assertEquals([large.width, large.height], [4, 2]);
  assertEquals([...large.data.slice(12)], [255, 0, 0, 255, 0, 0, 0, 0, 255, 0, 0, 255]);
  await assertRejects(() => picture.toPNG({ scale: 1.5 }), RangeError, "current scale is 1.5");
});

Deno.test("imageGrid with captions draws images sharp and captions below them", async () => {
  const picture = imageGrid([[[0, 255], [255, 0]], [[255, 0], [0, 255]]], {
    range: [0, 255],
    scale: 20,
    captions: ["true 4, read 9", "a < b\nsecond line"],
  });
  const svg = await picture.toSVG();
  const texts = textsOf(svg);
  assertEquals(texts.map(({ text }) => text), ["true 4, read 9", "a &lt; b", "second line"]);
  assertEquals(texts[1].at[0], texts[2].at[0]);
  assert(texts[2].at[1] > texts[1].at[1] && texts[1].at[0] > texts[0].at[0]);
  const png = decode(await picture.toPNG({ scale: 1 }));
  const at = (x: number, y: number) => png.data[(Math.round(y) * png.width + Math.round(x)) * 4];
  const middle = texts[0].at[0];
  // The image is 40 wide and high, centred over its caption, its top at the gap of 12.
  assertEquals([at(middle - 19, 13), at(middle - 2, 31), at(middle + 2, 31)], [0, 0, 255]);
  assertEquals([at(middle + 19, 13), at(middle - 2, 33), at(middle + 2, 33)], [255, 255, 0]);
});

Deno.test("imageGrid writes its captions into the PNG", async () => {
  const draw = (caption: string) =>
    imageGrid([[[128]]], { range: [0, 255], scale: 30, captions: [caption] }).toPNG({ scale: 1 });
  const [one, other, again, none] = [
    await draw("read 9"),
    await draw("read 4"),
    await draw("read 9"),
    await draw("      "),
  ];
  assertEquals(one, again);
  assertNotEquals(one, other);
  const dark = (png: Uint8Array) => {
    const { data } = decode(png);
    return data.filter((value, i) => i % 4 === 0 && value < 100).length;
  };
  assertEquals(dark(none), 0);
  assert(dark(one) > 30, `${dark(one)} dark pixels`);
});

Deno.test("imageGrid in a terminal: shades, captions and as many in a row as fit", () => {
  const images = [[[0, 255, 128], [0, 255, 128]], [[0, 0, 0], [255, 255, 255]]];
  const picture = imageGrid(images, {
    range: [0, 255],
    captions: ["ab", "long one"],
    title: "Grid",
  });
  assertEquals(picture.toTerminal({ columns: 20, color: false }).split("\n"), [
    "Grid",
    " █▒       ▒▒▒",
    "ab        long one",
  ]);
});

Deno.test("imageGrid in a coloured terminal: two pixels to a half block", () => {
  const picture = imageGrid([[[0, 255], [255, 0], [128, 128]]], { range: [0, 255] });
  assertEquals(picture.toTerminal({ columns: 20, color: true }).split("\n"), [
    "\x1b[38;2;0;0;0;48;2;255;255;255m▀\x1b[38;2;255;255;255;48;2;0;0;0m▀\x1b[0m",
    "\x1b[38;2;128;128;128m▀▀\x1b[0m",
  ]);
});

Deno.test("imageGrid makes images wider than the terminal smaller by a whole factor", () => {
  const row = Array.from({ length: 40 }, (_, x) => x < 20 ? 0 : 255);
  const picture = imageGrid([[row, row, row, row]], { range: [0, 255] });
  assertEquals(picture.toTerminal({ columns: 20, color: false }), " ".repeat(10) + "█".repeat(10));
});

Deno.test("imageGrid refuses captions, columns, scales and gaps that do not fit", () => {
  const draw = (options: object) => () => imageGrid([[[0]]], { range: [0, 1], ...options });
  assertThrows(draw({ captions: ["a", "b"] }), RangeError, "there are 1 images and 2 captions");
  assertThrows(draw({ columns: 0 }), RangeError, "it is 0");
  assertThrows(draw({ scale: 0.5 }), RangeError, "current scale is 0.5");
  assertThrows(draw({ gap: -1 }), RangeError, "it is -1");
});
