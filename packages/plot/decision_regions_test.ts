import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { decode } from "npm:fast-png@8.0.0";
import { decisionRegions, palette } from "./mod.ts";
import { axesOf, cornersOf, marksOf, type Place, tagsOf } from "./testing/read_svg.ts";
import { rgbOf, tint } from "./theme.ts";

const points = [[0, 0], [0, 1], [1, 0], [1, 1]];
const square = { x: { min: 0, max: 1 }, y: { min: 0, max: 1 } };
const above = (places: number[][]) => places.map(([a, b]) => Number(a + 2 * b > 1.3));

/** Corners of the area of class `which`. */
function areaOf(svg: string, which: number): Place[] {
  const tag = tagsOf(svg).find(({ attributes }) => attributes.fill === tint(palette[which], 0.22));
  return cornersOf(tag!.attributes.d);
}

Deno.test("decisionRegions puts a straight boundary within a fraction of a cell", async () => {
  const svg = await decisionRegions({ points, labels: [0, 1, 0, 1], predict: above, ...square })
    .toSVG();
  const place = axesOf(svg, ["0.0", "1.0"], ["0.0", "1.0"]);
  const [[left, bottom], [right, top]] = [place([0, 0]), place([1, 1])];
  const cell = (right - left) / 150;
  let checked = 0;
  for (const [x, y] of areaOf(svg, 1)) {
    // Corners inside the plot belong to the boundary x + 2y = 1.3; close to the frame it bends.
    if (
      x < left + 2 * cell || x > right - 2 * cell || y < top + 2 * cell || y > bottom - 2 * cell
    ) continue;
    const height = (1.3 - (x - left) / (right - left)) / 2;
    assertAlmostEquals(y, bottom + height * (top - bottom), 0.15 * cell);
    checked++;
  }
  assert(checked > 140, `${checked} corners`);
});

Deno.test("decisionRegions colours the plane by class, in the PNG too", async () => {
  const picture = decisionRegions({ points, labels: [0, 1, 0, 1], predict: above, ...square });
  const place = axesOf(await picture.toSVG(), ["0.0", "1.0"], ["0.0", "1.0"]);
  const png = decode(await picture.toPNG({ scale: 1 }));
  const colourAt = (point: Place) => {
    const [x, y] = place(point).map(Math.round);
    return [...png.data.slice((y * png.width + x) * 4, (y * png.width + x) * 4 + 3)];
  };
  assertEquals(colourAt([0.3, 0.3]), rgbOf(tint(palette[0], 0.22)));
  assertEquals(colourAt([0.7, 0.5]), rgbOf(tint(palette[1], 0.22)));
});

Deno.test("decisionRegions keeps the order of labels such as -1 and 1, and names the classes", async () => {
  const picture = decisionRegions({
    points,
    labels: [1, -1, -1, -1],
    predict: (places) => places.map(([a, b]) => a + b < 0.5 ? 1 : -1),
    classNames: ["no", "yes"],
  });
  const svg = await picture.toSVG();
  assertEquals(marksOf(svg, palette[0]).length, 3);
  assertEquals(marksOf(svg, palette[1]).length, 1);
  assertStringIncludes(picture.toTerminal({ color: false }), "● no   ▲ yes");
});

Deno.test("decisionRegions asks for a grid and then only along the boundary", () => {
  const sizes: number[] = [];
  decisionRegions({
    points,
    labels: [0, 1, 0, 1],
    resolution: 20,
    predict: (places) => {
      sizes.push(places.length);
      return above(places);
    },
  });
  assertEquals(sizes[0], 20 * 12); // 720 by 420 pixels
  assert(sizes[1] > 0 && sizes[1] % 36 === 0 && sizes[1] < sizes[0] * 36 / 2, `${sizes}`);
  assertEquals(sizes.length, 2);
});

Deno.test("decisionRegions shades classes in a terminal without colour", () => {
  const text = decisionRegions({
    points: [[0, 0], [1, 1]],
    labels: [0, 1],
    predict: (places) => places.map(([a]) => Number(a > 0.5)),
    ...square,
  }).toTerminal({ columns: 24, rows: 4, color: false });
  assertEquals(text.split("\n"), [
    "● class 0   ▲ class 1",
    "0.8 ┤         ·········▲",
    "    │         ··········",
    "0.4 ┤         ··········",
    "0.0 ┤●        ··········",
    "    └┬───┬──┬───┬──┬───┬",
    "     0.0   0.4 0.6   1.0",
  ]);
});

Deno.test("decisionRegions refuses bad points, labels and predictions", () => {
  const labels = [0, 1, 0, 1];
  assertThrows(
    () => decisionRegions({ points: [[1, 2, 3]], labels: [0], predict: above }),
    RangeError,
    "current shape is [1, 3]",
  );
  assertThrows(
    () => decisionRegions({ points, labels: [0], predict: above }),
    RangeError,
    "4 points and 1 labels",
  );
  assertThrows(
    () => decisionRegions({ points: [[1, 2], [3]], labels: [0, 1], predict: above }),
    RangeError,
    "points[0] has 2 numbers, points[1] has 1",
  );
  assertThrows(
    () => decisionRegions({ points, labels, predict: () => [0] }),
    RangeError,
    "it got 13200 points and gave 1",
  );
  assertThrows(
    () => decisionRegions({ points, labels, predict: (p) => p.map(() => NaN) }),
    RangeError,
    "the result of predict[0] is NaN",
  );
  assertThrows(
    () => decisionRegions({ points, labels, predict: (p) => p.map(([a]) => a) }),
    RangeError,
    "give classes, not probabilities",
  );
  assertThrows(
    () => decisionRegions({ points, labels, predict: above, resolution: 1 }),
    RangeError,
    "it is 1",
  );
});
