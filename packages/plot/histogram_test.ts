import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "npm:fast-check@4.10.2";
import { histogram, palette } from "./mod.ts";
import { countInto } from "./histogram.ts";
import { axesOf, cornersOf, tagsOf, textsOf } from "./testing/read_svg.ts";
import { tint } from "./theme.ts";

/** Left edge, right edge and height of every bar, in numbers. */
async function barsOf(
  values: number[],
  bins: number | number[],
  x: [string, string],
  y: [string, string],
) {
  const svg = await histogram(values, { bins }).toSVG();
  const [[x0, y0], [x1, y1]] = [
    axesOf(svg, x, y)([0, 0]),
    axesOf(svg, x, y)([1, 1]),
  ];
  const fill = tint(palette[0], 0.75);
  const path = tagsOf(svg).find(({ attributes }) => attributes.fill === fill)!.attributes.d;
  return path.split("Z").filter(Boolean).map((bar) => {
    const corners = cornersOf(bar).map((
      [cx, cy],
    ) => [(cx - x0) / (x1 - x0), (cy - y0) / (y1 - y0)]);
    return [corners[0][0], corners[2][0], corners[1][1]].map((n) => Math.round(n * 100) / 100);
  });
}

Deno.test("histogram counts into bars: left edge in, right edge out, the last one in", async () => {
  assertEquals(await barsOf([0, 1, 1, 2, 2, 2, 3], 3, ["0.0", "3.0"], ["0", "4"]), [
    [0, 1, 1],
    [1, 2, 2],
    [2, 3, 4],
  ]);
});

Deno.test("histogram takes edges, leaves out what lies outside and empty bars", async () => {
  assertEquals(await barsOf([-5, 0.5, 3, 3.5, 9], [0, 1, 2, 4], ["0.0", "4.0"], ["0", "2"]), [
    [0, 1, 1],
    [2, 4, 2],
  ]);
});

Deno.test("histogram counts like a plain loop, for any values and edges", () => {
  fc.assert(fc.property(
    fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1 }),
    fc.uniqueArray(fc.integer({ min: -20, max: 20 }), { minLength: 2 }),
    (values, unsorted) => {
      const edges = unsorted.sort((a, b) => a - b);
      const last = edges.length - 2;
      const expected = edges.slice(0, -1).map((left, i) =>
        values.filter((v) => v >= left && (v < edges[i + 1] || (i === last && v === edges[i + 1])))
          .length
      );
      assertEquals(countInto(values, edges), expected);
    },
  ));
});

Deno.test("histogram chooses as many bars as NumPy's auto rule", async () => {
  // Sturges: ceil(log2(8)) + 1 = 4. Freedman and Diaconis: width 2 * 3.5 / 2 = 3.5, so 2 bars.
  const bars = await barsOf([0, 1, 2, 3, 4, 5, 6, 7], undefined as unknown as number, ["0", "7"], [
    "0",
    "2",
  ]);
  assertEquals(bars.length, 4);
  assertAlmostEquals(bars[0][1], 1.75, 0.01);
});

Deno.test("histogram of one value repeated is one bar around it", async () => {
  assertEquals(await barsOf([4, 4, 4], 10, ["3.6", "4.4"], ["0", "3"]), [[3.5, 4.5, 3]]);
});

Deno.test("histogram draws block characters in a terminal", () => {
  const text = histogram([0, 1, 1, 2, 2, 2, 2], { bins: [0, 1, 2, 3] });
  assertEquals(text.toTerminal({ columns: 20, rows: 4, color: false }).split("\n"), [
    "  count",
    "4 ┤           █████",
    "2 ┤           █████",
    "  │      ████ █████",
    "0 ┤█████ ████ █████",
    "  └┬──┬─┬──┬──┬─┬──┬",
    "   0.0 1.0   2.0 3.0",
  ]);
});

Deno.test("histogram of several groups: the same bars, each group its colour and its name", async () => {
  const picture = histogram([
    { name: "before", values: [0, 0, 1] },
    { name: "after", values: [1, 3] },
  ], { bins: 3 });
  const svg = await picture.toSVG();
  const heights = (colour: string) => {
    const { d } =
      tagsOf(svg).find(({ name, attributes }) =>
        name === "path" && attributes.fill === tint(colour, 0.75)
      )!.attributes;
    const bars = d.split("Z").filter(Boolean).map(cornersOf);
    return bars.map(([foot, top]) => Math.round(foot[1] - top[1]));
  };
  const [before, after] = [heights(palette[0]), heights(palette[1])];
  assertEquals([before.length, after.length], [2, 2]); // [0, 1), [1, 2) and [1, 2), [2, 3]
  assertEquals(Math.round(before[0] / before[1]), 2);
  assertEquals(after, [before[1], before[1]]);
  assertEquals(textsOf(svg).filter(({ text }) => ["before", "after"].includes(text)).length, 2);
  const text = picture.toTerminal({ columns: 30, rows: 3, color: false });
  assertEquals(["before: count", "after: count"].every((label) => text.includes(label)), true);
  assertThrows(
    () => histogram([{ values: [1] }, { values: [NaN] }]),
    RangeError,
    "groups[1].values[0] is NaN",
  );
});

Deno.test("histogram refuses no values, NaN and edges that do not rise", () => {
  assertThrows(() => histogram([]), RangeError, "values must hold at least one number");
  assertThrows(() => histogram([1, NaN]), RangeError, "values[1] is NaN");
  assertThrows(() => histogram([1], { bins: 0 }), RangeError, "current bins is 0");
  assertThrows(() => histogram([1], { bins: [0, 2, 2] }), RangeError, "bins[2] is 2 after 2");
  assertThrows(() => histogram([1], { bins: [0] }), RangeError, "it holds one");
});
