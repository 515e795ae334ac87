import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { Logs } from "./callback.ts";
import { FakeModel, rehearse } from "../testing/fake_model.ts";
import { ProgressBar } from "./progress_bar.ts";

function screenOf(isTTY: boolean, columns = 160) {
  const written: string[] = [];
  return { isTTY, columns, written, write: (text: string) => written.push(text) };
}

const LOGS: Logs[] = [
  { loss: 1.5, accuracy: 0.25, valLoss: 2e-5 },
  { loss: 0, accuracy: 1, valLoss: 123456789 },
];

/** With a name for the sign that begins a command of the terminal. */
const named = (text: string) => text.replace("\u001b[", "CSI ");

/** What a terminal shows in its last line, by what was written to it. */
function lastLine(written: readonly string[]): string {
  let line = "", at = 0;
  for (const text of written) {
    const command = named(text);
    if (/^CSI \d+G$/.test(command)) at = parseInt(command.slice(4)) - 1;
    else if (command === "CSI 0K") line = line.slice(0, at);
    else if (text === "\n") break;
    else {
      line = line.slice(0, at) + text + line.slice(at + text.length);
      at += text.length;
    }
  }
  return line;
}

Deno.test("ProgressBar prints a line an epoch where there is no terminal", async () => {
  for (const [screen, lines] of [[screenOf(false), false], [screenOf(true), true]] as const) {
    await rehearse(new ProgressBar({ screen, lines }), LOGS, { batches: 3 });
    const [first, second, ...others] = screen.written;
    assertEquals(others, []);
    assertMatch(
      first,
      /^epoch 1\/2 {2}loss 1\.5000 {2}accuracy 0\.2500 {2}valLoss 2\.00e-5 {2}[\d,]+ samples\/s {2}\d\.\d s\n$/,
    );
    assertStringIncludes(second, "epoch 2/2  loss 0.0000  accuracy 1.0000  valLoss 1.23e+8  ");
  }
});

Deno.test("ProgressBar draws one bar on a terminal, and ends it", async () => {
  const screen = screenOf(true), progress = new ProgressBar({ screen });
  await rehearse(progress, LOGS, { batches: 4 });
  assertMatch(
    lastLine(screen.written),
    /^epoch 2\/2 █{20} 0:00 left {2}[\d,]+ samples\/s {2}loss 0\.0000 {2}accuracy 1\.0000 {2}valLoss 1\.23e\+8$/,
  );
  assertEquals(screen.written.filter((text) => text.includes("\n")), ["\n"]);
  assertEquals(screen.written.at(-1), "\n");
  // No setting of the terminal is changed: cursor, wrapping, saved places.
  const commands = screen.written.filter((text) => text.includes("\u001b")).map(named);
  assert(commands.every((text) => /^CSI (1G|0K)$/.test(text)), commands.join());
});

Deno.test("ProgressBar keeps within the width of the terminal", async () => {
  const screen = screenOf(true, 40); // the bar takes five of them
  await rehearse(new ProgressBar({ screen }), LOGS, { batches: 4 });
  const line = lastLine(screen.written);
  assertEquals([line.length, line.split("█").length - 1], [40, 5]);
  assert(screen.written.every((text) => text.length <= 40));
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
    texts.push(lastLine(screen.written));
    shares.push(texts[epoch].split("█").length - 1);
    progress.onEpochEnd(epoch, { loss: 1 });
  }
  progress.onTrainEnd();
  assertEquals(shares, [0, 10]);
  assertMatch(texts[0], /░ \d+ steps\/s {2}loss 1\.0000$/);
  assertMatch(texts[1], /░ 0:0\d left {2}\d+ steps\/s {2}loss 1\.0000$/);
});

Deno.test("ProgressBar ends when a training fails before, between or after its steps", async () => {
  for (const batches of [0, 1]) {
    const screen = screenOf(true), progress = new ProgressBar({ screen });
    progress.onTrainEnd(); // never begun
    await rehearse(progress, LOGS.slice(0, batches), { batches });
    progress.onTrainEnd();
    // A timer that is left would be told by the test runner.
    assertEquals(screen.written.at(-1), batches === 0 ? undefined : "\n");
  }
});
