import { assertEquals, assertThrows } from "@std/assert";
import { contourChart, palette } from "./mod.ts";
import { assertPlaces, axesOf, cornersOf, linesOf, tagsOf, textsOf } from "./testing/read_svg.ts";
import { ink, tint } from "./theme.ts";

const square = { x: { min: -1, max: 1 }, y: { min: -1, max: 1 } };
const bowl = (points: number[][]) => points.map(([x, y]) => x * x + y * y);

Deno.test("contourChart draws a band's edge where the function has its height", async () => {
  const svg = await contourChart({ f: bowl, ...square, levels: [0.25, 1], equal: true }).toSVG();
  const place = axesOf(svg, ["−1.0", "1.0"], ["−1.0", "1.0"]);
  const [centre, [right]] = [place([0, 0]), place([1, 0])];
  const fill = tint(palette[0], 0.04 + 0.33); // from 0.25 to 1, the second of three colours
  const { d } =
    tagsOf(svg).find(({ name, attributes }) => name === "path" && attributes.fill === fill)!
      .attributes;
  // The band leaves out the circle of radius one half.
  const radii = cornersOf(d).map(([x, y]) => Math.hypot(x - centre[0], y - centre[1]))
    .map((length) => length / (right - centre[0]));
  const circle = radii.filter((radius) => radius < 0.9);
  assertEquals(circle.length > 50, true);
  assertEquals(circle.every((radius) => Math.abs(radius - 0.5) < 0.01), true);
});

Deno.test("contourChart says what its colours stand for, blue below 0 and vermilion above", async () => {
  const svg = await contourChart({
    f: (points) => points.map(([x]) => x),
    ...square,
    levels: [-0.5, 0.5],
  }).toSVG();
  const fills = tagsOf(svg).filter(({ name, attributes }) =>
    name === "rect" && attributes.width === "14"
  ).map(({ attributes }) => attributes.fill);
  assertEquals(fills, [tint(palette[0], 0.75), "#ffffff", tint(palette[1], 0.75)]);
  const texts = textsOf(svg).filter(({ anchor }) => anchor === "start").map(({ text }) => text);
  assertEquals(texts, ["−0.5", "0.5"]);
});

Deno.test("contourChart draws paths over it, within the axes that it was given", async () => {
  const picture = contourChart({
    f: bowl,
    ...square,
    lines: [{ name: "path", x: [1, 0.5, 0], y: [1, 0.5, 0], dots: true }],
    groups: [{ name: "minimum", x: [0], y: [0] }],
  });
  const svg = await picture.toSVG();
  const place = axesOf(svg, ["−1.0", "1.0"], ["−1.0", "1.0"]);
  const [line] = linesOf(svg, ink.text);
  assertPlaces(line, [place([1, 1]), place([0.5, 0.5]), place([0, 0])], 0.3);
  assertEquals(textsOf(svg).filter(({ text }) => ["path", "minimum"].includes(text)).length, 2);
});

Deno.test("contourChart shades heights in a terminal without colour", () => {
  const text = contourChart({
    f: (points) => points.map(([x]) => x),
    ...square,
    levels: [-0.5, 0, 0.5],
  })
    .toTerminal({ columns: 21, rows: 3, color: false });
  assertEquals(text.split("\n")[0], " 1.0 ┤    :::░░░░▓▓▓▓");
});

Deno.test("contourChart refuses axes that do not rise, numbers that are none and too few", () => {
  const f = bowl;
  assertThrows(
    () => contourChart({ ...square, f, x: { min: 1, max: 1 } }),
    RangeError,
    "current x goes from 1 to 1",
  );
  assertThrows(() => contourChart({ ...square, f: () => [1] }), RangeError, "and gave 1");
  assertThrows(
    () => contourChart({ ...square, f: (points) => points.map(() => NaN) }),
    RangeError,
    "the result of f[0] is NaN",
  );
  assertThrows(() => contourChart({ ...square, f, levels: 1 }), RangeError, "current levels is 1");
  assertThrows(
    () => contourChart({ ...square, f, levels: [1, 1] }),
    RangeError,
    "levels[1] is 1 after 1",
  );
});
