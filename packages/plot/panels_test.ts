import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { decode } from "npm:fast-png@8.0.0";
import { jupyterDisplay, lineChart, panels, Picture } from "./mod.ts";
import { tagsOf, textAt, textsOf } from "./testing/read_svg.ts";

/** A picture of one colour. */
const block = (width: number, height: number, colour: string) =>
  new Picture({
    svg: () =>
      Promise.resolve(
        `<svg width="${width}" height="${height}" xmlns="http://www.w3.org/2000/svg">` +
          `<rect width="${width}" height="${height}" fill="${colour}"/></svg>`,
      ),
    terminal: ({ columns }) => `${colour} ${columns}`,
  });

const four = [
  block(10, 10, "#ff0000"),
  block(20, 30, "#00ff00"),
  block(15, 5, "#0000ff"),
  block(5, 5, "#000000"),
];

Deno.test("panels puts every picture into its column and row", async () => {
  const png = decode(await panels(four, { columns: 2 }).toPNG({ scale: 1 }));
  assertEquals([png.width, png.height], [35, 35]);
  const at = (x: number, y: number) =>
    Array.from(png.data.slice((y * 35 + x) * 4, (y * 35 + x) * 4 + 3));
  assertEquals([at(0, 0), at(9, 9), at(10, 10), at(14, 0)], [
    [255, 0, 0],
    [255, 0, 0],
    [255, 255, 255],
    [255, 255, 255],
  ]);
  assertEquals([at(15, 0), at(34, 29)], [[0, 255, 0], [0, 255, 0]]);
  assertEquals([at(0, 30), at(14, 34), at(15, 30), at(20, 30)], [
    [0, 0, 255],
    [0, 0, 255],
    [0, 0, 0],
    [255, 255, 255],
  ]);
});

Deno.test("panels without columns is one row; more columns than pictures are no matter", async () => {
  const sizes = async (columns?: number) => {
    const { width, height } = tagsOf(await panels(four, { columns }).toSVG())[0].attributes;
    return [width, height];
  };
  assertEquals(await sizes(), ["50", "30"]);
  assertEquals(await sizes(9), ["50", "30"]);
  assertEquals(await sizes(1), ["20", "50"]);
});

Deno.test("panels with a title makes room for it", async () => {
  const svg = await panels([block(300, 10, "#ff0000")], { title: "Losses <4>" }).toSVG();
  assertEquals(tagsOf(svg)[0].attributes.width, "300");
  const inner = tagsOf(svg).filter(({ name }) => name === "svg")[1].attributes;
  assertEquals([inner.x, inner.y], ["0", "40"]);
  assertEquals(textAt(svg, "Losses &lt;4&gt;"), [20, 34]);
});

Deno.test("panels draws charts with all they have, in text one below the other", async () => {
  const chart = (title: string) =>
    lineChart({ title, width: 300, height: 200, series: [{ y: [1, 2] }] });
  const both = panels([chart("left"), chart("right")]);
  const svg = await both.toSVG();
  assertStringIncludes(svg, ">left</text>");
  assertStringIncludes(svg, ">right</text>");
  const png = decode(await both.toPNG({ scale: 1 }));
  const dark = (from: number) => {
    let count = 0;
    for (let y = 18; y < 36; y++) {
      for (let x = from; x < from + 60; x++) if (png.data[(y * png.width + x) * 4] < 100) count++;
    }
    return count;
  };
  assert(dark(20) > 20 && dark(320) > 20, `${dark(20)} and ${dark(320)} dark pixels`);
  const options = { columns: 30, rows: 3, color: false };
  const texts = ["left", "right"].map((title) => chart(title).toTerminal(options));
  assertEquals(both.toTerminal(options), texts.join("\n\n"));
  assertEquals(
    panels(four.slice(0, 2), { title: "T" }).toTerminal({ columns: 30 }),
    [
      "T",
      "#ff0000 30",
      "#00ff00 30",
    ].join("\n\n"),
  );
  assertEquals(Object.keys(await both[jupyterDisplay]()), ["image/svg+xml", "text/plain"]);
});

Deno.test("panels of charts with the same legend share one, above them all", async () => {
  const chart = (title: string, second: string) =>
    lineChart({ title, series: [{ name: "training", y: [1, 2] }, { name: second, y: [2, 1] }] });
  const count = (svg: string, name: string) =>
    textsOf(svg).filter(({ text }) => text === name).length;
  const shared = await panels([chart("a", "held out"), chart("b", "held out")]).toSVG();
  assertEquals(["training", "held out", "a", "b"].map((name) => count(shared, name)), [1, 1, 1, 1]);
  assertEquals(textAt(shared, "training")[1] < textAt(shared, "a")[1] + 40, true);
  const own = await panels([chart("a", "held out"), chart("b", "tested")]).toSVG();
  assertEquals(["training", "held out", "tested"].map((name) => count(own, name)), [2, 1, 1]);
});

Deno.test("panels refuses nothing, and columns that are no number of columns", () => {
  assertThrows(() => panels([]), RangeError, "there must be a picture");
  for (const columns of [0, 1.5]) {
    assertThrows(() => panels(four, { columns }), RangeError, `it is ${columns}`);
  }
});
