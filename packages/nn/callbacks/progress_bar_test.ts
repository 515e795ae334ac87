import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { Logs } from "./callback.ts";
import { FakeModel, rehearse } from "../testing/fake_model.ts";
import { ProgressBar } from "./progress_bar.ts";

function screenOf(isTTY: boolean, columns = 160) {
  const written: string[] = [];
  return { isTTY, columns, written, write: (text: string) => written.push(text) };
}

const PLAN = { epochs: 20, steps: 10, batchSize: 10, samples: 100 };

const LOGS: Logs[] = [
  { loss: 1.5, accuracy: 0.25, valLoss: 2e-5 },
  { loss: 0, accuracy: 1, valLoss: 123456789 },
];

/** What a terminal shows after all that was written to it, line by line. */
function shownBy(written: readonly string[]): string[] {
  const lines = [""];
  let at = 0;
  const commands = /\p{Cc}\[(\d*)([GK])|[^]/gu;
  for (const [sign, number, command] of written.join("").matchAll(commands)) {
    const last = lines.length - 1;
    if (sign === "\n") lines.push(""), at = 0;
    else if (sign === "\r") at = 0;
    else if (command === "G") at = Number(number) - 1;
    else if (command === "K") lines[last] = lines[last].slice(0, at);
    else lines[last] = lines[last].slice(0, at) + sign + lines[last].slice(++at);
  }
  return lines;
}

Deno.test("ProgressBar prints a line an epoch where there is no terminal", async () => {
  const noWidth = screenOf(true, 0);
  for (
    const [screen, lines] of [
      [screenOf(false), false],
      [screenOf(true), true],
      [noWidth, false],
    ] as const
  ) {
    await rehearse(new ProgressBar({ screen, lines }), LOGS, { batches: 3 });
    const [first, second, ...others] = screen.written;
    assertEquals(others, []);
    assertMatch(
      first,
      /^epoch 1\/2 {2}loss 1\.5000 {2}accuracy 0\.2500 {2}valLoss 2\.00e-5 {2}\d\.\d s {2}[\d,]+ samples\/s\n$/,
    );
    assertStringIncludes(second, "epoch 2/2  loss 0.0000  accuracy 1.0000  valLoss 1.23e+8  ");
  }
});

Deno.test("ProgressBar leaves a line an epoch on a terminal, and draws one bar below them", async () => {
  const screen = screenOf(true), progress = new ProgressBar({ screen }), seen: string[][] = [];
  const callback = new Proxy(progress, {
    get(target, name) {
      if (name === "onEpochEnd") {
        return async (epoch: number, logs: Logs) => {
          await new Promise((resolve) => setTimeout(resolve, 250)); // it is drawn by a timer
          seen.push(shownBy(screen.written));
          target.onEpochEnd(epoch, logs);
        };
      }
      const value = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
    set: (target, name, value) => Reflect.set(target, name, value),
  });
  await rehearse(callback, LOGS, { batches: 4 });
  seen.push(shownBy(screen.written));
  const first =
    /^epoch 1\/2 {2}loss 1\.5000 {2}accuracy 0\.2500 {2}valLoss 2\.00e-5 {2}\d\.\d s {2}/;
  assertEquals(seen.map((lines) => lines.length), [1, 2, 3]);
  assertMatch(
    seen[0][0],
    /^epoch 1\/2 █+░+ loss 1\.5000 {2}accuracy 0\.2500 .* 0:0\d left {2}/,
  );
  assertMatch(seen[1][0], first);
  assertMatch(seen[1][1], /^epoch 2\/2 █+░* loss 0\.0000 {2}accuracy 1\.0000 /);
  assertMatch(seen[2][0], first);
  assertMatch(
    seen[2][1],
    /^epoch 2\/2 {2}loss 0\.0000 {2}accuracy 1\.0000 {2}valLoss 1\.23e\+8 {2}/,
  );
  assertEquals(seen[2][2], "");
  // No setting of the terminal is changed: cursor, wrapping, saved places.
  const commands = screen.written.join("").match(/(?![\n\r])\p{Cc}[^a-zA-Z]*./gu)!;
  assertEquals([...new Set(commands.map((text) => text.slice(1)))].sort(), ["[0K", "[1G"]);
});

Deno.test("ProgressBar keeps within the width of the terminal, the numbers before the pace", async () => {
  for (const columns of [24, 40, 60, 80, 120]) {
    const screen = screenOf(true, columns), progress = new ProgressBar({ screen });
    Object.assign(progress, { model: new FakeModel(), plan: PLAN });
    await progress.onTrainBegin();
    progress.onEpochBegin(9);
    assert(progress.wantsLogs());
    progress.onTrainBatchEnd(0, { loss: 1, accuracy: 0.5 });
    const [bar] = shownBy(screen.written);
    assertEquals(bar.includes("accuracy"), columns >= 60, bar);
    assertEquals(bar.includes(" left"), columns >= 60, bar);
    assertEquals(bar.includes("samples/s"), columns >= 120, bar);
    progress.onEpochEnd(9, { loss: 1, accuracy: 0.5, valLoss: 1, valAccuracy: 0.25 });
    progress.onTrainEnd();
    const lines = shownBy(screen.written);
    assert([bar, ...lines].every((line) => line.length <= columns), lines.join("\n"));
    assertStringIncludes(lines.join("").replaceAll("  ", " "), "valAccuracy 0.2500");
    assertEquals(lines.length, { 24: 5, 40: 4, 60: 3, 80: 2, 120: 2 }[columns]);
  }
});

Deno.test("ProgressBar shows the learning rate once it has changed", async () => {
  const screen = screenOf(false), model = new FakeModel(0.5);
  const after = () => void (model.optimizer.learningRate = 0.25);
  await rehearse(new ProgressBar({ screen }), [...LOGS, ...LOGS], { model, after });
  const shown = screen.written.map((line) => line.includes("learningRate 0.2500"));
  assertEquals(shown, [false, true, true, true]);
});

Deno.test("ProgressBar obeys no name of a metric", async () => {
  const screen = screenOf(false);
  await rehearse(new ProgressBar({ screen }), [{ "loss\u001b[2J": 1 }]);
  assertStringIncludes(screen.written[0], "loss\\u001b[2J 1.0000");
});

Deno.test("ProgressBar knows steps and time left of a stream after its first epoch", async () => {
  const screen = screenOf(true), progress = new ProgressBar({ screen }), model = new FakeModel();
  const plan = { epochs: 4, steps: undefined, batchSize: undefined, samples: undefined };
  Object.assign(progress, { model, plan });
  await progress.onTrainBegin();
  const shares: number[] = [], texts: string[] = [];
  for (let epoch = 0; epoch < 2; epoch++) {
    progress.onEpochBegin(epoch);
    for (let batch = 0; batch < 5; batch++) {
      await new Promise((resolve) => setTimeout(resolve, 60)); // it is drawn ten times a second
      progress.onTrainBatchEnd(batch, { loss: 1 });
    }
    await new Promise((resolve) => setTimeout(resolve, 210));
    texts.push(shownBy(screen.written).at(-1)!);
    shares.push(texts[epoch].split("█").length - 1);
    progress.onEpochEnd(epoch, { loss: 1 });
  }
  progress.onTrainEnd();
  assertEquals(shares, [0, 10]);
  assertMatch(texts[0], /░ loss 1\.0000 {2}\d+ steps\/s$/);
  assertMatch(texts[1], /░ loss 1\.0000 {2}0:0\d left {2}\d+ steps\/s$/);
});

Deno.test("ProgressBar ends when a training fails before, between or after its steps", async () => {
  for (const batches of [0, 1]) {
    const screen = screenOf(true), progress = new ProgressBar({ screen });
    progress.onTrainEnd(); // never begun
    await rehearse(progress, LOGS.slice(0, batches), { batches });
    progress.onTrainEnd();
    // A timer that is left would be told by the test runner.
    assertEquals(shownBy(screen.written).length, 1 + batches);
  }
  const screen = screenOf(true), progress = new ProgressBar({ screen });
  Object.assign(progress, { model: new FakeModel(), plan: PLAN });
  await progress.onTrainBegin();
  progress.onEpochBegin(0);
  assert(progress.wantsLogs());
  progress.onTrainBatchEnd(0, { loss: 1 });
  progress.onTrainEnd();
  const [bar, ...below] = shownBy(screen.written);
  assertMatch(bar, /^epoch 1\/20 .* loss 1\.0000/); // it stays, and the line is left
  assertEquals(below, [""]);
});
