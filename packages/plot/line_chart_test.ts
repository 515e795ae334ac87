import { assert, assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { lineChart, palette } from "./mod.ts";
import { assertPlaces, axesOf, linesOf, marksOf, type Place, textsOf } from "./testing/read_svg.ts";

Deno.test("lineChart draws every point where its numbers say", async () => {
  const svg = await lineChart({
    title: "Two lines",
    x: { label: "time" },
    y: { label: "height" },
    series: [
      { name: "up", x: [0, 1, 4, 10], y: [0, 10, 5, 20] },
      {
        name: "down",
        x: Float32Array.of(0, 10),
        y: { data: [20, 0, 4], shape: [2], stride: [2], offset: 0 },
      },
    ],
  }).toSVG();
  const place = axesOf(svg, ["0", "10"], ["0", "20"]);
  const up: Place[] = [[0, 0], [1, 10], [4, 5], [10, 20]];
  const down: Place[] = [[0, 20], [10, 4]];
  assertPlaces(linesOf(svg, palette[0])[0], up.map(place), 0.3);
  assertPlaces(marksOf(svg, palette[0]), up.map(place));
  assertPlaces(linesOf(svg, palette[1])[0], down.map(place), 0.3);
  const texts = textsOf(svg).map(({ text }) => text);
  for (const text of ["Two lines", "time", "height", "up", "down"]) {
    assertEquals(texts.filter((candidate) => candidate === text).length, 1, text);
  }
});

Deno.test("lineChart places points on a log axis by their logarithm", async () => {
  const svg = await lineChart({ y: { scale: "log" }, series: [{ y: [1, 10, 1000] }] }).toSVG();
  const log = axesOf(svg, ["0", "2"], ["1", "1000"]);
  // 10 lies a third of the way from 1 to 1000.
  const third = 1 + 999 / 3;
  assertPlaces(
    marksOf(svg, palette[0]),
    [[0, 1], [1, third], [2, 1000]].map((p) => log(p as Place)),
  );
});

Deno.test("lineChart gives the same SVG every time and no ids that clash", async () => {
  const draw = (y: number[]) => lineChart({ series: [{ y }] }).toSVG();
  const [first, other, again] = [await draw([1, 2]), await draw([2, 1]), await draw([1, 2])];
  assertEquals(first, again);
  const ids = (svg: string) => [...svg.matchAll(/ id="([^"]*)"/g)].map((match) => match[1]);
  assert(ids(first).length > 0);
  assertEquals(ids(first).filter((id) => ids(other).includes(id)), []);
  for (const id of ids(first)) assertStringIncludes(first, `url(#${id})`);
});

Deno.test("lineChart leaves nothing in the SVG that browsers run or ECharts reads", async () => {
  const svg = await lineChart({ title: 'a < b & "c"', series: [{ name: "<s>", y: [1, 2] }] })
    .toSVG();
  for (const unwanted of ["<style", "<script", "ecmeta", "class=", "zr0"]) {
    assert(!svg.includes(unwanted), unwanted);
  }
  assertStringIncludes(svg, 'aria-label="a &lt; b &amp; &quot;c&quot;"');
  assertStringIncludes(svg, ">&lt;s&gt;</text>");
});

Deno.test("lineChart keeps a picture when the data change later", async () => {
  const y = [1, 2, 3];
  const picture = lineChart({ series: [{ y }] });
  const before = await picture.toSVG();
  y[1] = 50;
  assertEquals(await picture.toSVG(), before);
});

Deno.test("lineChart draws text for the terminal: one line in braille", () => {
  const text = lineChart({ series: [{ y: [0, 1, 2, 3] }] })
    .toTerminal({ columns: 20, rows: 4, color: false });
  // From dot (0, 15) to dot (29, 0) of 30 by 16: two dots to the right for each dot up.
  assertEquals(text.split("\n"), [
    "3.0 ┤           ⢀⡠⠔⠊",
    "2.0 ┤       ⢀⡠⠔⠊⠁",
    "1.0 ┤    ⣀⠔⠊⠁",
    "0.0 ┤⣀⠤⠒⠉",
    "    └┬────┬───┬────┬",
    "     0    1   2    3",
  ]);
});

Deno.test("lineChart writes title, legend, axis names and marks in a terminal without colour", () => {
  const text = lineChart({
    title: "T",
    x: { label: "x" },
    y: { label: "y" },
    series: [{ name: "a", y: [0, 4] }, { name: "b", y: [4, 0] }],
  }).toTerminal({ columns: 24, rows: 5, color: false });
  assertEquals(text.split("\n"), [
    "T",
    "* a   o b",
    "    y",
    "4.0 ┤oooo           ****",
    "3.0 ┤   ooooo   *****",
    "2.0 ┤       ooooo",
    "1.0 ┤   *****   ooooo",
    "0.0 ┤****           oooo",
    "    └┬─────────────────┬",
    "     0                 1",
    "              x",
  ]);
});

Deno.test("lineChart stays inside the frame where the axis ends before the line", () => {
  const text = lineChart({ y: { min: 0, max: 3 }, series: [{ y: [0, 1e12] }] })
    .toTerminal({ columns: 30, rows: 5, color: false });
  assertEquals(text.split("\n").length, 7);
  assertMatch(text.split("\n")[0], /[\u2801-\u28ff]/); // drawn up to the top
});

Deno.test("lineChart tells lines apart by marks where there is no colour, and by colour where there is", () => {
  const picture = lineChart({ series: [{ name: "a", y: [0, 2] }, { name: "b", y: [2, 0] }] });
  const plain = picture.toTerminal({ columns: 30, rows: 5, color: false });
  assertStringIncludes(plain, "* a   o b");
  assert(!plain.includes("\x1b"));
  const coloured = picture.toTerminal({ columns: 30, rows: 5, color: true });
  assertStringIncludes(coloured, "\x1b[38;2;0;114;178m"); // #0072b2
  assertStringIncludes(coloured, "\x1b[38;2;213;94;0m"); // #d55e00
});

Deno.test("lineChart refuses what cannot be drawn, and says which number", () => {
  const draw = (...series: { x?: number[]; y: number[] }[]) => () => lineChart({ series });
  assertThrows(draw(), RangeError, "Cannot draw a line chart as series must not be empty");
  assertThrows(draw({ y: [] }), RangeError, "series[0].y must hold at least one number");
  assertThrows(draw({ y: [1] }, { y: [1, NaN] }), RangeError, "series[1].y[1] is NaN");
  assertThrows(draw({ x: [0, Infinity], y: [1, 2] }), RangeError, "series[0].x[1] is Infinity");
  assertThrows(draw({ x: [0], y: [1, 2] }), RangeError, "series[0] has 1 x and 2 y");
  assertThrows(
    () => lineChart({ y: { scale: "log" }, series: [{ y: [1, 0] }] }),
    RangeError,
    "every value on a log axis must be above 0: the smallest y is 0",
  );
  assertThrows(
    () => lineChart({ x: { min: 5, max: 1 }, series: [{ y: [1, 2] }] }),
    RangeError,
    "current x goes from 5 to 1",
  );
  assertThrows(
    () => lineChart({ width: 10, series: [{ y: [1, 2] }] }),
    RangeError,
    "current size is 10 by 420",
  );
  assertThrows(
    () =>
      lineChart({
        series: [{ y: { data: [1, 2, 3, 4], shape: [2, 2], stride: [2, 1], offset: 0 } }],
      }),
    TypeError,
    "current shape is [2,2]",
  );
});
