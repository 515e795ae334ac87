import { assertAlmostEquals, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { History } from "@neurite/nn";
import { diagnose } from "./diagnose.ts";

Deno.test("both losses high: underfitting", () => {
  const { verdict, unlearned, text } = diagnose({ loss: [1, 0.9, 0.8], valLoss: [1, 0.95, 0.9] });
  assertEquals(verdict, "underfitting");
  assertAlmostEquals(unlearned, 0.8);
  assertStringIncludes(text, "80 %");
});

Deno.test("a validation loss that rises again: overfitting", () => {
  const d = diagnose({ loss: [1, 0.3, 0.1, 0.05], valLoss: [0.9, 0.5, 0.4, 0.6] });
  assertEquals([d.verdict, d.bestEpoch], ["overfitting", 2]);
  assertAlmostEquals(d.rise, 0.5);
  assertStringIncludes(d.text, "since epoch 3");
});

Deno.test("a wide gap without a rise: overfitting", () => {
  const d = diagnose({ loss: [1, 0.2, 0.05], valLoss: [1, 0.5, 0.4] });
  assertEquals(d.verdict, "overfitting");
  assertAlmostEquals(d.gap, 0.35);
});

Deno.test("losses of which much is left are no good fit, though the validation loss is the lower", () => {
  // Ten classes, two epochs with dropout.
  const { verdict, text } = diagnose({ loss: [1.9, 0.809], valLoss: [1.2, 0.563] }, {
    baseline: Math.log(10),
  });
  assertEquals(verdict, "underfitting");
  assertStringIncludes(text, "still 35 % of what it is without any knowledge (0.809 of 2.30)");
});

Deno.test("both losses low: a good fit", () => {
  const d = diagnose({ loss: [1, 0.2, 0.1], valLoss: [1, 0.22, 0.13] });
  assertEquals(d.verdict, "good fit");
  assertStringIncludes(d.text, "down to 10 %");
  assertStringIncludes(d.text, "(0.100 of 1.00), and the validation loss, 0.130, is not far");
  assertAlmostEquals(d.gap, 0.03);
});

Deno.test("the book's training of LeNet-5 overfits from its eleventh epoch on", () => {
  // Training and validation loss, epochs 3 to 20 of the chapter.
  const loss = [0.0709, 0.0554, 0.0437, 0.0364, 0.0302, 0.0276, 0.0236, 0.0197, 0.0189, 0.0151];
  loss.push(0.0154, 0.0121, 0.0123, 0.0097, 0.0101, 0.008, 0.0105, 0.0087);
  const valLoss = [0.0675, 0.0597, 0.0429, 0.0407, 0.0481, 0.0399, 0.0406, 0.0419, 0.0368, 0.0438];
  valLoss.push(0.0468, 0.0411, 0.0447, 0.0538, 0.0457, 0.0473, 0.054, 0.0482);
  const d = diagnose({ loss, valLoss }, { baseline: Math.log(10) });
  assertEquals([d.verdict, d.bestEpoch + 3], ["overfitting", 11]);
});

Deno.test("the baseline decides what is high, and a History is taken as it is", () => {
  const run = new History();
  for (const l of [0.5, 0.4]) run.add(0, { loss: l, valLoss: l });
  assertEquals(diagnose(run).verdict, "underfitting");
  assertEquals(diagnose(run, { baseline: 2.3 }).verdict, "good fit");
});

Deno.test("a baseline that is no loss, and options that do not exist, are refused", () => {
  const run = { loss: [1, 0.2], valLoss: [1, 0.3] };
  for (const baseline of [0, -1, NaN]) {
    assertThrows(() => diagnose(run, { baseline }), RangeError, `above 0: current ${baseline}`);
  }
  assertThrows(() => diagnose(run, { base: 1 } as object), TypeError, "baseline");
});

Deno.test("losses that are missing or not finite are refused", () => {
  for (const bad of [[[], []], [[1], [1, 2]], [[NaN], [1]]]) {
    assertThrows(() => diagnose({ loss: bad[0], valLoss: bad[1] }), RangeError, "validationSplit");
  }
  assertThrows(() => diagnose({ history: { loss: [1] } }), RangeError, "current 1 and 0");
});
