import { assertAlmostEquals, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import {
  classReport,
  precisionRecallCurve,
  precisionRecallPoints,
  rocCurve,
  rocPoints,
} from "./mod.ts";
import reference from "./fixtures/ranking.json" with { type: "json" };
import { tagsOf } from "./testing/read_svg.ts";

// Ties included; what scikit-learn's roc_curve, roc_auc_score and average_precision_score define.
const truth = [1, 0, 1, 1, 0, 0, 1, 0];
const scores = [0.9, 0.9, 0.8, 0.7, 0.7, 0.4, 0.4, 0.1];

Deno.test("rocPoints takes samples of one score together", () => {
  const { falsePositiveRate, truePositiveRate, thresholds, area } = rocPoints(truth, scores);
  assertEquals(falsePositiveRate, [0, 0.25, 0.25, 0.5, 0.75, 1]);
  assertEquals(truePositiveRate, [0, 0.25, 0.5, 0.75, 1, 1]);
  assertEquals(thresholds, [Infinity, 0.9, 0.8, 0.7, 0.4, 0.1]);
  // The area is the share of pairs in the right order, ties counting half.
  let pairs = 0;
  truth.forEach((a, i) =>
    truth.forEach((b, j) => {
      if (a === 1 && b === 0) {
        pairs += scores[i] > scores[j] ? 1 : scores[i] === scores[j] ? 0.5 : 0;
      }
    })
  );
  assertAlmostEquals(area, pairs / 16, 1e-12);
  assertEquals(rocPoints([0, 1], [0.2, 0.8]).area, 1);
  assertEquals(rocPoints([0, 1], [0.5, 0.5]).area, 0.5);
});

Deno.test("precisionRecallPoints: each precision, weighted by the recall that it adds", () => {
  const { precision, recall, average } = precisionRecallPoints(truth, scores);
  assertEquals(recall, [0.25, 0.5, 0.75, 1, 1]);
  assertEquals(precision, [1 / 2, 2 / 3, 3 / 5, 4 / 7, 4 / 8]);
  assertAlmostEquals(average, (1 / 2 + 2 / 3 + 3 / 5 + 4 / 7) / 4, 1e-12);
});

Deno.test("rocPoints refuses other labels, one class alone, and scores that are none", () => {
  assertThrows(() => rocPoints([0, 2], [1, 2]), RangeError, "truth[1] is 2");
  assertThrows(() => rocPoints([1, 1], [1, 2]), RangeError, "2 positive and 0 negative");
  assertThrows(() => rocPoints([0, 1], [1]), RangeError, "truth has 2 labels, scores has 1");
  assertThrows(() => precisionRecallPoints([0, 1], [1, NaN]), RangeError, "scores[1] is NaN");
  assertThrows(() => rocCurve([]), RangeError, "classifiers must not be empty");
});

Deno.test("curves, areas and classes are those of scikit-learn", () => {
  const { truth, scores } = reference;
  const roc = rocPoints(truth, scores), found = precisionRecallPoints(truth, scores);
  const close = (actual: number[], expected: number[]) => {
    assertEquals(actual.length, expected.length);
    actual.forEach((value, i) => assertAlmostEquals(value, expected[i], 1e-12));
  };
  close(roc.falsePositiveRate, reference.falsePositiveRate);
  close(roc.truePositiveRate, reference.truePositiveRate);
  assertAlmostEquals(roc.area, reference.area, 1e-12);
  close(found.precision.slice(0, reference.precision.length), reference.precision);
  close(found.recall.slice(0, reference.recall.length), reference.recall);
  assertAlmostEquals(found.average, reference.average, 1e-12);
  const { recall, precision, f1, support } = reference.classes;
  const rows = classReport(reference.confusions).toTerminal({ columns: 60 }).split("\n").slice(1);
  const percent = (share: number) => `${(100 * share).toFixed(1)}%`;
  assertEquals(
    rows.map((row) => row.trim().split(/ +/).slice(1)),
    recall.map((r, i) => [percent(r), percent(precision[i]), percent(f1[i]), String(support[i])]),
  );
});

Deno.test("rocCurve and precisionRecallCurve name their classifiers and what they reach", async () => {
  const both = [{ name: "a", truth, scores }, { name: "b", truth, scores: truth }];
  const roc = await rocCurve(both, { title: "Two" }).toSVG();
  for (const text of ["Two", "a, area 0.656", "b, area 1.000", "guessing"]) {
    assertStringIncludes(roc, `>${text}</text>`);
  }
  assertStringIncludes(await precisionRecallCurve(both).toSVG(), ">a, average 0.585</text>");
});

Deno.test("classReport has the recall of each class as a number and as a bar, in 60 columns", async () => {
  const report = classReport([[3, 1, 0], [0, 0, 0], [2, 0, 2]], {
    labels: ["a class with a name that is longer than a line of sixty columns", "none", "c"],
    title: "Found",
  });
  const lines = report.toTerminal({ columns: 60 }).split("\n");
  assertEquals(lines.every((line) => line.length <= 60), true);
  assertEquals(lines[2].endsWith("75.0%      60.0%  66.7%        4"), true, lines[2]);
  assertEquals(lines[3].endsWith("–       0.0%   0.0%        0"), true, lines[3]);
  assertEquals(lines[4].endsWith("50.0%     100.0%  66.7%        4"), true, lines[4]);
  const bars = tagsOf(await report.toSVG()).filter(({ name, attributes }) =>
    name === "rect" && attributes.height === "16"
  );
  assertEquals(bars.map(({ attributes }) => attributes.width), [
    "200",
    "150",
    "200",
    "0",
    "200",
    "100",
  ]);
});
