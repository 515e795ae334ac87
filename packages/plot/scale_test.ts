import { assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "npm:fast-check@4.10.2";
import { type Axis, type Fit, formatNumber, makeScale, niceStep } from "./scale.ts";

const scaleOf = (values: number[], fit: Fit = { range: "nice" }, axis: Axis = {}) =>
  makeScale(values, axis, fit, "draw", "x");
const textsOf = (...args: Parameters<typeof scaleOf>) => {
  const scale = scaleOf(...args);
  return scale.ticks.map((tick) => scale.format(tick));
};

Deno.test("makeScale chooses ticks of 1, 2 or 5 times a power of ten", () => {
  assertEquals(textsOf([0, 1]), ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
  assertEquals(textsOf([-3, 17]), ["−5", "0", "5", "10", "15", "20"]);
  assertEquals(textsOf([0.061, 0.119]).join(" "), "0.06 0.07 0.08 0.09 0.10 0.11 0.12");
  assertEquals(textsOf([0, 2.5e6]), [
    "0",
    "500,000",
    "1,000,000",
    "1,500,000",
    "2,000,000",
    "2,500,000",
  ]);
});

Deno.test("makeScale ends at the data or at ticks, as asked", () => {
  const tight = scaleOf([1, 30], { range: "tight" });
  assertEquals([tight.min, tight.max, tight.ticks], [1, 30, [5, 10, 15, 20, 25, 30]]);
  const nice = scaleOf([1, 29], { range: "nice" });
  assertEquals([nice.min, nice.max], [0, 30]);
  const padded = scaleOf([0, 10], { range: "tight", pad: 0.1 });
  assertEquals([padded.min, padded.max], [-1, 11]);
  const given = scaleOf([1, 29], { range: "nice" }, { min: 3, max: 17 });
  assertEquals([given.min, given.max], [3, 17]);
});

Deno.test("makeScale keeps to whole ticks where asked", () => {
  assertEquals(scaleOf([1, 3], { range: "tight", whole: true }).ticks, [1, 2, 3]);
  assertEquals(scaleOf([1, 1], { range: "tight", whole: true }).ticks, [1]);
});

Deno.test("makeScale gives a single value room", () => {
  const one = scaleOf([5]);
  assertEquals(one.min < 5 && one.max > 5, true);
  const zero = scaleOf([0]);
  assertEquals(zero.min < 0 && zero.max > 0, true);
  const given = scaleOf([7], { range: "nice" }, { min: 3, max: 3 });
  assertEquals(given.min < 3 && given.max > 3, true);
});

Deno.test("makeScale on a log axis: powers of ten, or 1, 2 and 5 of each where they are few", () => {
  const wide = scaleOf([0.003, 40], { range: "nice" }, { scale: "log" });
  assertEquals(wide.ticks, [0.001, 0.01, 0.1, 1, 10, 100]);
  assertAlmostEquals(wide.fraction(0.1), 0.4);
  assertEquals(textsOf([3, 40], { range: "nice" }, { scale: "log" }), ["2", "5", "10", "20", "50"]);
  assertEquals(textsOf([1e-5, 0.9], { range: "nice" }, { scale: "log" })[0], "10⁻⁵");
});

Deno.test("makeScale writes all ticks of an axis in one way", () => {
  const log = { scale: "log" } as const;
  assertEquals(
    textsOf([1e-6, 1e8], { range: "nice" }, log).join(" "),
    "10⁻⁶ 10⁻⁴ 10⁻² 10⁰ 10² 10⁴ 10⁶ 10⁸",
  );
  assertEquals(textsOf([1e-4, 0.5], { range: "nice" }, log).join(" "), "0.0001 0.001 0.01 0.1 1");
  assertEquals(
    textsOf([1e4, 5e5], { range: "nice" }, log).join(" "),
    "10,000 20,000 50,000 100,000 200,000 500,000",
  );
  assertEquals(textsOf([2e7, 5e7], { range: "nice" }, log).join(" "), "2·10⁷ 5·10⁷");
  assertEquals(textsOf([0, 3e8]).join(" "), "0 0.5·10⁸ 1.0·10⁸ 1.5·10⁸ 2.0·10⁸ 2.5·10⁸ 3.0·10⁸");
  assertEquals(textsOf([-2e-4, 4e-4]).join(" "), "−2·10⁻⁴ −1·10⁻⁴ 0 1·10⁻⁴ 2·10⁻⁴ 3·10⁻⁴ 4·10⁻⁴");
  assertEquals(textsOf([0, 0.003]).join(" "), "0.0000 0.0005 0.0010 0.0015 0.0020 0.0025 0.0030");
});

Deno.test("makeScale contains its data, ticks in order and inside, for any data", () => {
  const number = fc.double({ min: -1e9, max: 1e9, noNaN: true });
  fc.assert(fc.property(fc.array(number, { minLength: 1 }), fc.boolean(), (values, tight) => {
    const scale = scaleOf(values, { range: tight ? "tight" : "nice" });
    const slack = (scale.max - scale.min) * 1e-6;
    for (const value of [...values, ...scale.ticks]) {
      assertEquals(value >= scale.min - slack && value <= scale.max + slack, true, `${value}`);
    }
    assertEquals(scale.ticks.every((tick, i) => i === 0 || tick > scale.ticks[i - 1]), true);
    assertEquals(scale.min < scale.max, true);
  }));
});

Deno.test("niceStep rounds to the nearest of 1, 2, 5 and 10", () => {
  assertEquals([5, 7, 13, 20, 33, 40].map((span) => niceStep(span, 5, false)), [1, 1, 2, 5, 5, 10]);
});

Deno.test("formatNumber writes what a reader expects", () => {
  assertEquals([0, 0.5, 12345, 123456, 0.0001, -2.5].map((n) => formatNumber(n)), [
    "0",
    "0.5",
    "12300",
    "1.23e5",
    "1e−4",
    "−2.5",
  ]);
});
