import { assertEquals, assertThrows } from "@std/assert";
import { palette, scatter } from "./mod.ts";
import { assertPlaces, axesOf, linesOf, marksOf, type Place } from "./testing/read_svg.ts";
import { ink } from "./theme.ts";

const groups = [{ name: "no", x: [0, 0, 1], y: [0, 1, 0] }, { name: "yes", x: [1], y: [1] }];

Deno.test("scatter draws every point of every group in its place", async () => {
  const svg = await scatter({ groups }).toSVG();
  const place = axesOf(svg, ["0.0", "1.0"], ["0.0", "1.0"]);
  assertPlaces(marksOf(svg, palette[0]), ([[0, 0], [0, 1], [1, 0]] as Place[]).map(place));
  assertPlaces(marksOf(svg, palette[1]), ([[1, 1]] as Place[]).map(place));
});

Deno.test("scatter draws a decision line from edge to edge along w·x + b = 0", async () => {
  const svg = await scatter({
    x: { min: 0, max: 2 },
    y: { min: -1, max: 2 },
    groups,
    lines: [{ name: "line", weights: [2, 1], bias: -2.5 }],
  }).toSVG();
  const place = axesOf(svg, ["0.0", "2.0"], ["0.0", "2.0"]);
  // 2x + y = 2.5 meets y = 2 at x = 0.25 and y = -1 at x = 1.75.
  const ends = linesOf(svg, ink.text)[0].sort((a, b) => a[0] - b[0]);
  assertPlaces(ends, ([[0.25, 2], [1.75, -1]] as Place[]).map(place), 0.3);
});

Deno.test("scatter leaves out a decision line that passes the points by, and keeps the axes", async () => {
  const far = await scatter({ groups, lines: [{ weights: [1, 1], bias: 100 }] }).toSVG();
  assertEquals(linesOf(far, ink.text), []);
  assertEquals(marksOf(far, palette[1]), marksOf(await scatter({ groups }).toSVG(), palette[1]));
});

Deno.test("scatter widens the axes for a line through given points", async () => {
  const svg = await scatter({ groups, lines: [{ name: "l", x: [0, 4], y: [0, 2] }] }).toSVG();
  const place = axesOf(svg, ["0", "4"], ["0.0", "2.0"]);
  assertPlaces(linesOf(svg, ink.text)[0], ([[0, 0], [4, 2]] as Place[]).map(place), 0.3);
});

Deno.test("scatter shows groups by symbol in a terminal without colour", () => {
  const text = scatter({ groups, x: { min: 0, max: 1 }, y: { min: 0, max: 1 } })
    .toTerminal({ columns: 21, rows: 3, color: false });
  assertEquals(text.split("\n"), [
    "● no   ▲ yes",
    "0.8 ┤●              ▲",
    "0.4 ┤",
    "0.0 ┤●              ●",
    "    └┬──┬──┬──┬──┬──┬",
    "     0.0  0.4   0.8",
  ]);
});

Deno.test("scatter refuses bad groups and lines", () => {
  assertThrows(() => scatter({ groups: [] }), RangeError, "groups must not be empty");
  assertThrows(
    () => scatter({ groups: [{ x: [1, 2], y: [1] }] }),
    RangeError,
    "groups[0] has 2 x and 1 y",
  );
  assertThrows(
    () => scatter({ groups, lines: [{ weights: [0, 0], bias: 1 }] }),
    RangeError,
    "lines[0] has weights 0, 0 and bias 1",
  );
  assertThrows(
    () =>
      scatter({
        groups: [{ x: [1, 2], y: [1, 2] }],
        x: { scale: "log" },
        lines: [{ weights: [1, 1], bias: 1 }],
      }),
    RangeError,
    "current scale of x is log",
  );
});

Deno.test("scatter leaves room around the points", async () => {
  const svg = await scatter({ groups: [{ x: [3, 4], y: [5, 9] }] }).toSVG();
  // 4 % on each side reaches from 2.96 to 4.04, and the next ticks are 2.8 and 4.2.
  const place = axesOf(svg, ["2.8", "4.2"], ["4", "10"]);
  assertPlaces(marksOf(svg, palette[0]), ([[3, 5], [4, 9]] as Place[]).map(place));
});

Deno.test("scatter with equal units: one is as long up as along", async () => {
  const draw = (equal: boolean) =>
    scatter({ groups, equal, x: { min: 0, max: 4 }, y: { min: 0, max: 4 } }).toSVG();
  const unit = (svg: string) => {
    const place = axesOf(svg, ["0.0", "4.0"], ["0.0", "2.0"]);
    const [[x0, y0], [x1, y1]] = [place([0, 0]), place([1, 1])];
    return [x1 - x0, y0 - y1];
  };
  const [along, up] = unit(await draw(true));
  assertEquals(Math.abs(along - up) < 0.1, true, `${along} and ${up}`);
  const [free, high] = unit(await draw(false));
  assertEquals(Math.abs(free - high) > 5, true);
  assertThrows(
    () => scatter({ groups: [{ x: [1], y: [1] }], equal: true, x: { scale: "log" } }),
    RangeError,
    "equal units need linear axes: current scale of x is log",
  );
});
