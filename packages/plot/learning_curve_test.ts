import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { learningCurve, palette } from "./mod.ts";
import { assertPlaces, axesOf, marksOf, type Place, textAt, textsOf } from "./testing/read_svg.ts";

Deno.test("learningCurve puts loss on the left and accuracy on the right, over epochs from 1", async () => {
  const svg = await learningCurve(
    { loss: [2, 1, 0.5], valAccuracy: [0.5, 0.8, 0.9] },
    { title: "Digits" },
  ).toSVG();
  const [lossX] = textAt(svg, "loss");
  const [accuracyX] = textAt(svg, "accuracy");
  assertEquals(lossX < accuracyX, true);
  assertEquals(textsOf(svg).filter(({ text }) => text === "epoch").length, 2);
  // Both panels have ticks 1 and 3; textAt gives the left panel's.
  const left = axesOf(svg, ["1", "3"], ["0.0", "2.0"]);
  assertPlaces(marksOf(svg, palette[0]), ([[1, 2], [2, 1], [3, 0.5]] as Place[]).map(left));
});

Deno.test("learningCurve shows accuracy alone over the full width, up to 1", async () => {
  const svg = await learningCurve({ accuracy: [0.5, 0.8, 0.9] }).toSVG();
  const place = axesOf(svg, ["1", "3"], ["0.5", "1.0"]);
  assertPlaces(marksOf(svg, palette[0]), ([[1, 0.5], [2, 0.8], [3, 0.9]] as Place[]).map(place));
  assertEquals(textsOf(svg).some(({ text }) => text === "loss"), false);
});

Deno.test("learningCurve names training and validation once each", () => {
  const both = { loss: [2, 1], valLoss: [2, 1.5], accuracy: [0, 1], valAccuracy: [0, 0.5] };
  const text = learningCurve(both).toTerminal({ columns: 40, rows: 4, color: false });
  assertEquals(text.split("\n")[0], "* training   o validation");
  assertEquals(text.split("\n").filter((line) => line.trim() === "epoch").length, 2);
});

Deno.test("learningCurve shows every metric and the learning rate, the loss first, two in a row", async () => {
  const picture = learningCurve({
    meanAbsoluteError: [3, 2],
    valMeanAbsoluteError: [4, 3],
    top_5: [0.5, 0.75],
    learningRate: [0.1, 0.0001],
    loss: [9, 4],
  });
  const svg = await picture.toSVG();
  const names = ["loss", "mean absolute error", "top 5", "learning rate"];
  const places = names.map((name) => textAt(svg, name));
  const [[x0, y0], [x1, y1], [x2, y2], [x3, y3]] = places;
  assertEquals([x0 === x2, x1 === x3, x0 < x1, y0 === y1, y2 === y3, y0 < y2], Array(6).fill(true));
  // A rate that falls by a factor of a thousand has a log axis.
  for (const tick of ["0.0001", "0.001", "0.01", "0.1"]) {
    assertEquals(textAt(svg, tick, "end")[0] > x3, true);
  }
  assertEquals(svg.includes('viewBox="0 0 720 600"'), true);
  const text = picture.toTerminal({ columns: 40, rows: 3, color: false });
  assertEquals(names.every((name) => text.includes(name)), true);
});

Deno.test("learningCurve draws a single epoch", async () => {
  assertStringIncludes(await learningCurve({ loss: [0.25] }).toSVG(), ">0.25</text>");
});

Deno.test("learningCurve refuses bad histories", () => {
  assertThrows(() => learningCurve({}), RangeError, "it holds none");
  assertThrows(
    () => learningCurve({ loss: [1, 2, 3], valAccuracy: [0.5] }),
    RangeError,
    "loss has 3, valAccuracy has 1",
  );
  assertThrows(() => learningCurve({ accuracy: [0.5, 97.2] }), RangeError, "accuracy[1] is 97.2");
  assertThrows(() => learningCurve({ loss: [0.5, NaN] }), RangeError, "loss[1] is NaN");
  assertThrows(() => learningCurve({ loss: [] }), RangeError, "loss must hold at least one number");
});
