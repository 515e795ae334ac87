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

Deno.test("imageGrid with labels: beside the middle of each row and above each column", async () => {
  const images = [0, 50, 100, 150, 200, 250].map((grey) => [[grey]]);
  const picture = imageGrid(images, {
    range: [0, 255],
    scale: 40,
    rowLabels: ["noisy", "denoised", "a < b"],
    columnLabels: ["x", "y"],
    title: "Grid",
  });
  const svg = await picture.toSVG();
  const texts = textsOf(svg);
  assertEquals(texts.map(({ text, anchor }) => [text, anchor]), [
    ["Grid", "start"],
    ["x", "middle"],
    ["y", "middle"],
    ["noisy", "end"],
    ["denoised", "end"],
    ["a &lt; b", "end"],
  ]);
  const png = decode(await picture.toPNG({ scale: 1 }));
  const at = (x: number, y: number) => png.data[(Math.round(y) * png.width + Math.round(x)) * 4];
  const columns = texts.slice(1, 3).map((text) => text.at[0]);
  const rows = texts.slice(3).map((text) => text.at[1] - 4);
  assertEquals(rows.map((y) => columns.map((x) => at(x, y))), [[0, 50], [100, 150], [200, 250]]);
  // Images reach 20 to both sides of those middles; row labels end 10 before them.
  const [x, y] = [columns[0], rows[0]];
  assertEquals([at(x - 20, y - 20), at(x + 19, y + 19)], [0, 0]);
  assertEquals([at(x - 21, y - 20), at(x + 20, y + 19)], [255, 255]);
  assertEquals([texts[1].at[1], texts[3].at[0]], [y - 26, x - 30]);
});

Deno.test("imageGrid fills the rows that are named, ten over ten", async () => {
  const picture = imageGrid(Array.from({ length: 20 }, (_, i) => [[i]]), {
    range: [0, 19],
    scale: 30,
    gap: 2,
    rowLabels: ["in", "out"],
  });
  const svg = await picture.toSVG();
  const [input, output] = textsOf(svg).map((text) => text.at);
  assertEquals(output[1] - input[1], 32);
  const png = decode(await picture.toPNG({ scale: 1 }));
  const row = (y: number) =>
    Array.from(
      { length: 10 },
      (_, i) => png.data[((y - 4) * png.width + input[0] + 25 + 32 * i) * 4],
    );
  const grey = (from: number) =>
    Array.from({ length: 10 }, (_, i) => Math.round((from + i) / 19 * 255));
  assertEquals([row(input[1]), row(output[1])], [grey(0), grey(10)]);
});

Deno.test("imageGrid with labels in a terminal keeps columns together where a row is too wide", () => {
  const image = (grey: number) => [[grey, grey, grey, grey, grey, grey], [0, 0, 0, 0, 0, 0]];
  const picture = imageGrid([255, 128, 255, 255, 255, 128].map(image), {
    range: [0, 255],
    rowLabels: ["in", "out"],
    columnLabels: ["one", "two", "three"],
  });
  assertEquals(picture.toTerminal({ columns: 22, color: false }).split("\n"), [
    "     one     two",
    "in   ▒▒▒▒▒▒  ░░░░░░",
    "",
    "out  ▒▒▒▒▒▒  ▒▒▒▒▒▒",
    "",
    "     three",
    "in   ▒▒▒▒▒▒",
    "",
    "out  ░░░░░░",
  ]);
});

Deno.test("imageGrid refuses captions, columns, scales and gaps that do not fit", () => {
  const draw = (options: object) => () => imageGrid([[[0]]], { range: [0, 1], ...options });
  assertThrows(draw({ captions: ["a", "b"] }), RangeError, "there are 1 images and 2 captions");
  assertThrows(draw({ columns: 0 }), RangeError, "it is 0");
  assertThrows(draw({ scale: 0.5 }), RangeError, "current scale is 0.5");
  assertThrows(draw({ gap: -1 }), RangeError, "it is -1");
  assertThrows(draw({ rowLabels: ["a", "b"] }), RangeError, "there are 1 rows and 2 labels");
  assertThrows(
    draw({ columnLabels: ["a"], columns: 2, rowLabels: ["a", "b"] }),
    RangeError,
    "there are 1 rows and 2 labels",
  );
  assertThrows(draw({ columnLabels: ["a", "b"] }), RangeError, "there are 1 columns and 2 labels");
});
